//! The program `tradepost`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::run()
}
