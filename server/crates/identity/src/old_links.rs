//! What was sent by mail and nobody followed doesn't stay for ever: it holds addresses of people who never came.

use chrono::TimeDelta;
use kernel::Database;
use kernel::task::Task;
use std::time::Duration;

/// Invitations that nobody followed are shown for so long after they expired: whoever sent them may send them again.
const INVITATION_KEPT: TimeDelta = TimeDelta::days(30);

/// Removes registrations, links and invitations that nobody followed in time. Needs the worker role.
#[derive(Debug)]
pub struct RemoveOldLinks(pub Database);

impl Task for RemoveOldLinks {
    const NAME: &'static str = "remove old links";
    const PERIOD: Duration = Duration::from_hours(1);
    type Error = sqlx::Error;

    async fn run(&self) -> Result<(), sqlx::Error> {
        let now = self.0.clock().now();
        sqlx::query!("DELETE FROM registrations WHERE expires_at <= $1", now).execute(self.0.pool()).await?;
        sqlx::query!("DELETE FROM account_links WHERE expires_at <= $1", now).execute(self.0.pool()).await?;
        let long_ago = now - INVITATION_KEPT;
        sqlx::query!("DELETE FROM invitations WHERE accepted_at IS NULL AND expires_at <= $1", long_ago)
            .execute(self.0.pool())
            .await?;
        Ok(())
    }
}
