//! `apigw connection edit` and `duplicate`: what is not said stays as it was.

use super::add::with_made_up;
use super::credentials::CredentialFlags;
use super::settings::{ResetFlags, SettingFlags};
use super::{Asked, Saved, check_free, verify};
use crate::cli::choice::{self, ConnectionFlags, nickname, usage};
use crate::cli::compose::Composed;
use crate::domain::{AccessKey, Auth, Connection, Edit, Problem};

/// Arguments of `apigw connection edit`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
What no flag names stays as it is, comments of the config file included. New credentials and a new API are tried before they \
are saved, unless --no-verify is given. --api-id, --api-type, --region, --profile and --read-only are flags of every command.")]
pub struct EditArgs {
    /// The connection to change
    #[arg(value_name = "NICKNAME")]
    nickname: String,
    /// Call it this from now on
    #[arg(long, value_name = "NICKNAME", value_parser = nickname)]
    rename: Option<String>,
    #[command(flatten)]
    changes: Changes,
}

/// Arguments of `apigw connection duplicate`.
#[derive(clap::Args, Clone, Debug)]
pub struct DuplicateArgs {
    /// The connection to take over
    #[arg(value_name = "NICKNAME")]
    nickname: String,
    /// What to call the new one
    #[arg(value_name = "NEW", value_parser = nickname)]
    new: String,
    #[command(flatten)]
    changes: Changes,
}

/// What is to be different.
#[derive(clap::Args, Clone, Debug)]
struct Changes {
    /// Save it without asking AWS whether it works
    #[arg(long)]
    no_verify: bool,
    #[command(flatten)]
    credentials: CredentialFlags,
    #[command(flatten)]
    settings: SettingFlags,
    #[command(flatten)]
    resets: ResetFlags,
}

/// A connection as it is to be.
struct Changed {
    after: Connection,
    /// If a new one was given.
    access_key: Option<AccessKey>,
    /// The external ID that a new role got.
    made_up: Option<String>,
}

/// Changes a connection.
pub fn run(composed: &Composed, args: &EditArgs, flags: &ConnectionFlags) -> Result<u8, Problem> {
    let before = choice::find(&composed.connections, &args.nickname)?;
    if let Some(new) = args.rename.as_ref().filter(|new| **new != before.nickname) {
        check_free(composed, new)?;
    }
    let Changed { mut after, access_key, made_up } = args.changes.apply(before, flags)?;
    if let Some(new) = &args.rename {
        after.nickname.clone_from(new);
    }
    if after == *before && access_key.is_none() {
        return Err(
            usage("There is nothing to change", "").advise("See what can be: apigw connection edit --help")
        );
    }
    let asked = args.changes.verify(composed, before, &mut after, access_key.as_ref());
    let asked = asked.map_err(|problem| with_made_up(problem, made_up.as_deref()))?;
    let edit = Edit::Change { before: Box::new(before.clone()), after: Box::new(after.clone()), access_key };
    composed.runtime.block_on(composed.engine.save(edit))?;
    Saved { connections: vec![after], asked, made_up }.tell(composed)
}

/// Adds a connection like another.
pub fn duplicate(composed: &Composed, args: &DuplicateArgs, flags: &ConnectionFlags) -> Result<u8, Problem> {
    let before = choice::find(&composed.connections, &args.nickname)?;
    check_free(composed, &args.new)?;
    let Changed { mut after, access_key, made_up } = args.changes.apply(before, flags)?;
    after.nickname.clone_from(&args.new);
    let asked = args.changes.verify(composed, before, &mut after, access_key.as_ref());
    let asked = asked.map_err(|problem| with_made_up(problem, made_up.as_deref()))?;
    let edit = Edit::Add { connections: vec![after.clone()], access_key };
    composed.runtime.block_on(composed.engine.save(edit))?;
    Saved { connections: vec![after], asked, made_up }.tell(composed)
}

impl Changes {
    fn apply(&self, before: &Connection, flags: &ConnectionFlags) -> Result<Changed, Problem> {
        let mut after = before.clone();
        self.resets.apply(&mut after);
        if let Some(auth) = self.credentials.auth(flags.profile.as_deref(), Some(&after.auth))? {
            after.auth = auth;
        }
        self.settings.apply(&mut after)?;
        after.read_only |= flags.read_only;
        after.api_type = flags.api_type.unwrap_or(after.api_type);
        if let Some(id) = &flags.api_id {
            after.api_id.clone_from(id);
        }
        if let Some(region) = &flags.region {
            after.region.clone_from(region);
        }
        let access_key = self.credentials.access_key(&after.auth)?;
        // A role that was there before and says no external ID does so on purpose.
        let is_new_role = !matches!(before.auth, Auth::Role(_));
        let made_up = if is_new_role { self.credentials.make_up_external_id(&mut after.auth) } else { None };
        Ok(Changed { after, access_key, made_up })
    }

    /// Tries what is new about the credentials or the API, and finds out the account; where nothing is, AWS is not asked.
    fn verify(
        &self,
        composed: &Composed,
        before: &Connection,
        after: &mut Connection,
        access_key: Option<&AccessKey>,
    ) -> Result<Asked, Problem> {
        let reach = |connection: &Connection| {
            (connection.session_key(), connection.api_type, connection.api_id.clone())
        };
        if reach(before) == reach(after) && access_key.is_none() {
            return Ok(Asked::NothingNew);
        }
        // The account it was made for says nothing about what it is made for now.
        after.account = None;
        let asked = if self.no_verify {
            Asked::Unverified
        } else {
            Asked::Verified(verify(composed, after, access_key)?)
        };
        after.account = asked.account(&after.auth);
        Ok(asked)
    }
}
