//! When things happened: the file's local times, moved by whole weeks.
//!
//! The rule: all times move by the same number of whole weeks, wall clock and weekday kept, so that the last document
//! falls on yesterday, or on the latest day before it that is reached by whole weeks.

use crate::DemoError;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

const DAYS_PER_WEEK: i64 = 7;

/// A local time that a clock change skips is looked for minute by minute, for at most a day.
const MOST_SKIPPED_MINUTES: usize = 24 * 60;

/// Weeks by which a document of the day `last` comes to yesterday, or as few days before it as possible.
pub(super) fn weeks_to_yesterday(last: NaiveDate, today: NaiveDate) -> Option<i64> {
    let yesterday = today.checked_sub_days(Days::new(1))?;
    Some((yesterday - last).num_days().div_euclid(DAYS_PER_WEEK))
}

/// Moves every time by whole weeks.
pub(super) fn shift<'t>(
    times: impl Iterator<Item = &'t mut NaiveDateTime>,
    weeks: i64,
    today: NaiveDate,
) -> Result<(), DemoError> {
    let by = TimeDelta::try_weeks(weeks).ok_or(DemoError::Shift { today })?;
    for time in times {
        *time = time.checked_add_signed(by).ok_or(DemoError::Shift { today })?;
    }
    Ok(())
}

/// The moment of a local time: of two (the clock was set back) the first, of none (it was set forward) the next there is.
pub(crate) fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    std::iter::successors(Some(local), |time| time.checked_add_signed(TimeDelta::minutes(1)))
        .take(MOST_SKIPPED_MINUTES)
        .find_map(|time| zone.from_local_datetime(&time).earliest())
        .map_or_else(|| local.and_utc(), |time| time.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::London;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> String {
        instant(London, NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()).to_string()
    }

    #[test]
    fn the_last_day_comes_to_yesterday_or_less_than_a_week_before_it() {
        let last = day("2011-12-09");
        for offset in 0..21 {
            let today = day("2026-11-21") + Days::new(offset);
            let moved = last + TimeDelta::weeks(weeks_to_yesterday(last, today).unwrap());
            assert!((1..=7).contains(&(today - moved).num_days()), "{today}: {moved}");
        }
        // A Friday comes to a Friday: on a Saturday that is yesterday.
        assert_eq!(last + TimeDelta::weeks(weeks_to_yesterday(last, day("2026-11-21")).unwrap()), day("2026-11-20"));
    }

    #[test]
    fn days_to_come_move_back() {
        assert_eq!(weeks_to_yesterday(day("2026-11-21"), day("2026-11-21")), Some(-1));
        assert_eq!(weeks_to_yesterday(day("2026-11-20"), day("2026-11-21")), Some(0));
    }

    #[test]
    fn the_wall_clock_is_kept_across_summer_time() {
        let mut times =
            [day("2010-12-01").and_hms_opt(8, 26, 0).unwrap(), day("2011-07-01").and_hms_opt(9, 0, 0).unwrap()];
        shift(times.iter_mut(), 26, day("2012-01-01")).unwrap();
        assert_eq!(times.map(|time| time.to_string()), ["2011-06-01 08:26:00", "2011-12-30 09:00:00"]);
        assert_eq!(instant(London, times[0]).to_string(), "2011-06-01 07:26:00 UTC");
        assert!(shift(times.iter_mut(), i64::MAX, day("2012-01-01")).is_err());
    }

    #[test]
    fn summer_time_is_an_hour_ahead() {
        assert_eq!(at("2011-01-10 12:00"), "2011-01-10 12:00:00 UTC");
        assert_eq!(at("2011-07-10 12:00"), "2011-07-10 11:00:00 UTC");
    }

    #[test]
    fn a_skipped_time_is_the_next_and_a_doubled_one_the_first() {
        assert_eq!(at("2011-03-27 01:20"), "2011-03-27 01:00:00 UTC");
        assert_eq!(at("2011-10-30 01:30"), "2011-10-30 00:30:00 UTC");
    }
}
