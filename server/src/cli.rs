//! The command line.

use crate::command::{self, CommandError};
use crate::config::{Config, ConfigError, environment};
use crate::postgres::{Options, PostgresError, PrivatePostgres};
use clap::{Parser, Subcommand};
use kernel::problem::chain;
use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// How soon the end of the private database is noticed.
const POSTGRES_CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// The back office of a business that sells things.
#[derive(Debug, Parser)]
#[command(name = "tradepost", version)]
struct Cli {
    /// Settings file (TOML). The environment and the flags win over it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the private database lives.
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the application and runs its background tasks.
    Serve(command::serve::Serve),
    /// Runs the background tasks alone, beside servers started with --no-worker.
    Worker,
    /// Brings the database up to date.
    Migrate,
    /// Loads the demo business: a year of real sales.
    Demo(command::demo::Demo),
    /// Creates people, renews their passwords, and removes second factors that were lost.
    #[command(subcommand)]
    User(command::user::User),
    /// Looks after the keys that sign access tokens.
    #[command(subcommand)]
    Keys(command::keys::Keys),
    /// Tells what was done to the installation as a whole; what is done in a business is in its audit log.
    History,
    /// Runs the private PostgreSQL alone and prints its URL.
    Postgres,
    /// Prints the settings in force, secrets hidden.
    Config,
    /// Asks a running server whether it is ready.
    Health(command::health::Health),
}

impl Command {
    /// Whether it is about what is there already: where nothing is, it makes nothing.
    const fn needs_installation(&self) -> bool {
        match self {
            Self::Keys(_) | Self::History => true,
            Self::User(user) => user.needs_installation(),
            _ => false,
        }
    }
}

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    #[error("there is no installation in {0}")]
    NoInstallation(PathBuf),
    #[error("could not start the runtime")]
    Runtime(#[source] std::io::Error),
    #[error(transparent)]
    Command(#[from] CommandError),
}

/// Runs what the command line says.
#[must_use]
#[expect(clippy::print_stderr, reason = "whoever typed the command reads it here, whatever the log filter says")]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match execute(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tradepost: {}", chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn execute(cli: Cli) -> Result<(), CliError> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    let variables = std::env::vars_os();
    let mut config = Config::load(cli.config.as_deref(), &environment(variables)?)?;
    if let Some(data_dir) = cli.data_dir {
        config.data_dir = data_dir;
    }
    if cli.command.needs_installation() && config.database_url.is_none() && !PrivatePostgres::is_made(&config.data_dir)
    {
        return Err(CliError::NoInstallation(config.data_dir));
    }
    crate::telemetry::start(&config);
    match cli.command {
        Command::Config => {
            command::print(&config.shown());
            Ok(())
        }
        Command::Health(health) => run_async(health.run(config.listen)),
        Command::Postgres => with_private_postgres(&config, Running::Refuse, command::postgres::run),
        Command::Migrate => with_database(&config, Running::Join, command::migrate::run),
        Command::Serve(serve) => with_database(&config, Running::Refuse, |url| serve.run(config.clone(), url)),
        Command::Worker => with_database(&config, Running::Refuse, |url| command::worker::run(config.clone(), url)),
        Command::Demo(demo) => with_database(&config, Running::Join, |url| demo.run(config.clone(), url)),
        Command::Keys(keys) => with_database(&config, Running::Join, |url| keys.run(config.clone(), url)),
        Command::History => with_database(&config, Running::Join, |url| command::history::run(config.clone(), url)),
        Command::User(user) => with_database(&config, Running::Join, |url| user.run(config.clone(), url)),
    }
}

/// What to do when another program already runs the private database of this data directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Running {
    /// A short command works beside the server.
    Join,
    /// What runs for long would lose its database with the other program.
    Refuse,
}

/// Uses the database of the settings, or a private one for as long as the command runs.
fn with_database<C: Future<Output = Result<(), CommandError>>>(
    config: &Config,
    running: Running,
    command: impl FnOnce(String) -> C,
) -> Result<(), CliError> {
    match &config.database_url {
        Some(url) => run_async(command(url.expose().to_owned())),
        None => with_private_postgres(config, running, command),
    }
}

/// Started here, on the main thread, because PostgreSQL is to end with the thread that started it.
fn with_private_postgres<C: Future<Output = Result<(), CommandError>>>(
    config: &Config,
    running: Running,
    command: impl FnOnce(String) -> C,
) -> Result<(), CliError> {
    let options =
        Options { data_dir: config.data_dir.clone(), binaries: config.postgres_binaries.clone(), ..Options::default() };
    let mut postgres = match PrivatePostgres::start(&options) {
        Err(PostgresError::ShareDataDirectory { .. }) if running == Running::Join => {
            return run_async(command(PrivatePostgres::url_of_running(&options)?));
        }
        started => started?,
    };
    let command = command(postgres.url().to_owned());
    let ran = run_async(async {
        tokio::select! {
            done = command => done.map_err(CliError::from),
            error = ended(&mut postgres) => Err(error.into()),
        }
    });
    let stopped = postgres.stop();
    ran?;
    Ok(stopped?)
}

/// Waits until the database ends though nobody asked it to: then so does the program, for whoever started it to start it anew.
async fn ended(postgres: &mut PrivatePostgres) -> PostgresError {
    loop {
        tokio::time::sleep(POSTGRES_CHECK_INTERVAL).await;
        if let Err(error) = postgres.check() {
            return error;
        }
    }
}

/// Runs a command until it ends or the user ends it; what it was doing in the database is then rolled back.
fn run_async<E>(command: impl Future<Output = Result<(), E>>) -> Result<(), CliError>
where
    CliError: From<E>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Runtime)?;
    Ok(runtime.block_on(command)?)
}
