//! One's own account: the password, the second factor, and where one is signed in.

use super::SECOND_FACTOR_PATH;
use super::server::{AccountScreen, ChangePassword, EndOwnSession, load_account};
use crate::business::BusinessesPanel;
use crate::email::EmailPanel;
use crate::error::{Failure, Refusal};
use leptos::prelude::*;
use leptos_meta::Title;
use model::account::{OwnSession, PasswordProblem};
use model::second_factor::SecondFactor;
use ui::{
    Badge, Banner, Button, ButtonVariant, Checkbox, Column, ConfirmButton, Field, Input, LinkButton, PageHead, Panel,
    Skeleton, Table, Tone, use_toaster,
};

pub(crate) const PATH: &str = "/account";
const PASSWORD_FORM: &str = "password-form";

#[component]
pub fn AccountPage() -> AnyView {
    let change = ServerAction::<ChangePassword>::new();
    let end = ServerAction::<EndOwnSession>::new();
    let screen = Resource::new(move || (change.version().get(), end.version().get()), |_| load_account());
    let content = move || {
        Suspend::new(async move {
            match screen.await {
                Ok(AccountScreen { sessions, second_factor }) => view! {
                    <div class="stack">{session_list(end, sessions)} {second_factor_panel(second_factor)}</div>
                }
                .into_any(),
                Err(error) => view! { <Failure error=error retry=move || screen.refetch() /> }.into_any(),
            }
        })
    };
    let toaster = use_toaster();
    Effect::new(move |_| {
        if change.value().with(|outcome| matches!(outcome, Some(Ok(())))) {
            // Nothing of the passwords stays in the page.
            ui::dom::reset_form(PASSWORD_FORM);
            toaster.success("The password is changed");
        }
    });
    view! {
        <Title text="Your account" />
        <PageHead title="Your account" context="Your password, your second factor, and where you are signed in." />
        <div class="grid-page">
            <div class="span-5 stack">{password_form(change)} <EmailPanel /></div>
            <div class="span-7 stack">
                <Transition fallback=skeleton>{content}</Transition>
                <BusinessesPanel />
            </div>
        </div>
    }
    .into_any()
}

fn password_form(change: ServerAction<ChangePassword>) -> AnyView {
    let error = Memo::new(move |_| change.value().with(|outcome| outcome.clone().and_then(Result::err)));
    let told = move |of: fn(&PasswordProblem) -> bool| {
        Signal::derive(move || match error.get() {
            Some(Refusal::Problem(problem)) if of(&problem) => Some(problem.to_string()),
            _ => None,
        })
    };
    let is_new = |problem: &PasswordProblem| matches!(problem, PasswordProblem::New(_));
    let current_error = told(|problem| !matches!(problem, PasswordProblem::New(_)));
    let failed = move || match error.get() {
        Some(Refusal::Failed(error)) => {
            Some(view! { <Banner tone=Tone::Danger alert=true>{error.to_string()}</Banner> })
        }
        _ => None,
    };
    view! {
        <Panel title="Password">
            <ActionForm action=change attr:id=PASSWORD_FORM attr:class="stack" attr:novalidate=true>
                {failed}
                <Field id="current" label="Current password" error=current_error>
                    <Input name="current" kind="password" autocomplete="current-password" />
                </Field>
                <Field id="new" label="New password" hint="8 to 128 characters. Several words make a good one." error=told(is_new)>
                    <Input name="new" kind="password" autocomplete="new-password" />
                </Field>
                <Checkbox name="end_others" checked=true>
                    "End all my other sessions"
                </Checkbox>
                <div class="row">
                    <Button kind="submit" variant=ButtonVariant::Primary busy=change.pending()>
                        "Change the password"
                    </Button>
                </div>
            </ActionForm>
        </Panel>
    }
    .into_any()
}

fn session_list(end: ServerAction<EndOwnSession>, sessions: Vec<OwnSession>) -> AnyView {
    let has_others = sessions.len() > 1;
    let rows = sessions.into_iter().map(|session| row(end, session)).collect_view();
    let columns = vec![
        Column::text("Browser"),
        Column::text("From where"),
        Column::text("Last used"),
        Column::unlabelled("End it"),
    ];
    let end_others = move || {
        has_others.then(|| {
            view! {
                <ActionForm action=end>
                    <ConfirmButton
                        id="end-others"
                        text="End all others"
                        question="End all your other sessions?"
                        confirm="End them"
                        small=true
                        busy=end.pending()
                    >
                        <p>"Every browser but this one has to sign in again. What is half filled in there is lost."</p>
                    </ConfirmButton>
                </ActionForm>
            }
        })
    };
    view! {
        <Panel title="Where you are signed in" flush=true actions=end_others>
            <Table caption="Where you are signed in" columns=columns rows=true>
                {rows}
            </Table>
        </Panel>
    }
    .into_any()
}

fn second_factor_panel(second_factor: SecondFactor) -> AnyView {
    let (tone, state, text, label) = if second_factor.is_set_up {
        (
            Tone::Success,
            "On",
            "Signing in takes your password and a code of your authenticator app.",
            "Change the second factor",
        )
    } else {
        (Tone::Neutral, "Off", "Your password alone lets you in, and whoever else knows it.", "Set up a second factor")
    };
    let change = move || view! { <LinkButton href=SECOND_FACTOR_PATH small=true>{label}</LinkButton> };
    view! {
        <Panel title="Second factor" actions=change>
            <div class="row">
                <Badge tone=tone>{state}</Badge>
                <p>{text}</p>
            </div>
        </Panel>
    }
    .into_any()
}

fn row(end: ServerAction<EndOwnSession>, session: OwnSession) -> AnyView {
    let label = format!("End the session of {}", session.browser);
    let last = if session.is_current {
        view! { <Badge tone=Tone::Success>"This one"</Badge> }.into_any()
    } else {
        view! {
            <ActionForm action=end>
                <input type="hidden" name="session" value=session.id />
                <Button kind="submit" small=true label=label busy=end.pending()>
                    "End"
                </Button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <tr>
            <td class="cell-main cell-clip">{session.browser}</td>
            <td class="cell-wide cell-line figures">{session.address}</td>
            <td class="cell-secondary cell-line figures">{session.last_used}</td>
            <td class="cell-action cell-line">{last}</td>
        </tr>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    view! {
        <Panel title="Where you are signed in">
            <div class="stack" aria-busy="true">
                <Skeleton />
                <Skeleton />
            </div>
        </Panel>
    }
    .into_any()
}
