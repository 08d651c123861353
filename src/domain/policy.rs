//! The IAM policies that apigw needs: what a role may do, and who may assume it.
//!
//! Actions and resources as the Service Authorization Reference has them: API Gateway's actions are HTTP verbs, on ARNs that
//! are the paths of its control plane without the `/v2` of HTTP APIs.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value, json};

use super::{ApiType, links};

/// Something that apigw does for people, and that an administrator allows or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Capability {
    /// See APIs, stages, deployments and custom domains.
    View,
    /// Read CloudWatch's metrics.
    Metrics,
    /// Bring the gateway's schema into a file.
    Import,
    /// Push a schema to the gateway.
    Export,
    /// Put the gateway's configuration live on a stage.
    Deploy,
    /// Point a stage at an earlier deployment.
    RollBack,
}

impl Capability {
    /// All of them, the most harmless first.
    pub const ALL: [Self; 6] =
        [Self::View, Self::Metrics, Self::Import, Self::Export, Self::Deploy, Self::RollBack];

    /// What the command line calls it: `view`, `metrics`, `import`, `export`, `deploy`, `rollback`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Metrics => "metrics",
            Self::Import => "import",
            Self::Export => "export",
            Self::Deploy => "deploy",
            Self::RollBack => "rollback",
        }
    }

    /// What it lets people do, in a few words.
    pub fn doc(self) -> &'static str {
        match self {
            Self::View => "see stages, deployments and domains",
            Self::Metrics => "read CloudWatch's metrics",
            Self::Import => "bring the gateway's schema into a file",
            Self::Export => "push a schema to the gateway",
            Self::Deploy => "put the configuration live on a stage",
            Self::RollBack => "point a stage at an earlier deployment",
        }
    }

    /// Whether it changes anything in AWS.
    pub fn writes(self) -> bool {
        matches!(self, Self::Export | Self::Deploy | Self::RollBack)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Capability {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|capability| capability.as_str() == text);
        found.ok_or_else(|| format!("`{text}` is none of view, metrics, import, export, deploy, rollback"))
    }
}

/// What a policy is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyScope {
    /// HTTP or REST.
    pub api_type: ApiType,
    /// The API; `None` is every API of this type in the region.
    pub api_id: Option<String>,
    /// Its region.
    pub region: String,
    /// The stage that may be deployed to; `None` is every stage.
    pub stage: Option<String>,
}

/// The permission policy for these capabilities and no others, as indented JSON: one statement for each capability and action.
pub fn permission_policy(scopes: &[PolicyScope], capabilities: &[Capability]) -> String {
    let mut statements: Vec<Value> = Vec::new();
    for capability in Capability::ALL.into_iter().filter(|capability| capabilities.contains(capability)) {
        let mut actions: Vec<(&str, Vec<String>)> = Vec::new();
        for (action, resource) in scopes.iter().flat_map(|scope| scope.needs(capability)) {
            match actions.iter_mut().find(|(known, _)| *known == action) {
                Some((_, resources)) if resources.contains(&resource) => {}
                Some((_, resources)) => resources.push(resource),
                None => actions.push((action, vec![resource])),
            }
        }
        statements
            .extend(actions.into_iter().map(|(action, resources)| statement(capability, action, &resources)));
    }
    policy(&statements)
}

/// Who may assume a role: every principal of `account` whom that account lets, under these conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trusted {
    /// The account of the credentials that assume the role.
    pub account: String,
    /// A region of the role's partition.
    pub region: String,
    /// The external ID that must be said.
    pub external_id: Option<String>,
    /// Whether an MFA code must have been given.
    pub mfa: bool,
}

