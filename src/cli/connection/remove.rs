//! `apigw connection remove`: a connection goes, and its secret with it. Nothing changes in AWS.

use serde_json::json;

use crate::cli::choice::{self, usage};
use crate::cli::compose::Composed;
use crate::cli::output::{self, Reader};
use crate::cli::person;
use crate::domain::{Connection, Edit, Problem, ProblemKind};
use crate::text;

/// Arguments of `apigw connection remove`.
#[derive(clap::Args, Clone, Debug)]
pub struct RemoveArgs {
    /// The connection to remove
    #[arg(value_name = "NICKNAME")]
    nickname: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// The nickname once more, without which a protected connection is not removed
    #[arg(long, value_name = "NICKNAME")]
    confirm: Option<String>,
}

/// Removes it, once somebody said yes.
pub fn run(composed: &Composed, args: &RemoveArgs) -> Result<u8, Problem> {
    let connection = choice::find(&composed.connections, &args.nickname)?;
    confirm(connection, args)?;
    let edit = Edit::Remove { nickname: connection.nickname.clone() };
    composed.runtime.block_on(composed.engine.save(edit))?;
    match composed.reader {
        Reader::Program => output::print(&output::json_text(&json!({ "removed": connection.nickname })))?,
        Reader::Person => {
            output::print(&format!("Removed {}\n", text::sanitise(&connection.nickname)))?;
            if composed.config_file.is_none() {
                output::note(&["The next demo has it again.".to_owned()]);
            }
        }
    }
    Ok(0)
}

fn confirm(connection: &Connection, args: &RemoveArgs) -> Result<(), Problem> {
    let Connection { nickname, api_type, api_id, region, .. } = connection;
    let target = format!("{nickname} ({} API {api_id} in {region})", api_type.label());
    let confirmed = match (&args.confirm, connection.protected) {
        (Some(confirmed), _) if confirmed != nickname => {
            return Err(usage(
                format!("--confirm says {}, and the connection is {nickname}", text::sanitise(confirmed)),
                "Nothing was removed.",
            ));
        }
        (Some(_), _) => true,
        (None, true) if person::is_there() => {
            person::line(&format!("{target} is protected. Type its nickname to remove it:"))? == *nickname
        }
        (None, true) => {
            return Err(usage(format!("{nickname} is protected"), "Nothing was removed.")
                .advise(format!("Say its nickname once more: --confirm {}", text::shell_word(nickname))));
        }
        (None, false) if args.yes => true,
        (None, false) if person::is_there() => person::agrees(&format!("Remove {target}?"))?,
        (None, false) => {
            return Err(usage(
                format!("Nobody is there to ask whether to remove {nickname}"),
                "Nothing was removed.",
            )
            .advise("Say so beforehand: --yes"));
        }
    };
    if confirmed { Ok(()) } else { Err(Problem::new(ProblemKind::Cancelled, "Nothing was removed", "")) }
}
