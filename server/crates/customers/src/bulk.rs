//! Many customers at once, for loads.

use chrono::{DateTime, Utc};
use kernel::TenantTx;
use kernel::bulk::{self, Rows, Staging, TextRows};
use model::id::CustomerId;

/// A customer without an e-mail address.
#[derive(Clone, Copy, Debug)]
pub struct CustomerRow<'a> {
    pub id: CustomerId,
    pub number: &'a str,
    pub name: &'a str,
    /// ISO 3166-1 alpha-2, or a user-assigned code (EU, XC, ZZ).
    pub country: &'a str,
    pub created_at: DateTime<Utc>,
}

/// Inserts customers and returns how many.
///
/// # Errors
/// What the database refuses, such as a number that is taken.
pub async fn insert_customers(tx: &mut TenantTx, rows: Rows<'_, CustomerRow<'_>>) -> Result<u64, sqlx::Error> {
    bulk::load(tx.conn(), &CUSTOMERS, rows, encode_customer).await
}

const CUSTOMERS: Staging = Staging {
    create: "CREATE TEMPORARY TABLE staged_customers (id uuid, number text, name text, country text, created_at timestamptz)
             ON COMMIT DROP",
    copy: "COPY staged_customers FROM STDIN",
    insert: "INSERT INTO customers (tenant_id, id, number, name, country, created_at, updated_at)
             SELECT (SELECT current_tenant_id()), id, number, name, country, created_at, created_at FROM staged_customers",
    drop: "DROP TABLE staged_customers",
};

fn encode_customer(row: &CustomerRow<'_>, out: &mut TextRows) {
    out.value(row.id.uuid()).text(row.number).text(row.name).text(row.country).value(row.created_at);
}
