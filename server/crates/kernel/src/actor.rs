//! Whoever acts.

use model::event::Cause;
use model::id::{CorrelationId, UserId};

/// Who causes a change, and the request or run that it belongs to: written with every event.
#[derive(Clone, Debug)]
pub struct Actor {
    pub cause: Cause,
    pub correlation: CorrelationId,
}

impl Actor {
    /// A person, within a request.
    #[must_use]
    pub const fn user(user: UserId, correlation: CorrelationId) -> Self {
        Self { cause: Cause::User(user), correlation }
    }

    /// A task or command of the program, by its name.
    #[must_use]
    pub fn system(name: &str, correlation: CorrelationId) -> Self {
        Self { cause: Cause::System(name.to_owned()), correlation }
    }
}
