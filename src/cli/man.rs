//! `apigw man`: one manual page for the whole program.

use std::io;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::{Cli, output};
use crate::domain::{Problem, ProblemKind};

/// Prints the page in roff.
pub fn print() -> Result<u8, Problem> {
    let page = page()
        .map_err(|error| Problem::new(ProblemKind::Bug, "Cannot write the manual page", error.to_string()))?;
    output::print(&page)?;
    Ok(0)
}

fn page() -> io::Result<String> {
    let command = Cli::command().disable_help_subcommand(true);
    let mut roff = Vec::new();
    let man = Man::new(command.clone());
    man.render_title(&mut roff)?;
    man.render_name_section(&mut roff)?;
    man.render_synopsis_section(&mut roff)?;
    man.render_description_section(&mut roff)?;
    man.render_options_section(&mut roff)?;
    man.render_subcommands_section(&mut roff)?;
    man.render_extra_section(&mut roff)?;
    // This is the only page: its commands have none of their own, and what follows them is no extra.
    let mut page = String::from_utf8_lossy(&roff).replace("\n.SH EXTRA\n", "\n.SH NOTES\n");
    for subcommand in command.get_subcommands() {
        let name = subcommand.get_name();
        page = page.replace(&format!("\napigw\\-{name}(1)\n"), &format!("\n\\fBapigw {name}\\fR\n"));
        add_sections(&mut page, "apigw", subcommand)?;
    }
    Ok(page)
}

/// A section for the command and one for each below it, with what it takes beside the options of every command.
fn add_sections(page: &mut String, parent: &str, command: &Command) -> io::Result<()> {
    let name = format!("{parent} {}", command.get_name());
    let man = Man::new(command.clone().disable_help_flag(true).bin_name(name.clone()));
    let mut roff = Vec::new();
    man.render_synopsis_section(&mut roff)?;
    man.render_description_section(&mut roff)?;
    if command.get_arguments().next().is_some() {
        man.render_options_section(&mut roff)?;
    }
    if command.get_after_help().is_some() {
        man.render_extra_section(&mut roff)?;
    }
    // The parts of a command's section stand one level below it.
    let parts =
        String::from_utf8_lossy(&roff).replace("\n.SH EXTRA\n", "\n.SH NOTES\n").replace("\n.SH ", "\n.SS ");
    page.extend([".SH \"", &name.to_uppercase(), "\"\n", &parts]);
    for subcommand in command.get_subcommands() {
        add_sections(page, &name, subcommand)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_command_and_its_options() {
        let page = page().unwrap();
        assert_eq!(page.matches(".TH ").count(), 1);
        assert!(!page.contains("(1)") && page.contains("\\fBapigw status\\fR\n"), "{page}");
        for section in ["APIGW DEMO", "APIGW STATUS", "APIGW CONNECTION LIST", "APIGW COMPLETIONS"] {
            assert!(page.contains(&format!(".SH \"{section}\"\n")), "{section}\n{page}");
        }
        for option in ["\\-\\-fail\\-on", "\\-\\-listen", "\\-\\-api\\-id"] {
            assert!(page.contains(option), "{option}\n{page}");
        }
    }
}
