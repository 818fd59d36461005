//! The background tasks of this installation.

use crate::config::Config;
use analytics::restate::RestateDirtyDays;
use chrono::Datelike;
use identity::old_links::RemoveOldLinks;
use identity::refresh_token::RemoveEndedTokens;
use identity::session_store::RemoveEndedSessions;
use identity::throttle::ForgetFailures;
use kernel::Database;
use kernel::seal::SealingKey;
use kernel::task::{Signal, Task, spawn};
use notifications::SendMail;
use notifications::send::{SendError, Smtp};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How many months ahead the outbox has partitions.
const OUTBOX_MONTHS_AHEAD: i32 = 3;

/// The task that sends mail, as the settings say.
///
/// # Errors
/// The mail server's address or the sender can't be read.
pub fn mail(config: &Config, worker: &Database, sealing: SealingKey) -> Result<SendMail, SendError> {
    let smtp = config.smtp_url.as_ref().map(|url| Smtp::new(url.expose(), &config.mail_from)).transpose()?;
    Ok(SendMail { database: worker.clone(), sealing, smtp })
}

/// Starts every task. They stop when `shutdown` is cancelled; wait for the tracker to see them stopped.
#[must_use]
pub fn start(worker: &Database, mail: SendMail, shutdown: &CancellationToken) -> TaskTracker {
    let tasks = TaskTracker::new();
    tasks.spawn(waited(spawn(RestateDirtyDays(worker.clone()), Signal::default(), shutdown.clone())));
    tasks.spawn(waited(spawn(RemoveEndedSessions(worker.clone()), Signal::default(), shutdown.clone())));
    tasks.spawn(waited(spawn(RemoveEndedTokens(worker.clone()), Signal::default(), shutdown.clone())));
    tasks.spawn(waited(spawn(ForgetFailures(worker.clone()), Signal::default(), shutdown.clone())));
    tasks.spawn(waited(spawn(RemoveOldLinks(worker.clone()), Signal::default(), shutdown.clone())));
    tasks.spawn(waited(spawn(mail, Signal::default(), shutdown.clone())));
    tasks.spawn(waited(spawn(MakeOutboxPartitions(worker.clone()), Signal::default(), shutdown.clone())));
    tasks.close();
    tasks
}

async fn waited(task: tokio::task::JoinHandle<()>) {
    if let Err(error) = task.await {
        tracing::error!(%error, "a background task ended by itself");
    }
}

/// Makes the partitions of the outbox for this month and the next ones.
struct MakeOutboxPartitions(Database);

impl Task for MakeOutboxPartitions {
    const NAME: &'static str = "make outbox partitions";
    const PERIOD: Duration = Duration::from_secs(24 * 60 * 60);
    type Error = sqlx::Error;

    async fn run(&self) -> Result<(), sqlx::Error> {
        let today = self.0.clock().now().date_naive();
        let month = today.with_day(1).unwrap_or(today);
        sqlx::query_scalar!("SELECT ensure_outbox_partitions($1, $2)", month, OUTBOX_MONTHS_AHEAD)
            .fetch_one(self.0.pool())
            .await?;
        Ok(())
    }
}
