//! A new device for one's second factor.

use super::enrolment::{code_error, code_fields, steps};
use super::server::{BeginSecondFactorReplacement, ReplaceSecondFactor};
use leptos::prelude::*;
use model::second_factor::Enrolment;
use ui::{Button, Panel};

/// What a new device takes: a button that begins, or the steps of the one that was begun.
pub(super) fn replacement(
    begin: ServerAction<BeginSecondFactorReplacement>,
    replace: ServerAction<ReplaceSecondFactor>,
    next: Option<Enrolment>,
) -> AnyView {
    let Some(next) = next else { return new_device(begin) };
    let outcome = replace.value();
    let error = code_error(move || outcome.try_get().flatten());
    let form = view! {
        <ActionForm action=replace attr:class="stack" attr:novalidate=true>
            {code_fields(error, replace.pending(), "Use the new device")}
        </ActionForm>
    };
    view! {
        <Panel title="New device">
            <div class="stack">
                <p>"Until its first code is entered the device that you have counts."</p>
                {steps(next, form.into_any())}
            </div>
        </Panel>
    }
    .into_any()
}

fn new_device(begin: ServerAction<BeginSecondFactorReplacement>) -> AnyView {
    view! {
        <Panel title="New device">
            <ActionForm action=begin attr:class="stack">
                <p>"It takes the place of the one that you have, which counts until then. Your recovery codes stay."</p>
                <div class="row">
                    <Button kind="submit" busy=begin.pending()>
                        "Set up a new device"
                    </Button>
                </div>
            </ActionForm>
        </Panel>
    }
    .into_any()
}
