//! Settings: from a file, the environment and flags, in rising order; validated once, at the start.

mod checks;
mod choices;
mod environment;
mod mistyped;
mod numbers;
mod secret;

pub use choices::{LogFormat, Registration};
pub(crate) use environment::environment;
pub use secret::Secret;

use ::config::{Config as Sources, ConfigError as SourceError, File};
use app::context::Site;
use chrono::TimeDelta;
use identity::session_store::SessionLimits;
use ipnet::IpNet;
use kernel::seal::SEALING_KEY_BYTES;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// Where each setting may also come from. A secret may instead be in a file, named by the variable with `_FILE` added.
const VARIABLES: &[(&str, &str)] = &[
    ("listen", "TRADEPOST_LISTEN"),
    ("public_url", "TRADEPOST_PUBLIC_URL"),
    ("trusted_proxies", "TRADEPOST_TRUSTED_PROXIES"),
    ("data_dir", "TRADEPOST_DATA_DIR"),
    ("database_url", "DATABASE_URL"),
    ("database_connections", "TRADEPOST_DATABASE_CONNECTIONS"),
    ("worker_connections", "TRADEPOST_WORKER_CONNECTIONS"),
    ("postgres_binaries", "TRADEPOST_POSTGRES_BINARIES"),
    ("session_idle_minutes", "TRADEPOST_SESSION_IDLE_MINUTES"),
    ("session_absolute_hours", "TRADEPOST_SESSION_ABSOLUTE_HOURS"),
    ("secret_key", "TRADEPOST_SECRET_KEY"),
    ("registration", "TRADEPOST_REGISTRATION"),
    ("smtp_url", "SMTP_URL"),
    ("mail_from", "TRADEPOST_MAIL_FROM"),
    ("metrics_token", "TRADEPOST_METRICS_TOKEN"),
    ("password_hashes_at_once", "TRADEPOST_PASSWORD_HASHES_AT_ONCE"),
    ("log", "TRADEPOST_LOG"),
    ("log_format", "TRADEPOST_LOG_FORMAT"),
    ("site_root", "LEPTOS_SITE_ROOT"),
];
/// The settings that must not be shown.
const SECRETS: &[&str] = &["database_url", "secret_key", "smtp_url", "metrics_token"];

/// Every setting of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address and port to serve on.
    pub listen: SocketAddr,
    /// How browsers reach the server, when that isn't `http://` and the address above: decides on secure cookies and HSTS.
    pub public_url: Option<String>,
    /// Proxies in front of the server that are believed about where a request comes from: addresses or networks, with commas between.
    pub trusted_proxies: String,
    /// The private database lives here.
    pub data_dir: PathBuf,
    /// A PostgreSQL of your own (15 or newer) instead of the private one.
    pub database_url: Option<Secret>,
    /// The most connections that requests use.
    pub database_connections: u32,
    /// The most connections that background tasks use.
    pub worker_connections: u32,
    /// Folder of `postgres` and `initdb`, when they aren't found by themselves.
    pub postgres_binaries: Option<PathBuf>,
    /// A session unused for so long ends.
    pub session_idle_minutes: u32,
    /// Every session ends after so long.
    pub session_absolute_hours: u32,
    /// Seals what has to be read back, such as signing keys: 64 hexadecimal digits. Without it a key is made and kept in the data directory.
    pub secret_key: Option<Secret>,
    /// Who may open a business here.
    pub registration: Registration,
    /// The server that takes mail, such as `smtps://user:password@mail.example.com`. Without one, mail is kept where the staff sees it.
    pub smtp_url: Option<Secret>,
    /// Whom mail is from.
    pub mail_from: String,
    /// The secret by which a collector reads `/metrics`, sent as `Authorization: Bearer …`. Without one nobody does.
    pub metrics_token: Option<Secret>,
    /// The most passwords that are hashed at a time; each takes a core for a while.
    pub password_hashes_at_once: usize,
    /// What is logged, as `tracing-subscriber` filters say it.
    pub log: String,
    pub log_format: LogFormat,
    /// Folder of the built site: style, wasm, fonts.
    pub site_root: PathBuf,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            public_url: None,
            trusted_proxies: String::new(),
            data_dir: PathBuf::from("./data"),
            database_url: None,
            database_connections: 16,
            worker_connections: 4,
            postgres_binaries: None,
            session_idle_minutes: 240,
            session_absolute_hours: 168,
            secret_key: None,
            registration: Registration::Open,
            smtp_url: None,
            mail_from: "Tradepost <tradepost@localhost>".to_owned(),
            metrics_token: None,
            password_hashes_at_once: 2,
            // A cookie of a session that has ended is no attack, and strangers send whatever they like.
            log: "info,sqlx::postgres::notice=warn,tower_sessions=error".to_owned(),
            log_format: LogFormat::Pretty,
            site_root: PathBuf::from("target/site"),
        }
    }
}

