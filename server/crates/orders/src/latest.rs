//! The latest orders, for the dashboard.

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use kernel::TenantTx;
use model::channel::Channel;
use model::dashboard::LatestOrder;
use model::id::OrderId;
use model::page::{Page, PageRequest};
use model::vocabulary::UnknownWord;
use rust_decimal::Decimal;
use uuid::Uuid;

/// Why the latest orders could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LatestError {
    #[error("could not read the latest orders")]
    Read(#[source] sqlx::Error),
    #[error("an order holds what this version does not know")]
    Decode(#[from] UnknownWord),
}

/// An order as it is read.
struct Row {
    id: Uuid,
    number: String,
    kind: String,
    status: String,
    channel: String,
    net_amount: Decimal,
    placed_at: DateTime<Utc>,
    customer: Option<String>,
}

/// Where a page of the latest orders ends: time and id of its last one.
pub type LatestKey = (DateTime<Utc>, OrderId);

/// Documents, newest first, a page at a time; `channel` narrows to one. Times are also given on the clock of `zone`.
///
/// # Errors
/// The database refused, or holds what this version doesn't know.
pub async fn latest(
    tx: &mut TenantTx,
    zone: Tz,
    channel: Option<Channel>,
    page: &PageRequest<LatestKey>,
) -> Result<Page<LatestOrder, LatestKey>, LatestError> {
    let now = tx.now();
    let rows = match channel {
        Some(channel) => read_of_channel(tx, channel, page).await,
        None => read_of_all(tx, page).await,
    };
    let orders = rows.map_err(LatestError::Read)?.into_iter().map(|row| row.decode(now, zone));
    let orders = orders.collect::<Result<Vec<_>, LatestError>>()?;
    Ok(Page::of(orders, page, |order| (order.placed_at, order.order)))
}

/// Each of the two statements has an index that gives its order; one with "this channel or any" would have none.
async fn read_of_all(tx: &mut TenantTx, page: &PageRequest<LatestKey>) -> Result<Vec<Row>, sqlx::Error> {
    let (after_time, after_id) = page.after.map(|(time, id)| (time, id.uuid())).unzip();
    sqlx::query_as!(
        Row,
        r#"SELECT o.id, o.number, o.kind, o.status, o.channel, o.net_amount, o.placed_at, c.name AS "customer?"
           FROM orders o
           LEFT JOIN customers c ON c.tenant_id = o.tenant_id AND c.id = o.customer_id
           WHERE o.tenant_id = $1 AND ($2::timestamptz IS NULL OR (o.placed_at, o.id) < ($2, $3))
           ORDER BY o.placed_at DESC, o.id DESC
           LIMIT $4"#,
        tx.tenant().uuid(),
        after_time,
        after_id,
        page.fetch(),
    )
    .fetch_all(tx.conn())
    .await
}

async fn read_of_channel(
    tx: &mut TenantTx,
    channel: Channel,
    page: &PageRequest<LatestKey>,
) -> Result<Vec<Row>, sqlx::Error> {
    let (after_time, after_id) = page.after.map(|(time, id)| (time, id.uuid())).unzip();
    sqlx::query_as!(
        Row,
        r#"SELECT o.id, o.number, o.kind, o.status, o.channel, o.net_amount, o.placed_at, c.name AS "customer?"
           FROM orders o
           LEFT JOIN customers c ON c.tenant_id = o.tenant_id AND c.id = o.customer_id
           WHERE o.tenant_id = $1 AND o.channel = $2 AND ($3::timestamptz IS NULL OR (o.placed_at, o.id) < ($3, $4))
           ORDER BY o.placed_at DESC, o.id DESC
           LIMIT $5"#,
        tx.tenant().uuid(),
        channel.word(),
        after_time,
        after_id,
        page.fetch(),
    )
    .fetch_all(tx.conn())
    .await
}

impl Row {
    fn decode(self, now: DateTime<Utc>, zone: Tz) -> Result<LatestOrder, LatestError> {
        Ok(LatestOrder {
            order: self.id.into(),
            number: self.number,
            kind: self.kind.parse()?,
            status: self.status.parse()?,
            channel: self.channel.parse()?,
            customer: self.customer,
            net_amount: self.net_amount,
            placed_at: self.placed_at,
            placed_at_local: local_time(self.placed_at, now, zone),
        })
    }
}

/// `3 Mar, 14:05`, with the year when it isn't this one.
fn local_time(time: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (time, now) = (time.with_timezone(&zone), now.with_timezone(&zone));
    let format = if time.year() == now.year() { "%-d %b, %H:%M" } else { "%-d %b %Y, %H:%M" };
    time.format(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::local_time;
    use chrono_tz::Tz;

    #[test]
    fn times_are_on_the_clock_of_the_zone() {
        let (summer, winter) = ("2026-07-01T22:30:00Z".parse().unwrap(), "2025-12-31T23:30:00Z".parse().unwrap());
        assert_eq!(local_time(summer, summer, Tz::Europe__London), "1 Jul, 23:30");
        assert_eq!(local_time(winter, summer, Tz::Europe__London), "31 Dec 2025, 23:30");
        assert_eq!(local_time(winter, summer, Tz::Asia__Tokyo), "1 Jan, 08:30");
    }
}
