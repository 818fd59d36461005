//! `tradepost migrate`

use super::{CommandError, print};

pub(crate) async fn run(url: String) -> Result<(), CommandError> {
    kernel::database::migrate(&url).await?;
    print("The database is up to date.\n");
    Ok(())
}
