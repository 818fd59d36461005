//! Progress bars of the load; silent where nobody looks at a terminal.

use ::demo::{Progress, Stage};
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::{Mutex, PoisonError};

const TEMPLATE: &str = "{msg:<24} {bar:32} {percent:>3}%  {elapsed}";

/// One bar at a time, a line each.
#[derive(Debug, Default)]
pub(super) struct Bars(Mutex<Option<(&'static str, ProgressBar)>>);

impl Bars {
    pub(super) fn restated(&self, days: u64) {
        // How many there will be isn't known beforehand; the days so far are told instead of a share.
        self.show("Computing the figures", days, 0);
    }

    pub(super) fn finish(&self) {
        if let Some((_, bar)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish();
        }
    }

    fn show(&self, label: &'static str, done: u64, total: u64) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.as_ref().is_none_or(|(current, _)| *current != label) {
            if let Some((_, bar)) = shown.take() {
                bar.finish();
            }
            *shown = Some((label, new_bar(label, total)));
        }
        if let Some((_, bar)) = shown.as_ref() {
            bar.set_length(total.max(done));
            bar.set_position(done);
        }
    }
}

impl Progress for Bars {
    fn step(&self, stage: Stage, done: u64, total: u64) {
        let label = match stage {
            Stage::Reading => "Reading a year of sales",
            Stage::Catalog => "Writing the catalog",
            Stage::Customers => "Writing customers",
            Stage::Orders => "Writing orders",
            Stage::OrderLines => "Writing order lines",
            Stage::Stock => "Writing stock",
        };
        self.show(label, done, total);
    }
}

fn new_bar(label: &'static str, total: u64) -> ProgressBar {
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
        bar.set_style(style);
    }
    bar.set_message(label);
    bar
}
