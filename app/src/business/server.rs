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
    use crate::context::{AppContext, actor, broken, staff};
    use crate::form::{FormError, answer};
    use crate::identity::session;
    use model::id::TenantId;

    pub(super) async fn switch(business: &str) -> Result<(), FormError> {
        let (app, staff) = (AppContext::of_request()?, staff()?);
        let refused = || answer::unprocessable(&"You don’t work for this business any more.");
        let tenant: TenantId = business.parse().map_err(|_| refused())?;
        let there = identity::staff::go_to(&app.database, &actor(&staff), &staff, tenant).await;
        let arrival = there.map_err(|error| broken(&error))?.ok_or_else(refused)?;
        leptos_axum::redirect(session::go_on(&app, arrival).await?);
        Ok(())
    }
}
