//! The tenant transaction: the only way to tenant tables.

use crate::Ids;
use crate::database::DatabaseError;
use chrono::{DateTime, Utc};
use model::id::TenantId;
use sqlx::{PgConnection, Postgres, Transaction};
use std::sync::Arc;
use tracing::Instrument;

/// A transaction that sees and writes one tenant's rows.
///
/// Commands take it by reference, so that several contexts can work in one; whoever opened it commits it. Dropped without
/// a commit, it leaves nothing.
///
/// **Invariant:** nothing outside the database (mail, payment, broker) happens while one is open.
#[derive(Debug)]
pub struct TenantTx {
    transaction: Transaction<'static, Postgres>,
    tenant: TenantId,
    now: DateTime<Utc>,
    ids: Arc<Ids>,
}

impl TenantTx {
    pub(crate) fn new(
        transaction: Transaction<'static, Postgres>,
        tenant: TenantId,
        now: DateTime<Utc>,
        ids: Arc<Ids>,
    ) -> Self {
        Self { transaction, tenant, now, ids }
    }

    /// What queries run on.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// Whose rows are seen.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The time at which the transaction began: one change has one time.
    #[must_use]
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Makes ids for new rows.
    #[must_use]
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// An id for a row made now.
    pub fn new_id<Id: From<uuid::Uuid>>(&self) -> Id {
        self.ids.at(self.now).into()
    }

    /// Makes everything written so far visible and durable, or nothing of it. Once asked for it is carried through, even if
    /// whoever asked goes away meanwhile.
    ///
    /// # Errors
    /// The connection broke, or a deferred constraint refused.
    pub async fn commit(self) -> Result<(), DatabaseError> {
        let commit = self.transaction.commit().in_current_span();
        tokio::spawn(commit).await.map_err(DatabaseError::CommitCutOff)?.map_err(DatabaseError::Commit)
    }
}
