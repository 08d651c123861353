//! `apigw connection add`: one connection, tried before it is saved.

use super::credentials::CredentialFlags;
use super::settings::SettingFlags;
use super::{Asked, Saved, check_free, verify};
use crate::cli::choice::{ConnectionFlags, nickname, usage};
use crate::cli::compose::Composed;
use crate::domain::{AccessKey, Api, ApiType, Auth, Connection, Edit, Login, Problem};

/// Arguments of `apigw connection add`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Credentials and API are tried before anything is saved, unless --no-verify is given. A secret is never an argument: the \
terminal asks for it, or --secret-stdin reads it.

apigw connection add orders --api-type http --api-id a1b2c3d4e5 --region eu-west-1 --profile dev
apigw connection add --discover --profile dev --region eu-west-1")]
pub struct AddArgs {
    /// What to call it
    #[arg(value_name = "NICKNAME", value_parser = nickname, required_unless_present = "discover")]
    pub(super) nickname: Option<String>,
    /// Save it without asking AWS whether it works
    #[arg(long, conflicts_with = "discover")]
    no_verify: bool,
    /// Find every API of the account in the region, of --api-type or both, and add those that are picked
    #[arg(long)]
    pub discover: bool,
    /// Add every API that --discover finds and that has no connection yet
    #[arg(long, requires = "discover", conflicts_with = "pick")]
    pub(super) all: bool,
    /// Add these of the APIs that --discover finds, by their ids
    #[arg(long, requires = "discover", value_name = "ID,...", value_delimiter = ',')]
    pub(super) pick: Vec<String>,
    #[command(flatten)]
    pub(super) credentials: CredentialFlags,
    #[command(flatten)]
    pub(super) settings: SettingFlags,
}

/// Adds one connection.
pub fn run(composed: &Composed, args: &AddArgs, flags: &ConnectionFlags) -> Result<u8, Problem> {
    let nickname = args.nickname.as_deref().unwrap_or_default();
    check_free(composed, nickname)?;
    let mut auth = args.required_auth(flags)?;
    let region = composed.region_asked(flags)?;
    let Some(api_type) = flags.api_type else {
        return Err(usage("The kind of API is missing", "HTTP and REST APIs are asked in different ways.")
            .advise("Add --api-type http, or --api-type rest."));
    };
    let made_up = args.credentials.make_up_external_id(&mut auth);
    let access_key = args.credentials.access_key(&auth)?;
    let api_id = flags.api_id.clone().unwrap_or_default();
    let mut connection = Connection::new(nickname, api_type, api_id, region, auth);
    connection.read_only = flags.read_only;
    args.settings.apply(&mut connection)?;
    if connection.api_id.is_empty() {
        return Err(without_api(composed, &connection, access_key, args.no_verify));
    }
    let asked = if args.no_verify {
        Asked::Unverified
    } else {
        let verified = verify(composed, &connection, access_key.as_ref());
        Asked::Verified(verified.map_err(|problem| with_made_up(problem, made_up.as_deref()))?)
    };
    connection.account = asked.account(&connection.auth);
    let edit = Edit::Add { connections: vec![connection.clone()], access_key };
    composed.runtime.block_on(composed.engine.save(edit))?;
    Saved { connections: vec![connection], asked, made_up }.tell(composed)
}

impl AddArgs {
    /// The credentials that the flags describe; there must be some.
    pub(super) fn required_auth(&self, flags: &ConnectionFlags) -> Result<Auth, Problem> {
        let auth = self.credentials.auth(flags.profile.as_deref(), None)?;
        auth.ok_or_else(|| {
            usage("Nothing says where the credentials come from", "")
                .advise("Add one of --profile NAME, --role-arn ARN, --access-key-id KEY, --env.")
        })
    }
}

/// Tells an external ID that was made up although nothing was saved: it is what the role's trust policy is to ask for.
pub(super) fn with_made_up(problem: Problem, made_up: Option<&str>) -> Problem {
    match made_up {
        Some(id) => problem.advise(format!(
            "The external ID was made up: let the role's trust policy ask for it, then give it: --external-id {id}"
        )),
        None => problem,
    }
}

/// The problem of a connection without an API, with those that there are.
fn without_api(
    composed: &Composed,
    draft: &Connection,
    access_key: Option<AccessKey>,
    no_verify: bool,
) -> Problem {
    let missing = |why: String| usage("The API is missing", why).advise("Add its id: --api-id ID");
    if no_verify {
        return missing(String::new());
    }
    match list(composed, draft, access_key, draft.api_type) {
        Ok(apis) if apis.is_empty() => {
            missing(format!("There is no {} API in {}.", draft.api_type.label(), draft.region))
                .advise("Ask another region: --region REGION")
        }
        Ok(apis) => {
            let lines: Vec<String> = apis.iter().map(|api| format!("{}  {}", api.id, api.name)).collect();
            missing(format!(
                "The {} APIs in {} are:\n{}",
                draft.api_type.label(),
                draft.region,
                lines.join("\n")
            ))
            .advise("Or add several at once: apigw connection add --discover")
        }
        Err(problem) => problem,
    }
}

fn list(
    composed: &Composed,
    draft: &Connection,
    access_key: Option<AccessKey>,
    api_type: ApiType,
) -> Result<Vec<Api>, Problem> {
    composed.sign_in(std::slice::from_ref(draft))?;
    let login = Login { session: draft.session_key(), access_key };
    composed.runtime.block_on(composed.engine.login_apis(&login, api_type, |_| ()))
}
