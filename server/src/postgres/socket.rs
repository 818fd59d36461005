//! The socket's directory, which is also what keeps strangers out of the database, and the URL that leads to it.

use std::fmt::Write;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::error::PostgresError;
use super::place::{Place, short_hash};
use super::{DATABASE, PORT, SUPERUSER};

/// `sun_path` has 108 bytes on Linux, one of them for the end.
const SOCKET_PATH_LIMIT_BYTES: usize = 107;
const ROOT: u32 = 0;

/// A folder with mode 0700 that belongs to PostgreSQL's account. Everyone who reaches the socket is let in as whoever he
/// says he is (`trust`); that is safe because only that account and root can get through this folder.
#[derive(Debug)]
pub(super) struct SocketDirectory {
    /// Absolute, UTF-8, without commas.
    path: String,
}

impl SocketDirectory {
    pub(super) fn prepare(place: &Place) -> Result<Self, PostgresError> {
        let path = choose(&place.socket_directory, &place.data_dir);
        let directory = PathBuf::from(&path);
        match place.create_private_directory(&directory) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                check(&directory, &place.account)?;
            }
            Err(source) => {
                return Err(PostgresError::PrepareDirectory { path: directory, source });
            }
        }
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The socket and its lock file.
    pub(super) fn files(&self) -> [PathBuf; 2] {
        let directory = Path::new(&self.path);
        [directory.join(socket_name()), directory.join(format!("{}.lock", socket_name()))]
    }

    pub(super) fn url(&self) -> String {
        format!("postgresql:///{DATABASE}?host={}&port={PORT}&user={SUPERUSER}", percent_encode(&self.path))
    }
}

/// Beside the cluster if the socket's path fits, else in `/tmp` under a name that follows from the data directory.
/// A comma would separate two hosts for libpq, and URLs and settings are UTF-8.
pub(super) fn choose(preferred: &Path, data_dir: &Path) -> String {
    let fits = |path: &&str| {
        path.len() + "/".len() + socket_name().len() <= SOCKET_PATH_LIMIT_BYTES && !path.contains([',', '\n', '\r'])
    };
    match preferred.to_str().filter(fits) {
        Some(path) => path.to_owned(),
        None => format!("/tmp/tradepost-{}", short_hash(data_dir)),
    }
}

/// In `/tmp` anybody may have made it first, to see our data pass through.
fn check(directory: &Path, account: &Account) -> Result<(), PostgresError> {
    let refuse =
        || PostgresError::PrepareSocketDirectory { path: directory.to_path_buf(), account: account.name.clone() };
    let found = fs::symlink_metadata(directory).map_err(|_| refuse())?;
    if !found.is_dir() || found.mode() & 0o7777 != 0o700 {
        return Err(refuse());
    }
    if found.uid() == account.uid {
        return Ok(());
    }
    // Made by an earlier start as root that was cut off before it gave the folder away; only root can have done that.
    if found.uid() == ROOT {
        return account.take_over(directory).map_err(|_| refuse());
    }
    Err(refuse())
}

fn socket_name() -> String {
    format!(".s.PGSQL.{PORT}")
}

/// Everything but RFC 3986's unreserved characters.
pub(super) fn percent_encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
