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
