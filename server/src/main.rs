//! The program `tradepost`.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Gives back what checks of passwords took (19 MiB each, on changing threads), and is quick at the many small pieces of a page.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    server::cli::run()
}
