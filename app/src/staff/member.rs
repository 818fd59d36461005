//! One person who works here: their role, and whether they get in.

mod sessions;

use super::list::{self, state};
use super::server::{ChangeMemberRole, EndMemberSessions, MemberScreen, ResumeMember, SuspendMember, load_member};
use crate::error::{Failure, FormFailure, Refusal};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::id::UserId;
use model::permission::Permission;
use model::role::Role;
use model::staff::{Member, MemberProblem, Reach};
use model::words::plural;
use ui::{
    Banner, Button, ButtonVariant, ConfirmButton, Description, DescriptionList, EmptyState, Field, LinkButton,
    PageHead, Panel, Select, SelectOption, Skeleton, Tone,
};

/// The address of a person's page.
pub(crate) fn path(user: UserId) -> String {
    format!("{}/{user}", list::PATH)
}

/// The forms of the page.
#[derive(Clone, Copy)]
struct Actions {
    change_role: ServerAction<ChangeMemberRole>,
    suspend: ServerAction<SuspendMember>,
    resume: ServerAction<ResumeMember>,
    end_sessions: ServerAction<EndMemberSessions>,
}

impl Actions {
    fn new() -> Self {
        Self {
            change_role: ServerAction::new(),
            suspend: ServerAction::new(),
            resume: ServerAction::new(),
            end_sessions: ServerAction::new(),
        }
    }

    /// Rises with everything that was done: then the person is read anew.
    fn version(self) -> usize {
        self.change_role.version().get()
            + self.suspend.version().get()
            + self.resume.version().get()
            + self.end_sessions.version().get()
    }

    /// What went wrong with the last of them.
    fn error(self) -> Option<Refusal<MemberProblem>> {
        let outcomes = [self.change_role.value(), self.suspend.value(), self.resume.value(), self.end_sessions.value()];
        outcomes.into_iter().find_map(|outcome| outcome.with(|outcome| outcome.clone().and_then(Result::err)))
    }
}

#[component]
pub fn MemberPage() -> AnyView {
    let params = use_params_map();
    let user = Memo::new(move |_| params.with(|params| params.get("user").unwrap_or_default()));
    let actions = Actions::new();
    let screen = Resource::new(move || (user.get(), actions.version()), |(user, _)| load_member(user));
    let content = move || {
        Suspend::new(async move {
            match screen.await {
                Ok(MemberScreen { member: None, .. }) => unknown(),
                Ok(MemberScreen { member: Some(member), roles, sessions, reach }) => {
                    let signed_in = sessions::signed_in(actions.end_sessions, member.user, sessions);
                    view! {
                        {loaded(actions, member, roles, reach)}
                        {signed_in}
                    }
                    .into_any()
                }
                Err(error) => view! {
                    <PageHead title="Staff" />
                    <Failure error=error retry=move || screen.refetch() />
                }
                .into_any(),
            }
        })
    };
    view! {
        <Title text="Staff" />
        {move || actions.error().map(refused)}
        <Transition fallback=skeleton>{content}</Transition>
    }
    .into_any()
}

fn refused(refusal: Refusal<MemberProblem>) -> AnyView {
    match refusal {
        Refusal::Problem(problem) => {
            let text = problem.to_string();
            view! { <Banner tone=Tone::Danger alert=true>{text}</Banner> }.into_any()
        }
        Refusal::Failed(error) => view! { <FormFailure error=error /> }.into_any(),
    }
}

fn loaded(actions: Actions, member: Member, roles: Vec<Role>, reach: Reach) -> AnyView {
    let sessions = match member.sessions {
        0 => "None".to_owned(),
        count => plural(count, "browser", "browsers"),
    };
    let badge = state(&member);
    let forms = match reach {
        Reach::LooksOnly => None,
        Reach::Oneself => Some(oneself()),
        Reach::Above(more) => Some(above(&member.name, more)),
        Reach::Within => Some(forms(actions, &member, roles)),
    };
    view! {
        <PageHead title=member.name context=member.email actions=back />
        <div class="grid-page">
            <div class="span-6">
                <Panel title="Person">
                    <DescriptionList>
                        <Description term="State">{badge}</Description>
                        <Description term="Role">{member.role_name}</Description>
                        <Description term="Works here since">{member.joined_on}</Description>
                        <Description term="Signed in on">{sessions}</Description>
                    </DescriptionList>
                </Panel>
            </div>
            <div class="span-6 stack">{forms}</div>
        </div>
    }
    .into_any()
}

