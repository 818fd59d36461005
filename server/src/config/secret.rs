//! Settings that must not be shown.

use super::ConfigError;
use serde::{Deserialize, Serialize, Serializer};

/// A setting that shows itself as hidden wherever it is printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

const HIDDEN: &str = "(hidden)";

impl Secret {
    /// The value itself, for whoever it is meant for.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(HIDDEN)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

/// The variable's value, or the content of the file that the variable with `_FILE` added names.
pub(super) fn from_variable_or_file(
    name: &str,
    variable: &impl Fn(&str) -> Option<String>,
) -> Result<Option<String>, ConfigError> {
    let in_file = format!("{name}_FILE");
    let filled = |name: &str| variable(name).filter(|value| !value.is_empty());
    match (filled(name), filled(&in_file)) {
        (Some(_), Some(_)) => Err(ConfigError::TwoSources(name.to_owned())),
        (value, None) => Ok(value),
        (None, Some(path)) => match std::fs::read_to_string(&path) {
            Ok(content) => Ok(Some(content.trim_end_matches(['\r', '\n']).to_owned())),
            Err(source) => Err(ConfigError::ReadSecret { variable: in_file, path, source }),
        },
    }
}
