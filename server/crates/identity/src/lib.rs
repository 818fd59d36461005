//! Identity: who may come in, and as whom.

pub mod access_token;
pub mod account;
pub mod account_link;
pub mod api_key;
pub mod arrival;
pub mod audit;
pub mod business;
mod device;
pub mod epoch;
pub mod invitation;
pub mod mail;
pub mod member;
pub mod old_links;
pub mod password;
pub mod refresh_token;
pub mod refusal;
pub mod registration;
pub mod role;
pub mod second_factor;
pub mod secret_token;
pub mod session_store;
pub mod sign_in;
pub mod signing_key;
pub mod staff;
pub mod throttle;
pub mod user;

pub use access_token::AccessTokens;
pub use password::Passwords;
pub use session_store::PostgresSessionStore;
