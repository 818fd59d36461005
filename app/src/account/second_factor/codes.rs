//! Recovery codes: those that were just made, and the form that makes new ones.

use super::server::RenewRecoveryCodes;
use leptos::prelude::*;
use ui::{Banner, ConfirmButton, CopyButton, Panel, PrintButton, Tone};

const TITLE_ID: &str = "recovery-codes";
const TITLE: &str = "#recovery-codes";

/// The form that makes new ones.
pub(super) fn renewal(renew: ServerAction<RenewRecoveryCodes>) -> AnyView {
    view! {
        <Panel title="Recovery codes">
            <ActionForm action=renew attr:class="stack">
                <p>"Each stands in for your app once, should you lose it."</p>
                <div class="row">
                    <ConfirmButton
                        id="renew-codes"
                        text="Make new recovery codes"
                        question="Make new recovery codes?"
                        confirm="Make new ones"
                        busy=renew.pending()
                    >
                        <p>"Those that you have are worth nothing then, wherever you keep them."</p>
                    </ConfirmButton>
                </div>
            </ActionForm>
        </Panel>
    }
    .into_any()
}

/// What was asked for with a button that is gone now: the focus goes on here.
pub(super) fn shown_once(codes: Vec<String>) -> AnyView {
    Effect::new(|_| {
        request_animation_frame(|| {
            ui::dom::focus_first(TITLE);
        });
    });
    let all = codes.join("\n");
    let codes = codes.into_iter().map(|code| view! { <li>{code}</li> }).collect_view();
    view! {
        <div class="print-alone">
            <Panel title="Your recovery codes" title_id=TITLE_ID>
                <div class="stack">
                    <div class="no-print">
                        <Banner tone=Tone::Warning title="They are shown this once">
                            "Print them or write them down, and keep them apart from your phone."
                        </Banner>
                    </div>
                    <ul class="codes">{codes}</ul>
                    <div class="row no-print">
                        <CopyButton text=all label="Copy all of them" />
                        <PrintButton />
                    </div>
                </div>
            </Panel>
        </div>
    }
    .into_any()
}
