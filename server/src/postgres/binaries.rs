//! Where the installed server's programs are, and of which version.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::PostgresError;

/// The oldest major version that the schema is written for.
const OLDEST_VERSION: u32 = 15;
/// All from one folder, so that their versions fit together.
const PROGRAMS: [&str; 4] = ["postgres", "initdb", "pg_ctl", "psql"];

/// A folder with the server's programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub(super) directory: PathBuf,
    /// The major version.
    pub(super) version: u32,
}

impl Binaries {
    /// The folder that was named, or the best of the usual places: the version that made the existing cluster,
    /// otherwise the newest.
    pub(super) fn find(
        named: Option<&Path>,
        cluster_version: Option<u32>,
        cluster: &Path,
    ) -> Result<Self, PostgresError> {
        let found = match named {
            Some(directory) => {
                vec![
                    Self::inspect(directory)
                        .and_then(supported)
                        .map_err(|detail| PostgresError::UseBinaries { path: directory.to_path_buf(), detail })?,
                ]
            }
            None => candidates().iter().filter_map(|directory| Self::inspect(directory).ok()).collect(),
        };
        if let Some(best) = choose(&found, cluster_version) {
            return Ok(best.clone());
        }
        let mut versions: Vec<u32> = found.iter().map(|binaries| binaries.version).collect();
        versions.sort_unstable();
        versions.dedup();
        let versions = versions.iter().map(|version| format!("PostgreSQL {version}")).collect::<Vec<_>>().join(", ");
        match cluster_version {
            Some(version) if !versions.is_empty() => {
                Err(PostgresError::MatchVersion { path: cluster.to_path_buf(), cluster: version, installed: versions })
            }
            _ => Err(PostgresError::FindBinaries { too_old: versions }),
        }
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn inspect(directory: &Path) -> Result<Self, String> {
        // Programs are started with `/` as their working directory.
        let directory = std::path::absolute(directory).map_err(|error| error.to_string())?;
        if let Some(missing) = PROGRAMS.iter().find(|program| !directory.join(program).is_file()) {
            return Err(format!("it has no {missing}"));
        }
        let said = said_by(Command::new(directory.join("postgres")).arg("--version"))
            .ok_or_else(|| "`postgres --version` fails".to_owned())?;
        let version = parse_version(&said).ok_or_else(|| format!("`postgres --version` says {:?}", said.trim()))?;
        Ok(Self { directory, version })
    }
}

fn supported(binaries: Binaries) -> Result<Binaries, String> {
    if binaries.version >= OLDEST_VERSION {
        Ok(binaries)
    } else {
        Err(format!("they are of version {}", binaries.version))
    }
}

/// Only the very version for an existing cluster: PostgreSQL can't open another one's files.
pub(super) fn choose(found: &[Binaries], cluster_version: Option<u32>) -> Option<&Binaries> {
    match cluster_version {
        Some(version) => found.iter().find(|binaries| binaries.version == version),
        // From the back, because `max_by_key` keeps the last of equals and the first folder shall win.
        None => found.iter().rev().filter(|binaries| binaries.version >= OLDEST_VERSION).max_by_key(|it| it.version),
    }
}

/// From `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` or `... 19devel` the major version.
pub(super) fn parse_version(said: &str) -> Option<u32> {
    let (_, version) = said.split_once("(PostgreSQL) ")?;
    let digits = version.split(|character: char| !character.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// The folders to look at, the administrator's choice (`PATH`) before the packages' places.
fn candidates() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Some(said) = said_by(Command::new("pg_config").arg("--bindir")) {
        folders.push(PathBuf::from(said.trim_end_matches('\n')));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    for folder in std::env::split_paths(&path).filter(|folder| folder.is_absolute()) {
        // Often a link into the version's own folder, where the other programs are.
        if let Ok(program) = fs::canonicalize(folder.join("postgres")) {
            folders.extend(program.parent().map(Path::to_path_buf));
        }
        folders.push(folder);
    }
    folders.extend(subfolders("/usr/lib/postgresql", "", "bin")); // Debian, Ubuntu
    folders.extend(subfolders("/usr", "pgsql-", "bin")); // postgresql.org's packages for Fedora and RHEL
    folders.extend(subfolders("/usr/libexec", "postgresql", "")); // Alpine
    folders.extend(subfolders("/opt/homebrew/opt", "postgresql", "bin"));
    folders.extend(subfolders("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"));
    folders.push(PathBuf::from("/usr/local/pgsql/bin")); // built from source
    folders
}

fn subfolders(parent: &str, prefix: &str, below: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path().join(below))
        .collect();
    folders.sort();
    folders
}

fn said_by(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
