//! The cluster's files: made complete or not at all, of one version, with our database in it.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use super::account::run;
use super::binaries::Binaries;
use super::error::PostgresError;
use super::place::Place;
use super::socket::SocketDirectory;
use super::{DATABASE, PORT, SUPERUSER};

/// Beside the cluster, so that it can be renamed to it. Under the data directory's lock one name is enough.
const UNFINISHED: &str = "postgres.unfinished";
const CONNECT_LIMIT_SECONDS: &str = "30";

/// The major version that made the cluster; `None` when there is none yet.
pub(super) fn version(place: &Place) -> Result<Option<u32>, PostgresError> {
    let unknown = || PostgresError::RecognizeCluster { path: place.cluster.clone() };
    match fs::read_to_string(place.cluster.join("PG_VERSION")) {
        Ok(text) => text.trim().parse().map(Some).map_err(|_| unknown()),
        Err(_) => match fs::read_dir(&place.cluster) {
            Ok(mut entries) => {
                if entries.next().is_none() {
                    Ok(None)
                } else {
                    Err(unknown())
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(unknown()),
        },
    }
}

/// Makes the cluster under another name and renames it when it is complete: a start that is cut off leaves nothing that
/// looks like a cluster, and the next one clears away what it did leave.
pub(super) fn create(place: &Place, binaries: &Binaries) -> Result<(), PostgresError> {
    let unfinished = place.home.join(UNFINISHED);
    remove_unfinished(&unfinished)?;
    place
        .create_private_directory(&unfinished)
        .map_err(|source| PostgresError::PrepareDirectory { path: unfinished.clone(), source })?;
    tracing::info!(cluster = %place.cluster.display(), version = binaries.version, "creating the private PostgreSQL cluster");

    let mut command = place.account.command(&binaries.program("initdb"));
    command
        .arg("-D")
        .arg(&unfinished)
        // `trust` is safe: see `SocketDirectory`. The locale sorts by code point, the same on every machine.
        .args(["-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"])
        .args(["--data-checksums", "--no-instructions"]);
    let failed = |detail| PostgresError::CreateCluster { path: place.cluster.clone(), detail };
    if let Err(detail) = run(&mut command) {
        remove_unfinished(&unfinished)?;
        return Err(failed(detail));
    }
    fs::rename(&unfinished, &place.cluster)
        // The name, too, must survive a power cut.
        .and_then(|()| File::open(&place.home)?.sync_all())
        .map_err(|error| failed(error.to_string()))
}

fn remove_unfinished(unfinished: &PathBuf) -> Result<(), PostgresError> {
    match fs::remove_dir_all(unfinished) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result.map_err(|source| PostgresError::RemoveLeftover { path: unfinished.clone(), source }),
    }
}

/// Creates the database unless it is there. At every start, because it can be missing: a start cut off in between.
pub(super) fn ensure_database(
    place: &Place,
    binaries: &Binaries,
    socket: &SocketDirectory,
) -> Result<(), PostgresError> {
    let query = |sql: &str| {
        let mut command = place.account.command(&binaries.program("psql"));
        command
            .env("PGCONNECT_TIMEOUT", CONNECT_LIMIT_SECONDS)
            // No start-up file, no prompt, bare values.
            .args(["-X", "-w", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"])
            .args(["-h", socket.path(), "-p", &PORT.to_string(), "-U", SUPERUSER, "-d", "postgres", "-c", sql]);
        run(&mut command).map_err(|detail| PostgresError::CreateDatabase { detail })
    };
    // The name is a constant of ours and needs no quoting.
    let count = query(&format!("SELECT count(*) FROM pg_database WHERE datname = '{DATABASE}'"))?;
    if count.trim() == "0" {
        query(&format!("CREATE DATABASE {DATABASE}"))?;
    }
    Ok(())
}
