//! What is on hand: the data set does not say.
//!
//! The rule, for goods: what was sold in the last 90 days is watched. Of it, 2 in 100 are out of stock, 4 in 100 hold 10 to
//! 89 % of their reorder point, and the others 120 to 300 % of it, as drawn from the stock code. Everything else holds a
//! leftover of 0 to 24 units and is not watched. What burns down, spoils or grows (see [`PERISHABLE`]) and is watched comes
//! in two or three batches: a quarter of the stock expires within 90 days of the load, the rest later, and one batch has
//! expired. All of it is in one warehouse.

use super::category::Words;
use super::chance::draw;
use super::demand::{self, Reorder};
use super::document::{Document, DocumentKind, Line};
use super::links::Links;
use super::movement::{self, Movement, Recorded, Target};
use super::product::Product;
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use std::collections::HashMap;

/// Keywords of what is kept in batches, matched as those of the categories.
const PERISHABLE: &[&str] = &[
    "BATH SALTS",
    "CITRONELLA CANDLE",
    "GROW A",
    "GROW YOUR OWN",
    "INCENSE",
    "LIP GLOSS",
    "PILLAR CANDLE",
    "PLASTERS IN TIN",
    "SCENT CANDLE",
    "SCENTED CANDLE",
    "VOTIVE CANDLE",
];
const NOT_PERISHABLE: &[&str] = &["HOLDER", "BURNER"];

/// In thousandths of the watched products.
const OUT_OF_STOCK: u32 = 20;
const LOW: u32 = 60;

const EXPIRED_DAYS_AGO: u64 = 12;
/// Days from the load to a batch's expiry: the earliest, and how many more are drawn. One row a batch.
const EXPIRY_DAYS: [(u32, u32); 3] = [(5, 85), (95, 270), (400, 300)];
const FEWEST_BATCHES: usize = 2;

/// A batch that can expire.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Place in the plan's products.
    pub product: usize,
    pub lot_number: String,
    pub expires_on: NaiveDate,
}

/// What is on hand of a product, per batch where batches are tracked.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    /// Place in the plan's products.
    pub product: usize,
    /// Place in the stock's batches.
    pub batch: Option<usize>,
    /// In units.
    pub on_hand: i64,
}

/// All of the warehouse.
#[derive(Debug, Default)]
pub struct Stock {
    /// Local time at which it is opened: the midnight before the first document.
    pub opened_at: NaiveDateTime,
    /// By product; what is not in it is not watched.
    pub reorder: HashMap<usize, Reorder>,
    pub batches: Vec<Batch>,
    pub levels: Vec<Level>,
    /// By level, and of one level in the order of time.
    pub movements: Vec<Movement>,
}

impl Stock {
    /// Whether a product is kept in batches.
    #[must_use]
    pub fn tracks_batches(&self, product: usize) -> bool {
        self.batches.binary_search_by_key(&product, |batch| batch.product).is_ok()
    }

    fn add(&mut self, product: usize, batch: Option<usize>, on_hand: i64, opening: i64, recorded: &[Recorded]) {
        let target = Target { level: self.levels.len(), on_hand, opening, opened_at: self.opened_at };
        self.levels.push(Level { product, batch, on_hand });
        movement::add(&mut self.movements, target, recorded);
    }
}

pub(super) fn plan(
    documents: &[Document],
    lines: &[Line],
    products: &[Product],
    links: &Links,
    today: NaiveDate,
) -> Stock {
    let demand = demand::of_last_days(documents, lines, links);
    let recorded = recorded(documents, lines);
    let first_day = documents.first().map(|document| document.time.date());
    let opened_at = first_day.unwrap_or_default().and_time(NaiveTime::MIN);
    let mut stock = Stock { opened_at, ..Stock::default() };
    for (place, product) in products.iter().enumerate().filter(|(_, product)| !product.is_service) {
        let recorded = recorded.get(&place).map(Vec::as_slice).unwrap_or_default();
        let Some(reorder) = demand.get(&place).map(|demand| demand.reorder(&product.sku)) else {
            stock.add(place, None, i64::from(draw(&product.sku, "leftover", 25)), 0, recorded);
            continue;
        };
        stock.reorder.insert(place, reorder);
        let on_hand = watched_on_hand(&product.sku, reorder.reorder_point);
        if is_perishable(&product.name) {
            add_batches(&mut stock, place, product, on_hand, today, recorded);
        } else {
            stock.add(place, None, on_hand, reorder.reorder_point, recorded);
        }
    }
    stock
}

