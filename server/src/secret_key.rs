//! The installation's key: from the settings, or from a file in the data directory, which the first start makes. A later one never does:
//! where the file is missing then, a new key would open nothing.

use crate::config::{Config, secret_key_bytes};
use kernel::Database;
use kernel::seal::{self, SEALING_KEY_BYTES, SealCheckError, SealError, SealingKey};
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
    #[error("the key file {0} is missing: put it back from your backup")]
    Missing(PathBuf),
    #[error(transparent)]
    Check(#[from] SealCheckError),
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Reads it, and makes one where the database is used with none yet. The result is the one that the database is used with.
///
/// # Errors
/// The file can't be read or made, is missing or damaged, or holds another key than the database's. A damaged one isn't replaced: what was
/// sealed under it would be lost.
pub async fn find(config: &Config, database: &Database) -> Result<SealingKey, SecretKeyError> {
    let bytes = match &config.secret_key {
        Some(key) => secret_key_bytes(key.expose()).unwrap_or_default(),
        None => kept(&config.data_dir, seal::has_key(database).await?)?,
    };
    let key = SealingKey::new(&bytes)?;
    seal::check(database, &key).await?;
    Ok(key)
}

fn kept(data_dir: &Path, is_in_use: bool) -> Result<[u8; SEALING_KEY_BYTES], SecretKeyError> {
    let path = data_dir.join(FILE);
    match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound && is_in_use => return Err(SecretKeyError::Missing(path)),
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
    use super::{FILE, kept};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_made_once_and_a_damaged_one_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("new");
        let key = kept(&data_dir, false).unwrap();
        assert_eq!((kept(&data_dir, false).unwrap(), kept(&data_dir, true).unwrap()), (key, key));
        let path = data_dir.join(FILE);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, "half").unwrap();
        assert!(kept(&data_dir, true).unwrap_err().to_string().contains("Put back the file"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "half");
    }
}
