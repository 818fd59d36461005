//! Settings that have one of a few words.

use serde::{Deserialize, Serialize};

/// The settings that have one of a few words.
pub(super) const CHOICES: &[(&str, &[&str])] =
    &[("registration", Registration::WORDS), ("log_format", LogFormat::WORDS)];

/// An enum of a setting that is one of a few words. Each word stands here once, for reading it and for saying which there are.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident: $($(#[$variant_meta:meta])* $variant:ident = $word:literal;)+) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_meta])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            const WORDS: &[&str] = &[$($word,)+];
        }
    };
}

choice! {
    /// How log lines look.
    LogFormat:
    /// For people.
    Pretty = "pretty";
    /// One JSON object a line, for collectors.
    Json = "json";
}

choice! {
    /// Who may open a business here.
    Registration:
    /// Everybody who reaches the server.
    Open = "open";
    /// Whoever has the command line: `tradepost user create`.
    Closed = "closed";
}
