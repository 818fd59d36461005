//! `tradepost worker`

use super::{CommandError, Connected, until_stopped};
use crate::config::Config;

pub(crate) async fn run(config: Config, url: String) -> Result<(), CommandError> {
    let shutdown = crate::shutdown::on_request();
    let connected = until_stopped(&shutdown, async { Ok(Connected::open(&config, &url).await?) }).await?;
    let sealing = crate::secret_key::find(&config, &connected.worker).await?;
    let mail = crate::worker::mail(&config, &connected.worker, sealing)?;
    let tasks = crate::worker::start(&connected.worker, mail, &shutdown);
    tracing::info!("the background tasks run");
    shutdown.cancelled().await;
    connected.close(Some(tasks)).await;
    Ok(())
}
