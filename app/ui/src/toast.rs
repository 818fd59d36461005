use crate::{badge::Tone, icon::Icon};
use leptos::prelude::*;

/// How long a message stays. What can be undone stays as long as the promise that it can.
#[cfg(feature = "hydrate")]
const SHOWN_FOR_SECONDS: u64 = 5;
#[cfg(feature = "hydrate")]
const UNDO_FOR_SECONDS: u64 = 10;
/// Older messages give way, so that a loop gone wrong can't cover the page.
const SHOWN_AT_MOST: usize = 4;

/// A short message about something that was just done.
#[derive(Clone)]
pub struct Toast {
    tone: Tone,
    text: String,
    action: Option<(String, Callback<()>)>,
}

impl Toast {
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into(), action: None }
    }

    /// A button in the message, such as "Undo".
    #[must_use]
    pub fn with_action(mut self, label: impl Into<String>, run: Callback<()>) -> Self {
        self.action = Some((label.into(), run));
        self
    }
}

#[derive(Clone)]
struct Shown {
    id: u64,
    toast: Toast,
}

/// Where messages are put. Copy it into event handlers.
#[derive(Clone, Copy)]
pub struct ToasterHandle {
    shown: RwSignal<Vec<Shown>>,
    next_id: StoredValue<u64>,
}

impl ToasterHandle {
    /// Shows a message, and takes it away again after a while.
    pub fn push(self, toast: Toast) {
        let id = self.next_id.get_value();
        self.next_id.set_value(id.wrapping_add(1));
        #[cfg(feature = "hydrate")]
        {
            let seconds = if toast.action.is_some() { UNDO_FOR_SECONDS } else { SHOWN_FOR_SECONDS };
            set_timeout(move || self.dismiss(id), std::time::Duration::from_secs(seconds));
        }
        self.shown.update(|shown| {
            shown.push(Shown { id, toast });
            let surplus = shown.len().saturating_sub(SHOWN_AT_MOST);
            shown.drain(..surplus);
        });
    }

    pub fn success(self, text: impl Into<String>) {
        self.push(Toast::new(Tone::Success, text));
    }

    pub fn danger(self, text: impl Into<String>) {
        self.push(Toast::new(Tone::Danger, text));
    }

    fn dismiss(self, id: u64) {
        // The page may be gone by the time that the timer runs.
        self.shown.try_update(|shown| shown.retain(|shown| shown.id != id));
    }
}

/// Makes the toaster available to everything below. Call once, where the application starts.
pub fn provide_toaster() -> ToasterHandle {
    let handle = ToasterHandle { shown: RwSignal::new(Vec::new()), next_id: StoredValue::new(0) };
    provide_context(handle);
    handle
}

/// The application's toaster; one that nobody sees where none was provided (a component alone in a test).
pub fn use_toaster() -> ToasterHandle {
    use_context::<ToasterHandle>().unwrap_or_else(provide_toaster)
}

/// Where the messages appear: put it once, at the end of the page.
#[component]
pub fn Toaster() -> impl IntoView {
    let handle = use_toaster();
    view! {
        <section class="toaster" aria-label="Messages" aria-live="polite">
            <For each=move || handle.shown.get() key=|shown| shown.id children=move |shown| toast_view(handle, shown) />
        </section>
    }
}

fn toast_view(handle: ToasterHandle, Shown { id, toast }: Shown) -> AnyView {
    let action = toast.action.map(|(label, run)| {
        view! {
            <button
                type="button"
                class="btn btn-quiet btn-small"
                on:click=move |_| {
                    run.run(());
                    handle.dismiss(id);
                }
            >
                {label}
            </button>
        }
    });
    view! {
        <div class=format!("toast{}", toast.tone.message_class())>
            <Icon name=toast.tone.icon() />
            <span class="toast-text">{toast.text}</span>
            {action}
            <button
                type="button"
                class="icon-btn"
                aria-label="Dismiss"
                title="Dismiss"
                on:click=move |_| handle.dismiss(id)
            >
                <Icon name="x" />
            </button>
        </div>
    }
    .into_any()
}
