//! Spans of days that reports are asked for.

use crate::vocabulary::vocabulary;
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// The longest span that a report covers, in days: ten years.
pub const RANGE_DAYS_MAX: u64 = 3_660;

/// The years that reports reach: far from where calendar arithmetic would overflow.
const YEAR_MIN: i32 = 1900;
const YEAR_MAX: i32 = 2200;

vocabulary! {
    /// A span by name. All of them end today, in the tenant's time zone, except the custom one.
    Preset:
    Today = "today", "Today";
    SevenDays = "7d", "7 days";
    ThirtyDays = "30d", "30 days";
    /// The last 90 days.
    Quarter = "quarter", "Quarter";
    /// The last 365 days.
    Year = "year", "Year";
    Custom = "custom", "Custom";
}

vocabulary! {
    /// What one point of a chart stands for.
    Bucket:
    Day = "day", "Day";
    /// Monday to Sunday (ISO 8601).
    Week = "week", "Week";
    Month = "month", "Month";
}

impl Bucket {
    /// The first day of the bucket that has this day.
    #[must_use]
    pub fn start_of(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => day,
            Self::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Self::Month => day.with_day(1).unwrap_or(day),
        }
    }

    /// The first day of the bucket after the one that starts on this day.
    #[must_use]
    pub fn next(self, start: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => start + Days::new(1),
            Self::Week => start + Days::new(7),
            Self::Month => start + Months::new(1),
        }
    }
}

/// Days from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(NaiveDate, NaiveDate)", into = "(NaiveDate, NaiveDate)")]
pub struct DayRange {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl From<DayRange> for (NaiveDate, NaiveDate) {
    fn from(range: DayRange) -> Self {
        (range.first, range.last)
    }
}

/// What comes in from outside passes the same checks as what is typed.
impl TryFrom<(NaiveDate, NaiveDate)> for DayRange {
    type Error = RangeError;
    fn try_from((first, last): (NaiveDate, NaiveDate)) -> Result<Self, RangeError> {
        Self::new(first, last)
    }
}

/// Why two dates make no range; worded for the person who chose them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum RangeError {
    #[error("Enter both dates, as year-month-day.")]
    DatesMissing,
    #[error("{0:?} is no date: enter it as year-month-day, such as 2026-03-31.")]
    NotADate(String),
    #[error("The last day is before the first: swap them.")]
    Backwards,
    #[error("A report covers at most ten years: choose a shorter span.")]
    TooLong,
    #[error("Choose dates between {YEAR_MIN} and {YEAR_MAX}.")]
    OutOfReach,
}

impl DayRange {
    /// # Errors
    /// The days are in the wrong order, more than [`RANGE_DAYS_MAX`], or far outside of living memory.
    pub fn new(first: NaiveDate, last: NaiveDate) -> Result<Self, RangeError> {
        let range = Self { first, last };
        let reach = YEAR_MIN..=YEAR_MAX;
        if !reach.contains(&first.year()) || !reach.contains(&last.year()) {
            return Err(RangeError::OutOfReach);
        }
        match last.signed_duration_since(first).num_days() {
            days if days < 0 => Err(RangeError::Backwards),
            _ if range.days() > RANGE_DAYS_MAX => Err(RangeError::TooLong),
            _ => Ok(range),
        }
    }

    /// The last `days` days up to `today`.
    #[must_use]
    pub fn ending(today: NaiveDate, days: u64) -> Self {
        Self { first: today - Days::new(days.saturating_sub(1)), last: today }
    }

    /// How many days, at least one.
    #[must_use]
    pub fn days(self) -> u64 {
        u64::try_from(self.last.signed_duration_since(self.first).num_days()).unwrap_or(0) + 1
    }

    /// As many days directly before.
    #[must_use]
    pub fn previous(self) -> Self {
        let last = self.first - Days::new(1);
        Self { first: last - Days::new(self.days() - 1), last }
    }

    #[must_use]
    pub fn contains(self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// The bucket that gives a readable number of points.
    #[must_use]
    pub fn natural_bucket(self) -> Bucket {
        match self.days() {
            0..=45 => Bucket::Day,
            46..=200 => Bucket::Week,
            _ => Bucket::Month,
        }
    }

    /// The starts of the buckets that the range touches, in order. The first may begin before the range.
    #[must_use]
    pub fn buckets(self, bucket: Bucket) -> Vec<NaiveDate> {
        std::iter::successors(Some(bucket.start_of(self.first)), |start| Some(bucket.next(*start)))
            .take_while(|start| *start <= self.last)
            .collect()
    }

    /// Splits the range into whole calendar months (their first days) and the days at its ends.
    #[must_use]
    pub fn months_and_days(self) -> (Vec<NaiveDate>, Vec<NaiveDate>) {
        let whole = |start: NaiveDate| self.contains(start) && self.contains(Bucket::Month.next(start) - Days::new(1));
        let months: Vec<_> = self.buckets(Bucket::Month).into_iter().filter(|start| whole(*start)).collect();
        let days = self.buckets(Bucket::Day).into_iter().filter(|day| !whole(Bucket::Month.start_of(*day))).collect();
        (months, days)
    }
}

/// A span as chosen on a screen or written in a URL: resolved to days once today is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Period {
    /// That many days up to today.
    Last(Preset),
    Between(DayRange),
}

