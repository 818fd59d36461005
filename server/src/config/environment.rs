//! The environment, as far as it is text.

use super::{ConfigError, mistyped};
use std::collections::BTreeMap;
use std::ffi::OsString;

/// The variables that are text. One that isn't is somebody else's, unless it has a setting's name: left out it would be taken for one that
/// isn't set.
///
/// # Errors
/// A setting is no text.
pub(crate) fn environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<BTreeMap<String, String>, ConfigError> {
    let text = |(name, value): (OsString, OsString)| {
        let name = name.into_string().ok()?;
        match value.into_string() {
            Ok(value) => Some(Ok((name, value))),
            Err(_) => mistyped::is_known(&name).then(|| Err(ConfigError::NotText(name))),
        }
    };
    variables.filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::environment;
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    #[test]
    fn a_setting_that_is_no_text_is_named_and_what_is_somebody_elses_is_left_out() {
        let read = |name: &str, value: &[u8]| {
            let variables = [(OsString::from(name), OsString::from_vec(value.to_vec()))];
            environment(variables.into_iter()).map_err(|error| error.to_string())
        };
        for setting in ["TRADEPOST_MAIL_FROM", "SMTP_URL", "TRADEPOST_SECRET_KEY_FILE"] {
            let told = format!("the value of {setting} is no text in UTF-8");
            assert_eq!(read(setting, b"\xff"), Err(told));
        }
        assert_eq!(read("LESS_TERMCAP", b"\xff").unwrap().len(), 0);
        assert_eq!(read("TRADEPOST_LOG", b"info").unwrap()["TRADEPOST_LOG"], "info");
    }
}
