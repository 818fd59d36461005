//! Where the cluster is kept, and that its account can reach it.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, symlink};
use std::path::{Path, PathBuf};

use super::account::Account;
use super::error::PostgresError;

const ROOT: u32 = 0;
pub(super) const CLUSTER: &str = "postgres";
const SOCKET_DIRECTORY: &str = "postgres-socket";
/// Where clusters go whose data directory the account can't reach, as the file system hierarchy standard has it.
const SHARED_HOME: &str = "/var/lib/tradepost";
/// The readable part of a folder's name there.
const NAME_LIMIT_BYTES: usize = 40;

/// The cluster's folders and the account that owns them.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) account: Account,
    pub(super) data_dir: PathBuf,
    /// The folder of `cluster`, for what belongs beside it.
    pub(super) home: PathBuf,
    pub(super) cluster: PathBuf,
    pub(super) socket_directory: PathBuf,
}

/// Makes the data directory, closed to others, and returns its absolute path without links. When root makes it, or finds
/// it empty, it goes to the account that must pass through it, if that can get so far.
pub(super) fn prepare_data_directory(data_dir: &Path, user: u32) -> Result<PathBuf, PostgresError> {
    let failed = |source| PostgresError::PrepareDataDirectory { path: data_dir.to_path_buf(), source };
    if !data_dir.is_dir() {
        if let Some(parent) = data_dir.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        match DirBuilder::new().mode(0o700).create(data_dir) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && data_dir.is_dir() => {}
            result => result.map_err(failed)?,
        }
    }
    let data_dir = fs::canonicalize(data_dir).map_err(failed)?;
    let found = fs::metadata(&data_dir).map_err(failed)?;
    let is_empty = || fs::read_dir(&data_dir).is_ok_and(|mut entries| entries.next().is_none());
    if user == ROOT && found.uid() == ROOT && found.mode() & 0o077 == 0 && is_empty() {
        let account = Account::for_new_cluster(user)?;
        if account.can_enter(data_dir.parent().unwrap_or(&data_dir))? {
            account.take_over(&data_dir).map_err(failed)?;
        }
    }
    Ok(data_dir)
}

impl Place {
    /// The cluster that is there already, wherever it is; otherwise the place for a new one.
    pub(super) fn choose(data_dir: &Path, user: u32) -> Result<Self, PostgresError> {
        let named = data_dir.join(CLUSTER);
        match fs::canonicalize(&named) {
            Ok(cluster) => {
                let account = Account::for_cluster(&cluster, user)?;
                if !account.can_enter(&cluster)? {
                    return Err(PostgresError::ReachCluster { path: cluster, account: account.name });
                }
                let home = cluster.parent().unwrap_or(data_dir).to_path_buf();
                return Ok(Self::new(account, data_dir, home, cluster));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(&named).is_err() => {}
            Err(source) => {
                return Err(PostgresError::FollowLink { path: named, source });
            }
        }

        let account = Account::for_new_cluster(user)?;
        if account.can_enter(data_dir)? {
            return Ok(Self::new(account, data_dir, data_dir.to_path_buf(), named));
        }
        let home = Path::new(SHARED_HOME).join(name_of(data_dir));
        let failed = |source| PostgresError::PrepareDirectory { path: home.clone(), source };
        if !home.is_dir() {
            fs::create_dir_all(SHARED_HOME).map_err(failed)?;
            DirBuilder::new().mode(0o700).create(&home).map_err(failed)?;
        }
        account.take_over(&home).map_err(failed)?;
        let cluster = home.join(CLUSTER);
        tracing::info!(
            data_dir = %data_dir.display(), cluster = %cluster.display(), account = %account.name,
            found = cluster.exists(),
            "the account that runs PostgreSQL can't reach the data directory (a folder above is private), so its cluster is kept elsewhere"
        );
        Ok(Self::new(account, data_dir, home, cluster))
    }

    fn new(account: Account, data_dir: &Path, home: PathBuf, cluster: PathBuf) -> Self {
        let socket_directory = home.join(SOCKET_DIRECTORY);
        Self { account, data_dir: data_dir.to_path_buf(), home, cluster, socket_directory }
    }

    /// When the cluster is kept elsewhere, a link says where, and goes along when the data directory is moved.
    pub(super) fn link_from_data_directory(&self) -> Result<(), PostgresError> {
        let link = self.data_dir.join(CLUSTER);
        if link == self.cluster || fs::symlink_metadata(&link).is_ok() {
            return Ok(());
        }
        symlink(&self.cluster, &link).map_err(|source| PostgresError::PrepareDirectory { path: link, source })
    }

    /// Makes a folder that only the account may enter.
    pub(super) fn create_private_directory(&self, path: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(path)?;
        self.account.take_over(path)
    }
}

/// `/srv/shop/data` becomes `srv-shop-data-` and a hash, which tells apart what looks alike.
pub(super) fn name_of(data_dir: &Path) -> String {
    let text = data_dir.to_string_lossy();
    let readable: String = text
        .trim_start_matches('/')
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() { character } else { '-' })
        .collect();
    // All ASCII by now; the end of a path tells more than its beginning.
    let end = readable.get(readable.len().saturating_sub(NAME_LIMIT_BYTES)..).unwrap_or(&readable);
    format!("{}-{}", end.trim_matches('-'), short_hash(data_dir))
}

/// FNV-1a, 64 bits: the same in every release, which `std`'s hasher doesn't promise. It only tells paths apart;
/// nothing relies on it being hard to guess.
pub(super) fn short_hash(path: &Path) -> String {
    let hash =
        path.as_os_str().as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    format!("{hash:016x}")
}
