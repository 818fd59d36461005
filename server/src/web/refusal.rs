//! Who is refused for want of a permission is in the audit log. Of what programs may ask with a token nothing asks for one yet.

use app::context::{AppContext, ClientAddress, Lacking};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use identity::refusal;
use kernel::Actor;
use kernel::problem::chain;
use model::id::CorrelationId;
use model::session::Staff;

/// Answers the request of somebody who is known. A refusal that can't be noted stays one.
pub(super) async fn answer(app: &AppContext, staff: Staff, mut request: Request, next: Next) -> Response {
    let (lacking, actor) = (Lacking::default(), actor(&staff, &request));
    // Only the path: what stands behind it may be secret.
    let path = request.uri().path().to_owned();
    request.extensions_mut().insert(lacking.clone());
    request.extensions_mut().insert(staff.clone());
    let response = next.run(request).await;
    if let Some(permission) = lacking.permission()
        && let Err(error) = refusal::record(&app.database, &actor, &staff, permission, &path).await
    {
        tracing::error!(error = chain(&error), "could not note a refusal in the audit log");
    }
    response
}

fn actor(staff: &Staff, request: &Request) -> Actor {
    let correlation = request.extensions().get::<CorrelationId>().copied();
    let address = request.extensions().get::<ClientAddress>().map(|address| address.0);
    Actor::user(staff.user, correlation.unwrap_or_else(|| uuid::Uuid::nil().into()), address)
}
