//! What an authenticator app has to learn, and the form that takes its first code.

use crate::error::Refusal;
use leptos::prelude::*;
use model::second_factor::{Enrolment, QrPicture, SecondFactorProblem};
use ui::{Button, ButtonVariant, Checkbox, Field, Input};

/// What to do with the app, in its order. `form` takes its first code.
pub(super) fn steps(enrolment: Enrolment, form: AnyView) -> AnyView {
    view! {
        <ol class="steps stack">
            <li>
                <p>"Scan this with your authenticator app."</p>
                {picture(enrolment.qr)}
                <p class="prose">
                    "Or " <a class="link" href=enrolment.url rel="external">"open the app on this device"</a>
                    ", or type this into it: " <code class="secret">{enrolment.secret}</code>
                </p>
            </li>
            <li>
                <p>"Enter the code that it shows then."</p>
                {form}
            </li>
        </ol>
    }
    .into_any()
}

/// Light on dark can't be scanned, so it is dark on light in every theme.
fn picture(QrPicture { size, path }: QrPicture) -> AnyView {
    view! {
        <div class="qr" role="img" aria-label="QR code for your authenticator app">
            <svg viewBox=format!("0 0 {size} {size}") aria-hidden="true">
                <path d=path></path>
            </svg>
        </div>
    }
    .into_any()
}

/// What stands in the form, whose button says `submit`.
pub(super) fn code_fields(error: Signal<Option<String>>, pending: Memo<bool>, submit: &'static str) -> AnyView {
    view! {
        <Field id="code" label="Code" hint="Six figures" error=error>
            <Input name="code" inputmode="numeric" autocomplete="one-time-code" />
        </Field>
        {end_others()}
        <div class="row">
            <Button kind="submit" variant=ButtonVariant::Primary busy=pending>
                {submit}
            </Button>
        </div>
    }
    .into_any()
}

/// Whoever had the password alone may be signed in elsewhere.
pub(super) fn end_others() -> AnyView {
    view! {
        <Checkbox name="end_others" checked=true>
            "End all my other sessions"
        </Checkbox>
    }
    .into_any()
}

/// What is wrong with the code, of what came of the form.
pub(super) fn code_error(
    outcome: impl Fn() -> Option<Result<(), Refusal<SecondFactorProblem>>> + Send + Sync + 'static,
) -> Signal<Option<String>> {
    Signal::derive(move || match outcome() {
        Some(Err(Refusal::Problem(problem))) if is_of_code(&problem) => Some(problem.to_string()),
        _ => None,
    })
}

/// What is shown beside the field, and not above the page.
pub(super) fn is_of_code(problem: &SecondFactorProblem) -> bool {
    matches!(problem, SecondFactorProblem::CodeMissing | SecondFactorProblem::CodeWrong)
}
