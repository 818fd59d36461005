//! The audit log as a file, for whoever may read it and take it away.

use super::WebState;
use super::explain::respond;
use app::context::{ClientAddress, Lacking};
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chrono_tz::Tz;
use http::{StatusCode, header};
use identity::audit as log;
use kernel::csv::defused;
use kernel::problem::{Problem, chain};
use kernel::{Actor, TenantTx, audit};
use model::audit::{Action, AuditEntry, AuditQuery};
use model::id::CorrelationId;
use model::page::PAGE_ROWS_MAX;
use model::permission::Permission;
use model::session::Staff;
use std::collections::HashMap;

/// The most rows of one file; whoever wants more takes it by days.
const ROWS_MAX: usize = 20_000;
const COLUMNS: [&str; 8] = ["when", "who", "what", "code", "changes", "to what", "from where", "request"];

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Every row that fits the filters of the address, as the page has them.
pub(super) async fn export(
    State(state): State<WebState>,
    Extension(staff): Extension<Staff>,
    Extension(correlation): Extension<CorrelationId>,
    Extension(lacking): Extension<Lacking>,
    address: Option<Extension<ClientAddress>>,
    Query(filters): Query<HashMap<String, String>>,
) -> Response {
    for permission in [Permission::ReadAudit, Permission::ReadExports] {
        if !staff.may(permission) {
            lacking.note(permission);
            return refused(&staff, permission, correlation);
        }
    }
    let actor = Actor::user(staff.user, correlation, address.map(|Extension(address)| address.0));
    let (query, problem) = AuditQuery::read(|key| filters.get(key).cloned());
    if let Some(problem) = problem {
        return answer(StatusCode::BAD_REQUEST, problem.to_string(), correlation);
    }
    let query = AuditQuery { before: None, ..query };
    match file(&state, &staff, &actor, &query).await {
        Ok(Some(csv)) => {
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"audit-log.csv\""),
            ];
            (headers, csv).into_response()
        }
        Ok(None) => {
            let detail =
                format!("These are more than {ROWS_MAX} rows. Choose fewer days and export them one after the other.");
            answer(StatusCode::UNPROCESSABLE_ENTITY, detail, correlation)
        }
        Err(error) => {
            tracing::error!(error = chain(&*error), "could not export the audit log");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `None` when there are too many rows. That somebody took them away is in the log as well.
async fn file(state: &WebState, staff: &Staff, actor: &Actor, query: &AuditQuery) -> Result<Option<Vec<u8>>, Failure> {
    let mut tx = state.app.database.begin(staff.tenant).await?;
    let Some(entries) = entries(&mut tx, staff.time_zone.parse()?, query.clone()).await? else { return Ok(None) };
    let entry = audit::Entry {
        action: Action::ExportedAudit,
        object_type: "tenant",
        object: staff.tenant.uuid(),
        name: &staff.business,
        changes: Vec::new(),
    };
    audit::record(&mut tx, actor, entry).await?;
    tx.commit().await?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for entry in entries {
        let changes: Vec<_> = entry.changes.iter().map(ToString::to_string).collect();
        let values = [
            entry.occurred_at_iso,
            entry.actor,
            entry.action,
            entry.action_word,
            changes.join("; "),
            entry.object,
            entry.address.unwrap_or_default(),
            entry.correlation.to_string(),
        ];
        writer.write_record(values.iter().map(|value| defused(value)))?;
    }
    Ok(Some(writer.into_inner()?))
}

async fn entries(tx: &mut TenantTx, zone: Tz, mut query: AuditQuery) -> Result<Option<Vec<AuditEntry>>, Failure> {
    let mut entries = Vec::new();
    loop {
        let page = log::page(tx, zone, &query, PAGE_ROWS_MAX).await?;
        entries.extend(page.rows);
        match page.next {
            Some(_) if entries.len() >= ROWS_MAX => return Ok(None),
            Some(next) => query.before = Some(next),
            None => return Ok(Some(entries)),
        }
    }
}

fn refused(staff: &Staff, permission: Permission, correlation: CorrelationId) -> Response {
    let detail = app::AppError::Forbidden { role: staff.role.name.clone(), permission, request_id: correlation };
    answer(StatusCode::FORBIDDEN, detail.to_string(), correlation)
}

fn answer(status: StatusCode, detail: String, correlation: CorrelationId) -> Response {
    let mut problem = Problem::of(status).detail(detail);
    problem.request_id = Some(correlation);
    respond(&problem)
}
