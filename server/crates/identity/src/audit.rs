//! Reading the audit log. The kernel writes it, in the transaction of what is logged.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use kernel::TenantTx;
use model::audit::{Action, AuditEntry, AuditQuery};
use model::event::Cause;
use model::id::{AuditId, UserId};
use model::page::{Page, PageRequest};
use uuid::Uuid;

/// Why the log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error("could not choose how to search the audit log")]
    Plan(#[source] sqlx::Error),
    #[error("could not read the audit log")]
    Read(#[source] sqlx::Error),
    #[error("could not read who stands in the audit log")]
    ReadActors(#[source] sqlx::Error),
    #[error("a row of the audit log cannot be read")]
    Decode(#[source] serde_json::Error),
}

/// A row as it is read.
struct Row {
    id: Uuid,
    occurred_at: DateTime<Utc>,
    actor: String,
    address: Option<String>,
    correlation_id: Uuid,
    action: String,
    object_name: String,
    changes: serde_json::Value,
    person: Option<String>,
}

impl Row {
    fn decode(self, zone: Tz) -> Result<AuditEntry, AuditError> {
        let occurred_at = self.occurred_at.with_timezone(&zone);
        Ok(AuditEntry {
            id: self.id.into(),
            occurred_at: occurred_at.format("%-d %b %Y, %H:%M:%S").to_string(),
            occurred_at_iso: occurred_at.to_rfc3339_opts(SecondsFormat::Millis, false),
            actor: self.person.unwrap_or_else(|| program(&self.actor)),
            address: self.address,
            correlation: self.correlation_id.into(),
            action_word: self.action.clone(),
            action: self.action.parse().map(|action: Action| action.label().to_owned()).unwrap_or(self.action),
            object: self.object_name,
            changes: serde_json::from_value(self.changes).map_err(AuditError::Decode)?,
        })
    }
}

/// A page of the log, newest first, with times on the clock of `zone`. What is older than `query.before` follows.
///
/// # Errors
/// The database refused, or a row is damaged.
pub async fn page(
    tx: &mut TenantTx,
    zone: Tz,
    query: &AuditQuery,
    rows: u16,
) -> Result<Page<AuditEntry, AuditId>, AuditError> {
    // Each combination of filters has an index; only a plan made for the very values finds it.
    sqlx::query!("SET LOCAL plan_cache_mode = force_custom_plan").execute(tx.conn()).await.map_err(AuditError::Plan)?;
    let page = PageRequest::new(query.before, rows);
    let day_after = |day: NaiveDate| day.checked_add_days(Days::new(1));
    let read = sqlx::query_as!(
        Row,
        r#"SELECT a.id, a.occurred_at, a.actor, host(a.address) AS address, a.correlation_id, a.action, a.object_name, a.changes,
                  u.name AS "person?"
           FROM audit_log a
           LEFT JOIN users u ON u.id = CASE WHEN a.actor LIKE 'user:%' THEN substr(a.actor, 6)::uuid END
           WHERE a.tenant_id = $1
             AND ($2::text IS NULL OR a.actor = $2)
             AND ($3::text IS NULL OR a.action = $3)
             AND ($4::uuid IS NULL OR a.id >= $4)
             AND ($5::uuid IS NULL OR a.id < $5)
             AND ($6::uuid IS NULL OR a.id < $6)
           ORDER BY a.id DESC
           LIMIT $7"#,
        tx.tenant().uuid(),
        query.actor.map(|user| Cause::User(user).to_string()),
        query.action.map(Action::word),
        query.from.map(|day| first_id(start_of(day, zone))),
        query.to.and_then(day_after).map(|day| first_id(start_of(day, zone))),
        query.before.map(AuditId::uuid),
        page.fetch(),
    )
    .fetch_all(tx.conn())
    .await
    .map_err(AuditError::Read)?;
    let entries = read.into_iter().map(|row| row.decode(zone)).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::of(entries, &page, |entry| entry.id))
}

/// Who may be chosen as the actor: everybody who works or worked here, by name.
///
/// # Errors
/// The database refused.
pub async fn people(tx: &mut TenantTx) -> Result<Vec<(UserId, String)>, AuditError> {
    let tenant = tx.tenant().uuid();
    let rows = sqlx::query!(
        "SELECT u.id, u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = $1 ORDER BY u.name, u.id",
        tenant,
    )
    .fetch_all(tx.conn())
    .await
    .map_err(AuditError::ReadActors)?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.name)).collect())
}

/// What stands behind `system:`.
fn program(actor: &str) -> String {
    actor.split_once(':').map_or(actor, |(_, name)| name).to_owned()
}

/// When a day begins somewhere; where clocks are put forward at midnight, the first moment there is.
fn start_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let first = (0..4).find_map(|hour| (midnight + chrono::TimeDelta::hours(hour)).and_local_timezone(zone).earliest());
    first.map_or_else(|| midnight.and_utc(), |time| time.to_utc())
}

/// The smallest UUIDv7 of a time (RFC 9562, 5.7): ids are made from the time of their row.
pub(crate) fn first_id(time: DateTime<Utc>) -> Uuid {
    let milliseconds = u128::try_from(time.timestamp_millis()).unwrap_or_default();
    // 48 bits of them; the year 10889 is late enough for a filter.
    Uuid::from_u128(milliseconds.min((1 << 48) - 1) << 80)
}

#[cfg(test)]
mod tests {
    use super::{first_id, start_of};
    use chrono_tz::Tz;

    #[test]
    fn a_day_begins_at_its_first_moment_in_the_zone() {
        let begins = |day: &str, zone: Tz| start_of(day.parse().unwrap(), zone).to_rfc3339();
        assert_eq!(begins("2026-07-01", Tz::Europe__London), "2026-06-30T23:00:00+00:00");
        // Clocks went from 0:00 to 1:00.
        assert_eq!(begins("2018-11-04", Tz::America__Sao_Paulo), "2018-11-04T03:00:00+00:00");
    }

    #[test]
    fn ids_of_a_time_are_not_smaller_than_its_first() {
        let (early, late) = ("2026-03-04T12:00:00Z".parse().unwrap(), "2026-03-04T12:00:00.001Z".parse().unwrap());
        assert!(first_id(early) < first_id(late));
    }
}
