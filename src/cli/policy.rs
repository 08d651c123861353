//! `apigw policy`: the IAM policies to give to whoever administers the account, as JSON and nothing else.

use super::choice::{self, ConnectionFlags, checked, usage};
use super::compose::Composed;
use super::output;
use crate::domain::policy::{PolicyScope, Trusted, permission_policy, trust_policy};
use crate::domain::{ApiType, Auth, Capability, Connection, Login, Problem, rules};

/// Arguments of `apigw policy`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
The policy allows what is named and no more; without any of --view ... --all, seeing stages and reading metrics.

aws iam put-role-policy --role-name NAME --policy-name apigw --policy-document \"$(apigw policy NICKNAME --all)\"")]
pub struct PolicyArgs {
    #[command(subcommand)]
    pub command: Option<PolicyCommand>,
    /// Connections whose APIs it is for, together; all without any
    #[arg(value_name = "NICKNAME")]
    pub nicknames: Vec<String>,
    #[command(flatten)]
    capabilities: CapabilityFlags,
    /// Allow this stage alone to be deployed to, rolled back and imported from
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// Allow it for every API of the type in the region
    #[arg(long)]
    broad: bool,
}

/// The other policy.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum PolicyCommand {
    /// Print the trust policy of a role: who may assume it
    Trust(TrustArgs),
}

/// Arguments of `apigw policy trust`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
aws iam create-role --role-name NAME --assume-role-policy-document \"$(apigw policy trust --external-id ID)\"

Without a connection, --profile or the environment says whose account is trusted, and --region the partition.")]
pub struct TrustArgs {
    /// The connection whose role it is for
    #[arg(value_name = "NICKNAME")]
    pub nickname: Option<String>,
    /// The external ID to ask for; the connection's own without it
    #[arg(long, value_name = "ID", value_parser = checked(rules::external_id))]
    external_id: Option<String>,
    /// Trust this account, without asking AWS whose the credentials are
    #[arg(long, value_name = "ACCOUNT", value_parser = checked(rules::account))]
    account: Option<String>,
    /// Ask for an MFA code, as for a connection with an MFA device
    #[arg(long)]
    mfa: bool,
}

/// What somebody wants to do.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Capabilities")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct CapabilityFlags {
    /// See stages, deployments and domains
    #[arg(long)]
    view: bool,
    /// Read CloudWatch's metrics
    #[arg(long)]
    metrics: bool,
    /// Bring the gateway's schema into a file
    #[arg(long)]
    import: bool,
    /// Push a schema to the gateway
    #[arg(long)]
    export: bool,
    /// Put the configuration live on a stage
    #[arg(long)]
    deploy: bool,
    /// Point a stage at an earlier deployment
    #[arg(long)]
    rollback: bool,
    /// All of these
    #[arg(long, conflicts_with_all = ["view", "metrics", "import", "export", "deploy", "rollback"])]
    all: bool,
}

impl CapabilityFlags {
    /// Those named; seeing and metrics when none is.
    pub fn chosen(&self) -> Vec<Capability> {
        let given = |capability: &Capability| {
            self.all
                || match capability {
                    Capability::View => self.view,
                    Capability::Metrics => self.metrics,
                    Capability::Import => self.import,
                    Capability::Export => self.export,
                    Capability::Deploy => self.deploy,
                    Capability::RollBack => self.rollback,
                }
        };
        let chosen: Vec<Capability> = Capability::ALL.into_iter().filter(given).collect();
        if chosen.is_empty() { vec![Capability::View, Capability::Metrics] } else { chosen }
    }
}

/// Prints the permission policy; asks AWS nothing.
pub fn run(composed: Composed, args: &PolicyArgs) -> Result<u8, Problem> {
    let connections = choice::named(composed.connections, &args.nicknames);
    if connections.is_empty() {
        return Err(usage("It is not clear which APIs the policy is for", "There are no connections.")
            .advise("Give an API: apigw policy --api-id ID --api-type http --region REGION")
            .advise("Or every API of a type: apigw policy --broad --api-type http --region REGION"));
    }
    let scopes: Vec<PolicyScope> = connections.iter().map(|connection| args.scope(connection)).collect();
    print(&permission_policy(&scopes, &args.capabilities.chosen()))
}

