//! Events: what other parts and other programs are told of a change.

use crate::id::{CorrelationId, EventId, TenantId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whoever caused a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Cause {
    User(UserId),
    /// A task or a command of the program itself, by its name.
    System(String),
}

impl std::fmt::Display for Cause {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::User(id) => write!(formatter, "user:{id}"),
            Self::System(name) => write!(formatter, "system:{name}"),
        }
    }
}

impl From<Cause> for String {
    fn from(cause: Cause) -> Self {
        cause.to_string()
    }
}

impl TryFrom<String> for Cause {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.split_once(':') {
            Some(("user", id)) => id.parse().map(Self::User).map_err(|_| format!("{id:?} is no user's id")),
            Some(("system", name)) => Ok(Self::System(name.to_owned())),
            _ => Err(format!("{text:?} names no cause")),
        }
    }
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregate {
    #[serde(rename = "type")]
    pub kind: String,
    pub id: Uuid,
}

/// An event as every consumer gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope<Data> {
    pub id: EventId,
    /// Topic, such as `order.created`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of the shape of `data`; rises when it changes incompatibly.
    pub version: i16,
    pub tenant: TenantId,
    pub occurred_at: DateTime<Utc>,
    pub actor: Cause,
    pub correlation_id: CorrelationId,
    pub aggregate: Aggregate,
    pub data: Data,
}

/// The data of one type of event: knows its own topic and version.
pub trait Event: Serialize {
    /// Topic, such as `order.created`.
    const TYPE: &'static str;
    /// Of this struct's shape.
    const VERSION: i16;
    /// Type of the aggregate, such as `order`.
    const AGGREGATE: &'static str;
    /// Id of the aggregate: the message's key.
    fn aggregate_id(&self) -> Uuid;
}

/// Somebody joined a business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRegistered {
    pub user: UserId,
    /// The role's name; of a built-in one its word.
    pub role: String,
}

impl Event for UserRegistered {
    const TYPE: &'static str = "user.registered";
    const VERSION: i16 = 1;
    const AGGREGATE: &'static str = "user";
    fn aggregate_id(&self) -> Uuid {
        self.user.uuid()
    }
}

/// Somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserLoggedIn {
    pub user: UserId,
}

impl Event for UserLoggedIn {
    const TYPE: &'static str = "user.logged_in";
    const VERSION: i16 = 1;
    const AGGREGATE: &'static str = "user";
    fn aggregate_id(&self) -> Uuid {
        self.user.uuid()
    }
}
