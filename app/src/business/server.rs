//! Server functions for people who work for several businesses.

use crate::AppError;
use crate::form::FormError;
use leptos::prelude::*;
use model::session::Workplace;
use server_fn::codec::Json;

/// Where one works.
#[server(prefix = "/api", endpoint = "businesses", input = Json)]
pub async fn load_workplaces() -> Result<Vec<Workplace>, AppError> {
    let (app, staff) = (crate::context::AppContext::of_request()?, crate::context::staff()?);
    let workplaces = identity::staff::workplaces(&app.database, &staff).await;
    workplaces.map_err(|error| crate::context::broken(&error))
}

/// Goes on in another business.
#[server(prefix = "/api", endpoint = "businesses/switch")]
pub async fn switch_business(business: String) -> Result<(), FormError> {
    work::switch(&business).await
}

#[cfg(feature = "ssr")]
mod work {
    use crate::context::{self, AppContext, actor, broken, staff};
    use crate::form::{FormError, answer};
    use identity::session_store::TENANT_KEY;
    use model::id::TenantId;

    pub(super) async fn switch(business: &str) -> Result<(), FormError> {
        let (app, staff) = (AppContext::of_request()?, staff()?);
        let refused = || answer::unprocessable(&"You don’t work for this business any more.");
        let tenant: TenantId = business.parse().map_err(|_| refused())?;
        let there = identity::staff::go_to(&app.database, &actor(&staff), &staff, tenant).await;
        let there = there.map_err(|error| broken(&error))?.ok_or_else(refused)?;
        let session = context::session().await?;
        let change = async {
            session.cycle_id().await?;
            session.insert(TENANT_KEY, tenant).await
        };
        change.await.map_err(|error: tower_sessions::session::Error| broken(&error))?;
        leptos_axum::redirect(crate::home(&there));
        Ok(())
    }
}
