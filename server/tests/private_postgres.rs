//! The private PostgreSQL, as whoever runs the program meets it: the real program, the installed server, a folder of its own.
#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it expects")]

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use tempfile::TempDir;

/// A folder that the account which runs PostgreSQL can enter, whoever runs the test.
fn folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("tradepost-").tempdir_in("/tmp").unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    folder
}

/// `tradepost postgres`, running. Ended with the test, in whatever way that ends.
struct Running {
    program: Child,
    url: String,
    data_dir: PathBuf,
}

fn program(data_dir: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradepost"));
    command.arg("postgres").arg("--data-dir").arg(data_dir).env_remove("DATABASE_URL");
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

impl Running {
    fn start(folder: &TempDir) -> Self {
        let data_dir = folder.path().join("data");
        let mut program = program(&data_dir);
        let mut url = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut url).unwrap();
        assert!(url.starts_with("postgresql:///"), "{url:?} {}", said(&mut program));
        Self { program, url: url.trim().to_owned(), data_dir }
    }

    async fn connect(&self) -> PgConnection {
        self.url.parse::<PgConnectOptions>().unwrap().connect().await.unwrap()
    }

    /// The setting's value, or what else the query says.
    async fn ask(&self, query: &'static str) -> String {
        sqlx::query_scalar(query).fetch_one(&mut self.connect().await).await.unwrap()
    }

    async fn sell(&self, what: &str) {
        let mut connection = self.connect().await;
        connection.execute("CREATE TABLE IF NOT EXISTS sold (what text)").await.unwrap();
        connection.execute(AssertSqlSafe(format!("INSERT INTO sold VALUES ('{what}')"))).await.unwrap();
        connection.close().await.unwrap();
    }

    /// The server's main process, as it says in its pid file.
    fn postmaster(&self) -> String {
        let file = fs::read_to_string(self.data_dir.join("postgres/postmaster.pid")).unwrap();
        file.lines().next().unwrap().to_owned()
    }

    fn signal(&self, signal: &str) {
        kill(signal, &self.program.id().to_string());
    }

    fn stop(mut self) -> ExitStatus {
        self.signal("TERM");
        self.program.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.program.try_wait().unwrap().is_none() {
            self.signal("TERM");
            self.program.wait().unwrap();
        }
    }
}

fn kill(signal: &str, process: &str) {
    assert!(Command::new("kill").args(["-s", signal, process]).status().unwrap().success());
}

/// What a program that has ended said of it.
fn said(program: &mut Child) -> String {
    let mut said = String::new();
    program.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    said
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn it_is_closed_to_others_and_keeps_what_it_was_told() {
    let folder = folder();
    let running = Running::start(&folder);
    assert_eq!((mode(&running.data_dir), mode(&running.data_dir.join("postgres"))), (0o700, 0o700));
    assert_eq!(running.ask("SELECT current_setting('listen_addresses')").await, "", "no TCP port");
    running.sell("one bag").await;
    assert!(running.stop().success());

    let again = Running::start(&folder);
    assert_eq!(again.ask("SELECT string_agg(what, ',') FROM sold").await, "one bag");
}

#[tokio::test]
async fn a_second_program_is_kept_away() {
    let folder = folder();
    let running = Running::start(&folder);
    let mut second = program(&running.data_dir);
    assert!(!second.wait().unwrap().success());
    let said = said(&mut second);
    assert!(said.contains("already uses the data directory"), "{said}");
    assert_eq!(running.ask("SELECT 'still here'").await, "still here");
}

#[tokio::test]
async fn killed_without_warning_it_loses_nothing() {
    let folder = folder();
    for round in ["first", "second"] {
        let mut running = Running::start(&folder);
        running.sell(round).await;
        running.program.kill().unwrap();
        running.program.wait().unwrap();
    }
    // At once: the killed program's server may still be on its way out.
    let running = Running::start(&folder);
    assert_eq!(running.ask("SELECT string_agg(what, ',' ORDER BY what) FROM sold").await, "first,second");
}

/// After a crash of the machine the number in the pid file may belong to another program.
#[tokio::test]
async fn a_stale_pid_file_is_no_obstacle() {
    let folder = folder();
    let running = Running::start(&folder);
    running.sell("one bag").await;
    let file = running.data_dir.join("postgres/postmaster.pid");
    let left = fs::read_to_string(&file).unwrap().replacen(&running.postmaster(), &std::process::id().to_string(), 1);
    assert!(running.stop().success());
    fs::write(&file, left).unwrap();

    let again = Running::start(&folder);
    assert_eq!(again.ask("SELECT string_agg(what, ',') FROM sold").await, "one bag");
}

#[tokio::test]
async fn when_postgresql_ends_by_itself_so_does_the_program_and_says_so() {
    let folder = folder();
    let mut running = Running::start(&folder);
    kill("QUIT", &running.postmaster());
    assert!(!running.program.wait().unwrap().success());
    let said = said(&mut running.program);
    assert!(said.contains("the private PostgreSQL ended by itself"), "{said}");
}

/// A mistyped folder would become an installation of its own.
#[test]
fn what_is_about_an_installation_makes_none() {
    let folder = folder();
    let data_dir = folder.path().join("data");
    for command in [
        "history",
        "keys list",
        "keys rotate",
        "keys check /dev/null",
        "user password --email ann@example.com",
        "user remove-second-factor --email ann@example.com",
    ] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_tradepost"));
        program.args(command.split(' ')).arg("--data-dir").arg(&data_dir).env_remove("DATABASE_URL");
        let output = program.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{command}: {said}");
        assert_eq!(said, format!("tradepost: there is no installation in {}\n", data_dir.display()), "{command}");
        assert!(!data_dir.exists(), "{command}");
    }
}
