//! `tradepost postgres`

use super::{CommandError, print};

/// Prints the URL and waits to be ended.
pub(crate) async fn run(url: String) -> Result<(), CommandError> {
    let shutdown = crate::shutdown::on_request();
    print(&format!("{url}\n"));
    shutdown.cancelled().await;
    Ok(())
}