/// Prints the permission policy for every API of a type, of which no connection is needed.
pub fn run_broad(api_type: ApiType, region: String, args: &PolicyArgs) -> Result<u8, Problem> {
    let scope = PolicyScope { api_type, api_id: None, region, stage: args.stage.clone() };
    print(&permission_policy(&[scope], &args.capabilities.chosen()))
}

impl PolicyArgs {
    /// The type of the API where every API of a type is meant, by flags alone.
    pub fn broad_type(&self, flags: &ConnectionFlags) -> Option<ApiType> {
        let by_flags = self.broad && self.nicknames.is_empty() && flags.api_id.is_none();
        flags.api_type.filter(|_| by_flags)
    }

    /// Refuses what would silently be left out of a trust policy.
    pub fn check(&self) -> Result<(), Problem> {
        let chosen = self.capabilities.chosen() != CapabilityFlags::default().chosen();
        let given = chosen || self.broad || self.stage.is_some() || !self.nicknames.is_empty();
        match &self.command {
            Some(PolicyCommand::Trust(_)) if given => {
                Err(usage("A trust policy allows nothing but to assume the role", "")
                    .advise("Print the two policies one after the other: apigw policy trust, apigw policy"))
            }
            _ => Ok(()),
        }
    }

    fn scope(&self, connection: &Connection) -> PolicyScope {
        PolicyScope {
            api_type: connection.api_type,
            api_id: Some(connection.api_id.clone()).filter(|_| !self.broad),
            region: connection.region.clone(),
            stage: self.stage.clone(),
        }
    }
}

/// Prints the trust policy of a connection's role, or of one that is still to be made.
pub fn run_trust(composed: &Composed, args: &TrustArgs, flags: &ConnectionFlags) -> Result<u8, Problem> {
    let named = args.nickname.as_ref().map(|nickname| choice::find(&composed.connections, nickname));
    let connection = named.transpose()?;
    let role = match connection.map(|connection| &connection.auth) {
        Some(Auth::Role(role)) => Some(role),
        _ => None,
    };
    // Whoever assumes the role is not the role itself.
    let source = match (connection, role, &flags.profile) {
        (Some(_), Some(role), _) => role.source_profile.clone().map_or(Auth::Environment, Auth::Profile),
        (Some(connection), None, _) => connection.auth.clone(),
        (None, _, Some(profile)) => Auth::Profile(profile.clone()),
        (None, _, None) => composed.default_auth(),
    };
    let region = match connection {
        Some(connection) => Ok(connection.region.clone()),
        None => composed.region_asked(flags),
    };
    let account = match &args.account {
        Some(account) => account.clone(),
        None => account_of(composed, source, region.clone()?)?,
    };
    // Where nothing is asked, the region only tells the partition.
    let region = region.unwrap_or_default();
    print(&trust_policy(&Trusted {
        account,
        region,
        external_id: args.external_id.clone().or_else(|| role?.external_id.clone()),
        mfa: args.mfa || role.is_some_and(|role| role.mfa_serial.is_some()),
    }))
}

/// The account that these credentials belong to.
fn account_of(composed: &Composed, source: Auth, region: String) -> Result<String, Problem> {
    let draft = Connection::new("", ApiType::Http, "", region, source);
    composed.sign_in(std::slice::from_ref(&draft))?;
    let login = Login { session: draft.session_key(), access_key: None };
    Ok(composed.runtime.block_on(composed.engine.login_identity(&login))?.account)
}

fn print(policy: &str) -> Result<u8, Problem> {
    output::print(&format!("{policy}\n"))?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(capabilities: &CapabilityFlags) -> String {
        capabilities.chosen().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn without_a_word_about_it_seeing_and_metrics_are_meant() {
        assert_eq!(chosen(&CapabilityFlags::default()), "view metrics");
        let import = CapabilityFlags { import: true, ..CapabilityFlags::default() };
        assert_eq!(chosen(&import), "import");
        let all = CapabilityFlags { all: true, ..CapabilityFlags::default() };
        assert_eq!(chosen(&all), "view metrics import export deploy rollback");
    }
}
