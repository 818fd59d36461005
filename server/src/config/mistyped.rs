//! Variables that look like settings and are none.

use super::{SECRETS, VARIABLES};

/// What the variables of most settings begin with.
const PREFIX: &str = "TRADEPOST_";
/// What those of some begin with, and many of other programs.
const SHARED_PREFIXES: &[&str] = &["DATABASE_", "SMTP_"];
/// In so many letters one may be wrong.
const LETTERS_PER_MISTAKE: usize = 4;

/// Which variable was probably meant, if this one is a setting's mistyped. Others that begin the same are somebody else's: scripts around
/// the program have some, and Kubernetes makes a few for every service.
pub(super) fn intended(variable: &str) -> Option<&'static str> {
    if is_known(variable) {
        return None;
    }
    let Some(name) = variable.strip_prefix(PREFIX) else { return intended_of_shared(variable) };
    let name = name.to_ascii_lowercase();
    let near = VARIABLES.iter().filter(|(setting, _)| is_near(&name, setting));
    near.min_by_key(|(setting, _)| strsim::osa_distance(&name, setting)).map(|(_, variable)| *variable)
}

/// The same for one that other programs may have too: only another spelling counts, of what is behind the beginning.
fn intended_of_shared(variable: &str) -> Option<&'static str> {
    let behind = SHARED_PREFIXES.iter().find_map(|prefix| variable.strip_prefix(prefix))?;
    let name = variable.to_ascii_lowercase();
    let distance = |setting: &str| {
        let of_file = SECRETS.contains(&setting).then(|| strsim::osa_distance(&name, &format!("{setting}_file")));
        of_file.into_iter().fold(strsim::osa_distance(&name, setting), usize::min)
    };
    let near = VARIABLES.iter().map(|(setting, variable)| (distance(setting), *variable));
    near.filter(|(distance, _)| *distance <= mistakes_in(behind)).min().map(|(_, variable)| variable)
}

/// Whether a setting is read from it.
pub(super) fn is_known(variable: &str) -> bool {
    VARIABLES.iter().any(|(setting, known)| {
        let of_file = || variable.strip_suffix("_FILE").is_some_and(|variable| variable == *known);
        variable == *known || SECRETS.contains(setting) && of_file()
    })
}

/// Another spelling, or one that says more or less.
fn is_near(name: &str, setting: &str) -> bool {
    let begins = |longer: &str, shorter: &str| longer.strip_prefix(shorter).is_some_and(|rest| rest.starts_with('_'));
    begins(name, setting) || begins(setting, name) || strsim::osa_distance(name, setting) <= mistakes_in(name)
}

/// How many mistakes a name may have.
fn mistakes_in(name: &str) -> usize {
    (name.len() / LETTERS_PER_MISTAKE).max(1)
}

#[cfg(test)]
mod tests {
    use super::intended;
    use crate::config::{SECRETS, VARIABLES};

    #[test]
    fn what_is_meant_is_found() {
        for (mistyped, meant) in [
            ("TRADEPOST_LISTNE", "TRADEPOST_LISTEN"),
            ("TRADEPOST_SECRETKEY", "TRADEPOST_SECRET_KEY"),
            ("TRADEPOST_SECRET_KEYS", "TRADEPOST_SECRET_KEY"),
            ("TRADEPOST_SESSION_IDLE", "TRADEPOST_SESSION_IDLE_MINUTES"),
            ("TRADEPOST_LOG_LEVEL", "TRADEPOST_LOG"),
            ("TRADEPOST_LOG_FORMATS", "TRADEPOST_LOG_FORMAT"),
            ("TRADEPOST_LISTEN_FILE", "TRADEPOST_LISTEN"),
            ("TRADEPOST_DATABASE_URL", "DATABASE_URL"),
            ("TRADEPOST_SMTP_URL", "SMTP_URL"),
            ("SMTP_ULR", "SMTP_URL"),
            ("SMTP_URI", "SMTP_URL"),
            ("SMTP_URL_FIEL", "SMTP_URL"),
            ("DATABASE_ULR", "DATABASE_URL"),
            ("DATABASE_CONNECTION", "TRADEPOST_DATABASE_CONNECTIONS"),
        ] {
            assert_eq!(intended(mistyped), Some(meant), "{mistyped}");
        }
    }

    #[test]
    fn settings_and_what_is_somebody_elses_are_left_alone() {
        for (setting, variable) in VARIABLES {
            assert_eq!(intended(variable), None);
            assert!(!SECRETS.contains(setting) || intended(&format!("{variable}_FILE")).is_none(), "{variable}");
        }
        for other in [
            "TRADEPOST_ROOT",
            "TRADEPOST_CACHE",
            "TRADEPOST_BINARY",
            "TRADEPOST_CHROMIUM",
            "TRADEPOST_TEST_PASSWORD_FILE",
            "TRADEPOST_SERVICE_HOST",
            "TRADEPOST_SERVICE_PORT",
            "TRADEPOST_PORT",
            "TRADEPOST_PORT_3000_TCP_ADDR",
            "SMTP_HOST",
            "SMTP_PORT",
            "SMTP_SSL",
            "SMTP_TLS",
            "SMTP_USER",
            "SMTP_PASSWORD",
            "DATABASE_HOST",
            "DATABASE_PORT",
            "DATABASE_PORT_5432_TCP_ADDR",
            "DATABASE_NAME",
            "DATABASE_USER",
            "DATABASE_POOL",
            "DATABASE_URL_TEST",
            "PATH",
        ] {
            assert_eq!(intended(other), None, "{other}");
        }
    }
}
