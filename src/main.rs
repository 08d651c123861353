//! The program `apigw`: everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    apigw::cli::run()
}
