//! The commands of the program, a file each.

pub mod demo;
pub mod health;
pub mod history;
pub mod keys;
pub mod migrate;
pub mod postgres;
pub mod serve;
pub mod user;
pub mod worker;

use crate::config::Config;
use kernel::database::{self, DatabaseError};
use kernel::{Clock, Database, Ids, SystemClock};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long background tasks may take to end their run when the program stops.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(4);

/// What was attempted by a command when it failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("could not listen on {address}: is another program using it?")]
    Listen { address: std::net::SocketAddr, source: std::io::Error },
    #[error("could not serve")]
    Serve(#[source] tokio::task::JoinError),
    #[error(transparent)]
    Mail(#[from] notifications::send::SendError),
    #[error(transparent)]
    SecretKey(#[from] crate::secret_key::SecretKeyError),
    #[error(transparent)]
    AccessToken(#[from] identity::access_token::AccessTokenError),
    #[error(transparent)]
    Password(#[from] identity::password::PasswordError),
    #[error(transparent)]
    Credential(#[from] model::credentials::CredentialError),
    #[error(transparent)]
    Register(#[from] identity::user::RegisterError),
    #[error(transparent)]
    ChangePassword(#[from] identity::user::ChangePasswordError),
    #[error(transparent)]
    SecondFactor(#[from] identity::second_factor::SecondFactorError),
    #[error(transparent)]
    SigningKey(#[from] identity::signing_key::KeyError),
    #[error(transparent)]
    InstallationLog(#[from] kernel::installation_log::InstallationLogError),
    #[error("could not open a business")]
    OpenBusiness(#[source] identity::business::OpenError),
    #[error("could not look for {0}")]
    LookUp(&'static str, #[source] sqlx::Error),
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Demo(#[from] ::demo::DemoError),
    #[error("could not open {0}")]
    OpenFile(std::path::PathBuf, #[source] std::io::Error),
    #[error(transparent)]
    Restate(#[from] analytics::restate::RestateError),
    #[error("{0} is not ready: {1}")]
    NotReady(std::net::SocketAddr, String),
    #[error("stopped; what was not finished was rolled back")]
    Stopped,
}

/// The answer of a command, on standard output.
#[expect(clippy::print_stdout, reason = "the one place that prints a command's answer")]
pub(crate) fn print(answer: &str) {
    use std::io::Write;
    print!("{answer}");
    // Somebody who reads it through a pipe shall have it at once; a reader that has gone needs no answer.
    let _ = std::io::stdout().flush();
}

/// The connections of a program: one pool under each role, one clock, one source of ids.
pub(crate) struct Connected {
    pub(crate) application: Database,
    pub(crate) worker: Database,
}

impl Connected {
    /// Migrates the database and opens the pools.
    pub(crate) async fn open(config: &Config, url: &str) -> Result<Self, DatabaseError> {
        database::migrate(url).await?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ids = Arc::new(Ids::random());
        let connect =
            |role, connections| Database::connect(url, role, connections, Arc::clone(&clock), Arc::clone(&ids));
        Ok(Self {
            application: connect(database::Role::Application, config.database_connections).await?,
            worker: connect(database::Role::Worker, config.worker_connections).await?,
        })
    }

    /// Lets the background tasks end their run and closes the pools, in bounded time: what isn't committed by then is rolled
    /// back, and found again by the next start.
    pub(crate) async fn close(self, tasks: Option<TaskTracker>) {
        let close = async {
            if let Some(tasks) = tasks {
                tasks.wait().await;
            }
            self.application.close().await;
            self.worker.close().await;
        };
        if tokio::time::timeout(CLOSE_TIMEOUT, close).await.is_err() {
            tracing::warn!("some background work did not end in time");
        }
    }
}

/// Runs `work` unless the user ends it first; then it is dropped, which rolls back what it had open.
pub(crate) async fn until_stopped<T>(
    shutdown: &CancellationToken,
    work: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    shutdown.run_until_cancelled(work).await.unwrap_or(Err(CommandError::Stopped))
}

/// A password nobody chose: 20 characters of 32 that are not taken for each other, 100 bits.
pub(crate) fn made_up_password() -> String {
    use rand::RngExt;
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 20] = rand::rng().random();
    let letters = bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32)).map(|letter| char::from(*letter)));
    let password: Vec<char> = letters.collect();
    password.chunks(5).map(String::from_iter).collect::<Vec<_>>().join("-")
}
