//! How far a load has come.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What a load is busy with, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Reading and planning; counted in bytes of the (compressed) file.
    Reading,
    /// Categories, products and variants; from here on counted in rows.
    Catalog,
    Customers,
    Orders,
    OrderLines,
    /// Batches, levels and movements.
    Stock,
}

/// Told how far a load has come. Called often, so it should return at once.
pub trait Progress: Send + Sync {
    /// `done` of `total` bytes or rows (see [`Stage`]); the last call of a stage has both equal.
    fn step(&self, stage: Stage, done: u64, total: u64);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn step(&self, _stage: Stage, _done: u64, _total: u64) {}
}

/// Shared by the thread that reads and the task that waits for it.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    done: AtomicU64,
    total: AtomicU64,
    stopped: AtomicBool,
}

impl Gauge {
    pub(crate) fn expect(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    pub(crate) fn add(&self, bytes: u64) {
        self.done.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Bytes read, of how many.
    pub(crate) fn reading(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

/// Rows that tell how many of them were taken.
pub(crate) struct Reported<'p, I> {
    rows: I,
    progress: &'p dyn Progress,
    stage: Stage,
    done: u64,
    total: u64,
}

/// Rows between two calls: often enough for a smooth bar, rarely enough to cost nothing.
const STEP_ROWS: u64 = 1024;

impl<'p, I: Iterator> Reported<'p, I> {
    pub(crate) fn new(rows: I, total: u64, stage: Stage, progress: &'p dyn Progress) -> Self {
        Self { rows, progress, stage, done: 0, total }
    }
}

impl<I: Iterator> Iterator for Reported<'_, I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next();
        if row.is_none() || self.done.is_multiple_of(STEP_ROWS) {
            self.progress.step(self.stage, self.done, self.total);
        }
        self.done += u64::from(row.is_some());
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[derive(Default)]
    struct Heard(Mutex<Vec<u64>>);

    impl Progress for Heard {
        fn step(&self, _stage: Stage, done: u64, _total: u64) {
            self.0.lock().unwrap().push(done);
        }
    }

    #[test]
    fn the_last_step_is_the_whole() {
        let heard = Heard::default();
        assert_eq!(Reported::new(0..2_500, 2_500, Stage::Orders, &heard).count(), 2_500);
        assert_eq!(heard.0.into_inner().unwrap(), [0, 1_024, 2_048, 2_500]);
    }
}
