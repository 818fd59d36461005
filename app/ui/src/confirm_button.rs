use crate::{
    button::{Button, ButtonVariant},
    dialog::DialogButton,
    dom,
};
use leptos::prelude::*;

/// Asks before it sends the form that it stands in: for what can't be undone, and for nothing else.
///
/// The children are what comes of it, and the fields that belong to the answer. It opens and closes without scripts, as a [`DialogButton`]
/// does. Its form has no fields but hidden ones outside of it: Enter in another would send the form unasked.
#[component]
pub fn ConfirmButton(
    /// Of the dialog; no other one on the page has it.
    #[prop(into)]
    id: String,
    /// What the button says.
    #[prop(into)]
    text: String,
    #[prop(into)] question: String,
    /// What the button says that does it.
    #[prop(into)]
    confirm: String,
    #[prop(optional)] variant: ButtonVariant,
    #[prop(optional)] small: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    /// What it is called where its text alone doesn't say it, such as in a row of a table.
    #[prop(optional, into)]
    label: Option<String>,
    children: Children,
) -> impl IntoView {
    let (title_id, body_id) = (format!("{id}-title"), format!("{id}-body"));
    let label = label.unwrap_or_else(|| text.clone());
    let (kept, sent) = (id.clone(), id.clone());
    view! {
        <DialogButton opens=id.clone() variant=variant small=small busy=busy label=label>
            {text}
        </DialogButton>
        // No forms in it, unlike in a `Dialog`: it stands in one.
        <dialog
            class="dialog"
            id=id
            role="alertdialog"
            aria-labelledby=title_id
            aria-describedby=body_id
        >
            <div class="dialog-head">
                <h2 class="dialog-title" id=title_id.clone()>
                    {question}
                </h2>
            </div>
            <div class="dialog-body stack" id=body_id.clone()>
                {children()}
            </div>
            <div class="dialog-foot">
                <button
                    type="button"
                    class=ButtonVariant::Secondary.classes(false, false)
                    command="close"
                    commandfor=id.clone()
                    on:click=move |event| {
                        event.prevent_default();
                        dom::close_dialog(&kept);
                    }
                >
                    <span class="btn-label">"Leave it"</span>
                </button>
                // It closes before the form goes: what comes of it is told on the page.
                <Button kind="submit" variant=ButtonVariant::Danger busy=busy on:click=move |_| dom::close_dialog(&sent)>
                    {confirm}
                </Button>
            </div>
        </dialog>
    }
}
