//! By which way a customer ordered: the data set does not say.
//!
//! The rule: a sale with a line "DOTCOM POSTAGE" (DOT) came by the web shop, one with an Amazon fee from a marketplace, one
//! without a customer number was made in the store, and all others are wholesale. A return has the channel of the sale
//! that its first linked line reverses, or else what the rule for sales says.

use super::document::{Document, DocumentKind, Line};
use super::links::Links;
use model::channel::Channel;
use std::sync::Arc;

const WEB_CODE: &str = "DOT";
const MARKETPLACE_CODE: &str = "AMAZONFEE";

pub(super) fn assign(documents: &mut [Document], lines: &[Line], codes: &[Arc<str>], links: &Links) {
    let product = |code: &str| codes.iter().position(|known| &**known == code);
    let (web, marketplace) = (product(WEB_CODE), product(MARKETPLACE_CODE));
    for document in &mut *documents {
        let lines = lines.get(document.lines.clone()).unwrap_or_default();
        let has = |product: Option<usize>| product.is_some() && lines.iter().any(|line| Some(line.product) == product);
        document.channel = if has(web) {
            Channel::Web
        } else if has(marketplace) {
            Channel::Marketplace
        } else if document.customer.is_none() {
            Channel::Store
        } else {
            Channel::Wholesale
        };
    }
    for place in 0..documents.len() {
        if let Some(channel) = channel_of_sale(place, documents, lines, links)
            && let Some(document) = documents.get_mut(place)
        {
            document.channel = channel;
        }
    }
}

fn channel_of_sale(place: usize, documents: &[Document], lines: &[Line], links: &Links) -> Option<Channel> {
    let document = documents.get(place).filter(|document| document.kind == DocumentKind::Return)?;
    let sale_line = lines.get(links.first_sale_line(document)?)?;
    documents.get(sale_line.document).map(|sale| sale.channel)
}
