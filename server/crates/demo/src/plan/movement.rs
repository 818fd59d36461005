//! How a level came to be what it is.
//!
//! The rule: a level opens on the day of the first document with what it is meant to hold in the end (or its reorder point,
//! where that is more) and whatever else is needed so that it never falls below zero; then come the write-offs and finds of
//! the data set; and a stocktake at the time of the load brings it to what is on hand. Sales are not posted to the ledger:
//! they happened before the books were opened here.

use chrono::NaiveDateTime;

/// Why a level changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    Opening,
    WriteOff,
    Found,
    Stocktake,
}

impl Reason {
    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::WriteOff => "write_off",
            Self::Found => "found",
            Self::Stocktake => "stocktake",
        }
    }
}

/// A change of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Place in the plan's levels.
    pub level: usize,
    pub reason: Reason,
    /// In units, never 0; negative takes.
    pub quantity: i64,
    /// In units, never negative.
    pub on_hand_after: i64,
    /// The line of a stock document that says so.
    pub line: Option<usize>,
    /// Local time; `None`: when the business is loaded.
    pub time: Option<NaiveDateTime>,
}

/// What the data set says about a level: a line of a stock document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recorded {
    pub(super) line: usize,
    pub(super) quantity: i64,
    pub(super) time: NaiveDateTime,
}

/// A level, and what its movements must end in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub(super) level: usize,
    pub(super) on_hand: i64,
    /// What it held at first at least, in units.
    pub(super) opening: i64,
    pub(super) opened_at: NaiveDateTime,
}

/// Adds a level's movements, in the order of time.
pub(super) fn add(movements: &mut Vec<Movement>, target: Target, recorded: &[Recorded]) {
    let mut on_hand = 0;
    let mut add = |reason, quantity: i64, line, time| {
        if quantity != 0 {
            on_hand += quantity;
            movements.push(Movement { level: target.level, reason, quantity, on_hand_after: on_hand, line, time });
        }
        on_hand
    };
    let opening = target.opening.max(target.on_hand) + shortfall(recorded);
    let mut counted = add(Reason::Opening, opening, None, Some(target.opened_at));
    for change in recorded {
        let reason = if change.quantity < 0 { Reason::WriteOff } else { Reason::Found };
        counted = add(reason, change.quantity, Some(change.line), Some(change.time));
    }
    add(Reason::Stocktake, target.on_hand - counted, None, None);
}

/// How far the recorded changes alone would fall below zero.
fn shortfall(recorded: &[Recorded]) -> i64 {
    let running = recorded.iter().scan(0_i64, |sum, change| {
        *sum += change.quantity;
        Some(*sum)
    });
    running.min().map_or(0, |lowest| -lowest.min(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn movements(on_hand: i64, opening: i64, changes: &[i64]) -> Vec<(Reason, i64, i64)> {
        let time = NaiveDateTime::default();
        let recorded: Vec<_> = changes.iter().map(|quantity| Recorded { line: 0, quantity: *quantity, time }).collect();
        let mut movements = Vec::new();
        add(&mut movements, Target { level: 3, on_hand, opening, opened_at: time }, &recorded);
        movements.into_iter().map(|movement| (movement.reason, movement.quantity, movement.on_hand_after)).collect()
    }

    #[test]
    fn a_level_without_a_past_just_opens() {
        assert_eq!(movements(30, 10, &[]), [(Reason::Opening, 30, 30)]);
        assert!(movements(0, 0, &[]).is_empty());
    }

    #[test]
    fn a_low_level_was_once_at_its_reorder_point() {
        assert_eq!(movements(4, 10, &[]), [(Reason::Opening, 10, 10), (Reason::Stocktake, -6, 4)]);
    }

    #[test]
    fn write_offs_never_take_more_than_there_is() {
        assert_eq!(
            movements(5, 0, &[-20, 8, -15]),
            [
                (Reason::Opening, 32, 32),
                (Reason::WriteOff, -20, 12),
                (Reason::Found, 8, 20),
                (Reason::WriteOff, -15, 5),
            ]
        );
    }

    #[test]
    fn the_sum_is_what_is_on_hand() {
        for changes in [&[5, -3][..], &[-7], &[100], &[-1, 1, -1], &[]] {
            for (on_hand, opening) in [(0, 0), (3, 9), (50, 9)] {
                let movements = movements(on_hand, opening, changes);
                assert_eq!(movements.iter().map(|(_, quantity, _)| quantity).sum::<i64>(), on_hand);
                assert!(movements.iter().all(|(_, quantity, after)| *quantity != 0 && *after >= 0));
            }
        }
    }
}
