use crate::{
    button::ButtonVariant,
    dom,
    icon::{Icon, optional_icon},
    shown::shown,
};
use leptos::prelude::*;

/// A native modal dialog: the platform holds the focus inside, closes it on Escape and gives the focus back.
/// Open it with a [`DialogButton`] or [`dom::show_dialog`].
#[component]
pub fn Dialog(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    #[prop(optional, into)] footer: Option<ViewFnOnce>,
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    view! {
        <dialog class="dialog" id=id aria-labelledby=title_id>
            <form method="dialog" class="dialog-head">
                <h2 class="dialog-title" id=title_id.clone()>
                    {title}
                </h2>
                <button class="icon-btn" aria-label="Close" title="Close">
                    <Icon name="x" />
                </button>
            </form>
            <div class="dialog-body">{children()}</div>
            {footer.map(|footer| view! { <div class="dialog-foot">{footer.run()}</div> })}
        </dialog>
    }
}

/// Opens the dialog of id `opens`. The command attributes do it without scripts in current browsers;
/// the click handler does it in those that don't know them yet, and in place of the command in those that do: opening
/// an open dialog is an error.
#[component]
pub fn DialogButton(
    #[prop(into)] opens: String,
    #[prop(optional)] variant: ButtonVariant,
    #[prop(optional, into)] icon: Option<String>,
    #[prop(optional)] small: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    /// What it is called where its text alone doesn't say it, such as in a row of a table.
    #[prop(optional, into)]
    label: Option<String>,
    children: Children,
) -> impl IntoView {
    let target = opens.clone();
    view! {
        <button
            type="button"
            class=variant.classes(small, false)
            command="show-modal"
            commandfor=opens
            aria-label=label
            aria-haspopup="dialog"
            aria-busy=move || shown(busy).then_some("true")
            aria-disabled=move || shown(busy).then_some("true")
            on:click=move |event| {
                event.prevent_default();
                // The pointer doesn't get here then, but Enter does.
                if !busy.try_get_untracked().unwrap_or_default() {
                    dom::show_dialog(&target);
                }
            }
        >
            <span class="btn-label">{optional_icon(icon)} {children()}</span>
        </button>
    }
}
