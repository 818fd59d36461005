//! `tradepost postgres`

use super::{CommandError, print};

/// Prints the URL and waits to be ended.
pub(crate) async fn run(url: String) -> Result<(), CommandError> {
    let stop = crate::shutdown::requested();
    print(&format!("{url}\n"));
    stop.await;
    Ok(())
}
