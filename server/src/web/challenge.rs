//! What asks a program for a token (RFC 6750, 3), as `WWW-Authenticate` has it.

/// None was sent.
pub(super) const NO_TOKEN: &str = "Bearer";
/// The one that was sent opens nothing.
pub(super) const WRONG_TOKEN: &str = r#"Bearer error="invalid_token""#;
