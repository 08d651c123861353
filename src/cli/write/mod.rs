//! What every command that writes has in common: the plan, the question, the progress, and what came of it.

mod consent;
mod outcome;
mod plan_json;
mod plan_page;
mod watch;

pub use plan_json::target_json;
pub use plan_page::place;

use super::compose::Composed;
use super::output::{self, Format, Reader};
use crate::domain::{Connection, Done, Intent, Plan, Problem};

/// What `--help` says at the end of every command that writes.
pub const AFTER_HELP: &str = "\
Exit codes: 0 done, or nothing to change; 1 failed; 2 usage; 3 the schema has errors, or nobody agreed to the write; \
4 credentials, permission or read-only; 5 outcome unknown. With --plan: 0, or 3 when the schema has errors.

Without --yes the terminal asks. A run without a terminal is asked nothing, and neither is one with --json.";

/// Flags of every command that writes.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Safety")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct WriteFlags {
    /// Show what it would do, and do nothing
    #[arg(long)]
    pub plan: bool,
    /// Do not ask whether to do it; what it risks needs a flag of its own
    #[arg(long, conflicts_with = "plan")]
    yes: bool,
    /// Delete live routes that the schema lacks
    #[arg(long)]
    allow_delete: bool,
    /// Let something answer more callers than before
    #[arg(long)]
    allow_exposure: bool,
    /// Break callers that worked
    #[arg(long)]
    allow_breaking: bool,
    /// The nickname once more, without which nothing is written to a protected connection
    #[arg(long, value_name = "NICKNAME")]
    confirm: Option<String>,
}

/// Plans what is meant, asks for what must be agreed to, does it, and tells what came of it.
pub fn run(
    composed: &Composed,
    connection: &Connection,
    intent: &Intent,
    flags: &WriteFlags,
) -> Result<u8, Problem> {
    flags.check(connection)?;
    if !flags.plan {
        consent::refuse_read_only(connection)?;
    }
    composed.sign_in(std::slice::from_ref(connection))?;
    composed.tell_recovered(connection);
    let plan = composed.runtime.block_on(composed.engine.plan(connection, intent))?;
    if flags.plan {
        return show(composed, connection, &plan);
    }
    if composed.reader == Reader::Person {
        let format = Format { ink: composed.format.problem_ink, ..composed.format.clone() };
        output::note(&plan_page::lines(&plan, &consent::all_flags(connection, &plan), &format));
    }
    let done = if plan.errors().next().is_some() {
        Err(consent::faulty(&plan))
    } else if plan.changes_nothing() {
        Ok(Done::unchanged(&plan))
    } else {
        consent::obtain(composed, connection, &plan, flags)
            .and_then(|consent| watch::carry_out(composed, connection, &plan, &consent))
    };
    outcome::tell(composed, connection, &plan, done)
}

/// Prints the plan; the exit code says whether it could be carried out.
fn show(composed: &Composed, connection: &Connection, plan: &Plan) -> Result<u8, Problem> {
    match composed.reader {
        Reader::Program => output::print(&output::json_text(&plan_json::json(plan)))?,
        Reader::Person => {
            let flags = consent::all_flags(connection, plan);
            output::print(&(plan_page::lines(plan, &flags, &composed.format).join("\n") + "\n"))?;
        }
    }
    Ok(if plan.errors().next().is_some() { 3 } else { 0 })
}
