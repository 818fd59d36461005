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
    type Error: std::error::Error + Send + 'static;

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

/// Runs a task at once, on every signal and at least once a period. A run that fails or panics is logged, and the next one
/// comes as ever.
pub fn spawn<T: Task>(task: T, signal: Signal, shutdown: CancellationToken) -> JoinHandle<()> {
    let task = Arc::new(task);
    // Errors have it too, whatever the log leaves out.
    let span = tracing::error_span!("task", name = T::NAME);
    let work = async move {
        // The run itself is never cut off: it is one or more transactions, each short, and stops between runs.
        while !shutdown.is_cancelled() {
            run_once(&task).await;
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = signal.0.notified() => {}
                () = tokio::time::sleep(T::PERIOD) => {}
            }
        }
    };
    tokio::spawn(work.instrument(span))
}

/// On its own, so that a panic ends this run only.
async fn run_once<T: Task>(task: &Arc<T>) {
    let task = Arc::clone(task);
    let run = async move { task.run().await };
    match tokio::spawn(run.in_current_span()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(error = chain(&error), "the task failed and will be tried again"),
        Err(error) => tracing::error!(%error, "the task broke off and will be tried again"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Signal, Task, spawn};
    use std::convert::Infallible;
    use std::time::Duration;
    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
    use tokio::time::Instant;
    use tokio_util::sync::CancellationToken;

    /// Tells of each run, and panics in all of them when it is told to.
    struct Told {
        runs: UnboundedSender<Instant>,
        panics: bool,
    }

    impl Task for Told {
        const NAME: &'static str = "told";
        const PERIOD: Duration = Duration::from_secs(60);
        type Error = Infallible;

        async fn run(&self) -> Result<(), Infallible> {
            self.runs.send(Instant::now()).unwrap();
            assert!(!self.panics, "as it was told");
            Ok(())
        }
    }

    fn told(panics: bool) -> (Told, UnboundedReceiver<Instant>) {
        let (runs, seen) = unbounded_channel();
        (Told { runs, panics }, seen)
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_runs_at_once_on_a_signal_and_after_its_period() {
        let ((task, mut seen), signal, shutdown) = (told(false), Signal::default(), CancellationToken::new());
        let begun = Instant::now();
        let running = spawn(task, signal.clone(), shutdown.clone());
        assert_eq!(seen.recv().await.unwrap(), begun);
        signal.send();
        assert_eq!(seen.recv().await.unwrap(), begun, "before its period was over");
        assert_eq!(seen.recv().await.unwrap() - begun, Told::PERIOD);
        shutdown.cancel();
        running.await.unwrap();
        assert_eq!(seen.recv().await, None, "no run after the shutdown");
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_panics_runs_again() {
        let ((task, mut seen), shutdown) = (told(true), CancellationToken::new());
        let running = spawn(task, Signal::default(), shutdown.clone());
        let first = seen.recv().await.unwrap();
        assert_eq!(seen.recv().await.unwrap() - first, Told::PERIOD);
        shutdown.cancel();
        running.await.unwrap();
    }
}
