//! `tradepost serve`

use super::demo::load_if_missing;
use super::{CommandError, Connected, print, until_stopped};
use crate::config::Config;
use crate::web::{WebState, router};
use analytics::sales::SalesCache;
use app::context::AppContext;
use clap::Args;
use identity::Passwords;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long requests in flight may take to end when the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address and port to serve on.
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Loads the demo business first, when it isn't there yet.
    #[arg(long)]
    demo: bool,
    /// Serves without the background tasks; `tradepost worker` runs them elsewhere.
    #[arg(long)]
    no_worker: bool,
}

impl Serve {
    pub(crate) async fn run(self, config: Config, url: String) -> Result<(), CommandError> {
        let address = self.listen.unwrap_or(config.listen);
        // Before anything takes long: an address in use is told at once.
        let listener = TcpListener::bind(address).await.map_err(|source| CommandError::Listen { address, source })?;
        let address = listener.local_addr().unwrap_or(address);
        let connected = until_stopped(async {
            let connected = Connected::open(&config, &url).await?;
            if self.demo {
                load_if_missing(&connected, &config, &url).await?;
            }
            Ok(connected)
        })
        .await?;
        let app = AppContext {
            database: connected.application.clone(),
            passwords: Passwords::new(config.password_hashes_at_once)?,
            sales: SalesCache::default(),
        };
        let shutdown = CancellationToken::new();
        let tasks = (!self.no_worker).then(|| crate::worker::start(&connected.worker, &shutdown));
        print(&format!(
            "Tradepost serves at {}\n",
            config.public_url.clone().unwrap_or_else(|| format!("http://{address}"))
        ));
        serve(listener, &config, app, &shutdown).await?;
        if let Some(tasks) = tasks {
            tasks.wait().await;
        }
        connected.close().await;
        Ok(())
    }
}

/// Serves until the user ends it, then lets the requests in flight end.
async fn serve(
    listener: TcpListener,
    config: &Config,
    app: AppContext,
    shutdown: &CancellationToken,
) -> Result<(), CommandError> {
    let router = router(&WebState::new(config, app), config);
    let stopping = shutdown.clone();
    let stop = async move {
        crate::shutdown::requested().await;
        tracing::info!("stopping");
        stopping.cancel();
    };
    let serving = axum::serve(listener, router).with_graceful_shutdown(stop);
    tokio::select! {
        served = async { serving.await } => served.map_err(CommandError::Serve),
        () = async { shutdown.cancelled().await; tokio::time::sleep(DRAIN_TIMEOUT).await } => {
            tracing::warn!("some requests did not end in time");
            Ok(())
        }
    }
}
