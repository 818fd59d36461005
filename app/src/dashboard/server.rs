//! Server functions of the dashboard.

use crate::AppError;
use leptos::prelude::*;
use model::dashboard::{Dashboard, DashboardQuery};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// The dashboard and its chart, as an echarts option in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DashboardScreen {
    pub(crate) dashboard: Dashboard,
    pub(crate) revenue_chart: String,
}

/// The figures of a period.
#[server(prefix = "/api", endpoint = "dashboard", input = Json)]
pub(crate) async fn load_dashboard(query: DashboardQuery) -> Result<DashboardScreen, AppError> {
    let staff = crate::context::staff_who_may(model::permission::Permission::ReadAnalytics)?;
    let app = crate::context::AppContext::of_request()?;
    read::screen(&app, &staff, &query).await.map_err(|error| crate::context::broken(&*error))
}

#[cfg(feature = "ssr")]
mod read {
    use super::DashboardScreen;
    use crate::context::AppContext;
    use crate::dashboard::chart;
    use chrono::{DateTime, Utc};
    use chrono_tz::Tz;
    use model::dashboard::{Dashboard, DashboardQuery, LowStock, SalesFigures};
    use model::page::PageRequest;
    use model::session::Staff;

    /// Rows of the list of latest orders.
    const LATEST_ORDERS: u16 = 8;
    /// Rows of the list of what is running out.
    const LOW_STOCK_ITEMS: u16 = 8;

    type Failure = Box<dyn std::error::Error + Send + Sync>;

    pub(super) async fn screen(
        app: &AppContext,
        staff: &Staff,
        query: &DashboardQuery,
    ) -> Result<DashboardScreen, Failure> {
        let zone: Tz = staff.time_zone.parse()?;
        let mut tx = app.database.begin_reading(staff.tenant).await?;
        let days = query.period.days(tx.now().with_timezone(&zone).date_naive());
        let bucket = query.bucket.unwrap_or_else(|| days.natural_bucket());
        let revision = analytics::sales::revision(&mut tx).await?;
        let sales = app.sales.figures(&mut tx, revision, days, bucket, query.channel).await?;
        let latest_orders =
            orders::latest::latest(&mut tx, zone, query.channel, &PageRequest::first(LATEST_ORDERS)).await?.rows;
        let low_stock = app.low_stock.get(&mut tx, LOW_STOCK_ITEMS).await?;
        tx.commit().await?;
        let shown_at = |time: DateTime<Utc>| time.with_timezone(&zone).format("%-d %b %Y, %H:%M").to_string();
        let restated_at = sales.revision.map(|revision| shown_at(revision.restated_at));
        let revenue_chart = serde_json::to_string(&chart::revenue(&sales.figures.points, bucket, days))?;
        let dashboard = Dashboard {
            days,
            bucket,
            currency: staff.currency,
            sales: SalesFigures::clone(&sales.figures),
            latest_orders,
            low_stock: LowStock::clone(&low_stock),
            restated_at,
        };
        Ok(DashboardScreen { dashboard, revenue_chart })
    }
}
