//! Whoever acts.

use model::event::Cause;
use model::id::{CorrelationId, UserId};
use std::net::IpAddr;

/// Who causes a change, and the request or run that it belongs to: written with every event and in the audit log.
#[derive(Clone, Debug)]
pub struct Actor {
    pub cause: Cause,
    pub correlation: CorrelationId,
    /// Where the request came from.
    pub address: Option<IpAddr>,
}

impl Actor {
    /// A person, within a request.
    #[must_use]
    pub const fn user(user: UserId, correlation: CorrelationId, address: Option<IpAddr>) -> Self {
        Self { cause: Cause::User(user), correlation, address }
    }

    /// A task or command of the program, by its name.
    #[must_use]
    pub fn system(name: &str, correlation: CorrelationId) -> Self {
        Self { cause: Cause::System(name.to_owned()), correlation, address: None }
    }
}
