//! What an unclean end of an earlier run leaves: a server that still runs, and files that name one that doesn't.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::account::run;
use super::binaries::Binaries;
use super::error::PostgresError;
use super::place::Place;
use super::socket::SocketDirectory;

/// A fast shutdown writes all dirty pages; on a slow disk that takes its time.
const FAST_LIMIT: Duration = Duration::from_secs(60);
const IMMEDIATE_LIMIT: Duration = Duration::from_secs(15);
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// What `postmaster.pid` says. Its lines: process id, cluster, start time, port, socket directory, address, shared memory
/// key, status (PostgreSQL's `miscadmin.h`).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    pub(super) process: Option<u32>,
    /// `starting`, `ready`, `standby` or `stopping`.
    pub(super) status: Option<String>,
}

impl PidFile {
    pub(super) fn path(cluster: &Path) -> PathBuf {
        cluster.join("postmaster.pid")
    }

    /// `None` if there is none.
    pub(super) fn read(cluster: &Path) -> io::Result<Option<Self>> {
        match fs::read(Self::path(cluster)) {
            Ok(text) => Ok(Some(Self::parse(&String::from_utf8_lossy(&text)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn parse(text: &str) -> Self {
        let line = |index: usize| text.lines().nth(index).map(str::trim).filter(|line| !line.is_empty());
        Self { process: line(0).and_then(|line| line.parse().ok()), status: line(7).map(str::to_owned) }
    }
}

/// Ends what still runs on the cluster, then removes a pid file that PostgreSQL itself would stumble over.
pub(super) fn clear_unclean_end(place: &Place, binaries: &Binaries) -> Result<(), PostgresError> {
    let failed = |source| PostgresError::FindOrphans { path: place.cluster.clone(), source };
    // A server removes this file as the last thing of a clean end.
    let Some(pid_file) = PidFile::read(&place.cluster).map_err(failed)? else {
        return Ok(());
    };
    stop_orphans(place, binaries, &pid_file)?;

    // The number of a process that is gone is PostgreSQL's to clear up: it checks for shared memory in use as well.
    // But it refuses to start when another program has that number by now, and when a power cut left the file empty.
    let Some(pid_file) = PidFile::read(&place.cluster).map_err(failed)? else {
        return Ok(());
    };
    let is_gone = |process: u32| !Path::new("/proc").join(process.to_string()).exists();
    if pid_file.process.is_some_and(is_gone) {
        return Ok(());
    }
    tracing::warn!(cluster = %place.cluster.display(), "removing a stale postmaster.pid");
    remove(&PidFile::path(&place.cluster))
}

/// To be called when no server of this cluster runs: the folder is the cluster's own, so its files are stale, whatever
/// process has their number by now.
pub(super) fn remove_stale_socket(socket: &SocketDirectory) -> Result<(), PostgresError> {
    socket.files().iter().try_for_each(|path| remove(path))
}

fn stop_orphans(place: &Place, binaries: &Binaries, pid_file: &PidFile) -> Result<(), PostgresError> {
    let running = servers_of(place)?;
    if running.is_empty() {
        return Ok(());
    }
    tracing::warn!(
        cluster = %place.cluster.display(), processes = ?running,
        "PostgreSQL of an earlier run still works on the cluster; waiting for its end"
    );
    // Only the postmaster is asked; its children end with it, and without it by themselves.
    if let Some(postmaster) = pid_file.process.filter(|process| running.contains(process)) {
        send_signal(place, binaries, "INT", postmaster);
    }
    if await_end(place, FAST_LIMIT)?.is_empty() {
        return Ok(());
    }
    for process in servers_of(place)? {
        send_signal(place, binaries, "QUIT", process);
    }
    let left = await_end(place, IMMEDIATE_LIMIT)?;
    if left.is_empty() {
        return Ok(());
    }
    let processes = left.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    Err(PostgresError::StopOrphans { path: place.cluster.clone(), processes })
}

fn await_end(place: &Place, limit: Duration) -> Result<Vec<u32>, PostgresError> {
    let begun = Instant::now();
    loop {
        let running = servers_of(place)?;
        if running.is_empty() || begun.elapsed() > limit {
            return Ok(running);
        }
        thread::sleep(POLL_INTERVAL);
    }
}

/// By `pg_ctl`, which comes with the server (a `kill` program needn't be installed), and as the account that owns the
/// process (root without all its capabilities may not). A failure shows in the wait that follows.
pub(super) fn send_signal(place: &Place, binaries: &Binaries, signal: &str, process: u32) {
    let mut command = place.account.command(&binaries.program("pg_ctl"));
    if let Err(detail) = run(command.args(["kill", signal, &process.to_string()])) {
        tracing::debug!(process, signal, detail, "could not signal PostgreSQL");
    }
}

/// The living processes of this cluster: PostgreSQL's keep the cluster as their working directory.
fn servers_of(place: &Place) -> Result<Vec<u32>, PostgresError> {
    let failed = |source| PostgresError::FindOrphans { path: place.cluster.clone(), source };
    let processes = fs::read_dir("/proc").map_err(failed)?.flatten();
    let processes = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    Ok(processes.filter(|process| is_server_of(place, *process)).collect())
}

fn is_server_of(place: &Place, process: u32) -> bool {
    let folder = Path::new("/proc").join(process.to_string());
    if fs::read_to_string(folder.join("comm")).is_ok_and(|name| name.trim() != "postgres") {
        return false;
    }
    let link = folder.join("cwd");
    match fs::read_link(&link) {
        Ok(directory) => directory == place.cluster,
        // Root in a container may not look into another account's process; that account itself may.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let said = run(place.account.command(Path::new("readlink")).arg(&link));
            said.is_ok_and(|said| Path::new(said.trim_end_matches('\n')) == place.cluster)
        }
        // It ended meanwhile, or is a zombie.
        Err(_) => false,
    }
}

fn remove(path: &Path) -> Result<(), PostgresError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result.map_err(|source| PostgresError::RemoveLeftover { path: path.to_path_buf(), source }),
    }
}
