//! The dashboard: how the business is doing over a span of days, against the span before.

use crate::channel::Channel;
use crate::id::{OrderId, ProductId, VariantId};
use crate::money::Currency;
use crate::order::{Kind, Status};
use crate::period::{Bucket, DayRange, Period};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What the dashboard is asked for. All of it is in the URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardQuery {
    pub period: Period,
    /// `None`: all channels.
    pub channel: Option<Channel>,
    /// `None`: what suits the period.
    pub bucket: Option<Bucket>,
}

/// A headline figure and what it was in the span before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    pub value: Decimal,
    pub before: Decimal,
    /// The figure in each bucket of the span, in order.
    pub trend: Vec<Decimal>,
}

impl Figure {
    /// The change in percent of the span before, to one decimal; `None` where there is nothing to compare with.
    #[must_use]
    pub fn change_percent(&self) -> Option<Decimal> {
        let change = self.value.checked_sub(self.before)?.checked_mul(Decimal::ONE_HUNDRED)?;
        change.checked_div(self.before.abs()).map(|percent| percent.round_dp(1))
    }
}

/// One point of the revenue chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenuePoint {
    /// The first day that it covers.
    pub starts_on: NaiveDate,
    pub revenue: Decimal,
    pub orders: i64,
    /// Revenue of the bucket in the same place of the span before; `None` where that span has fewer buckets.
    pub before: Option<Decimal>,
}

/// How well a product sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductSales {
    pub product: ProductId,
    pub name: String,
    pub units: Decimal,
    pub revenue: Decimal,
}

/// A part of the revenue: of a category, or of a country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenueShare {
    pub name: String,
    pub revenue: Decimal,
}

/// What the rollups say of a span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SalesFigures {
    pub revenue: Figure,
    pub orders: Figure,
    /// Net amount of the sales divided by their number.
    pub average_order: Figure,
    pub new_customers: Figure,
    pub points: Vec<RevenuePoint>,
    /// Best first; goods only, postage and fees aren't products that one restocks.
    pub top_products: Vec<ProductSales>,
    /// Largest first. All of them: they add up to the revenue.
    pub categories: Vec<RevenueShare>,
    /// Largest first. All of them: they add up to the revenue.
    pub countries: Vec<RevenueShare>,
}

/// An order as the list of the latest shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestOrder {
    pub order: OrderId,
    pub number: String,
    pub kind: Kind,
    pub status: Status,
    pub channel: Channel,
    /// `None`: somebody without an account.
    pub customer: Option<String>,
    pub net_amount: Decimal,
    pub placed_at: DateTime<Utc>,
    /// `placed_at` on the tenant's clock, ready to show: the browser has no time-zone tables.
    pub placed_at_local: String,
}

/// A variant that has less than its reorder point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowStockItem {
    pub variant: VariantId,
    pub sku: String,
    pub name: String,
    /// On hand less reserved.
    pub available: Decimal,
    pub reorder_point: Decimal,
}

/// The scarcest variants, and how many are low in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowStock {
    pub items: Vec<LowStockItem>,
    pub count: i64,
}

/// Everything on the dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dashboard {
    pub days: DayRange,
    pub bucket: Bucket,
    pub currency: Currency,
    pub sales: SalesFigures,
    pub latest_orders: Vec<LatestOrder>,
    pub low_stock: LowStock,
    /// When the figures were last brought up to date, on the tenant's clock; `None` before the first order.
    pub restated_at: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::Figure;
    use rust_decimal::Decimal;

    fn change(value: i64, before: i64) -> Option<String> {
        let figure = Figure { value: value.into(), before: before.into(), trend: Vec::new() };
        figure.change_percent().map(|percent| percent.normalize().to_string())
    }

    #[test]
    fn change_is_relative_to_the_size_of_what_was_before() {
        assert_eq!(change(150, 100), Some("50".into()));
        assert_eq!(change(1, 3), Some("-66.7".into()));
        assert_eq!(change(10, -10), Some("200".into()));
        assert_eq!(change(5, 0), None);
        assert_eq!(Figure { value: Decimal::MAX, before: Decimal::ONE, trend: vec![] }.change_percent(), None);
    }
}
