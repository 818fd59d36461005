//! What the dashboard shows, as its address says it.

use leptos_router::params::ParamsMap;
use model::channel::Channel;
use model::dashboard::DashboardQuery;
use model::period::{Bucket, Period, Preset, RangeError};

/// What is asked for, and why a custom span could not be, in which case the default one is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) query: DashboardQuery,
    pub(super) error: Option<RangeError>,
    /// What was typed for the custom span.
    pub(super) typed: Option<(String, String)>,
}

impl Asked {
    pub(super) fn read(params: &ParamsMap) -> Self {
        let text = |key: &str| params.get_str(key);
        let (period, error) = match Period::parse(text("period"), text("from"), text("to")) {
            Ok(period) => (period, None),
            Err(error) => (Period::Last(Preset::ThirtyDays), Some(error)),
        };
        let typed = || (text("from").unwrap_or_default().to_owned(), text("to").unwrap_or_default().to_owned());
        Self {
            query: DashboardQuery {
                period,
                channel: text("channel").and_then(|word| word.parse().ok()),
                bucket: text("by").and_then(|word| word.parse().ok()),
            },
            typed: error.is_some().then(typed),
            error,
        }
    }
}

/// The address that shows this. What is the default is left out.
pub(super) fn address(query: &DashboardQuery) -> String {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    match query.period {
        Period::Last(Preset::ThirtyDays) => {}
        Period::Last(preset) => pairs.push(("period", preset.word().to_owned())),
        Period::Between(range) => {
            pairs.push(("period", Preset::Custom.word().to_owned()));
            pairs.push(("from", range.first.to_string()));
            pairs.push(("to", range.last.to_string()));
        }
    }
    pairs.extend(query.channel.map(|channel| ("channel", channel.word().to_owned())));
    pairs.extend(query.bucket.map(|bucket| ("by", bucket.word().to_owned())));
    let query: Vec<_> = pairs.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    if query.is_empty() { "/".to_owned() } else { format!("/?{}", query.join("&")) }
}

/// The same with another period. What one point stands for is chosen anew: days suit no decade.
pub(super) fn with_period(query: &DashboardQuery, period: Period) -> String {
    address(&DashboardQuery { period, bucket: None, ..*query })
}

pub(super) fn with_channel(query: &DashboardQuery, channel: Option<Channel>) -> String {
    address(&DashboardQuery { channel, ..*query })
}

pub(super) fn with_bucket(query: &DashboardQuery, bucket: Bucket) -> String {
    address(&DashboardQuery { bucket: Some(bucket), ..*query })
}

#[cfg(test)]
mod tests {
    use super::{Asked, address};
    use leptos_router::params::ParamsMap;
    use model::period::{Preset, RangeError};

    fn read(pairs: &[(&'static str, &str)]) -> Asked {
        let mut params = ParamsMap::new();
        for (key, value) in pairs {
            params.insert(*key, (*value).to_owned());
        }
        Asked::read(&params)
    }

    #[test]
    fn an_address_reads_back_as_what_it_was_made_from() {
        let asked = read(&[
            ("period", "custom"),
            ("from", "2011-01-01"),
            ("to", "2011-12-31"),
            ("channel", "web"),
            ("by", "week"),
        ]);
        assert_eq!(asked.error, None);
        assert_eq!(address(&asked.query), "/?period=custom&from=2011-01-01&to=2011-12-31&channel=web&by=week");
        assert_eq!(address(&read(&[]).query), "/");
    }

    #[test]
    fn a_wrong_span_says_so_keeps_what_was_typed_and_shows_the_default() {
        let asked = read(&[("period", "custom"), ("from", "<b>"), ("to", "2011-12-31")]);
        assert_eq!(asked.error, Some(RangeError::NotADate("<b>".into())));
        assert_eq!(asked.typed, Some(("<b>".into(), "2011-12-31".into())));
        assert_eq!(asked.query.period.preset(), Preset::ThirtyDays);
    }
}
