//! Logs: structured, to standard error, so that standard output is free for what a command answers.

use crate::config::{Config, LogFormat};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts logging as the settings say.
pub fn start(config: &Config) {
    let filter: EnvFilter = config.log.parse().unwrap_or_default();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start (several programs in one test) keeps the first.
    let _ = match config.log_format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Pretty => lines.with_ansi(std::io::stderr().is_terminal()).compact().try_init(),
    };
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use tracing::{Level, enabled};
    use tracing_subscriber::EnvFilter;

    #[test]
    fn strangers_write_no_lines_by_what_they_send_as_cookies() {
        let filter: EnvFilter = Config::default().log.parse().unwrap();
        let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::sink).finish();
        let logged = || {
            (
                enabled!(target: "tower_sessions::service", Level::WARN),
                enabled!(target: "tower_sessions_core::session", Level::WARN),
                enabled!(target: "tower_sessions::service", Level::ERROR),
                enabled!(target: "server::web", Level::INFO),
            )
        };
        assert_eq!(tracing::subscriber::with_default(lines, logged), (false, false, true, true));
    }
}
