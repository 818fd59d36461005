//! A database per test, copied from one that was migrated once.

use crate::{NOON, time};
use kernel::database::{self, Role};
use kernel::{Clock, Database, FixedClock, Ids};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};
use std::sync::Arc;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Connections of each pool: enough for a race, few enough for many tests at a time.
const CONNECTIONS: u32 = 8;
/// Held while the template is made or copied: nobody may be connected to it then.
const LOCK: &str = "SELECT pg_advisory_lock(hashtext('tradepost test template'))";
const UNLOCK: &str = "SELECT pg_advisory_unlock(hashtext('tradepost test template'))";

static TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// A migrated, empty database of its own.
#[derive(Debug)]
pub struct TestDatabase {
    pub application: Database,
    pub worker: Database,
    pub clock: Arc<FixedClock>,
    /// Of the user that owns the database, who is above row-level security.
    pub url: String,
}

impl TestDatabase {
    /// Makes one.
    pub async fn new() -> Self {
        let server = server_url();
        let name = format!("test_{}", Uuid::from_u128(random()).simple());
        copy_template(&server, &name).await;
        let url = with_database(&server, &name);
        let clock = Arc::new(FixedClock::at(time(NOON)));
        let ids = Arc::new(Ids::seeded(1));
        let connect = async |role| {
            let clock: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
            Database::connect(&url, role, CONNECTIONS, clock, Arc::clone(&ids)).await.unwrap()
        };
        Self { application: connect(Role::Application).await, worker: connect(Role::Worker).await, clock, url }
    }

    /// A connection above all protection, to look at what is really there.
    pub async fn superuser(&self) -> PgConnection {
        self.url.parse::<PgConnectOptions>().unwrap().connect().await.unwrap()
    }

    /// Looks until a transaction of this database waits for another one.
    pub async fn somebody_waits(&self) {
        let mut connection = self.superuser().await;
        loop {
            let waits: bool = sqlx::query_scalar(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0)",
            )
            .fetch_one(&mut connection)
            .await
            .unwrap();
            if waits {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

/// An empty database without a schema: for tests of the migrations themselves. Returns its URL.
pub async fn bare_database() -> String {
    let server = server_url();
    let name = format!("test_{}", Uuid::from_u128(random()).simple());
    let mut connection = connect(&server).await;
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    with_database(&server, &name)
}

async fn copy_template(server: &str, name: &str) {
    let template = TEMPLATE.get_or_init(|| make_template(server)).await;
    let mut connection = connect(server).await;
    connection.execute(LOCK).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE {template}"))).await.unwrap();
    connection.execute(UNLOCK).await.unwrap();
    connection.close().await.unwrap();
}

/// One a test program: migrations may have changed since another one made its own.
async fn make_template(server: &str) -> String {
    let name = format!("template_{}", Uuid::from_u128(random()).simple());
    let mut connection = connect(server).await;
    connection.execute(LOCK).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    database::migrate(&with_database(server, &name)).await.unwrap();
    connection.execute(UNLOCK).await.unwrap();
    connection.close().await.unwrap();
    name
}

async fn connect(url: &str) -> PgConnection {
    url.parse::<PgConnectOptions>().unwrap().connect().await.unwrap()
}

#[allow(clippy::disallowed_methods, reason = "tests have no settings but this one")]
fn server_url() -> String {
    std::env::var("DATABASE_URL").expect("DATABASE_URL names the PostgreSQL for tests: run `make test`, or start `tradepost postgres` and take what it prints")
}

/// The same server, another database: `postgresql://host/NAME?options`.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').map_or((url, ""), |(address, options)| (address, options));
    let (server, _) = address.rsplit_once('/').expect("a database URL has a path");
    format!("{server}/{name}?{options}")
}

/// Names of databases may differ from run to run; nothing in a test depends on them.
#[allow(clippy::disallowed_methods, reason = "a name nobody else has")]
fn random() -> u128 {
    Uuid::new_v4().as_u128()
}
