//! `apigw connection`: the connections of the config file, listed, added, changed, removed and tested.

mod add;
mod credentials;
mod discover;
mod edit;
mod list;
mod remove;
mod settings;
mod test;

use serde_json::{Value, json};

pub use test::{Tested, page as tested_page, tested, tested_json};

use super::choice::{ConnectionFlags, usage};
use super::compose::Composed;
use super::output::{self, Reader};
use crate::domain::{AccessKey, Auth, Capability, Connection, Identity, Login, Outcome, Problem, Trial};
use crate::text;

/// What to do with connections.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum ConnectionCommand {
    /// List the connections
    List,
    /// Add a connection, or several of the APIs that are found
    Add(Box<add::AddArgs>),
    /// Change a connection
    Edit(Box<edit::EditArgs>),
    /// Add a connection that is like another, but for what is said
    Duplicate(Box<edit::DuplicateArgs>),
    /// Remove a connection, and its secret with it
    Remove(remove::RemoveArgs),
    /// Test what connections can do; changes nothing in AWS
    Test(test::TestArgs),
}

impl ConnectionCommand {
    /// Whether it saves connections that were not there, so that it may be the first.
    pub fn adds(&self) -> bool {
        matches!(self, Self::Add(_))
    }
}

/// Does what it says; `flags` are those of every command.
pub fn run(composed: &Composed, command: &ConnectionCommand, flags: &ConnectionFlags) -> Result<u8, Problem> {
    match command {
        ConnectionCommand::List => list::run(composed),
        ConnectionCommand::Add(args) if args.discover => discover::run(composed, args, flags),
        ConnectionCommand::Add(args) => add::run(composed, args, flags),
        ConnectionCommand::Edit(args) => edit::run(composed, args, flags),
        ConnectionCommand::Duplicate(args) => edit::duplicate(composed, args, flags),
        ConnectionCommand::Remove(args) => remove::run(composed, args),
        ConnectionCommand::Test(args) => test::run(composed, args),
    }
}

/// Refuses a nickname that is taken, before anybody is asked for a secret.
fn check_free(composed: &Composed, nickname: &str) -> Result<(), Problem> {
    if composed.connections.iter().any(|connection| connection.nickname == nickname) {
        return Err(usage(format!("There is a connection {nickname} already"), "")
            .advise("Choose another nickname.")
            .advise(format!("Change that one: apigw connection edit {}", text::shell_word(nickname))));
    }
    Ok(())
}

/// What to test of a connection, with the access key where it was just typed.
fn trial(connection: &Connection, access_key: Option<&AccessKey>, capabilities: Vec<Capability>) -> Trial {
    Trial {
        login: Login { session: connection.session_key(), access_key: access_key.cloned() },
        api_type: connection.api_type,
        api_id: Some(connection.api_id.clone()),
        account: connection.account.clone(),
        read_only: connection.read_only,
        capabilities,
    }
}

/// Whose credentials a connection has that is about to be saved; fails where they or the API cannot be used.
fn verify(
    composed: &Composed,
    draft: &Connection,
    access_key: Option<&AccessKey>,
) -> Result<Identity, Problem> {
    composed.sign_in(std::slice::from_ref(draft))?;
    let trial = trial(draft, access_key, Vec::new());
    let (identity, checks) = composed.runtime.block_on(async {
        tokio::join!(composed.engine.login_identity(&trial.login), composed.engine.test(&trial))
    });
    let failure = checks.into_iter().find_map(|check| match check.outcome {
        Outcome::Failed(problem) => Some(problem),
        _ => None,
    });
    match (identity, failure) {
        (Ok(identity), None) => Ok(identity),
        (Err(problem), _) | (_, Some(problem)) => {
            Err(problem.advise("To save it all the same, without asking AWS: --no-verify"))
        }
    }
}

/// What AWS said about what is to be saved.
enum Asked {
    /// It works, with these credentials.
    Verified(Identity),
    /// It was not asked, because nobody wanted it.
    Unverified,
    /// It was not asked, because nothing about credentials or API is new.
    NothingNew,
}

impl Asked {
    fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Verified(identity) => Some(identity),
            Self::Unverified | Self::NothingNew => None,
        }
    }

    /// The account as AWS told it; without its word, that of the role, which its ARN names.
    fn account(&self, auth: &Auth) -> Option<String> {
        match (self, auth) {
            (Self::Verified(identity), _) => Some(identity.account.clone()),
            (_, Auth::Role(role)) => Some(role.account().to_owned()),
            _ => None,
        }
    }
}

/// What was saved, and what was found out on the way.
struct Saved {
    connections: Vec<Connection>,
    asked: Asked,
    /// An external ID that was made up, which the role's trust policy must ask for.
    made_up: Option<String>,
}

impl Saved {
    fn tell(&self, composed: &Composed) -> Result<u8, Problem> {
        match composed.reader {
            Reader::Program => output::print(&output::json_text(&self.json()))?,
            Reader::Person => {
                output::print(&(self.lines(composed).join("\n") + "\n"))?;
                // What the demo saved is gone when its process ends.
                if composed.config_file.is_some() {
                    output::note(&self.next_steps());
                }
            }
        }
        Ok(0)
    }

    fn json(&self) -> Value {
        json!({
            "saved": self.connections.iter().map(list::connection_json).collect::<Vec<_>>(),
            "identity": self.asked.identity().map(|identity| json!({
                "account": identity.account,
                "arn": identity.arn,
            })),
            "made_up_external_id": self.made_up,
        })
    }

    fn lines(&self, composed: &Composed) -> Vec<String> {
        let mut lines: Vec<String> = self
            .connections
            .iter()
            .map(|connection| {
                let Connection { nickname, api_type, api_id, region, auth, .. } = connection;
                format!("Saved {nickname}: {} API {api_id} in {region}, {}", api_type.label(), auth.label())
            })
            .collect();
        match &self.asked {
            Asked::Verified(identity) => {
                lines.push(format!("It works, as {} of account {}", identity.who(), identity.account));
            }
            Asked::Unverified => lines.push("Unverified: AWS was not asked whether it works".to_owned()),
            Asked::NothingNew => {}
        }
        if let Some(id) = &self.made_up {
            lines.push(format!("External ID, made up for it: {id}"));
        }
        lines.push(match &composed.config_file {
            Some(path) => format!("In {}", path.display()),
            None => "In the memory of the demo: it is gone now".to_owned(),
        });
        lines.iter().map(|line| text::sanitise(line).into_owned()).collect()
    }

    /// What can be done with what was saved.
    fn next_steps(&self) -> Vec<String> {
        let [connection, ..] = self.connections.as_slice() else { return Vec::new() };
        let nickname = text::shell_word(&connection.nickname);
        let mut steps = vec![
            format!("  -> Open it: apigw {nickname}"),
            format!("  -> What it can do: apigw connection test {nickname}"),
        ];
        if self.made_up.is_some() {
            steps.push(format!("  -> The trust policy for its role: apigw policy trust {nickname}"));
        }
        steps.push(format!("  -> The permissions it needs: apigw policy {nickname}"));
        steps
    }
}
