//! When to reorder: the formulas of the product, in whole numbers so that every machine gets the same.
//!
//! `reorder point = average daily sales x lead time + safety stock`, `safety stock = z x sigma(daily sales) x
//! sqrt(lead time)`, both rounded up. Daily sales are the units that customers bought and kept on each of the last 90 days,
//! days without a sale included; sigma is that of the whole population; z = 1.65 (95 % of lead times without running
//! out). The lead time is drawn from the stock code: 3 to 21 days.

use super::chance::draw;
use super::document::{Document, DocumentKind, Line};
use super::links::Links;
use chrono::{Days, NaiveDate};
use std::collections::HashMap;

const WINDOW_DAYS: u32 = 90;
const Z_HUNDREDTHS: u32 = 165;
const SHORTEST_LEAD_DAYS: u32 = 3;
const LONGEST_LEAD_DAYS: u32 = 21;
/// A plan never asks for more units of one product.
const MOST_UNITS: u128 = 10_000_000;

/// When a product is to be reordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reorder {
    pub lead_time_days: i32,
    /// In units.
    pub safety_stock: i64,
    /// In units; at least 1.
    pub reorder_point: i64,
}

/// Units sold on the days of the window.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Demand {
    sum: u128,
    sum_of_squares: u128,
}

/// The demand for every product that was sold in the last days.
pub(super) fn of_last_days(documents: &[Document], lines: &[Line], links: &Links) -> HashMap<usize, Demand> {
    let mut demand: HashMap<usize, Demand> = HashMap::new();
    for ((product, _), units) in daily_units(documents, lines, links) {
        demand.entry(product).or_default().add_day(units);
    }
    demand
}

fn daily_units(documents: &[Document], lines: &[Line], links: &Links) -> HashMap<(usize, NaiveDate), u128> {
    let last = documents.last().map(|document| document.time.date());
    let first = last.and_then(|last| last.checked_sub_days(Days::new(u64::from(WINDOW_DAYS) - 1)));
    let mut units = HashMap::new();
    for document in documents.iter().filter(|document| document.kind == DocumentKind::Sale) {
        let day = document.time.date();
        if first.is_none_or(|first| day < first) {
            continue;
        }
        for place in document.lines.clone() {
            let Some(line) = lines.get(place) else { continue };
            let kept = links.kept(place, line);
            if kept > 0 {
                *units.entry((line.product, day)).or_insert(0) += u128::from(kept.unsigned_abs());
            }
        }
    }
    units
}

impl Demand {
    fn add_day(&mut self, units: u128) {
        self.sum += units;
        self.sum_of_squares += units * units;
    }

    pub(super) fn reorder(&self, code: &str) -> Reorder {
        self.reorder_after(SHORTEST_LEAD_DAYS + draw(code, "lead time", LONGEST_LEAD_DAYS - SHORTEST_LEAD_DAYS + 1))
    }

    fn reorder_after(&self, lead_time_days: u32) -> Reorder {
        let (days, lead, z) = (u128::from(WINDOW_DAYS), u128::from(lead_time_days), u128::from(Z_HUNDREDTHS));
        // sigma = sqrt(spread) / days
        let spread = (days * self.sum_of_squares).saturating_sub(self.sum * self.sum);
        let safety_stock = root_up(z * z * lead * spread).div_ceil(100 * days).min(MOST_UNITS);
        let reorder_point = ((self.sum * lead).div_ceil(days) + safety_stock).min(MOST_UNITS);
        Reorder {
            lead_time_days: i32::try_from(lead_time_days).unwrap_or_default(),
            safety_stock: i64::try_from(safety_stock).unwrap_or_default(),
            reorder_point: i64::try_from(reorder_point).unwrap_or_default(),
        }
    }
}

/// The smallest whole number that is not below the square root.
const fn root_up(square: u128) -> u128 {
    let root = square.isqrt();
    if root * root < square { root + 1 } else { root }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(days: &[u128]) -> Demand {
        let mut demand = Demand::default();
        days.iter().for_each(|units| demand.add_day(*units));
        demand
    }

    #[test]
    fn steady_sales_need_no_safety_stock() {
        let reorder = demand(&[2; 90]).reorder_after(7);
        assert_eq!(reorder, Reorder { lead_time_days: 7, safety_stock: 0, reorder_point: 14 });
    }

    #[test]
    fn the_formulas_are_rounded_up() {
        // 9 units on one of 90 days: mean 0.1, sigma sqrt(0.9 - 0.01) = 0.9434; 1.65 x 0.9434 x sqrt(4) = 3.113 -> 4;
        // 0.1 x 4 = 0.4 -> 1.
        assert_eq!(demand(&[9]).reorder_after(4), Reorder { lead_time_days: 4, safety_stock: 4, reorder_point: 5 });
    }

    #[test]
    fn what_sells_has_a_reorder_point() {
        assert!(demand(&[1]).reorder_after(3).reorder_point >= 1);
        assert_eq!(demand(&[u128::from(u32::MAX); 90]).reorder_after(21).reorder_point, 10_000_000);
    }

    #[test]
    fn lead_times_are_from_3_to_21_days() {
        let leads: Vec<_> = (0..500).map(|code| demand(&[1]).reorder(&code.to_string()).lead_time_days).collect();
        assert_eq!((leads.iter().min(), leads.iter().max()), (Some(&3), Some(&21)));
    }

    #[test]
    fn roots_are_rounded_up() {
        assert_eq!([0, 1, 2, 4, 5, 9].map(root_up), [0, 1, 2, 2, 3, 3]);
    }
}
