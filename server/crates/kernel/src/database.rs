//! The database: a pool of connections under one of the three roles, and the transactions that begin on it.

mod migrate;
mod roles;

pub use migrate::{migrate, migrate_to, vacuum};

use crate::{Clock, Ids, TenantTx};
use log::LevelFilter;
use model::id::{TenantId, UserId};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgPool, Postgres, Transaction};
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

/// The oldest PostgreSQL that has what the schema uses (`NULLS NOT DISTINCT`).
pub const POSTGRES_MAJOR_MIN: u32 = 15;
/// How long a request waits for a free connection before it is told that the server is busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection unused for longer is asked whether it still lives before a request gets it.
const IDLE_TRUSTED: Duration = Duration::from_secs(2);

/// Under which rights a pool works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Serves requests.
    Application,
    /// Brings in many rows at once, with the rights of the application and more time.
    Loader,
    /// Runs background tasks; may look over the queues of all tenants.
    Worker,
}

impl Role {
    /// What a new connection is set to. The statement timeout ends what takes too long for anybody to wait, the check of the
    /// connection what nobody waits for any more, because the program was killed.
    const fn set_up(self) -> &'static str {
        match self {
            Self::Application => {
                "SET ROLE tradepost_app; SET statement_timeout = '30s'; SET client_connection_check_interval = '2s'"
            }
            Self::Loader => {
                "SET ROLE tradepost_app; SET statement_timeout = '10min'; SET client_connection_check_interval = '2s'"
            }
            Self::Worker => {
                "SET ROLE tradepost_worker; SET statement_timeout = '10min'; SET client_connection_check_interval = '2s'"
            }
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Application => "tradepost",
            Self::Loader => "tradepost loader",
            Self::Worker => "tradepost worker",
        }
    }

    /// A statement that takes longer is logged as a warning.
    const fn slow(self) -> Duration {
        match self {
            Self::Application => Duration::from_secs(1),
            Self::Loader => Duration::from_secs(60),
            Self::Worker => Duration::from_secs(10),
        }
    }
}

/// What was attempted on the database when it failed.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error("the database URL cannot be read")]
    ReadUrl(#[source] sqlx::Error),
    #[error("could not connect to the database")]
    Connect(#[source] sqlx::Error),
    #[error("PostgreSQL {found} is too old: version {POSTGRES_MAJOR_MIN} or newer is needed")]
    TooOld { found: u32 },
    #[error(
        "could not create the database roles; the user of the database URL must own the database and have CREATEROLE, or an administrator creates tradepost_owner, tradepost_app and tradepost_worker and grants them to it"
    )]
    CreateRoles(#[source] sqlx::Error),
    #[error("could not bring the schema up to date; the user of the database URL must own the database")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    #[error("could not make the outbox's partitions")]
    MakePartitions(#[source] sqlx::Error),
    #[error("could not clear up the tables")]
    Vacuum(#[source] sqlx::Error),
    #[error("could not begin a transaction")]
    Begin(#[source] sqlx::Error),
    #[error("beginning a transaction was cut off")]
    BeginCutOff(#[source] tokio::task::JoinError),
    #[error("could not commit")]
    Commit(#[source] sqlx::Error),
    #[error("committing was cut off")]
    CommitCutOff(#[source] tokio::task::JoinError),
}

/// Whether the cause of an error is that all connections were in use for too long.
#[must_use]
pub fn waited_in_vain(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |cause| cause.source());
    causes.any(|cause| matches!(cause.downcast_ref(), Some(sqlx::Error::PoolTimedOut)))
}

/// A pool of connections under one role, with the clock and the ids that its transactions use.
#[derive(Clone, Debug)]
pub struct Database {
    pool: PgPool,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
}

impl Database {
    /// Opens a pool of at most `connections` connections. The schema must be up to date (see [`migrate`]).
    ///
    /// # Errors
    /// The URL can't be read or the server not be reached.
    pub async fn connect(
        url: &str,
        role: Role,
        connections: u32,
        clock: Arc<dyn Clock>,
        ids: Arc<Ids>,
    ) -> Result<Self, DatabaseError> {
        let options: PgConnectOptions = url.parse().map_err(DatabaseError::ReadUrl)?;
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A connection may be lost while it is idle, not between two requests: asking it each time is a round trip wasted.
            .test_before_acquire(false)
            .before_acquire(|connection, metadata| {
                Box::pin(async move {
                    if metadata.idle_for > IDLE_TRUSTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .after_connect(move |connection, _| {
                Box::pin(async move { connection.execute(role.set_up()).await.map(|_| ()) })
            })
            .connect_with(options.application_name(role.name()).log_slow_statements(LevelFilter::Warn, role.slow()))
            .await
            .map_err(DatabaseError::Connect)?;
        Ok(Self { pool, clock, ids })
    }

    /// Begins a transaction that sees this tenant's rows only, in one round trip.
    ///
    /// # Errors
    /// No connection was free in time, or it broke.
    pub async fn begin(&self, tenant: TenantId) -> Result<TenantTx, DatabaseError> {
        let statement = format!("BEGIN; SET LOCAL app.tenant_id = '{tenant}'");
        let transaction = self.begin_with(statement).await?;
        Ok(TenantTx::new(transaction, tenant, self.clock.now(), Arc::clone(&self.ids)))
    }

    /// Begins a transaction that only reads, all of it as of one moment.
    ///
    /// # Errors
    /// No connection was free in time, or it broke.
    pub async fn begin_reading(&self, tenant: TenantId) -> Result<TenantTx, DatabaseError> {
        let statement =
            format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL app.tenant_id = '{tenant}'");
        let transaction = self.begin_with(statement).await?;
        Ok(TenantTx::new(transaction, tenant, self.clock.now(), Arc::clone(&self.ids)))
    }

    /// Begins a transaction that sees no tenant's rows: for people, their sessions, and what is counted about them.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn begin_global(&self) -> Result<Transaction<'static, Postgres>, DatabaseError> {
        self.begin_with("BEGIN".to_owned()).await
    }

    /// Begins a transaction in which a person sees where they belong, before a tenant is chosen.
    ///
    /// # Errors
    /// No connection was free in time, or it broke.
    pub async fn begin_as(&self, user: UserId) -> Result<Transaction<'static, Postgres>, DatabaseError> {
        self.begin_with(format!("BEGIN; SET LOCAL app.user_id = '{user}'")).await
    }

    /// Runs in a task of its own that always finishes: sqlx returns a connection whose `BEGIN` was sent and never awaited
    /// to the pool inside the open transaction, where the next request would find it.
    async fn begin_with(&self, statement: String) -> Result<Transaction<'static, Postgres>, DatabaseError> {
        let pool = self.pool.clone();
        let begin = async move { pool.begin_with(AssertSqlSafe(statement)).await };
        tokio::spawn(begin.in_current_span()).await.map_err(DatabaseError::BeginCutOff)?.map_err(DatabaseError::Begin)
    }

    /// For the tables without a tenant: users and sessions. Tenant tables look empty through it.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    #[must_use]
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Whether a query comes back.
    ///
    /// # Errors
    /// It doesn't.
    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        self.pool.execute("SELECT").await.map(|_| ())
    }

    /// Waits for the connections in use and closes all of them.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
