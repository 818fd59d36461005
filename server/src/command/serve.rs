//! `tradepost serve`

use super::demo::load_if_missing;
use super::{CommandError, Connected, print, until_stopped};
use crate::config::Config;
use crate::web::entrance::Entrance;
use crate::web::{WebState, listen, router};
use app::context::{AppContext, Site};
use clap::Args;
use identity::Passwords;
use std::net::SocketAddr;
use tokio::net::TcpListener;

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
        let (shutdown, entrance) = (crate::shutdown::on_request(), Entrance::default());
        let serving = tokio::spawn(listen::serve(listener, entrance.router(), shutdown.clone()));
        let (connected, sealing) = until_stopped(&shutdown, async {
            let connected = Connected::open(&config, &url).await?;
            // Before the demo, which takes long.
            let sealing = crate::secret_key::find(&config, &connected.application).await?;
            if self.demo {
                Box::pin(load_if_missing(&connected, &config, &url)).await?;
            }
            Ok((connected, sealing))
        })
        .await?;
        if config.is_https() && config.trusted_proxies().is_empty() {
            tracing::warn!(
                "no trusted_proxies are set: if a proxy stands in front, everybody seems to come from its address, and waits for the failed sign-ins of all"
            );
        }
        let mail = crate::worker::mail(&config, &connected.worker, sealing.clone())?;
        let public_url = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
        let app = AppContext::new(
            connected.application.clone(),
            Passwords::new(config.password_hashes_at_once)?,
            Site { url: public_url.clone(), ..config.site() },
            sealing,
        );
        entrance.open(router(&WebState::new(&config, app), &config));
        let tasks = (!self.no_worker).then(|| crate::worker::start(&connected.worker, mail, &shutdown));
        print(&format!("Tradepost serves at {public_url}\n"));
        serving.await.map_err(CommandError::Serve)?;
        connected.close(tasks).await;
        Ok(())
    }
}
