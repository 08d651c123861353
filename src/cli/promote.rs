//! `apigw promote`: what is live on one stage goes live on another, or a canary becomes its stage.

use super::choice;
use super::compose::Composed;
use super::write::{self, WriteFlags};
use crate::domain::{Intent, Problem};

/// Arguments of `apigw promote`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = write::AFTER_HELP)]
pub struct PromoteArgs {
    /// The connection whose stages they are
    #[arg(value_name = "NICKNAME")]
    pub nickname: Option<String>,
    /// The stage whose deployment it is
    #[arg(long, value_name = "STAGE", required_unless_present = "canary")]
    from: Option<String>,
    /// The stage that gets it
    #[arg(long, value_name = "STAGE", required_unless_present = "canary")]
    to: Option<String>,
    /// Make the canary of this stage the stage's own deployment, instead (REST)
    #[arg(long, value_name = "STAGE", conflicts_with_all = ["from", "to"])]
    canary: Option<String>,
    #[command(flatten)]
    write: WriteFlags,
}

impl PromoteArgs {
    fn intent(&self) -> Intent {
        let name = |stage: &Option<String>| stage.clone().unwrap_or_default();
        match &self.canary {
            Some(stage) => Intent::EndCanary { stage: stage.clone(), promote: true },
            None => Intent::Promote { from: name(&self.from), to: name(&self.to) },
        }
    }
}

/// Plans, asks and promotes.
pub fn run(composed: &Composed, args: &PromoteArgs) -> Result<u8, Problem> {
    let connections = choice::named(composed.connections.clone(), args.nickname.as_slice());
    let connection = choice::only(connections, "promote")?;
    write::run(composed, &connection, &args.intent(), &args.write)
}
