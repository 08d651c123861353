//! `apigw connection test`: who the credentials are, what they can read, and what can be known of the rest.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::trial;
use crate::cli::checks;
use crate::cli::choice::{self, usage};
use crate::cli::compose::Composed;
use crate::cli::output::{self, Format, Reader, time_json};
use crate::cli::policy::CapabilityFlags;
use crate::cli::status::{api_json, header};
use crate::domain::{Capability, Check, Connection, Problem};

/// Arguments of `apigw connection test`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Exit codes: 0 nothing failed; 4 credentials or permission; else 1. What only an attempt would tell is unknown, and no failure.")]
pub struct TestArgs {
    /// Connections to test; all without any
    #[arg(value_name = "NICKNAME")]
    nicknames: Vec<String>,
    #[command(flatten)]
    capabilities: CapabilityFlags,
}

/// Tests connections, all at once.
pub fn run(composed: &Composed, args: &TestArgs) -> Result<u8, Problem> {
    let connections: Vec<Connection> = match args.nicknames.as_slice() {
        [] => composed.connections.clone(),
        names => {
            let found = names.iter().map(|name| choice::find(&composed.connections, name).cloned());
            found.collect::<Result<_, _>>()?
        }
    };
    if connections.is_empty() {
        return Err(
            usage("There is no connection to test", "").advise("Add one: apigw connection add NICKNAME")
        );
    }
    composed.sign_in(&connections)?;
    let tested = tested(composed, &connections, |_| args.capabilities.chosen());
    match composed.reader {
        Reader::Program => {
            let connections: Vec<Value> = tested.iter().map(tested_json).collect();
            let report = json!({ "at": time_json(Some(composed.format.now)), "connections": connections });
            output::print(&output::json_text(&report))?;
        }
        Reader::Person => output::print(&(page(&tested, &composed.format).join("\n") + "\n"))?,
    }
    Ok(checks::exit_code(tested.iter().flat_map(|(_, checks)| checks)))
}

/// A connection and what was found out about it.
pub type Tested<'a> = (&'a Connection, Vec<Check>);

/// Tests them all at once, each for what it is to be able to do.
pub fn tested<'a>(
    composed: &Composed,
    connections: &'a [Connection],
    capabilities: impl Fn(&Connection) -> Vec<Capability>,
) -> Vec<Tested<'a>> {
    let test = async |connection: &'a Connection| {
        let trial = trial(connection, None, capabilities(connection));
        (connection, Box::pin(composed.engine.test(&trial)).await)
    };
    composed.runtime.block_on(join_all(connections.iter().map(test)))
}

/// A tested connection as JSON.
pub fn tested_json((connection, checks): &Tested) -> Value {
    json!({
        "nickname": connection.nickname,
        "api": api_json(connection, None),
        "checks": checks.iter().map(checks::check_json).collect::<Vec<_>>(),
    })
}

/// Tested connections for a person.
pub fn page(tested: &[Tested], format: &Format) -> Vec<String> {
    let mut lines = Vec::new();
    for (connection, checks) in tested {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(header(connection, None, connection.account.as_deref(), format.width));
        lines.extend(checks::lines(checks, format));
    }
    lines
}
