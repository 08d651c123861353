//! `apigw rollback`: points a stage at an earlier deployment, or takes its canary away.

use super::choice;
use super::compose::Composed;
use super::write::{self, WriteFlags};
use crate::domain::{Intent, Problem};

/// Arguments of `apigw rollback`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = write::AFTER_HELP)]
pub struct RollbackArgs {
    /// The connection whose stage goes back
    #[arg(value_name = "NICKNAME")]
    pub nickname: Option<String>,
    /// The stage
    #[arg(long, value_name = "STAGE", required_unless_present = "canary")]
    stage: Option<String>,
    /// The deployment to go back to; without it, the one before
    #[arg(long, value_name = "DEPLOYMENT")]
    to: Option<String>,
    /// Push the schema of that deployment back as well, so that the next deployment does not bring the change again
    #[arg(long)]
    with_schema: bool,
    /// Remove the canary of this stage, instead (REST)
    #[arg(long, value_name = "STAGE", conflicts_with_all = ["stage", "to", "with_schema"])]
    canary: Option<String>,
    #[command(flatten)]
    write: WriteFlags,
}

impl RollbackArgs {
    fn intent(&self) -> Intent {
        let stage = || self.stage.clone().unwrap_or_default();
        match &self.canary {
            Some(stage) => Intent::EndCanary { stage: stage.clone(), promote: false },
            None => Intent::RollBack { stage: stage(), to: self.to.clone(), with_schema: self.with_schema },
        }
    }
}

/// Plans, asks and rolls back.
pub fn run(composed: &Composed, args: &RollbackArgs) -> Result<u8, Problem> {
    let connections = choice::named(composed.connections.clone(), args.nickname.as_slice());
    let connection = choice::only(connections, "rollback")?;
    write::run(composed, &connection, &args.intent(), &args.write)
}
