//! Which sale a return reverses: the data set does not say.
//!
//! The rule, for each line of a return with a known customer, in the order of time: among the earlier sale lines of the
//! same customer and stock code of which at least as much is not yet returned, the latest one at the same unit price, or
//! else the latest one at any price.

use super::document::{Document, DocumentKind, Line};
use crate::amount::Amount;
use std::collections::HashMap;

/// Sale lines of one customer and stock code that are looked through at most, from the latest back. (In the data set
/// nobody bought the same more than 84 times.)
const LOOK_BACK_LINES: usize = 1_000;

/// Links between lines and documents, by their places.
#[derive(Debug, Default)]
pub struct Links {
    /// From a return's line to the sale's line that it reverses.
    pub lines: HashMap<usize, usize>,
    /// From a return to the one sale that all its linked lines reverse.
    pub documents: HashMap<usize, usize>,
    /// What is left of the sale lines that could be returned, in units.
    left: HashMap<usize, i32>,
}

impl Links {
    /// Units of a sale line that the customer kept.
    pub(super) fn kept(&self, place: usize, line: &Line) -> i32 {
        self.left.get(&place).copied().unwrap_or(line.quantity)
    }

    /// The sale line that the first linked line of a return reverses.
    pub(super) fn first_sale_line(&self, document: &Document) -> Option<usize> {
        document.lines.clone().find_map(|place| self.lines.get(&place).copied())
    }
}

pub(super) fn find(documents: &[Document], lines: &[Line]) -> Links {
    let mut finder = Finder { lines, sold: returned_goods(documents, lines), links: Links::default() };
    for (place, document) in documents.iter().enumerate() {
        match (document.kind, document.customer) {
            (DocumentKind::Sale, Some(customer)) => finder.remember(customer, document),
            (DocumentKind::Return, Some(customer)) => finder.link(customer, place, document),
            _ => {}
        }
    }
    finder.links
}

/// Customer and product.
type Bought = (usize, usize);

/// Only what is ever returned has to be remembered when it is sold.
fn returned_goods(documents: &[Document], lines: &[Line]) -> HashMap<Bought, Vec<usize>> {
    documents
        .iter()
        .filter(|document| document.kind == DocumentKind::Return)
        .filter_map(|document| Some((document.customer?, lines.get(document.lines.clone())?)))
        .flat_map(|(customer, lines)| lines.iter().map(move |line| ((customer, line.product), Vec::new())))
        .collect()
}

struct Finder<'a> {
    lines: &'a [Line],
    /// Sale lines by what was bought, in the order of time.
    sold: HashMap<Bought, Vec<usize>>,
    links: Links,
}

impl Finder<'_> {
    fn remember(&mut self, customer: usize, sale: &Document) {
        for place in sale.lines.clone() {
            let Some(line) = self.lines.get(place).filter(|line| line.quantity > 0) else { continue };
            if let Some(sold) = self.sold.get_mut(&(customer, line.product)) {
                sold.push(place);
                self.links.left.insert(place, line.quantity);
            }
        }
    }

    fn link(&mut self, customer: usize, place: usize, document: &Document) {
        let mut sales = Vec::new();
        for line_place in document.lines.clone() {
            let Some(line) = self.lines.get(line_place) else { continue };
            let Some(sale_line) = self.sale_line(customer, line) else { continue };
            if let Some(left) = self.links.left.get_mut(&sale_line) {
                // A return's quantity is negative.
                *left += line.quantity;
            }
            self.links.lines.insert(line_place, sale_line);
            sales.extend(self.lines.get(sale_line).map(|line| line.document));
        }
        if let Some(first) = sales.first().filter(|first| sales.iter().all(|sale| sale == *first)) {
            self.links.documents.insert(place, *first);
        }
    }

    fn sale_line(&self, customer: usize, line: &Line) -> Option<usize> {
        let returned = line.quantity.checked_neg().filter(|returned| *returned > 0)?;
        let sold = self.sold.get(&(customer, line.product))?;
        self.latest(sold, returned, Some(line.unit_price)).or_else(|| self.latest(sold, returned, None))
    }

    fn latest(&self, sold: &[usize], returned: i32, price: Option<Amount>) -> Option<usize> {
        sold.iter().rev().take(LOOK_BACK_LINES).copied().find(|place| {
            let covered = self.links.left.get(place).is_some_and(|left| *left >= returned);
            let unit_price = self.lines.get(*place).map(|line| line.unit_price);
            covered && (price.is_none() || price == unit_price)
        })
    }
}
