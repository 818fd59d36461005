//! The installation's key: from the settings, or from a file in the data directory, which the first start makes.

use crate::config::{Config, secret_key_bytes};
use kernel::seal::{SEALING_KEY_BYTES, SealError, SealingKey};
use rand::RngExt;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// In the data directory.
const FILE: &str = "secret.key";

/// The key could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretKeyError {
    #[error("could not read the secret key of {0}")]
    Read(PathBuf, #[source] io::Error),
    #[error("could not keep a new secret key in {0}; give one by the setting secret_key")]
    Write(PathBuf, #[source] io::Error),
    #[error("{0} holds no secret key: 64 hexadecimal digits. Put back the file that this database was used with")]
    Damaged(PathBuf),
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Reads it, and makes one if there is none yet.
///
/// # Errors
/// The file can't be read or made, or is damaged. A damaged one isn't replaced: what was sealed under it would be lost.
pub fn find(config: &Config) -> Result<SealingKey, SecretKeyError> {
    let bytes = match &config.secret_key {
        Some(key) => secret_key_bytes(key.expose()),
        None => Some(kept(&config.data_dir)?),
    };
    Ok(SealingKey::new(&bytes.unwrap_or_default())?)
}

fn kept(data_dir: &Path) -> Result<[u8; SEALING_KEY_BYTES], SecretKeyError> {
    let path = data_dir.join(FILE);
    match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => make(data_dir, &path)?,
        Err(error) => return Err(SecretKeyError::Read(path, error)),
        Ok(_) => {}
    }
    // Read again: another program may have made it at the same time.
    let digits = fs::read_to_string(&path).map_err(|error| SecretKeyError::Read(path.clone(), error))?;
    secret_key_bytes(&digits).ok_or(SecretKeyError::Damaged(path))
}

/// Under another name first, so that nobody reads half a key; readable by this account only.
fn make(data_dir: &Path, path: &Path) -> Result<(), SecretKeyError> {
    let key: [u8; SEALING_KEY_BYTES] = rand::rng().random();
    let digits = hex::encode(key);
    let draft = path.with_extension(format!("key.{}", std::process::id()));
    let write = || {
        fs::create_dir_all(data_dir)?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(digits.as_bytes())?;
        file.sync_all()?;
        match fs::hard_link(&draft, path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        }
    };
    let written = write();
    // Whether it was linked or not, the draft has done its work.
    let _ = fs::remove_file(&draft);
    written.map_err(|error| SecretKeyError::Write(path.to_owned(), error))
}

#[cfg(test)]
mod tests {
    use super::{FILE, find};
    use crate::config::Config;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_made_once_and_a_damaged_one_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data_dir: folder.path().join("new"), ..Config::default() };
        let sealed = find(&config).unwrap().seal("a test", b"secret").unwrap();
        assert_eq!(find(&config).unwrap().open("a test", &sealed).unwrap(), b"secret");
        let path = config.data_dir.join(FILE);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, "half").unwrap();
        assert!(find(&config).unwrap_err().to_string().contains("Put back the file"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "half");
    }
}
