//! One's own second factor.

use super::codes;
use super::enrolment::{code_error, code_fields, end_others, is_of_code, steps};
use super::replacement::replacement;
use super::server::{
    BeginSecondFactor, BeginSecondFactorReplacement, ConfirmSecondFactor, RemoveSecondFactor, RenewRecoveryCodes,
    ReplaceSecondFactor, SecondFactorScreen, load_second_factor,
};
use crate::account;
use crate::error::{Failure, FormFailure, Refusal};
use leptos::prelude::*;
use leptos_meta::Title;
use model::second_factor::{Enrolment, SecondFactorProblem, SecondFactorState};
use ui::{
    Badge, Banner, Button, ButtonVariant, ConfirmButton, Description, DescriptionList, LinkButton, PageHead, Panel,
    Skeleton, Tone, use_toaster,
};

/// Where one's second factor is set up. Whoever needs one and hasn't is led here from everywhere.
pub const PATH: &str = "/account/second-factor";

const TITLE: &str = "Second factor";
const CONTEXT: &str = "Signing in then takes your password and a code, so a stolen password opens nothing.";

/// The forms of the page.
#[derive(Clone, Copy)]
struct Actions {
    begin: ServerAction<BeginSecondFactor>,
    confirm: ServerAction<ConfirmSecondFactor>,
    begin_replacement: ServerAction<BeginSecondFactorReplacement>,
    replace: ServerAction<ReplaceSecondFactor>,
    renew: ServerAction<RenewRecoveryCodes>,
    remove: ServerAction<RemoveSecondFactor>,
}

impl Actions {
    fn new() -> Self {
        Self {
            begin: ServerAction::new(),
            confirm: ServerAction::new(),
            begin_replacement: ServerAction::new(),
            replace: ServerAction::new(),
            renew: ServerAction::new(),
            remove: ServerAction::new(),
        }
    }

    /// Rises with everything that was done: then the state is read anew.
    fn version(self) -> usize {
        self.begin.version().get()
            + self.confirm.version().get()
            + self.begin_replacement.version().get()
            + self.replace.version().get()
            + self.renew.version().get()
            + self.remove.version().get()
    }

    /// What went wrong with the last of them.
    fn error(self) -> Option<Refusal<SecondFactorProblem>> {
        let outcomes = [
            self.begin.value(),
            self.confirm.value(),
            self.begin_replacement.value(),
            self.replace.value(),
            self.renew.value(),
            self.remove.value(),
        ];
        outcomes.into_iter().find_map(|outcome| outcome.with(|outcome| outcome.clone().and_then(Result::err)))
    }
}

#[component]
pub fn SecondFactorPage() -> AnyView {
    let actions = Actions::new();
    let screen = Resource::new(move || actions.version(), |_| load_second_factor());
    let content = move || {
        Suspend::new(async move {
            match screen.await {
                Ok(screen) => loaded(actions, screen),
                Err(error) => view! { <Failure error=error retry=move || screen.refetch() /> }.into_any(),
            }
        })
    };
    let toaster = use_toaster();
    Effect::new(move |_| {
        if actions.replace.value().with(|outcome| matches!(outcome, Some(Ok(())))) {
            toaster.success("The new device is in use");
        }
    });
    view! {
        <Title text=TITLE />
        <PageHead title=TITLE context=CONTEXT actions=back />
        {move || actions.error().and_then(banner)}
        <Transition fallback=skeleton>{content}</Transition>
    }
    .into_any()
}

fn loaded(actions: Actions, screen: SecondFactorScreen) -> AnyView {
    let SecondFactorScreen { state, is_required, new_codes } = screen;
    match state {
        SecondFactorState::Off => off(actions, is_required),
        SecondFactorState::Begun(enrolment) => begun(actions, enrolment),
        SecondFactorState::On { since, recovery_codes_left, next } => {
            let new_codes = (!new_codes.is_empty()).then(|| codes::shown_once(new_codes));
            let replacement = replacement(actions.begin_replacement, actions.replace, next);
            let removal = if is_required { kept() } else { removal(actions) };
            view! {
                <div class="stack">
                    {new_codes} {on(since, recovery_codes_left)} {codes::renewal(actions.renew)} {replacement} {removal}
                </div>
            }
            .into_any()
        }
    }
}