/// The stock documents' lines, by product and in the order of time.
fn recorded(documents: &[Document], lines: &[Line]) -> HashMap<usize, Vec<Recorded>> {
    let mut recorded: HashMap<usize, Vec<Recorded>> = HashMap::new();
    for document in documents.iter().filter(|document| document.kind == DocumentKind::Stock) {
        for place in document.lines.clone() {
            let Some(line) = lines.get(place) else { continue };
            let change = Recorded { line: place, quantity: i64::from(line.quantity), time: document.time };
            recorded.entry(line.product).or_default().push(change);
        }
    }
    recorded
}

fn watched_on_hand(code: &str, reorder_point: i64) -> i64 {
    let percent = match draw(code, "fate", 1_000) {
        fate if fate < OUT_OF_STOCK => 0,
        fate if fate < LOW => 10 + draw(code, "low", 80),
        _ => 120 + draw(code, "plenty", 181),
    };
    reorder_point * i64::from(percent) / 100
}

fn is_perishable(name: &str) -> bool {
    let words = Words::of(name);
    words.has_any(PERISHABLE) && !words.has_any(NOT_PERISHABLE)
}

/// The first batch takes what the data set recorded: its lines name no batch.
fn add_batches(
    stock: &mut Stock,
    place: usize,
    product: &Product,
    on_hand: i64,
    today: NaiveDate,
    recorded: &[Recorded],
) {
    let three = draw(&product.sku, "batches", 2) == 1;
    let first = on_hand / 4;
    let second = if three { (on_hand - first) / 2 } else { on_hand - first };
    let shares = [first, second, on_hand - first - second];
    let none_expired = !stock.batches.iter().any(|batch| batch.expires_on < today);
    let batches = FEWEST_BATCHES + usize::from(three);
    for (number, (share, (earliest, drawn))) in (1_u32..).zip(shares.into_iter().zip(EXPIRY_DAYS)).take(batches) {
        let days = u64::from(earliest + draw(&product.sku, "expiry", drawn));
        let expired = number == 1 && share > 0 && none_expired;
        let expires_on = if expired {
            today.checked_sub_days(Days::new(EXPIRED_DAYS_AGO))
        } else {
            today.checked_add_days(Days::new(days))
        };
        let expires_on = expires_on.unwrap_or(today);
        let lot_number = format!("L{}-{number}", expires_on.format("%y%m"));
        stock.batches.push(Batch { product: place, lot_number, expires_on });
        let batch = stock.batches.len().checked_sub(1);
        stock.add(place, batch, share, 0, if number == 1 { recorded } else { &[] });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_six_in_a_hundred_are_below_their_reorder_point() {
        let on_hand: Vec<_> = (20_000..30_000).map(|code| watched_on_hand(&code.to_string(), 100)).collect();
        let low = on_hand.iter().filter(|on_hand| **on_hand < 100).count();
        let out = on_hand.iter().filter(|on_hand| **on_hand == 0).count();
        assert!((500..700).contains(&low) && (150..250).contains(&out), "{low} low, {out} out");
        assert!(on_hand.iter().all(|on_hand| (0..=300).contains(on_hand)));
    }

    #[test]
    fn what_spoils_is_told_by_its_name() {
        assert!(is_perishable("CINNAMON SCENTED VOTIVE CANDLE") && is_perishable("FAIRY DREAMS INCENSE"));
        assert!(!is_perishable("PORCELAIN BUDAH INCENSE HOLDER") && !is_perishable("HANGING CANDLE HOLDER"));
    }
}
