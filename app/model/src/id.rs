//! Ids: a type for each entity, so that an order's id never passes for a customer's.

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident,)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The bare value, for the database and for messages.
            #[must_use]
            pub const fn uuid(self) -> Uuid { self.0 }
        }

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self { Self(value) }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(formatter) }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    )+};
}

ids! {
    /// A business served by this installation.
    TenantId,
    /// A person who can sign in.
    UserId,
    RoleId,
    CategoryId,
    ProductId,
    VariantId,
    LocationId,
    BatchId,
    MovementId,
    CustomerId,
    OrderId,
    OrderLineId,
    EventId,
    AuditId,
    MailId,
    InvitationId,
    ApiKeyId,
    /// Ties together what one request or one run of a task caused: log lines, events, error pages.
    CorrelationId,
}
