//! Who buys: the customers of the data set, which gives numbers and countries only.

use super::document::{Document, DocumentKind};
use chrono::NaiveDateTime;
use std::sync::Arc;

/// A customer.
#[derive(Clone, Debug)]
pub struct Customer {
    pub number: Arc<str>,
    /// Made from the number: the data set has no names.
    pub name: String,
    /// That of the latest document: some customers have several.
    pub country: &'static str,
    /// Local time of the first document.
    pub since: NaiveDateTime,
}

/// Customers by their places, from documents in the order of time.
pub(super) fn of_documents(numbers: &[Arc<str>], documents: &[Document]) -> Vec<Customer> {
    let mut seen: Vec<Option<(NaiveDateTime, &'static str)>> = vec![None; numbers.len()];
    for document in documents.iter().filter(|document| document.kind != DocumentKind::Stock) {
        if let Some(slot) = document.customer.and_then(|customer| seen.get_mut(customer)) {
            let since = slot.map_or(document.time, |(since, _)| since);
            *slot = Some((since, document.country));
        }
    }
    let customers = numbers.iter().zip(seen).map(|(number, seen)| {
        // Every number was read from a document.
        let (since, country) = seen.unwrap_or_default();
        Customer { number: Arc::clone(number), name: format!("Customer {number}"), country, since }
    });
    customers.collect()
}
