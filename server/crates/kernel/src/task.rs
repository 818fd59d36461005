//! Background tasks: run on a signal and on a period, until the program shuts down.

use crate::problem::chain;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// Work that is found in the database, never handed over: it takes no input, may run at any time, on several servers at
/// once, and twice. A lost signal costs a period, not the work.
pub trait Task: Send + Sync + 'static {
    /// For logs, and as the actor of what it changes.
    const NAME: &'static str;
    /// The longest time between two runs.
    const PERIOD: Duration;
    type Error: std::error::Error + Send;

    /// Does all that there is to do.
    fn run(&self) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// Wakes a task before its period is over. Sent after the commit that made the work.
#[derive(Clone, Debug, Default)]
pub struct Signal(Arc<Notify>);

impl Signal {
    pub fn send(&self) {
        self.0.notify_one();
    }
}

/// Runs a task at once, on every signal and at least once a period. A failed run is logged and tried again a period later.
pub fn spawn<T: Task>(task: T, signal: Signal, shutdown: CancellationToken) -> JoinHandle<()> {
    let span = tracing::info_span!("task", name = T::NAME);
    let work = async move {
        // The run itself is never cut off: it is one or more transactions, each short, and stops between runs.
        while !shutdown.is_cancelled() {
            if let Err(error) = task.run().await {
                tracing::error!(error = chain(&error), "the task failed and will be tried again");
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = signal.0.notified() => {}
                () = tokio::time::sleep(T::PERIOD) => {}
            }
        }
    };
    tokio::spawn(work.instrument(span))
}
