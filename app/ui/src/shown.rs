//! Reading signals for what is shown.

use leptos::prelude::*;

/// What a signal says, and nothing where it is gone.
///
/// The server walks what waits in a `<Suspense>` in a task of its own, to find all that it waits for (`dry_resolve` in tachys). When the
/// browser leaves meanwhile, the request's signals go with it, and the task may come upon the view without them. Nobody sees what it reads
/// then, so there is nothing to panic about.
pub(crate) fn shown<T: Default>(signal: impl Get<Value = T>) -> T {
    signal.try_get().unwrap_or_default()
}
