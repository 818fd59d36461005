//! The private PostgreSQL cluster: the database of an installation that names none (`DATABASE_URL` unset).
//!
//! The program finds the installed server's binaries, keeps a cluster below its data directory, and runs it as its own
//! child, on a Unix socket only. `kill -9` of the program loses nothing: the kernel then asks PostgreSQL for a fast
//! shutdown, and the next start waits for its end or clears up what it left.
//!
//! **Invariants.** One program per data directory (a lock held for the value's life). No TCP port. A directory that
//! already exists never changes its owner, unless it is empty. A cluster that exists is never replaced by an empty one.
#![allow(
    clippy::disallowed_methods,
    reason = "it finds programs by the environment of the operating system, and waits before there is a runtime to wait with"
)]

mod account;
mod binaries;
mod cluster;
mod error;
mod lock;
mod place;
mod recovery;
mod server;
mod settings;
mod socket;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub use error::PostgresError;

use binaries::Binaries;
use lock::DataLock;
use place::Place;
use server::Server;
use socket::SocketDirectory;

/// The cluster's superuser, the only role that `initdb` makes.
const SUPERUSER: &str = "tradepost";
/// The database that the URL names.
const DATABASE: &str = "tradepost";
/// The socket's "port", a part of its file name. Fixed, so that a `PGPORT` in the environment changes nothing.
const PORT: u16 = 5432;

/// What a private cluster may be told.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where the program keeps its data; made with mode 0700 when missing. The cluster is `postgres` in it.
    pub data_dir: PathBuf,
    /// The folder with `postgres`, `initdb`, `pg_ctl` and `psql`; searched for when `None`.
    pub binaries: Option<PathBuf>,
    /// Server settings that win over the built-in ones, as in `postgresql.conf`. How the server is reached (socket,
    /// port, no TCP) can't be changed by them.
    pub settings: Vec<(String, String)>,
}

/// A running private cluster. Dropping it stops it too, as well as it can; [`PrivatePostgres::stop`] says how that went.
#[derive(Debug)]
pub struct PrivatePostgres {
    // The order matters: fields are dropped from the top, so the lock goes last, when the server has ended.
    server: Server,
    url: String,
    _lock: DataLock,
}

impl PrivatePostgres {
    /// Makes the cluster if it is missing, recovers from an unclean end, starts it, waits until it takes connections.
    ///
    /// Blocks for about half a second, some seconds when the cluster is made, minutes at most when it must recover.
    /// **Call it on the main thread, before an async runtime starts:** the server ends when the *thread* that started it
    /// ends, which is how a killed program takes it along.
    ///
    /// # Errors
    /// A [`PostgresError`] whose message says what to do about it. Nothing is left running.
    pub fn start(options: &Options) -> Result<Self, PostgresError> {
        let user = account::effective_user()?;
        let data_dir = place::prepare_data_directory(&options.data_dir, user)?;
        let lock = DataLock::take(&data_dir)?;
        let place = Place::choose(&data_dir, user)?;
        let existing = cluster::version(&place)?;
        let binaries = Binaries::find(options.binaries.as_deref(), existing, &place.cluster)?;

        if existing.is_none() {
            cluster::create(&place, &binaries)?;
        }
        place.link_from_data_directory()?;
        recovery::clear_unclean_end(&place, &binaries)?;
        let socket = SocketDirectory::prepare(&place)?;
        recovery::remove_stale_socket(&socket)?;

        let server = Server::start(&place, &binaries, &socket, &options.settings)?;
        cluster::ensure_database(&place, &binaries, &socket)?;
        tracing::info!(
            cluster = %place.cluster.display(), version = binaries.version, account = %place.account.name,
            "private PostgreSQL is running"
        );
        Ok(Self { server, url: socket.url(), _lock: lock })
    }

    /// Whether a cluster was made for this data directory. One that can't be looked at counts: its start says why.
    #[must_use]
    pub fn is_made(data_dir: &Path) -> bool {
        match fs::symlink_metadata(data_dir.join(place::CLUSTER)) {
            Err(error) => error.kind() != ErrorKind::NotFound,
            Ok(_) => true,
        }
    }

    /// How to connect to the cluster that another program of ours runs in this data directory.
    ///
    /// # Errors
    /// The directory can't be used; see `start`.
    pub fn url_of_running(options: &Options) -> Result<String, PostgresError> {
        let user = account::effective_user()?;
        let data_dir = place::prepare_data_directory(&options.data_dir, user)?;
        let place = Place::choose(&data_dir, user)?;
        Ok(SocketDirectory::prepare(&place)?.url())
    }

    /// How to connect, for sqlx and for `psql` alike: `postgresql:///tradepost?host=<socket directory>&port=5432&user=tradepost`.
    /// It holds no secret; the socket's directory is closed to other accounts.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether it still runs. Doesn't block.
    ///
    /// # Errors
    /// [`PostgresError::LoseServer`] when it has ended, though nobody asked it to.
    pub fn check(&mut self) -> Result<(), PostgresError> {
        self.server.check()
    }

    /// Asks for a fast shutdown (open transactions are rolled back) and waits for its end; after a minute for an
    /// immediate one, from which the next start recovers. A server that has ended already is fine.
    ///
    /// # Errors
    /// [`PostgresError::StopServer`] if it still runs after that.
    pub fn stop(mut self) -> Result<(), PostgresError> {
        self.server.shut_down()
    }
}