/// The trust policy of the role, as indented JSON.
pub fn trust_policy(trusted: &Trusted) -> String {
    let partition = links::partition(&trusted.region).id;
    let mut conditions = Map::new();
    if let Some(external_id) = &trusted.external_id {
        conditions.insert("StringEquals".to_owned(), json!({ "sts:ExternalId": external_id }));
    }
    if trusted.mfa {
        conditions.insert("Bool".to_owned(), json!({ "aws:MultiFactorAuthPresent": "true" }));
    }
    let mut statement = json!({
        "Effect": "Allow",
        "Principal": { "AWS": format!("arn:{partition}:iam::{}:root", trusted.account) },
        "Action": "sts:AssumeRole",
    });
    if let (false, Some(statement)) = (conditions.is_empty(), statement.as_object_mut()) {
        statement.insert("Condition".to_owned(), Value::Object(conditions));
    }
    policy(&[statement])
}

fn policy(statements: &[Value]) -> String {
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    serde_json::to_string_pretty(&policy).unwrap_or_default()
}

/// A resource that stands alone is written without a list, as people do.
fn statement(capability: Capability, action: &str, resources: &[String]) -> Value {
    let resource = match resources {
        [one] => json!(one),
        many => json!(many),
    };
    let verb: String = action.split(':').skip(1).flat_map(str::chars).collect();
    // A Sid has letters and digits alone, and each of a policy is another.
    let sid = format!("{capability:?}{verb}");
    json!({ "Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource })
}

impl PolicyScope {
    /// Actions with their resources, as the operations behind the capability need them beside those of [`Capability::View`].
    fn needs(&self, capability: Capability) -> Vec<(&'static str, String)> {
        const GET: &str = "apigateway:GET";
        let (api, stage) = (self.api(), self.stage.as_deref().unwrap_or("*"));
        let on = |action, path: String| (action, self.arn(&path));
        match (capability, self.api_type) {
            (Capability::View, _) => vec![
                on(GET, format!("/{}", self.collection())),
                on(GET, api.clone()),
                on(GET, format!("{api}/stages")),
                on(GET, format!("{api}/deployments")),
                on(GET, "/domainnames".to_owned()),
                on(GET, "/domainnames/*/apimappings".to_owned()),
            ],
            (Capability::Metrics, _) => {
                vec![("cloudwatch:GetMetricData", "*".to_owned()), ("cloudwatch:ListMetrics", "*".to_owned())]
            }
            (Capability::Import, _) => vec![self.export()],
            (Capability::Export, api_type) => {
                let other = match api_type {
                    ApiType::Http => "apigateway:PATCH",
                    // A document may carry a resource policy, which is an action of its own.
                    ApiType::Rest => "apigateway:UpdateRestApiPolicy",
                };
                let writes = [on("apigateway:PUT", api.clone()), on(other, api)];
                writes.into_iter().chain(self.working_configuration()).collect()
            }
            (Capability::Deploy, api_type) => {
                // The description of a deployment that an HTTP API made by itself is written afterwards.
                let describe = (api_type == ApiType::Http)
                    .then(|| on("apigateway:PATCH", format!("{api}/deployments/*")));
                let deploy = on("apigateway:POST", format!("{api}/deployments"));
                let writes = std::iter::once(deploy).chain(describe);
                writes.chain(self.pointer(stage)).chain(self.working_configuration()).collect()
            }
            (Capability::RollBack, _) => {
                self.pointer(stage).into_iter().chain(std::iter::once(self.export())).collect()
            }
        }
    }

    /// What reads a schema: an HTTP API's at one place for all stages.
    fn export(&self) -> (&'static str, String) {
        let (api, stage) = (self.api(), self.stage.as_deref().unwrap_or("*"));
        let path = match self.api_type {
            ApiType::Http => format!("{api}/exports/OAS30"),
            ApiType::Rest => format!("{api}/stages/{stage}/exports/oas30"),
        };
        ("apigateway:GET", self.arn(&path))
    }

    /// What reads the working configuration: whether it changed before a push, and what the push made of it.
    fn working_configuration(&self) -> Vec<(&'static str, String)> {
        let parts: &[&str] = match self.api_type {
            ApiType::Http => &["routes", "integrations", "authorizers"],
            ApiType::Rest => &["resources", "authorizers", "models", "gatewayresponses", "requestvalidators"],
        };
        let part = |part: &&str| ("apigateway:GET", self.arn(&format!("{}/{part}", self.api())));
        std::iter::once(self.export()).chain(parts.iter().map(part)).collect()
    }

    /// What points a stage at a deployment, and looks at both.
    fn pointer(&self, stage: &str) -> [(&'static str, String); 3] {
        let api = self.api();
        [
            ("apigateway:PATCH", self.arn(&format!("{api}/stages/{stage}"))),
            ("apigateway:GET", self.arn(&format!("{api}/stages/{stage}"))),
            ("apigateway:GET", self.arn(&format!("{api}/deployments/*"))),
        ]
    }

    fn collection(&self) -> &'static str {
        match self.api_type {
            ApiType::Http => "apis",
            ApiType::Rest => "restapis",
        }
    }

    fn api(&self) -> String {
        format!("/{}/{}", self.collection(), self.api_id.as_deref().unwrap_or("*"))
    }

    fn arn(&self, path: &str) -> String {
        format!("arn:{}:apigateway:{}::{path}", links::partition(&self.region).id, self.region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(api_type: ApiType, api_id: Option<&str>, region: &str) -> PolicyScope {
        PolicyScope { api_type, api_id: api_id.map(str::to_owned), region: region.into(), stage: None }
    }

    #[test]
    fn a_policy_allows_exactly_what_was_ticked() {
        let http = scope(ApiType::Http, Some("a1"), "eu-west-1");
        insta::assert_snapshot!(permission_policy(&[http], &[Capability::RollBack, Capability::View]));
    }

    #[test]
    fn rest_apis_in_china_have_other_arns_and_a_statement_for_their_policy() {
        let rest = PolicyScope { stage: Some("v1".into()), ..scope(ApiType::Rest, Some("x9"), "cn-north-1") };
        insta::assert_snapshot!(permission_policy(&[rest], &Capability::ALL));
    }

    #[test]
    fn the_broad_form_names_no_api_and_two_scopes_share_statements() {
        let scopes = [scope(ApiType::Http, None, "eu-west-1"), scope(ApiType::Rest, None, "eu-west-1")];
        let text = permission_policy(&scopes, &[Capability::View, Capability::Metrics]);
        let policy: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(policy["Statement"].as_array().unwrap().len(), 3, "{text}");
        assert!(text.contains("::/apis/*\"") && text.contains("::/restapis/*\""), "{text}");
        assert_eq!(text.matches("::/domainnames\"").count(), 1, "{text}");
    }

    #[test]
    fn every_sid_is_alphanumeric_and_used_once() {
        let scopes = [scope(ApiType::Http, None, "eu-west-1"), scope(ApiType::Rest, None, "us-east-1")];
        let policy: Value = serde_json::from_str(&permission_policy(&scopes, &Capability::ALL)).unwrap();
        let mut sids: Vec<&str> =
            policy["Statement"].as_array().unwrap().iter().map(|one| one["Sid"].as_str().unwrap()).collect();
        assert!(sids.iter().all(|sid| sid.chars().all(|c| c.is_ascii_alphanumeric())), "{sids:?}");
        let all = sids.len();
        sids.sort_unstable();
        sids.dedup();
        assert_eq!(sids.len(), all);
    }

    #[test]
    fn a_trust_policy_names_the_account_and_what_must_be_said() {
        let trusted = Trusted {
            account: "123456789012".into(),
            region: "us-gov-west-1".into(),
            external_id: Some("apigw-1".into()),
            mfa: true,
        };
        insta::assert_snapshot!(trust_policy(&trusted));
        let open = trust_policy(&Trusted { external_id: None, mfa: false, ..trusted });
        assert!(!open.contains("Condition"), "{open}");
    }
}
