//! Somebody's authenticator app.

use chrono::{DateTime, Utc};
use totp_rs::{Builder, Secret};

/// The code that the app shows at that time, after it was told the secret as the screen shows it.
#[must_use]
pub fn one_time_code(secret: &str, time: DateTime<Utc>) -> String {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let app = Builder::new().with_secret(secret).build().unwrap();
    app.generate(u64::try_from(time.timestamp()).unwrap()).to_string()
}