fn forms(actions: Actions, member: &Member, roles: Vec<Role>) -> AnyView {
    let options: Vec<_> = roles.into_iter().map(|role| SelectOption::new(role.id.to_string(), role.name)).collect();
    let (user, current) = (member.user.to_string(), member.role.to_string());
    let access = if member.suspended { suspended(actions, &user) } else { active(actions, &user) };
    view! {
        <Panel title="Role">
            <ActionForm action=actions.change_role attr:class="stack">
                <input type="hidden" name="user" value=user />
                <Field id="role" label="Role" hint="You can give what you hold yourself.">
                    <Select name="role" options=options selected=current />
                </Field>
                <div class="row">
                    <Button kind="submit" variant=ButtonVariant::Primary busy=actions.change_role.pending()>
                        "Change the role"
                    </Button>
                </div>
            </ActionForm>
        </Panel>
        <div id="access">
            <Panel title="Access">{access}</Panel>
        </div>
    }
    .into_any()
}

/// What undoes it takes the place of the button that did it, and the focus.
fn suspended(actions: Actions, user: &str) -> AnyView {
    let user = user.to_owned();
    let done = actions.suspend.value();
    Effect::new(move |_| {
        if done.try_with_untracked(|done| matches!(done, Some(Ok(())))) == Some(true) {
            request_animation_frame(|| {
                ui::dom::focus_first("#access button");
            });
        }
    });
    view! {
        <ActionForm action=actions.resume attr:class="stack">
            <input type="hidden" name="user" value=user />
            <p>"Suspended: this person can’t sign in."</p>
            <div class="row">
                <Button kind="submit" busy=actions.resume.pending()>
                    "Let them in again"
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn active(actions: Actions, user: &str) -> AnyView {
    let (user, same_user) = (user.to_owned(), user.to_owned());
    view! {
        <div class="row">
            <ActionForm action=actions.end_sessions>
                <input type="hidden" name="user" value=user />
                <ConfirmButton
                    id="end-sessions"
                    text="End all sessions"
                    question="End all sessions?"
                    confirm="End them"
                    busy=actions.end_sessions.pending()
                >
                    <p>"In every browser and program this person has to sign in again. What is half filled in there is lost."</p>
                </ConfirmButton>
            </ActionForm>
            <ActionForm action=actions.suspend>
                <input type="hidden" name="user" value=same_user />
                <Button kind="submit" variant=ButtonVariant::Danger busy=actions.suspend.pending()>
                    "Suspend"
                </Button>
            </ActionForm>
        </div>
    }
    .into_any()
}

fn oneself() -> AnyView {
    view! {
        <Panel title="This is you">
            <p>"Your own role and access are changed by somebody else who may."</p>
        </Panel>
    }
    .into_any()
}

/// Nothing is offered that would be refused.
fn above(name: &str, more: Permission) -> AnyView {
    let text = format!(
        "{name} holds permissions that you don’t, such as “{}”: only somebody who holds them all can change this.",
        more.label()
    );
    view! {
        <Panel title="Role and access">
            <p class="muted">{text}</p>
        </Panel>
    }
    .into_any()
}

fn back() -> AnyView {
    view! { <LinkButton href=list::PATH icon="chevron-left">"All staff"</LinkButton> }.into_any()
}

fn unknown() -> AnyView {
    view! {
        <PageHead title="Staff" actions=back />
        <Panel title="Nobody">
            <EmptyState icon="user" title="Nobody of this address works here" text="They may have left, or the address is mistyped." />
        </Panel>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    view! {
        <div aria-busy="true" aria-live="polite">
            <PageHead title="Staff" context="Loading the person" />
            <Panel title="Person">
                <div class="stack">
                    <Skeleton />
                    <Skeleton />
                    <Skeleton />
                </div>
            </Panel>
        </div>
    }
    .into_any()
}