impl Period {
    /// Reads a preset's word and, for the custom one, its dates.
    ///
    /// # Errors
    /// A date is missing, malformed, or the span isn't one. An unknown word is taken as the default, so that an old
    /// bookmark still opens.
    pub fn parse(word: Option<&str>, from: Option<&str>, to: Option<&str>) -> Result<Self, RangeError> {
        let preset = word.and_then(|word| word.parse().ok()).unwrap_or(Preset::ThirtyDays);
        if preset != Preset::Custom {
            return Ok(Self::Last(preset));
        }
        let date = |text: Option<&str>| match text.map(str::trim).filter(|text| !text.is_empty()) {
            None => Err(RangeError::DatesMissing),
            Some(text) => text.parse::<NaiveDate>().map_err(|_| RangeError::NotADate(text.chars().take(20).collect())),
        };
        DayRange::new(date(from)?, date(to)?).map(Self::Between)
    }

    /// The preset's word for URLs and controls.
    #[must_use]
    pub const fn preset(self) -> Preset {
        match self {
            Self::Last(preset) => preset,
            Self::Between(_) => Preset::Custom,
        }
    }

    /// The days meant when today is `today`.
    #[must_use]
    pub fn days(self, today: NaiveDate) -> DayRange {
        match self {
            Self::Between(range) => range,
            Self::Last(Preset::Today) => DayRange::ending(today, 1),
            Self::Last(Preset::SevenDays) => DayRange::ending(today, 7),
            Self::Last(Preset::ThirtyDays | Preset::Custom) => DayRange::ending(today, 30),
            Self::Last(Preset::Quarter) => DayRange::ending(today, 90),
            Self::Last(Preset::Year) => DayRange::ending(today, 365),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, DayRange, Period, Preset, RangeError};
    use chrono::NaiveDate;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn range(first: &str, last: &str) -> DayRange {
        DayRange::new(day(first), day(last)).unwrap()
    }

    #[test]
    fn presets_end_today_and_compare_with_as_many_days_before() {
        let week = Period::Last(Preset::SevenDays).days(day("2026-03-03"));
        assert_eq!(week, range("2026-02-25", "2026-03-03"));
        assert_eq!(week.previous(), range("2026-02-18", "2026-02-24"));
        assert_eq!(Period::Last(Preset::Year).days(day("2026-03-03")).days(), 365);
    }

    #[test]
    fn a_custom_span_needs_two_dates_in_order() {
        let custom = |from, to| Period::parse(Some("custom"), from, to);
        assert_eq!(
            custom(Some("2011-01-01"), Some("2011-12-31")),
            Ok(Period::Between(range("2011-01-01", "2011-12-31")))
        );
        assert_eq!(custom(Some("2011-01-01"), None), Err(RangeError::DatesMissing));
        assert_eq!(custom(Some("2011-01-01"), Some(" ")), Err(RangeError::DatesMissing));
        assert_eq!(custom(Some("01/02/2011"), Some("2011-12-31")), Err(RangeError::NotADate("01/02/2011".into())));
        assert_eq!(custom(Some("2011-12-31"), Some("2011-01-01")), Err(RangeError::Backwards));
        assert_eq!(custom(Some("1900-01-01"), Some("2011-01-01")), Err(RangeError::TooLong));
        assert_eq!(custom(Some("-262143-01-01"), Some("+262142-12-31")), Err(RangeError::OutOfReach));
    }

    #[test]
    fn a_range_from_outside_is_checked_too() {
        let read = |text| serde_json::from_str::<DayRange>(text).map_err(|error| error.to_string());
        assert_eq!(read(r#"["2011-01-01","2011-01-31"]"#), Ok(range("2011-01-01", "2011-01-31")));
        assert!(read(r#"["2011-01-31","2011-01-01"]"#).unwrap_err().contains("swap them"));
        assert!(read(r#"["1901-01-01","2011-01-01"]"#).is_err());
    }

    #[test]
    fn an_unknown_period_opens_the_default() {
        assert_eq!(Period::parse(Some("fortnight"), None, None), Ok(Period::Last(Preset::ThirtyDays)));
    }

    #[test]
    fn a_year_is_eleven_months_and_the_days_at_its_ends() {
        let (months, days) = range("2025-11-22", "2026-11-21").months_and_days();
        assert_eq!(months.len(), 11);
        assert_eq!((months.first(), months.last()), (Some(&day("2025-12-01")), Some(&day("2026-10-01"))));
        assert_eq!(days.len(), 9 + 21);
    }

    #[test]
    fn weeks_start_on_monday() {
        assert_eq!(Bucket::Week.start_of(day("2026-11-22")), day("2026-11-16"));
        assert_eq!(range("2026-11-14", "2026-11-17").buckets(Bucket::Week), [day("2026-11-09"), day("2026-11-16")]);
    }

    proptest! {
        #[test]
        fn months_and_days_cover_every_day_once(start in 0_u64..4_000, length in 0_u64..1_500) {
            let first = day("2009-01-01") + chrono::Days::new(start);
            let range = DayRange { first, last: first + chrono::Days::new(length) };
            let (months, days) = range.months_and_days();
            let in_months: u64 = months.iter()
                .map(|m| u64::try_from(Bucket::Month.next(*m).signed_duration_since(*m).num_days()).unwrap()).sum();
            prop_assert_eq!(in_months + days.len() as u64, range.days());
            prop_assert!(days.iter().all(|d| range.contains(*d) && !months.contains(&Bucket::Month.start_of(*d))));
        }
    }
}
