//! What can go wrong with the private cluster, each with what to do about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Named by what was attempted. The messages are for the person who starts the program.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PostgresError {
    #[error("cannot tell which account runs this program, from {path}; set DATABASE_URL to use a PostgreSQL of your own", path = .path.display())]
    ReadAccount { path: PathBuf, source: io::Error },

    #[error(
        "PostgreSQL refuses to run as root, and there is no account {name} for it on this machine: create it \
         (`useradd --system --user-group --shell /usr/sbin/nologin postgres`), start the program as another user, or set DATABASE_URL"
    )]
    FindAccount { name: String },

    #[error(
        "the program `setpriv` is missing: install util-linux (Debian, Ubuntu, Fedora: package `util-linux`; Alpine: `setpriv`), or set DATABASE_URL"
    )]
    FindSetpriv,

    #[error("cannot run a program as the account {account}: {detail}; start as that account, or set DATABASE_URL")]
    RunAsAccount { account: String, detail: String },

    #[error("cannot use the data directory {path}: make it a directory that this account may write, or choose another one by --data-dir", path = .path.display())]
    PrepareDataDirectory { path: PathBuf, source: io::Error },

    #[error("cannot lock {path}: make it a plain file that this account may write, or remove it while no Tradepost runs", path = .path.display())]
    LockDataDirectory { path: PathBuf, source: io::Error },

    #[error("{holder} already uses the data directory {path}: stop it, or choose another directory by --data-dir", path = .path.display())]
    ShareDataDirectory { path: PathBuf, holder: String },

    #[error(
        "found no PostgreSQL server (15 or newer): install it (Debian, Ubuntu: `apt-get install postgresql`; Fedora: \
         `dnf install postgresql-server`), or set DATABASE_URL to one that runs elsewhere{}",
        if .too_old.is_empty() { String::new() } else { format!(" (too old: {})", .too_old) }
    )]
    FindBinaries { too_old: String },

    #[error("cannot use the PostgreSQL binaries in {path}: {detail}; name a folder with postgres, initdb, pg_ctl and psql of version 15 or newer", path = .path.display())]
    UseBinaries { path: PathBuf, detail: String },

    #[error(
        "the cluster {path} was made by PostgreSQL {cluster}, and installed is {installed}: install PostgreSQL {cluster} \
         beside it (Debian: `apt-get install postgresql-{cluster}`), or dump it there, move the folder away, and restore into a new one",
        path = .path.display()
    )]
    MatchVersion { path: PathBuf, cluster: u32, installed: String },

    #[error("{path} is no PostgreSQL cluster (it has no readable PG_VERSION) and isn't empty: move it away, or choose another --data-dir", path = .path.display())]
    RecognizeCluster { path: PathBuf },

    #[error("the cluster {path} belongs to {owner}: start as that account or as root, or choose another --data-dir", path = .path.display())]
    OwnCluster { path: PathBuf, owner: String },

    #[error(
        "the account {account} can't reach the cluster {path}: let it pass through the folders above (`chmod o+x` on each), \
         or move the data directory to where it can",
        path = .path.display()
    )]
    ReachCluster { path: PathBuf, account: String },

    #[error("{path} points to a cluster that isn't there: bring it back (is a disk not mounted?), or remove the link to begin with an empty one", path = .path.display())]
    FollowLink { path: PathBuf, source: io::Error },

    #[error("cannot create {path}: check that the disk has room and that its folder may be written", path = .path.display())]
    PrepareDirectory { path: PathBuf, source: io::Error },

    #[error("cannot create the cluster {path}: {detail}", path = .path.display())]
    CreateCluster { path: PathBuf, detail: String },

    #[error("{path} must be a folder of the account {account} with mode 0700, and isn't: look who made it, remove it, and start again", path = .path.display())]
    PrepareSocketDirectory { path: PathBuf, account: String },

    #[error("cannot look for processes of the cluster {path} that an earlier run left", path = .path.display())]
    FindOrphans { path: PathBuf, source: io::Error },

    #[error("PostgreSQL of an earlier run still uses the cluster {path} (process {processes}) and doesn't stop: end it by hand (`kill -QUIT`), and start again", path = .path.display())]
    StopOrphans { path: PathBuf, processes: String },

    #[error("cannot remove {path}, left by an earlier run: remove it by hand, and start again", path = .path.display())]
    RemoveLeftover { path: PathBuf, source: io::Error },

    #[error("cannot start PostgreSQL: {detail}")]
    StartServer { detail: String },

    #[error("PostgreSQL doesn't take connections after {seconds} s; the end of its log (folder {logs}):\n{detail}", logs = .logs.display())]
    AwaitServer { seconds: u64, logs: PathBuf, detail: String },

    #[error("cannot create the database in the private cluster: {detail}")]
    CreateDatabase { detail: String },

    #[error(
        "PostgreSQL (process {process}) doesn't stop: {detail}; end it by `kill -QUIT {process}`, the next start recovers"
    )]
    StopServer { process: u32, detail: String },

    #[error("the private PostgreSQL ended by itself ({detail}); start again, which recovers what was committed")]
    LoseServer { detail: String },
}
