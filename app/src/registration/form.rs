//! The form that opens a business.

use super::server::{Register, RegistrationScreen, load_registration};
use crate::error::Failure;
use crate::form::Form;
use crate::identity::sign_in;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Banner, Button, ButtonVariant, CentredPage, Field, Input, Select, SelectOption, Skeleton, Tone};

pub(crate) const PATH: &str = "/register";
/// Until somebody chooses.
const NO_ZONE: &str = "UTC";
pub(super) const CLOSED: &str =
    "On this server businesses are opened by its administrator. Ask them, or whoever runs yours for an invitation.";

#[component]
pub fn RegisterPage() -> AnyView {
    let action = ServerAction::<Register>::new();
    let form = Form::of(action);
    let screen = Resource::new(|| (), |()| load_registration());
    let sent = use_query_map().with_untracked(|query| query.get("sent").is_some());
    let content = move || {
        Suspend::new(async move {
            match screen.await {
                Ok(screen) if screen.open => fields(action, form, screen),
                Ok(_) => view! { <Banner tone=Tone::Info>{CLOSED}</Banner> }.into_any(),
                Err(error) => view! { <Failure error=error retry=move || screen.refetch() /> }.into_any(),
            }
        })
    };
    // What is read stands in the page even while the mail is spoken of: sending it again needs no reload.
    let body = move || {
        if sent || form.done() == Some(true) { told().into_any() } else { ().into_any() }
    };
    view! {
        <Title text="Open a business" />
        <CentredPage
            brand="Tradepost"
            title="Open a business"
            context="You become its owner and invite the others."
            foot=sign_in_instead
        >
            {body}
            <div hidden=move || sent || form.done() == Some(true)>
                <Transition fallback=skeleton>{content}</Transition>
            </div>
        </CentredPage>
    }
    .into_any()
}

fn sign_in_instead() -> impl IntoView {
    view! {
        "You have an account? "
        <a class="link" href=sign_in::PATH>
            "Sign in"
        </a>
    }
}

fn told() -> impl IntoView {
    view! {
        <Banner tone=Tone::Success title="Look into your mail" alert=true>
            <p>"We sent you a link. Follow it within a day to open your business."</p>
        </Banner>
    }
}

fn fields(action: ServerAction<Register>, form: Form<bool>, screen: RegistrationScreen) -> AnyView {
    let options =
        |values: Vec<String>| values.into_iter().map(|value| SelectOption::new(value.clone(), value)).collect();
    let (currencies, zones): (Vec<_>, Vec<_>) = (options(screen.currencies), options(screen.time_zones));
    let currency = form.typed("currency").unwrap_or_else(|| "EUR".to_owned());
    let zone = form.typed("time_zone").unwrap_or_else(|| NO_ZONE.to_owned());
    // Most people open their business where they are.
    let is_chosen = form.typed("time_zone").is_some();
    Effect::new(move |_| {
        if let Some(zone) = ui::dom::time_zone().filter(|_| !is_chosen) {
            ui::dom::choose("time_zone", NO_ZONE, &zone);
        }
    });
    let password = screen.asks_password.then(|| {
        view! {
            <Field
                id="password"
                label="Password"
                hint="8 to 128 characters. Several words make a good one."
                error=form.problem("password")
            >
                <Input name="form[password]" kind="password" autocomplete="new-password" />
            </Field>
        }
    });
    view! {
        <ActionForm action=action attr:class="stack" attr:novalidate=true>
            {form.banner()}
            <Field id="business" label="Name of the business" error=form.problem("business")>
                <Input name="form[business]" value=form.value("business") autocomplete="organization" autofocus=true />
            </Field>
            <div class="field-pair">
                <Field id="currency" label="Currency" error=form.problem("currency")>
                    <Select name="form[currency]" options=currencies selected=currency />
                </Field>
                <Field id="time_zone" label="Time zone" error=form.problem("time_zone")>
                    <Select name="form[time_zone]" options=zones selected=zone />
                </Field>
            </div>
            <Field id="name" label="Your name" error=form.problem("name")>
                <Input name="form[name]" value=form.value("name") autocomplete="name" />
            </Field>
            <Field id="email" label="Your e-mail" error=form.problem("email")>
                <Input name="form[email]" kind="email" value=form.value("email") autocomplete="username" />
            </Field>
            {password}
            <Button variant=ButtonVariant::Primary kind="submit" wide=true busy=action.pending()>
                "Open the business"
            </Button>
        </ActionForm>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    let lines = (0..5).map(|_| view! { <Skeleton /> }).collect_view();
    view! {
        <div class="stack" aria-busy="true">
            {lines}
        </div>
    }
    .into_any()
}
