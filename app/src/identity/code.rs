//! The page that asks for the second factor, after the right password.

use super::server::SignInWithCode;
use super::sign_in;
use crate::error::{FormFailure, Refusal};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::second_factor::SecondFactorProblem;
use ui::{Button, ButtonVariant, CentredPage, Field, Input};

/// Where people are sent whose password was right and who have a second factor.
pub const PATH: &str = "/sign-in/code";

const CONTEXT: &str = "Your password is right. One more thing shows that it is you.";
const HINT: &str = "The six figures that your authenticator app shows now, or one of your recovery codes.";

#[component]
pub fn CodePage() -> AnyView {
    let action = ServerAction::<SignInWithCode>::new();
    let next = use_query_map().with_untracked(|query| query.get("next"));
    let error = Memo::new(move |_| action.value().with(|outcome| outcome.clone().and_then(Result::err)));
    let code_error = Signal::derive(move || match error.get() {
        Some(Refusal::Problem(problem)) => Some(problem.to_string()),
        _ => None,
    });
    let failed = move || match error.get() {
        Some(Refusal::Failed(error)) => Some(view! { <FormFailure error=error /> }),
        _ => None,
    };
    let is_over = move || matches!(error.get(), Some(Refusal::Problem(SecondFactorProblem::SignInOver)));
    let foot = || view! { <a class="link" href=sign_in::PATH>"Sign in as somebody else"</a> };
    Effect::new(move |_| {
        if error.with(Option::is_some) {
            request_animation_frame(|| {
                ui::dom::focus_first("[name=code]");
            });
        }
    });
    view! {
        <Title text="Second factor" />
        <CentredPage brand="Tradepost" title="Second factor" context=CONTEXT foot=foot>
            <ActionForm action=action attr:class="stack" attr:novalidate=true>
                {failed}
                <input type="hidden" name="next" value=next />
                <Field id="code" label="Code" hint=HINT error=code_error>
                    <Input name="code" autocomplete="one-time-code" autofocus=true />
                </Field>
                <Button variant=ButtonVariant::Primary kind="submit" wide=true busy=action.pending()>
                    "Sign in"
                </Button>
                {move || is_over().then(|| view! { <a class="link" href=sign_in::PATH>"Begin again"</a> })}
            </ActionForm>
        </CentredPage>
    }
    .into_any()
}
