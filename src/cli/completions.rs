//! `apigw completions`: what a shell needs to complete the command line.

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, output};
use crate::domain::Problem;

/// Prints the script of that shell.
pub fn print(shell: Shell) -> Result<u8, Problem> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "apigw", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
