//! The account that PostgreSQL's processes run as, and how a program is run as it.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, lchown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::PostgresError;

/// The account that Debian's, Fedora's and Alpine's packages make for the server.
const SERVER_ACCOUNT: &str = "postgres";
const ROOT: u32 = 0;
/// How `sh` tells "no way into that folder" from failures of the tools around it.
const NO_ENTRY_STATUS: i32 = 77;
/// At most so much of a failed tool's output goes into an error.
const DETAIL_LINES: usize = 12;

/// Who runs PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    gid: u32,
    /// The program runs as root, so that each process must change over to this account.
    switch: bool,
    setpriv: PathBuf,
}

/// The effective user id of this process. `std` has no call for it, and the kernel tells it here.
pub(super) fn effective_user() -> Result<u32, PostgresError> {
    let path = Path::new("/proc/self/status");
    let failed = |source| PostgresError::ReadAccount { path: path.to_path_buf(), source };
    let status = fs::read_to_string(path).map_err(failed)?;
    parse_effective_user(&status).ok_or_else(|| failed(io::Error::from(io::ErrorKind::InvalidData)))
}

/// The line is `Uid:` and the real, effective, saved and filesystem ids.
pub(super) fn parse_effective_user(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

impl Account {
    /// Whoever runs the program; when that is root, the account `postgres`.
    pub(super) fn for_new_cluster(user: u32) -> Result<Self, PostgresError> {
        if user == ROOT {
            Self::look_up(user, |entry| entry.name == SERVER_ACCOUNT)?
                .ok_or_else(|| PostgresError::FindAccount { name: SERVER_ACCOUNT.to_owned() })
        } else {
            Self::of_user(user, user)
        }
    }

    /// Whoever owns an existing cluster, so that one made without root also starts as root.
    pub(super) fn for_cluster(cluster: &Path, user: u32) -> Result<Self, PostgresError> {
        let metadata = fs::metadata(cluster)
            .map_err(|source| PostgresError::FollowLink { path: cluster.to_path_buf(), source })?;
        let owner = metadata.uid();
        if owner == ROOT && user == ROOT {
            return Self::for_new_cluster(user);
        }
        let account = Self::of_user(user, owner)?;
        if user != ROOT && user != owner {
            return Err(PostgresError::OwnCluster { path: cluster.to_path_buf(), owner: account.name });
        }
        Ok(account)
    }

    fn of_user(user: u32, uid: u32) -> Result<Self, PostgresError> {
        if let Some(account) = Self::look_up(user, |entry| entry.uid == uid)? {
            return Ok(account);
        }
        if user == ROOT {
            return Err(PostgresError::FindAccount { name: format!("with the id {uid}") });
        }
        // Accounts may live elsewhere than in /etc/passwd (LDAP); without a change of account the number does.
        Ok(Self { name: uid.to_string(), uid, gid: uid, switch: false, setpriv: find_setpriv()? })
    }

    fn look_up(user: u32, wanted: impl Fn(&PasswdEntry<'_>) -> bool) -> Result<Option<Self>, PostgresError> {
        let path = Path::new("/etc/passwd");
        let text = fs::read(path).map_err(|source| PostgresError::ReadAccount { path: path.to_path_buf(), source })?;
        let text = String::from_utf8_lossy(&text);
        let setpriv = find_setpriv()?;
        Ok(text.lines().filter_map(parse_passwd_line).find(wanted).map(|entry| Self {
            name: entry.name.to_owned(),
            uid: entry.uid,
            gid: entry.gid,
            switch: user == ROOT,
            setpriv,
        }))
    }

    /// A command that runs `program` as this account, without this program's environment (it holds secrets, and `PG*`
    /// variables that would lead elsewhere), and that the kernel interrupts when the thread that started it ends.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(&self.setpriv);
        command.args(["--pdeathsig", "INT"]);
        if self.switch {
            command.arg(format!("--reuid={}", self.uid)).arg(format!("--regid={}", self.gid));
            command.args(["--init-groups", "--no-new-privs"]);
        }
        command.arg("--").arg(program).current_dir("/").stdin(Stdio::null());
        command.env_clear();
        for name in ["PATH", "LD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        // Messages that are read by this program stay in one language.
        command.env("LC_ALL", "C");
        command
    }

    /// Whether this account may enter `directory`. Tried, not computed: groups and access lists count too.
    pub(super) fn can_enter(&self, directory: &Path) -> Result<bool, PostgresError> {
        let mut command = self.command(Path::new("/bin/sh"));
        command.args(["-c", &format!("cd -- \"$1\" 2>/dev/null || exit {NO_ENTRY_STATUS}"), "sh"]).arg(directory);
        let failed = |detail| PostgresError::RunAsAccount { account: self.name.clone(), detail };
        let output = command.output().map_err(|error| failed(error.to_string()))?;
        match output.status.code() {
            Some(0) => Ok(true),
            Some(NO_ENTRY_STATUS) => Ok(false),
            _ => Err(failed(last_lines(&String::from_utf8_lossy(&output.stderr), DETAIL_LINES))),
        }
    }

    /// Gives what this program has just made to the account. A link isn't followed.
    pub(super) fn take_over(&self, path: &Path) -> io::Result<()> {
        if self.switch { lchown(path, Some(self.uid), Some(self.gid)) } else { Ok(()) }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct PasswdEntry<'a> {
    pub(super) name: &'a str,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

pub(super) fn parse_passwd_line(line: &str) -> Option<PasswdEntry<'_>> {
    let mut fields = line.split(':');
    let name = fields.next().filter(|name| !name.is_empty() && !name.starts_with('#'))?;
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some(PasswdEntry { name, uid, gid })
}

/// `setpriv` gives up root and asks for the parent-death signal; from Rust both would take unsafe code.
fn find_setpriv() -> Result<PathBuf, PostgresError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/bin", "/bin"].map(PathBuf::from))
        .filter(|directory| directory.is_absolute())
        .map(|directory| directory.join("setpriv"))
        .find(|file| file.is_file())
        .ok_or(PostgresError::FindSetpriv)
}

/// Runs a tool to its end: its output, or what it said when it failed.
pub(super) fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = last_lines(&String::from_utf8_lossy(&output.stderr), DETAIL_LINES);
    if said.is_empty() { Err(output.status.to_string()) } else { Err(said) }
}

/// The end of a text, without blank lines around it.
pub(super) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim().lines().collect();
    lines.get(lines.len().saturating_sub(count)..).unwrap_or_default().join("\n")
}
