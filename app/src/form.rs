//! Forms: what is wrong with one, beside its fields, and what was typed, so that it can be shown again.

#[cfg(feature = "ssr")]
pub(crate) mod answer;

use crate::AppError;
use crate::error::FormFailure;
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use server_fn::Bytes;
use server_fn::ServerFn;
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use ui::{Banner, Tone};

/// Why a form was not carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormError {
    /// What is wrong, by the field.
    pub fields: Vec<(String, String)>,
    /// What is wrong with all of it.
    pub whole: Option<String>,
    /// Why it could not be done.
    pub failed: Option<AppError>,
    /// What was typed, by the field. Never a secret: without scripts it comes back in an address.
    pub typed: Vec<(String, String)>,
}

impl FormError {
    /// Something is wrong with a field.
    pub fn of(field: &str, problem: &impl std::fmt::Display) -> Self {
        Self { fields: vec![(field.to_owned(), problem.to_string())], ..Self::default() }
    }

    /// Something is wrong with all of it.
    pub fn whole(problem: &impl std::fmt::Display) -> Self {
        Self { whole: Some(problem.to_string()), ..Self::default() }
    }

    /// With what was typed.
    #[must_use]
    pub fn typed(self, typed: &[(&str, &str)]) -> Self {
        /// Longer texts are cut: an address has an end.
        const CHARS_MAX: usize = 300;
        let keep = |(field, text): &(&str, &str)| ((*field).to_owned(), text.chars().take(CHARS_MAX).collect());
        Self { typed: typed.iter().map(keep).collect(), ..self }
    }
}

impl From<AppError> for FormError {
    fn from(error: AppError) -> Self {
        Self { failed: Some(error), ..Self::default() }
    }
}

impl FromServerFnError for FormError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        AppError::from_server_fn_error(error).into()
    }

    /// Whoever may not come in at all is told so in the words of [`AppError`].
    fn de(data: Bytes) -> Self {
        AppError::or_else(data)
    }
}

/// A form on a page: what its last sending came to.
pub struct Form<Output: Send + Sync + 'static>(Memo<Option<Result<Output, FormError>>>);

impl<Output: Send + Sync + 'static> Clone for Form<Output> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Output: Send + Sync + 'static> Copy for Form<Output> {}

impl<Output> Form<Output>
where
    Output: Clone + PartialEq + Send + Sync + Serialize + DeserializeOwned + 'static,
{
    /// Moves the focus to the first field that is wrong, each time that one is.
    pub fn of<Function>(action: ServerAction<Function>) -> Self
    where
        Function: ServerFn<Output = Output, Error = FormError> + Clone + Send + Sync + 'static,
    {
        let form = Self(Memo::new(move |_| action.value().get()));
        Effect::new(move |_| {
            if form.error().is_some() {
                request_animation_frame(|| {
                    ui::dom::focus_first("[aria-invalid=true]");
                });
            }
        });
        form
    }

    /// The form may stand in what a page waits for, which outlives a request whose browser left: then nothing is wrong with it.
    fn error(self) -> Option<FormError> {
        let error = self.0.try_with(|outcome| outcome.as_ref().and_then(|outcome| outcome.as_ref().err().cloned()));
        error.flatten()
    }

    /// What came of it, once it worked.
    pub fn done(self) -> Option<Output> {
        let done = self.0.try_with(|outcome| outcome.as_ref().and_then(|outcome| outcome.as_ref().ok().cloned()));
        done.flatten()
    }

    /// What is wrong with a field.
    pub fn problem(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let error = self.error()?;
            error.fields.into_iter().find(|(name, _)| name == field).map(|(_, problem)| problem)
        })
    }

    /// What was typed into a field, where the form comes back without scripts.
    pub fn typed(self, field: &str) -> Option<String> {
        let error = untrack(|| self.error())?;
        error.typed.into_iter().find(|(name, _)| name == field).map(|(_, text)| text)
    }

    /// The same, and nothing where nothing was.
    pub fn value(self, field: &str) -> String {
        self.typed(field).unwrap_or_default()
    }

    /// What is wrong with all of it, or why it could not be done and what to do first.
    pub fn banner(self) -> impl Fn() -> Option<AnyView> + Copy + Send + Sync + 'static {
        move || {
            let FormError { whole, failed, .. } = self.error()?;
            let whole = whole.map(|text| view! { <Banner tone=Tone::Danger alert=true>{text}</Banner> }.into_any());
            whole.or_else(|| failed.map(|error| view! { <FormFailure error=error /> }.into_any()))
        }
    }
}
