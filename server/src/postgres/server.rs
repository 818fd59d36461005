//! The running server: started so that it ends with this program, awaited until it is ready, stopped in bounded time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use super::account::last_lines;
use super::binaries::Binaries;
use super::error::PostgresError;
use super::place::Place;
use super::recovery::{PidFile, send_signal};
use super::settings;
use super::socket::SocketDirectory;

/// For the first sign of life.
const START_LIMIT: Duration = Duration::from_secs(60);
/// For replaying the log after a crash, which `max_wal_size` bounds.
const RECOVERY_LIMIT: Duration = Duration::from_secs(600);
/// From then on waiting is worth a line.
const SLOW_START: Duration = Duration::from_secs(3);
const FAST_STOP_LIMIT: Duration = Duration::from_secs(60);
const IMMEDIATE_STOP_LIMIT: Duration = Duration::from_secs(10);
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// So much of the log's end goes into an error.
const DETAIL_LINES: usize = 12;
const DETAIL_LIMIT_BYTES: u64 = 16 * 1024;
/// Beside the cluster, for the moment between making and unlinking it.
const STARTUP_OUTPUT: &str = "postgres.startup";

/// The server's main process, a child of ours. Dropping it stops it.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    place: Place,
    binaries: Binaries,
    startup_output: File,
    /// It took connections, and nobody has seen it end since.
    is_up: bool,
}

impl Server {
    /// Starts the server and waits until it takes connections.
    pub(super) fn start(
        place: &Place,
        binaries: &Binaries,
        socket: &SocketDirectory,
        chosen: &[(String, String)],
    ) -> Result<Self, PostgresError> {
        let failed = |error: io::Error| PostgresError::StartServer { detail: error.to_string() };
        let startup_output = unnamed_file(&place.home).map_err(failed)?;
        // `setpriv` becomes the server (`exec`), so the child's number is the postmaster's, and the kernel sends it SIGINT,
        // a fast shutdown, when this thread ends in whatever way.
        let mut command = place.account.command(&binaries.program("postgres"));
        command
            .arg("-D")
            .arg(&place.cluster)
            .args(settings::arguments(socket, chosen))
            .stdout(startup_output.try_clone().map_err(failed)?)
            .stderr(startup_output.try_clone().map_err(failed)?)
            // A group of its own: the terminal's Ctrl-C reaches this program only, which stops its database last.
            .process_group(0);
        let child = command.spawn().map_err(failed)?;
        let mut server = Self { child, place: place.clone(), binaries: binaries.clone(), startup_output, is_up: false };
        server.await_ready()?;
        server.is_up = true;
        Ok(server)
    }

    fn await_ready(&mut self) -> Result<(), PostgresError> {
        let begun = Instant::now();
        let mut told = false;
        loop {
            if let Some(status) = self.ended()? {
                return Err(PostgresError::StartServer {
                    detail: format!("it ended with {status}:\n{}", self.last_words()),
                });
            }
            // An unreadable file is one that is just being written.
            let pid_file = PidFile::read(&self.place.cluster).ok().flatten();
            let status = pid_file.filter(|it| it.process == Some(self.child.id())).and_then(|it| it.status);
            if status.as_deref() == Some("ready") {
                return Ok(());
            }
            let is_recovering = status.as_deref() == Some("starting");
            let waited = begun.elapsed();
            if is_recovering && waited > SLOW_START && !told {
                told = true;
                tracing::info!(
                    limit_seconds = RECOVERY_LIMIT.as_secs(),
                    "PostgreSQL recovers from an unclean end; waiting until it is done"
                );
            }
            if waited > if is_recovering { RECOVERY_LIMIT } else { START_LIMIT } {
                return Err(PostgresError::AwaitServer {
                    seconds: waited.as_secs(),
                    logs: self.place.cluster.join("log"),
                    detail: self.last_words(),
                });
            }
            thread::sleep(POLL_INTERVAL);
        }
    }

    pub(super) fn check(&mut self) -> Result<(), PostgresError> {
        match self.ended()? {
            None => Ok(()),
            Some(status) => Err(PostgresError::LoseServer { detail: format!("{status}\n{}", self.last_words()) }),
        }
    }

    /// Fast, then immediate shutdown. Fine when the server has ended already.
    pub(super) fn shut_down(&mut self) -> Result<(), PostgresError> {
        if let Some(status) = self.ended()? {
            if self.is_up && !status.success() {
                tracing::warn!(%status, "the private PostgreSQL had ended before it was stopped; its next start recovers");
            }
            self.is_up = false;
            return Ok(());
        }
        if self.stop_by("INT", FAST_STOP_LIMIT)? {
            return Ok(());
        }
        tracing::warn!("PostgreSQL doesn't stop, asking for an immediate shutdown; its next start recovers");
        if self.stop_by("QUIT", IMMEDIATE_STOP_LIMIT)? {
            return Ok(());
        }
        Err(self.stop_error(format!("it still runs {} s after an immediate shutdown", IMMEDIATE_STOP_LIMIT.as_secs())))
    }

    fn stop_by(&mut self, signal: &str, limit: Duration) -> Result<bool, PostgresError> {
        send_signal(&self.place, &self.binaries, signal, self.child.id());
        let begun = Instant::now();
        while begun.elapsed() < limit {
            if self.ended()?.is_some() {
                self.is_up = false;
                return Ok(true);
            }
            thread::sleep(POLL_INTERVAL);
        }
        Ok(false)
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>, PostgresError> {
        self.child.try_wait().map_err(|error| self.stop_error(error.to_string()))
    }

    fn stop_error(&self, detail: String) -> PostgresError {
        PostgresError::StopServer { process: self.child.id(), detail }
    }

    /// What the server said before its log collector ran, and the end of its newest log.
    fn last_words(&self) -> String {
        let mut buffer = vec![0; usize::try_from(DETAIL_LIMIT_BYTES).unwrap_or_default()];
        // By position: the server writes on through the same open file.
        let length = self.startup_output.read_at(&mut buffer, 0).unwrap_or_default();
        buffer.truncate(length);
        let said = last_lines(&String::from_utf8_lossy(&buffer), DETAIL_LINES);
        let logged = end_of_newest_log(&self.place.cluster.join("log")).unwrap_or_default();
        // Once the collector runs, the first output says no more than where the log is.
        if said.contains("logging collector") { logged } else { said }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.shut_down() {
            tracing::error!(%error, "could not stop the private PostgreSQL");
        }
    }
}

/// A file that nobody else can open: it must not block when nobody reads it (a pipe would), and root must not write
/// through a link that the folder's owner has put there.
fn unnamed_file(directory: &Path) -> io::Result<File> {
    let path = directory.join(STARTUP_OUTPUT);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

fn end_of_newest_log(logs: &Path) -> Option<String> {
    let entries = fs::read_dir(logs).ok()?.flatten();
    let newest = entries.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()))).max()?.1;
    let mut file = File::open(newest).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(DETAIL_LIMIT_BYTES))).ok()?;
    let mut end = Vec::new();
    file.take(DETAIL_LIMIT_BYTES).read_to_end(&mut end).ok()?;
    Some(last_lines(&String::from_utf8_lossy(&end), DETAIL_LINES))
}
