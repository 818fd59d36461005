//! The page that an invitation's link leads to.

use super::server::{AcceptInvitation, InvitationScreen, InvitationVisitor, load_invitation};
use crate::error::Failure;
use crate::form::Form;
use crate::identity::link::{self, LinkParts};
use crate::identity::sign_in;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Banner, Button, ButtonVariant, CentredPage, Field, Input, LinkButton, Tone};

pub(super) const SOMEBODY_ELSE: &str =
    "This invitation is for somebody else than who is signed in here. Sign out, then follow the link again.";

#[component]
pub fn InvitationPage() -> AnyView {
    let action = ServerAction::<AcceptInvitation>::new();
    let parts = LinkParts::of_page();
    let screen = Resource::new(move || parts.get(), |link| load_invitation(link.business, link.token));
    let content = move || {
        Suspend::new(async move {
            match screen.await {
                Ok(Some(screen)) => invited(action, parts.get_untracked(), screen),
                Ok(None) => view! {
                    <p>"Ask whoever sent it for another one."</p>
                    {link::invalid(sign_in::PATH, "Sign in")}
                }
                .into_any(),
                Err(error) => view! { <Failure error=error retry=move || screen.refetch() /> }.into_any(),
            }
        })
    };
    view! {
        <Title text="Invitation" />
        <CentredPage brand="Tradepost" title="Invitation" context="This link came with a mail to you.">
            <Transition fallback=link::skeleton>{content}</Transition>
        </CentredPage>
    }
    .into_any()
}

fn invited(action: ServerAction<AcceptInvitation>, link: LinkParts, screen: InvitationScreen) -> AnyView {
    let InvitationScreen { business, role, invited_by, email, visitor } = screen;
    let text = format!("{invited_by} invites you to work for {business}, as {role}.");
    let next = format!("/invitation?business={}&token={}", link.business, link.token);
    let join = match visitor {
        InvitationVisitor::New => join(action, link, Some(email), &business),
        InvitationVisitor::SignedIn => join(action, link, None, &business),
        InvitationVisitor::SignedOut => sign_in_first(&email, &next),
        InvitationVisitor::SomebodyElse => view! { <Banner tone=Tone::Warning>{SOMEBODY_ELSE}</Banner> }.into_any(),
    };
    view! {
        <div class="stack">
            <p>{text}</p>
            {join}
        </div>
    }
    .into_any()
}

/// With an address for somebody new, who chooses a name and a password.
fn join(action: ServerAction<AcceptInvitation>, link: LinkParts, new: Option<String>, business: &str) -> AnyView {
    let (form, label) = (Form::of(action), format!("Join {business}"));
    let fields = new.map(|email| {
        view! {
            <Field id="email" label="E-mail">
                <Input name="email" kind="email" value=email autocomplete="username" disabled=true />
            </Field>
            <Field id="name" label="Your name" error=form.problem("name")>
                <Input name="name" value=form.value("name") autocomplete="name" autofocus=true />
            </Field>
            <Field
                id="password"
                label="Password"
                hint="8 to 128 characters. Several words make a good one."
                error=form.problem("password")
            >
                <Input name="password" kind="password" autocomplete="new-password" />
            </Field>
        }
    });
    view! {
        <ActionForm action=action attr:class="stack" attr:novalidate=true>
            {form.banner()} {fields} <input type="hidden" name="business" value=link.business />
            <input type="hidden" name="token" value=link.token />
            <Button variant=ButtonVariant::Primary kind="submit" wide=true busy=action.pending()>
                {label}
            </Button>
        </ActionForm>
    }
    .into_any()
}

fn sign_in_first(email: &str, next: &str) -> AnyView {
    // What stands behind the question mark is one value here.
    let encoded = next.replace('&', "%26");
    view! {
        <p>{format!("{email} has an account already: sign in with it to join.")}</p>
        <div class="row">
            <LinkButton href=format!("{}?next={encoded}", sign_in::PATH) variant=ButtonVariant::Primary>
                "Sign in"
            </LinkButton>
        </div>
    }
    .into_any()
}