/// Why the settings can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("could not read the settings")]
    Read(#[source] SourceError),
    #[error("could not read the secret file {path}, named by {variable}")]
    ReadSecret { variable: String, path: String, source: std::io::Error },
    #[error("{0} and {0}_FILE are both set: keep one")]
    TwoSources(String),
    #[error("the value of {0} is no text in UTF-8")]
    NotText(String),
    #[error("{variable} is no setting: was {intended} meant?")]
    Unknown { variable: String, intended: &'static str },
    #[error("{setting}: {problem}")]
    Invalid { setting: &'static str, problem: String },
}

impl Config {
    /// Reads the file (if any) and the environment, and validates the whole.
    ///
    /// # Errors
    /// A source can't be read, names an unknown setting, or holds a value that can't be used.
    pub fn load(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let meant = |variable: &String| mistyped::intended(variable).map(|intended| (variable.clone(), intended));
        if let Some((variable, intended)) = environment.keys().find_map(meant) {
            return Err(ConfigError::Unknown { variable, intended });
        }
        let variable = |name: &str| environment.get(name).cloned();
        let mut sources = Sources::builder();
        if let Some(path) = file {
            sources = sources.add_source(File::from(path).format(::config::FileFormat::Toml));
        }
        for (setting, name) in VARIABLES {
            let value = match SECRETS.contains(setting) {
                true => secret::from_variable_or_file(name, &variable)?,
                false => variable(name).filter(|value| !value.is_empty()),
            };
            sources = sources.set_override_option(*setting, value).map_err(ConfigError::Read)?;
        }
        let read = sources.build().map_err(ConfigError::Read)?;
        for (setting, words) in choices::CHOICES.iter().copied() {
            if let Ok(given) = read.get_string(setting)
                && !words.contains(&given.as_str())
            {
                let problem = format!("{given:?} is no choice; give {}", words.join(" or "));
                return Err(ConfigError::Invalid { setting, problem });
            }
        }
        numbers::check(&read)?;
        if read.get_string("listen").is_ok_and(|given| given.parse::<SocketAddr>().is_err()) {
            let problem = "give an address and a port, such as 127.0.0.1:3000".to_owned();
            return Err(ConfigError::Invalid { setting: "listen", problem });
        }
        read.try_deserialize::<Self>().map_err(ConfigError::Read)?.validated()
    }

    /// Whether browsers come by https, so that cookies are bound to it.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// What the screens need to know of this installation.
    #[must_use]
    pub fn site(&self) -> Site {
        Site {
            url: self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen)),
            https: self.is_https(),
            registration: self.registration == Registration::Open,
            sends_mail: self.smtp_url.is_some(),
        }
    }

    /// Those who are believed about where a request comes from. Validated when the settings were read.
    #[must_use]
    pub fn trusted_proxies(&self) -> Vec<IpNet> {
        networks(&self.trusted_proxies).unwrap_or_default()
    }

    #[must_use]
    pub fn session_limits(&self) -> SessionLimits {
        SessionLimits {
            idle: TimeDelta::minutes(self.session_idle_minutes.into()),
            absolute: TimeDelta::hours(self.session_absolute_hours.into()),
        }
    }

    /// The settings as a file that could be read back, secrets hidden.
    #[must_use]
    pub fn shown(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        let settings = value.as_object().into_iter().flatten();
        settings.filter(|(_, value)| !value.is_null()).map(|(name, value)| format!("{name} = {value}\n")).collect()
    }
}

/// What the digits of a secret key stand for.
pub(crate) fn secret_key_bytes(digits: &str) -> Option<[u8; SEALING_KEY_BYTES]> {
    hex::decode(digits.trim()).ok()?.try_into().ok()
}

/// Networks, and addresses as networks of one.
fn networks(list: &str) -> Result<Vec<IpNet>, String> {
    let network = |text: &str| {
        let address = || text.parse::<IpAddr>().map(IpNet::from);
        text.parse().or_else(|_| address()).map_err(|_| format!("{text:?} is neither an address nor a network"))
    };
    list.split(',').map(str::trim).filter(|text| !text.is_empty()).map(network).collect()
}

#[cfg(test)]
mod tests {
    use super::{Config, LogFormat};
    use std::io::Write;

