use crate::{
    avatar::Avatar,
    badge::{Badge, Tone},
    banner::Banner,
    button::{Button, ButtonVariant},
    confirm_button::ConfirmButton,
    copy_button::CopyButton,
    dialog::{Dialog, DialogButton},
    empty_state::EmptyState,
    kbd::Kbd,
    menu::{Menu, MenuLink},
    panel::Panel,
    print_button::PrintButton,
    progress_bar::ProgressBar,
    skeleton::{Skeleton, SkeletonShape},
    tabs::{Segmented, TabLink, Tabs},
    toast::{Toast, use_toaster},
};
use leptos::prelude::*;

pub(super) fn small_things() -> AnyView {
    let unknown: Option<f64> = None;
    view! {
        <div class="span-6">
            <Panel title="Small things">
                <div class="stack">
                    <div class="row">
                        <Badge>"Draft"</Badge>
                        <Badge tone=Tone::Success>"Shipped"</Badge>
                        <Badge tone=Tone::Warning>"Low"</Badge>
                        <Badge tone=Tone::Danger>"Failed"</Badge>
                        <Badge tone=Tone::Info>"Paid"</Badge>
                        <Badge tone=Tone::Accent>"New"</Badge>
                    </div>
                    <div class="row">
                        <Avatar name="Amira Patel" />
                        <Avatar name="Tove Jansson" />
                        <Kbd key="Ctrl" />
                        <Kbd key="K" />
                    </div>
                    <ProgressBar label="Import" value=0.4 />
                    <ProgressBar label="Waiting" value=unknown />
                    <Skeleton shape=SkeletonShape::Title />
                    <Skeleton />
                    <Skeleton shape=SkeletonShape::Short />
                    <Skeleton shape=SkeletonShape::Block />
                </div>
            </Panel>
        </div>
    }
    .into_any()
}

pub(super) fn messages() -> AnyView {
    let toaster = use_toaster();
    view! {
        <div class="span-6">
            <Panel title="Messages">
                <div class="stack">
                    <Banner>"Plain: prices are shown before tax."</Banner>
                    <Banner tone=Tone::Success title="Import finished">
                        "4,070 products are in your catalogue."
                    </Banner>
                    <Banner tone=Tone::Warning title="Stock was counted a month ago">
                        "Figures below may be out of date."
                    </Banner>
                    <Banner tone=Tone::Danger title="The payment was refused">
                        "Nothing was charged. Ask for another card."
                    </Banner>
                    <Banner tone=Tone::Info>"Two of your colleagues look at this order, too."</Banner>
                    <div class="row needs-script">
                        <Button on:click=move |_| toaster.success("Order #581587 saved")>"Show a toast"</Button>
                        <Button on:click=move |_| {
                            let undo = Callback::new(move |()| toaster.success("Order #581587 is back"));
                            toaster.push(Toast::new(Tone::Neutral, "Order #581587 cancelled").with_action("Undo", undo));
                        }>"With undo"</Button>
                    </div>
                </div>
            </Panel>
        </div>
    }
    .into_any()
}

pub(super) fn navigation() -> AnyView {
    let tabs = || {
        vec![
            TabLink::new("Overview", "/ui", true),
            TabLink::new("Prices", "/ui?tab=prices", false),
            TabLink::new("Stock", "/ui?tab=stock", false),
        ]
    };
    view! {
        <div class="span-6">
            <Panel title="Finding one's way">
                <div class="stack">
                    <Tabs label="Product" links=tabs() />
                    <Segmented label="Part" links=tabs() />
                    <Segmented label="Part, small" links=tabs() small=true />
                    <EmptyState
                        icon="package"
                        title="No products yet"
                        text="Add one by hand or import a CSV file; everything can be changed later."
                        actions=|| {
                            view! {
                                <Button variant=ButtonVariant::Primary>"Add a product"</Button>
                                <Button>"Import"</Button>
                            }
                        }
                    />
                </div>
            </Panel>
        </div>
    }
    .into_any()
}

pub(super) fn floating() -> AnyView {
    view! {
        <div class="span-6">
            <Panel title="What floats">
                <div class="row">
                    <Menu label="Actions" start=true>
                        <MenuLink href="/ui" icon="copy">
                            "Duplicate"
                        </MenuLink>
                    </Menu>
                    <DialogButton opens="gallery-dialog">"Open a dialog"</DialogButton>
                    <form method="get" action="/ui">
                        <ConfirmButton
                            id="gallery-confirm"
                            text="Ask before"
                            question="Delete the segment “Quiet customers”?"
                            confirm="Delete it"
                            variant=ButtonVariant::Danger
                        >
                            <p>"Campaigns that use it have nobody to write to then. This can’t be undone."</p>
                        </ConfirmButton>
                    </form>
                    <CopyButton text="22423" label="Copy the SKU" />
                    <PrintButton />
                </div>
            </Panel>
            <Dialog
                id="gallery-dialog"
                title="Cancel order #581587?"
                footer=|| {
                    view! {
                        <form method="dialog" class="row">
                            <Button kind="submit">"Keep it"</Button>
                            <Button kind="submit" variant=ButtonVariant::Danger>
                                "Cancel the order"
                            </Button>
                        </form>
                    }
                }
            >
                <p>"Its stock is released and £249.45 is paid back. This can't be undone."</p>
            </Dialog>
        </div>
    }
    .into_any()
}
