//! Totals per day, and what is made of them.

use chrono::NaiveDate;
use kernel::TenantTx;
use model::channel::Channel;
use model::dashboard::{Figure, ProductSales, RevenuePoint, RevenueShare, SalesFigures};
use model::period::{Bucket, DayRange};
use rust_decimal::Decimal;
use std::ops::AddAssign;

/// What can be added up over days.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    revenue: Decimal,
    orders: i64,
    sales_amount: Decimal,
    new_customers: i64,
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.revenue += other.revenue;
        self.orders += other.orders;
        self.sales_amount += other.sales_amount;
        self.new_customers += other.new_customers;
    }
}

impl Totals {
    fn average_order(self) -> Decimal {
        self.sales_amount.checked_div(self.orders.into()).unwrap_or_default()
    }
}

/// The totals of each day of a span and of the span before; days without orders are absent.
pub(super) struct DailyTotals(Vec<(NaiveDate, Totals)>);

/// Reads both spans at once: they are one run of days.
pub(super) async fn read(
    tx: &mut TenantTx,
    days: DayRange,
    channel: Option<Channel>,
) -> Result<DailyTotals, sqlx::Error> {
    let tenant = tx.tenant().uuid();
    let rows = sqlx::query!(
        r#"SELECT day, sum(revenue) AS "revenue!", sum(orders)::bigint AS "orders!", sum(sales_amount) AS "sales_amount!",
                  sum(new_customers)::bigint AS "new_customers!"
           FROM rollup_sales
           WHERE tenant_id = $1 AND day BETWEEN $2 AND $3 AND ($4::text IS NULL OR channel = $4)
           GROUP BY day"#,
        tenant,
        days.previous().first,
        days.last,
        channel.map(Channel::word),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(DailyTotals(
        rows.into_iter()
            .map(|row| {
                let totals = Totals {
                    revenue: row.revenue,
                    orders: row.orders,
                    sales_amount: row.sales_amount,
                    new_customers: row.new_customers,
                };
                (row.day, totals)
            })
            .collect(),
    ))
}

impl DailyTotals {
    /// The sum over a span.
    fn sum(&self, days: DayRange) -> Totals {
        let mut sum = Totals::default();
        self.0.iter().filter(|(day, _)| days.contains(*day)).for_each(|(_, totals)| sum += *totals);
        sum
    }

    /// The sum of each bucket of a span, in order, those without orders too.
    fn buckets(&self, days: DayRange, bucket: Bucket) -> Vec<(NaiveDate, Totals)> {
        let mut buckets: Vec<_> = days.buckets(bucket).into_iter().map(|start| (start, Totals::default())).collect();
        for (day, totals) in self.0.iter().filter(|(day, _)| days.contains(*day)) {
            let start = bucket.start_of(*day);
            if let Ok(index) = buckets.binary_search_by_key(&start, |(start, _)| *start)
                && let Some((_, sum)) = buckets.get_mut(index)
            {
                *sum += *totals;
            }
        }
        buckets
    }

    pub(super) fn figures(
        &self,
        days: DayRange,
        bucket: Bucket,
        top_products: Vec<ProductSales>,
        categories: Vec<RevenueShare>,
        countries: Vec<RevenueShare>,
    ) -> SalesFigures {
        let (now, before) = (self.sum(days), self.sum(days.previous()));
        let buckets = self.buckets(days, bucket);
        let buckets_before = self.buckets(days.previous(), bucket);
        let figure = |of: fn(Totals) -> Decimal| Figure {
            value: of(now),
            before: of(before),
            trend: buckets.iter().map(|(_, totals)| of(*totals)).collect(),
        };
        let point = |(index, (starts_on, totals)): (usize, &(NaiveDate, Totals))| RevenuePoint {
            starts_on: *starts_on,
            revenue: totals.revenue,
            orders: totals.orders,
            before: buckets_before.get(index).map(|(_, before)| before.revenue),
        };
        SalesFigures {
            revenue: figure(|totals| totals.revenue),
            orders: figure(|totals| totals.orders.into()),
            average_order: figure(Totals::average_order),
            new_customers: figure(|totals| totals.new_customers.into()),
            points: buckets.iter().enumerate().map(point).collect(),
            top_products,
            categories,
            countries,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DailyTotals, Totals};
    use chrono::NaiveDate;
    use model::period::{Bucket, DayRange};
    use rust_decimal::Decimal;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn sold(date: &str, revenue: i64, orders: i64) -> (NaiveDate, Totals) {
        let amount = Decimal::from(revenue);
        (day(date), Totals { revenue: amount, orders, sales_amount: amount, new_customers: 1 })
    }

    #[test]
    fn each_day_counts_in_its_bucket_and_each_span_against_the_one_before() {
        let totals = DailyTotals(vec![sold("2026-03-01", 10, 1), sold("2026-03-03", 20, 2), sold("2026-03-04", 30, 1)]);
        let days = DayRange::new(day("2026-03-03"), day("2026-03-04")).unwrap();
        let figures = totals.figures(days, Bucket::Day, vec![], vec![], vec![]);
        assert_eq!((figures.revenue.value, figures.revenue.before), (50.into(), 10.into()));
        assert_eq!(figures.orders.trend, [Decimal::TWO, Decimal::ONE]);
        assert_eq!(figures.average_order.value.round_dp(2).to_string(), "16.67");
        assert_eq!(figures.points.iter().map(|p| p.before).collect::<Vec<_>>(), [Some(10.into()), Some(0.into())]);
    }

    #[test]
    fn a_span_without_orders_is_zero_everywhere() {
        let days = DayRange::new(day("2026-03-01"), day("2026-03-31")).unwrap();
        let figures = DailyTotals(vec![]).figures(days, Bucket::Week, vec![], vec![], vec![]);
        assert_eq!(figures.average_order.value, Decimal::ZERO);
        assert_eq!(figures.points.len(), 6);
        assert_eq!(figures.revenue.change_percent(), None);
    }
}
