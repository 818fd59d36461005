use crate::{
    button::{Button, ButtonVariant, LinkButton},
    checkbox::Checkbox,
    field::Field,
    icon_button::{IconButton, IconLink},
    input::Input,
    menu::{Menu, MenuButton, MenuLine, MenuLink},
    panel::Panel,
    select::{Select, SelectOption},
    theme_switch::ThemeSwitch,
};
use leptos::prelude::*;

pub(super) fn actions() -> AnyView {
    view! {
        <Menu label="More">
            <MenuLink href="/ui" icon="copy">
                "Duplicate"
            </MenuLink>
            <MenuLine />
            <MenuButton kind="button" icon="trash" danger=true>
                "Delete"
            </MenuButton>
        </Menu>
        <LinkButton href="/ui" variant=ButtonVariant::Primary icon="plus">
            "New order"
        </LinkButton>
    }
    .into_any()
}

pub(super) fn buttons() -> AnyView {
    let rows = [ButtonVariant::Primary, ButtonVariant::Secondary, ButtonVariant::Quiet, ButtonVariant::Danger]
        .map(|variant| {
            view! {
                <div class="row">
                    <Button variant=variant>"Save order"</Button>
                    <Button variant=variant icon="plus">
                        "With icon"
                    </Button>
                    <Button variant=variant busy=true>
                        "Save order"
                    </Button>
                    <Button variant=variant disabled=true>
                        "Disabled"
                    </Button>
                    <Button variant=variant small=true>
                        "Small"
                    </Button>
                </div>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="span-6">
            <Panel title="Buttons">
                <div class="stack">
                    {rows} <div class="row">
                        <LinkButton href="/ui">"A link"</LinkButton>
                        <IconButton label="Edit" icon="pencil" />
                        <IconButton label="Delete" icon="trash" disabled=true />
                        <IconLink label="Notifications" icon="bell" href="/ui" />
                    </div>
                </div>
            </Panel>
        </div>
    }
    .into_any()
}

pub(super) fn fields() -> AnyView {
    view! {
        <div class="span-6">
            <Panel title="Fields">
                <div class="stack">
                    <Field id="gallery-name" label="Name" hint="As customers see it." required=true>
                        <Input name="name" value="Regency cakestand 3 tier" />
                    </Field>
                    <Field id="gallery-price" label="Price" hint="Before tax." error="Enter an amount such as 12.50.">
                        <Input name="price" value="abc" inputmode="decimal" />
                    </Field>
                    <Field id="gallery-category" label="Category">
                        <Select
                            name="category"
                            options=vec![
                                SelectOption::new("kitchen", "Kitchen & dining"),
                                SelectOption::new("bags", "Bags & lunch"),
                            ]
                            selected="bags"
                        />
                    </Field>
                    <Field id="gallery-sku" label="SKU" hint="Can't be changed once sold.">
                        <Input name="sku" value="22423" disabled=true />
                    </Field>
                    <Checkbox name="notify" checked=true>
                        "Tell the customer"
                    </Checkbox>
                    <ThemeSwitch action="/preferences" current="system" />
                </div>
            </Panel>
        </div>
    }
    .into_any()
}
