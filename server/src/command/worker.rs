//! `tradepost worker`

use super::{CommandError, Connected};
use crate::config::Config;
use tokio_util::sync::CancellationToken;

pub(crate) async fn run(config: Config, url: String) -> Result<(), CommandError> {
    let connected = super::until_stopped(async { Ok(Connected::open(&config, &url).await?) }).await?;
    let shutdown = CancellationToken::new();
    let tasks = crate::worker::start(&connected.worker, &shutdown);
    tracing::info!("the background tasks run");
    crate::shutdown::requested().await;
    shutdown.cancel();
    tasks.wait().await;
    connected.close().await;
    Ok(())
}
