//! Server functions of the audit log.

use crate::AppError;
use leptos::prelude::*;
use model::audit::{AuditEntry, AuditQuery};
use model::id::{AuditId, UserId};
use model::page::Page;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// A page of the log, and who can be chosen to filter it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditScreen {
    pub page: Page<AuditEntry, AuditId>,
    /// Nobody, for whoever may not see the staff.
    pub people: Vec<(UserId, String)>,
    /// Whether the person may take the rows away as a file.
    pub may_export: bool,
}

/// A page of the log, newest first. Without a query, for filters that can't be read, no rows: only who can be chosen.
#[server(prefix = "/api", endpoint = "audit", input = Json)]
pub async fn load_audit(query: Option<AuditQuery>) -> Result<AuditScreen, AppError> {
    use model::permission::Permission;
    let staff = crate::context::staff_who_may(Permission::ReadAudit)?;
    let app = crate::context::AppContext::of_request()?;
    read::screen(&app, &staff, query.as_ref()).await.map_err(|error| crate::context::broken(&*error))
}

#[cfg(feature = "ssr")]
mod read {
    use super::AuditScreen;
    use crate::context::AppContext;
    use identity::audit;
    use model::audit::AuditQuery;
    use model::page::Page;
    use model::permission::Permission;
    use model::session::Staff;

    /// Rows of a page.
    const ROWS: u16 = 50;

    type Failure = Box<dyn std::error::Error + Send + Sync>;

    pub(super) async fn screen(
        app: &AppContext,
        staff: &Staff,
        query: Option<&AuditQuery>,
    ) -> Result<AuditScreen, Failure> {
        let mut tx = app.database.begin_reading(staff.tenant).await?;
        let page = match query {
            Some(query) => audit::page(&mut tx, staff.time_zone.parse()?, query, ROWS).await?,
            None => Page { rows: Vec::new(), next: None },
        };
        let people = if staff.may(Permission::ReadStaff) { audit::people(&mut tx).await? } else { Vec::new() };
        tx.commit().await?;
        Ok(AuditScreen { page, people, may_export: staff.may(Permission::ReadExports) })
    }
}
