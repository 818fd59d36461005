//! Period, channel and granularity: all of them links, because what you see is in the address.

use super::address::{Asked, with_bucket, with_channel, with_period};
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos_router::components::Form;
use model::channel::Channel;
use model::dashboard::DashboardQuery;
use model::period::{Bucket, DayRange, Period, Preset};
use ui::{Button, Field, Input, Menu, MenuLink, Segmented, TabLink};

/// The period and channel pickers. Choosing the custom period starts with the days that are shown.
pub(super) fn pickers(asked: &Asked, shown: DayRange) -> AnyView {
    let query = asked.query;
    let chosen = if asked.error.is_some() { Preset::Custom } else { query.period.preset() };
    let link = |preset: &Preset| {
        let period = if *preset == Preset::Custom { Period::Between(shown) } else { Period::Last(*preset) };
        TabLink::new(preset.label(), with_period(&query, period), *preset == chosen)
    };
    view! {
        <Segmented label="Period" links=Preset::ALL.iter().map(link).collect() />
        {channel_menu(query)}
    }
    .into_any()
}

fn channel_menu(query: DashboardQuery) -> AnyView {
    let label = query.channel.map_or("All channels", Channel::label);
    let choices = std::iter::once(None).chain(Channel::ALL.iter().copied().map(Some));
    let links = choices
        .map(|channel| {
            let current = channel == query.channel;
            let icon = if current { "check" } else { "store" };
            let label = channel.map_or("All channels", Channel::label);
            view! {
                <MenuLink href=with_channel(&query, channel) icon=icon current=current>
                    {label}
                </MenuLink>
            }
        })
        .collect_view();
    view! { <Menu label=label>{links}</Menu> }.into_any()
}

/// The form of the custom span, with what was typed and what is wrong with it.
pub(super) fn custom_span(asked: &Asked) -> Option<AnyView> {
    // What is no date can't stand in a date's field; the message beside it quotes it.
    let date = |typed: &String| typed.parse::<NaiveDate>().map(|date| date.to_string()).unwrap_or_default();
    let (from, to) = match (&asked.typed, asked.query.period) {
        (Some((from, to)), _) => (date(from), date(to)),
        (None, Period::Between(range)) => (range.first.to_string(), range.last.to_string()),
        (None, Period::Last(_)) => return None,
    };
    let error = asked.error.as_ref().map(ToString::to_string);
    let channel =
        asked.query.channel.map(|channel| view! { <input type="hidden" name="channel" value=channel.word() /> });
    Some(
        view! {
            <Form method="GET" action="/" attr:class="filter-form">
                <input type="hidden" name="period" value=Preset::Custom.word() />
                {channel}
                <Field id="from" label="From" error=Signal::stored(error)>
                    <Input name="from" kind="date" value=from />
                </Field>
                <Field id="to" label="To">
                    <Input name="to" kind="date" value=to />
                </Field>
                <Button kind="submit">"Show"</Button>
            </Form>
        }
        .into_any(),
    )
}

/// What one point of the chart stands for.
pub(super) fn buckets(query: &DashboardQuery, shown: Bucket) -> AnyView {
    let link = |bucket: &Bucket| TabLink::new(bucket.label(), with_bucket(query, *bucket), *bucket == shown);
    view! { <Segmented label="One point per" links=Bucket::ALL.iter().map(link).collect() small=true /> }.into_any()
}
