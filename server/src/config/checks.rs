//! What values the settings may have.

use super::{Config, ConfigError, Secret, networks, secret_key_bytes};
use notifications::send::{SendError, Smtp};
use sqlx::postgres::PgConnectOptions;

const METRICS_TOKEN_BYTES_MIN: usize = 16;

impl Config {
    /// The settings, if all of them can be used. Numbers were looked at before.
    ///
    /// # Errors
    /// One can't.
    pub(super) fn validated(self) -> Result<Self, ConfigError> {
        let invalid = |setting, problem: &str| Err(ConfigError::Invalid { setting, problem: problem.to_owned() });
        if let Some(key) = &self.secret_key
            && (secret_key_bytes(key.expose()).is_none() || is_one_digit(key.expose()))
        {
            return invalid(
                "secret_key",
                "give 64 hexadecimal digits by chance, such as “openssl rand -hex 32” prints",
            );
        }
        if self.metrics_token.as_ref().is_some_and(|token| token.expose().len() < METRICS_TOKEN_BYTES_MIN) {
            return invalid("metrics_token", "give at least 16 characters that nobody guesses");
        }
        let smtp = self.smtp_url.as_ref().map_or("smtp://localhost", Secret::expose);
        match Smtp::check(smtp, &self.mail_from) {
            Err(SendError::Sender(_)) => return invalid("mail_from", "give one such as Shop <shop@example.com>"),
            Err(_) => return invalid("smtp_url", "give one such as smtps://user:password@mail.example.com"),
            Ok(()) => {}
        }
        if self.smtp_url.is_some() && self.public_url.is_none() {
            return invalid("public_url", "give it with smtp_url: the links in mails begin with it");
        }
        if let Err(error) = networks(&self.trusted_proxies) {
            return invalid("trusted_proxies", &format!("{error}; give addresses or networks such as 10.0.0.0/8"));
        }
        if let Some(url) = &self.public_url
            && !is_origin(url)
        {
            return invalid("public_url", "give scheme and host only, such as https://shop.example.com");
        }
        if let Some(url) = &self.database_url
            && let Err(error) = url.expose().parse::<PgConnectOptions>()
        {
            return invalid(
                "database_url",
                &format!("{error}; give one such as postgresql://user:password@host/database"),
            );
        }
        if self.data_dir.as_os_str().is_empty() {
            return invalid("data_dir", "give a folder");
        }
        if let Err(error) = self.log.parse::<tracing_subscriber::EnvFilter>() {
            return invalid("log", &error.to_string());
        }
        Ok(self)
    }
}

/// Somebody's placeholder, which is no secret.
fn is_one_digit(key: &str) -> bool {
    let mut digits = key.trim().chars();
    digits.next().is_some_and(|first| digits.all(|digit| digit.eq_ignore_ascii_case(&first)))
}

/// A scheme and a host, perhaps a port, and nothing behind them.
fn is_origin(url: &str) -> bool {
    let Ok(uri) = url.parse::<http::Uri>() else { return false };
    let (scheme, host) = (uri.scheme_str().unwrap_or_default(), uri.host().unwrap_or_default());
    let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
    matches!(scheme, "http" | "https") && !host.is_empty() && url == format!("{scheme}://{authority}")
}
