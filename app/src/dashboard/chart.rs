//! The revenue chart, without colours: the browser takes those from the theme.

use charming::Chart;
use charming::component::{Axis, Grid};
use charming::element::AxisType;
use charming::series::{Bar, Line, Series};
use model::dashboard::RevenuePoint;
use model::period::{Bucket, DayRange};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// Names what the browser draws dashed and muted.
const PREVIOUS_PERIOD: &str = "Previous period";
/// With fewer points a line has nothing to connect.
const LINE_POINTS_MIN: usize = 3;
/// One or two bars would otherwise fill the whole chart.
const BAR_WIDTH_PX: i32 = 48;

/// Revenue per point, and that of the span before where there is any.
pub(super) fn revenue(points: &[RevenuePoint], bucket: Bucket, days: DayRange) -> Chart {
    let labels = points.iter().map(|point| super::panels::bucket_label(point.starts_on, bucket, days)).collect();
    let now = points.iter().map(|point| height(point.revenue)).collect();
    let chart = Chart::new()
        .grid(Grid::new().left(8).right(16).top(16).bottom(8).contain_label(true))
        .x_axis(Axis::new().type_(AxisType::Category).data(labels))
        .y_axis(Axis::new().type_(AxisType::Value))
        .series(series("Revenue", now));
    if points.iter().all(|point| point.before.unwrap_or_default().is_zero()) {
        return chart;
    }
    let before = points.iter().map(|point| height(point.before.unwrap_or_default())).collect();
    chart.series(series(PREVIOUS_PERIOD, before))
}

fn series(name: &str, heights: Vec<f64>) -> Series {
    if heights.len() < LINE_POINTS_MIN {
        Series::Bar(Bar::new().name(name).bar_width(BAR_WIDTH_PX).data(heights))
    } else {
        Series::Line(Line::new().name(name).show_symbol(false).data(heights))
    }
}

/// A height on the screen, to the penny; the exact figures stand in the table.
fn height(amount: Decimal) -> f64 {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).to_f64().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::revenue;
    use model::dashboard::RevenuePoint;
    use model::period::{Bucket, DayRange};
    use rust_decimal::Decimal;

    fn point(day: &str, revenue: i64) -> RevenuePoint {
        let before = Some(Decimal::ONE);
        RevenuePoint { starts_on: day.parse().unwrap(), revenue: Decimal::new(revenue, 3), orders: 1, before }
    }

    fn year() -> DayRange {
        DayRange::new("2011-01-01".parse().unwrap(), "2011-12-31".parse().unwrap()).unwrap()
    }

    #[test]
    fn the_chart_has_a_point_per_bucket_and_the_span_before_beside_it() {
        let points = [point("2011-01-01", 12_345), point("2011-02-01", -500), point("2011-03-01", 0)];
        let chart = serde_json::to_value(revenue(&points, Bucket::Month, year())).unwrap();
        assert_eq!(chart["xAxis"]["data"], serde_json::json!(["Jan 2011", "Feb 2011", "Mar 2011"]));
        assert_eq!(chart["series"][0]["type"], "line");
        assert_eq!(chart["series"][0]["data"], serde_json::json!([12.35, -0.5, 0.0]));
        assert_eq!(chart["series"][1]["name"], "Previous period");
    }

    #[test]
    fn nothing_before_is_no_line_at_zero() {
        let points = [RevenuePoint { before: Some(Decimal::ZERO), ..point("2011-01-01", 1) }];
        let chart = serde_json::to_value(revenue(&points, Bucket::Day, year())).unwrap();
        assert_eq!(chart["series"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn a_single_day_is_a_bar() {
        let chart = serde_json::to_value(revenue(&[point("2011-01-01", 1)], Bucket::Day, year())).unwrap();
        assert_eq!(chart["series"][0]["type"], "bar");
    }
}
