//! Stock codes into products.
//!
//! The rule: the name is the most frequent description over the lines with a positive price (of equally frequent ones the
//! first seen), or the code itself; the price is the most frequent positive one (of equally frequent ones the latest).
//! Lines without a price say "damaged" or "?" and are not asked.

use super::category;
use super::document::Ledger;
use crate::amount::Amount;
use chrono::NaiveDateTime;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// A product with its one variant.
#[derive(Clone, Debug)]
pub struct Product {
    /// The stock code.
    pub sku: Arc<str>,
    pub name: Arc<str>,
    /// Charged and never stocked: postage, fees, manual entries, vouchers.
    pub is_service: bool,
    /// Place in the plan's categories.
    pub category: usize,
    pub price: Amount,
    /// Local time of the first document with it.
    pub first_seen: NaiveDateTime,
}

pub(super) fn of_ledger(ledger: &Ledger) -> Vec<Product> {
    let first_seen = first_seen(ledger);
    let (names, prices) = names_and_prices(ledger);
    ledger
        .codes
        .iter()
        .enumerate()
        .map(|(product, code)| {
            let name = names.get(&product).and_then(|winner| ledger.descriptions.get(winner.value)).unwrap_or(code);
            Product {
                sku: Arc::clone(code),
                name: Arc::clone(name),
                is_service: category::is_service(code),
                category: category::of_product(code, name),
                price: prices.get(&product).map(|winner| winner.value).unwrap_or_default(),
                first_seen: first_seen.get(&product).copied().unwrap_or_default(),
            }
        })
        .collect()
}

fn first_seen(ledger: &Ledger) -> HashMap<usize, NaiveDateTime> {
    let mut first_seen = HashMap::with_capacity(ledger.codes.len());
    for document in &ledger.documents {
        for line in ledger.lines.get(document.lines.clone()).unwrap_or_default() {
            first_seen.entry(line.product).or_insert(document.time);
        }
    }
    first_seen
}

fn names_and_prices(ledger: &Ledger) -> (Winners<usize>, Winners<Amount>) {
    let mut names = Tally::default();
    let mut prices = Tally::default();
    for (place, line) in ledger.lines.iter().enumerate().filter(|(_, line)| line.unit_price.is_positive()) {
        prices.add(line.product, line.unit_price, place);
        if ledger.descriptions.get(line.description).is_some_and(|description| !description.is_empty()) {
            names.add(line.product, line.description, place);
        }
    }
    (names.winners(|seen| usize::MAX - seen.first), prices.winners(|seen| seen.last))
}

/// How often, and where, each value was seen with each product.
struct Tally<V>(HashMap<(usize, V), Seen>);

impl<V> Default for Tally<V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

struct Seen {
    times: usize,
    first: usize,
    last: usize,
}

type Winners<V> = HashMap<usize, Winner<V>>;

struct Winner<V> {
    value: V,
    rank: (usize, usize),
}

impl<V: Copy + Eq + Hash> Tally<V> {
    fn add(&mut self, product: usize, value: V, place: usize) {
        let seen = self.0.entry((product, value)).or_insert(Seen { times: 0, first: place, last: place });
        seen.times += 1;
        seen.last = place;
    }

    /// The most frequent value of each product; of equally frequent ones that with the higher `preference`, which must
    /// differ between them (the map's order is not to be seen).
    fn winners(&self, preference: fn(&Seen) -> usize) -> Winners<V> {
        let mut winners: Winners<V> = HashMap::new();
        for ((product, value), seen) in &self.0 {
            let challenger = Winner { value: *value, rank: (seen.times, preference(seen)) };
            match winners.get_mut(product) {
                Some(winner) if winner.rank >= challenger.rank => {}
                Some(winner) => *winner = challenger,
                None => {
                    winners.insert(*product, challenger);
                }
            }
        }
        winners
    }
}
