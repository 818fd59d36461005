//! One program per data directory.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::error::PostgresError;

const FILE_NAME: &str = "tradepost.lock";
/// A process id and a line feed are shorter.
const READ_LIMIT_BYTES: u64 = 32;
/// A program that is just ending, killed or not, gets so long to let go.
const HANDOVER_LIMIT: Duration = Duration::from_secs(2);
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The exclusive lock on a data directory. It ends with the value and, by the kernel, with the process, however that
/// ends; the file stays, because removing it would let two programs lock two files of one name.
#[derive(Debug)]
pub(super) struct DataLock {
    _file: File,
}

impl DataLock {
    pub(super) fn take(data_dir: &Path) -> Result<Self, PostgresError> {
        let path = data_dir.join(FILE_NAME);
        let failed = |source| PostgresError::LockDataDirectory { path: path.clone(), source };
        let mut file = open(&path, data_dir).map_err(failed)?;
        match lock_within(&file, HANDOVER_LIMIT) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = read_holder(&mut file).unwrap_or_else(|| "another process".to_owned());
                return Err(PostgresError::ShareDataDirectory { path: data_dir.to_path_buf(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        write_holder(&mut file).map_err(failed)?;
        Ok(Self { _file: file })
    }
}

fn lock_within(file: &File, limit: Duration) -> Result<(), TryLockError> {
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if begun.elapsed() < limit => {
                thread::sleep(POLL_INTERVAL);
            }
            result => return result,
        }
    }
}

/// Opens the file itself, never what a link leads to: the folder may belong to the account that runs PostgreSQL, and
/// root must not be led to write elsewhere.
fn open(path: &Path, data_dir: &Path) -> io::Result<File> {
    let refuse = || io::Error::new(io::ErrorKind::InvalidInput, "not a plain file of its own");
    if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(refuse());
    }
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    let (opened, named) = (file.metadata()?, fs::symlink_metadata(path)?);
    if opened.ino() != named.ino() || opened.dev() != named.dev() || opened.nlink() != 1 {
        return Err(refuse());
    }
    // As root, so that the folder's owner can start the program next time.
    let owner = fs::metadata(data_dir)?;
    if opened.uid() != owner.uid() {
        // Without root this fails, and then the lock already works for who runs the program.
        let _ = fchown(&file, Some(owner.uid()), Some(owner.gid()));
    }
    Ok(file)
}

fn write_holder(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "{}", std::process::id())
}

fn read_holder(file: &mut File) -> Option<String> {
    let mut text = String::new();
    file.take(READ_LIMIT_BYTES).read_to_string(&mut text).ok()?;
    let process: u32 = text.trim().parse().ok()?;
    Some(format!("process {process}"))
}