    fn load(file: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let mut path = tempfile::NamedTempFile::new().unwrap();
        path.write_all(file.as_bytes()).unwrap();
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::load(Some(path.path()), &variables.collect()).map_err(|error| kernel::problem::chain(&error))
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
        let config = load(
            "listen = \"0.0.0.0:80\"\nlog_format = \"json\"\nsession_idle_minutes = 5",
            &[("TRADEPOST_LISTEN", "127.0.0.1:8080"), ("TRADEPOST_DATABASE_CONNECTIONS", "7")],
        )
        .unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!((config.log_format, config.database_connections), (LogFormat::Json, 7));
        assert_eq!(config.session_limits().idle.num_minutes(), 5);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        assert!(load("listne = \"x\"", &[]).unwrap_err().contains("listne"));
        for (file, given) in [("", "here"), ("listen = 5", "")] {
            let told = load(file, &[("TRADEPOST_LISTEN", given)]).unwrap_err();
            assert_eq!(told, "listen: give an address and a port, such as 127.0.0.1:3000");
        }
        for number in ["0", "1001", "-1", "99999999999", "99999999999999999999", "many", "1,5"] {
            let told = load("", &[("TRADEPOST_DATABASE_CONNECTIONS", number)]).unwrap_err();
            assert_eq!(told, "database_connections: give 1 to 1000", "{number}");
        }
        for (file, told) in [
            ("worker_connections = -4", "worker_connections: give 1 to 1000"),
            ("session_absolute_hours = 8761", "session_absolute_hours: give 1 to 8760: an hour to a year"),
            ("password_hashes_at_once = 0", "password_hashes_at_once: give 1 to 64: each takes a core and 19 MiB"),
        ] {
            assert_eq!(load(file, &[]).unwrap_err(), told);
        }
        assert!(load("session_idle_minutes = 4000000000", &[]).unwrap_err().contains("a minute to a year"));
        for url in ["https://shop.example/admin", "https://:::", "ftp://shop.example", "shop.example", "https://"] {
            assert!(load("", &[("TRADEPOST_PUBLIC_URL", url)]).unwrap_err().contains("public_url"), "{url}");
        }
        assert!(load("trusted_proxies = \"10.0.0.0/8, proxy\"", &[]).unwrap_err().contains("\"proxy\" is neither"));
        assert_eq!(load("trusted_proxies = \"10.0.0.0/8, ::1\"", &[]).unwrap().trusted_proxies().len(), 2);
        for key in ["short".to_owned(), "0".repeat(64), "aA".repeat(32)] {
            let told = load(&format!("secret_key = {key:?}"), &[]).unwrap_err();
            assert!(told.contains("openssl rand -hex 32"), "{key}: {told}");
        }
        assert!(load("smtp_url = \"mail.example.com\"", &[]).unwrap_err().contains("smtps://user:password"));
        let mailing = load("smtp_url = \"smtp://localhost\"", &[]).unwrap_err();
        assert!(mailing.contains("the links in mails begin with it"), "{mailing}");
        assert!(load("mail_from = \"me\"", &[]).unwrap_err().contains("mail_from: give one such as"));
        assert!(load("metrics_token = \"short\"", &[]).unwrap_err().contains("at least 16 characters"));
        for (setting, told) in [
            ("registration", "registration: \"perhaps\" is no choice; give open or closed"),
            ("log_format", "log_format: \"perhaps\" is no choice; give pretty or json"),
        ] {
            let variable = format!("TRADEPOST_{}", setting.to_uppercase());
            assert_eq!(load(&format!("{setting} = \"perhaps\""), &[]).unwrap_err(), told);
            assert_eq!(load("", &[(variable.as_str(), "perhaps")]).unwrap_err(), told);
        }
        for (setting, words) in super::choices::CHOICES {
            for word in *words {
                assert!(load(&format!("{setting} = {word:?}"), &[]).is_ok(), "{setting} = {word}");
            }
        }
        let mistyped = load("", &[("TRADEPOST_REGISTRATOIN", "closed")]).unwrap_err();
        assert_eq!(mistyped, "TRADEPOST_REGISTRATOIN is no setting: was TRADEPOST_REGISTRATION meant?");
        assert!(load("", &[("TRADEPOST_SERVICE_HOST", "10.0.0.1")]).is_ok(), "Kubernetes sets it");
        assert!(load("public_url = \"https://shop.example:8443\"", &[]).is_ok());
        assert!(
            load("", &[("DATABASE_URL", "garbage")]).unwrap_err().contains("postgresql://user:password@host/database")
        );
    }

    #[test]
    fn secrets_come_from_files_and_are_never_shown() {
        let mut secret = tempfile::NamedTempFile::new().unwrap();
        secret.write_all(b"postgresql://me:hunter2@db/shop\n").unwrap();
        let path = secret.path().to_str().unwrap();
        let config = load("", &[("DATABASE_URL_FILE", path)]).unwrap();
        assert_eq!(config.database_url.as_ref().unwrap().expose(), "postgresql://me:hunter2@db/shop");
        assert!(!config.shown().contains("hunter2") && config.shown().contains("database_url = \"(hidden)\""));
        assert!(!format!("{config:?}").contains("hunter2"));
        let both = load("", &[("DATABASE_URL_FILE", path), ("DATABASE_URL", "postgresql:///x")]);
        assert!(both.unwrap_err().contains("both set"));
        assert!(load("", &[("DATABASE_URL_FILE", "/nowhere/at/all")]).unwrap_err().contains("/nowhere/at/all"));
    }
}