fn off(actions: Actions, is_required: bool) -> AnyView {
    let required = is_required.then(|| {
        view! { <Banner tone=Tone::Warning title="Your role requires a second factor">"Set it up to go on."</Banner> }
    });
    view! {
        <div class="stack">
            {required}
            <Panel title="Set it up">
                <ActionForm action=actions.begin attr:class="stack">
                    <p>
                        "You need an authenticator app on your phone or computer. It shows a new code of six figures every half minute."
                    </p>
                    <div class="row">
                        <Button kind="submit" variant=ButtonVariant::Primary busy=actions.begin.pending()>
                            "Set up a second factor"
                        </Button>
                    </div>
                </ActionForm>
            </Panel>
        </div>
    }
    .into_any()
}

fn begun(actions: Actions, enrolment: Enrolment) -> AnyView {
    let confirm = actions.confirm;
    let outcome = confirm.value();
    let error = code_error(move || outcome.try_get().flatten());
    let form = view! {
        <ActionForm action=confirm attr:class="stack" attr:novalidate=true>
            {code_fields(error, confirm.pending(), "Turn it on")}
        </ActionForm>
    };
    view! { <Panel title="Set it up">{steps(enrolment, form.into_any())}</Panel> }.into_any()
}

fn on(since: String, codes_left: i64) -> AnyView {
    let left = match codes_left {
        0 => "None: make new ones".to_owned(),
        left => left.to_string(),
    };
    view! {
        <Panel title="On">
            <DescriptionList>
                <Description term="State">
                    <Badge tone=Tone::Success>"On"</Badge>
                </Description>
                <Description term="Since">{since}</Description>
                <Description term="Unused recovery codes">{left}</Description>
            </DescriptionList>
        </Panel>
    }
    .into_any()
}

fn removal(actions: Actions) -> AnyView {
    view! {
        <Panel title="Remove">
            <ActionForm action=actions.remove attr:class="stack">
                <p>"Whoever knows your password gets in without it."</p>
                <div class="row">
                    <ConfirmButton
                        id="remove-second-factor"
                        text="Remove the second factor"
                        question="Remove the second factor?"
                        confirm="Remove it"
                        variant=ButtonVariant::Danger
                        busy=actions.remove.pending()
                    >
                        <p>
                            "From then on your password alone lets you in. Your app’s codes and your recovery codes are worth nothing, also when you set one up again."
                        </p>
                        {end_others()}
                    </ConfirmButton>
                </div>
            </ActionForm>
        </Panel>
    }
    .into_any()
}

fn kept() -> AnyView {
    view! {
        <Panel title="Remove">
            <p>"Your role requires a second factor, so it stays. You can change to a new device."</p>
        </Panel>
    }
    .into_any()
}

fn banner(refusal: Refusal<SecondFactorProblem>) -> Option<AnyView> {
    match refusal {
        Refusal::Problem(problem) if is_of_code(&problem) => None,
        Refusal::Problem(problem) => {
            let text = problem.to_string();
            Some(view! { <Banner tone=Tone::Danger alert=true>{text}</Banner> }.into_any())
        }
        Refusal::Failed(error) => Some(view! { <FormFailure error=error /> }.into_any()),
    }
}

fn back() -> AnyView {
    view! {
        <LinkButton href=account::PATH icon="chevron-left">
            "Your account"
        </LinkButton>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    view! {
        <Panel title="Second factor">
            <div class="stack" aria-busy="true">
                <Skeleton />
                <Skeleton />
            </div>
        </Panel>
    }
    .into_any()
}
