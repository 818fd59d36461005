//! The business vocabulary: what the browser and the server both have to agree on.
//!
//! **Invariant:** no input or output, no clock, no randomness, no framework. It compiles for the browser and for the
//! server, so one rule serves both.

pub mod account;
pub mod api_key;
pub mod audit;
pub mod channel;
pub mod country;
pub mod credentials;
pub mod dashboard;
pub mod event;
pub mod id;
pub mod mail;
pub mod money;
pub mod name;
pub mod order;
pub mod page;
pub mod period;
pub mod permission;
pub mod registration;
pub mod role;
pub mod second_factor;
pub mod session;
pub mod staff;

pub mod vocabulary;
pub mod words;
