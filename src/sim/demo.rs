//! What the demo scenario knows: credentials, roles and APIs, by the names that tests and the demo mode use.
//!
//! None of these are secrets: no real AWS account knows them.

/// The account that holds the demo's APIs.
pub const ACCOUNT_ID: &str = "123456789012";
/// A second account, without APIs, reached only through [`AUDITOR_ROLE_ARN`].
pub const OTHER_ACCOUNT_ID: &str = "210987654321";
/// The region where the demo's APIs are.
pub const REGION: &str = "eu-west-1";
/// A region with one API of its own, [`REPORTS_API_ID`].
pub const OTHER_REGION: &str = "us-east-1";
/// A region that is not switched on for the demo's accounts: no key is known there.
pub const CLOSED_REGION: &str = "ap-east-1";

/// The long-term access key of [`USER_ARN`].
pub const ACCESS_KEY_ID: &str = "AKIADEMODEMODEMODEMO";
/// The secret that belongs to [`ACCESS_KEY_ID`]. Signatures are not verified, so any other will do.
pub const SECRET: &str = "demo/secret/that/opens/nothing/at/all/00";
/// The user whom [`ACCESS_KEY_ID`] belongs to.
pub const USER_ARN: &str = "arn:aws:iam::123456789012:user/demo";

/// A role in the demo's account that wants [`EXTERNAL_ID`].
pub const ROLE_ARN: &str = "arn:aws:iam::123456789012:role/deployer";
/// What [`ROLE_ARN`] and [`AUDITOR_ROLE_ARN`] want to hear.
pub const EXTERNAL_ID: &str = "apigw-demo-5f0c2d";
/// A role in the demo's account that wants [`MFA_SERIAL`] and [`MFA_CODE`].
pub const MFA_ROLE_ARN: &str = "arn:aws:iam::123456789012:role/careful-deployer";
/// The serial number of the demo user's MFA device.
pub const MFA_SERIAL: &str = "arn:aws:iam::123456789012:mfa/demo";
/// The one code that the device accepts, at any time and as often as wanted.
pub const MFA_CODE: &str = "123456";
/// A role in [`OTHER_ACCOUNT_ID`] that wants [`EXTERNAL_ID`].
pub const AUDITOR_ROLE_ARN: &str = "arn:aws:iam::210987654321:role/audit/auditor";

/// The first role of a chain of three: the demo's user may assume it.
pub const BASTION_ROLE_ARN: &str = "arn:aws:iam::123456789012:role/bastion";
/// The second role of the chain: only [`BASTION_ROLE_ARN`] may assume it.
pub const OPERATOR_ROLE_ARN: &str = "arn:aws:iam::123456789012:role/operator";
/// The third role of the chain: only [`OPERATOR_ROLE_ARN`] may assume it.
pub const RELEASER_ROLE_ARN: &str = "arn:aws:iam::123456789012:role/releaser";

/// The AWS config file of the demo's user: the user itself (`default` and `dev`), the role that wants an MFA code
/// (`careful`), and the first two roles of the chain (`bastion`, `operator`).
pub fn config_file() -> String {
    let key = format!("aws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET}\n");
    format!(
        "[default]\nregion = {REGION}\n{key}\
         [profile dev]\nregion = {REGION}\n{key}\
         [profile careful]\nregion = {REGION}\nrole_arn = {MFA_ROLE_ARN}\nsource_profile = dev\nmfa_serial = {MFA_SERIAL}\n\
         [profile bastion]\nregion = {REGION}\nrole_arn = {BASTION_ROLE_ARN}\nsource_profile = dev\n\
         [profile operator]\nregion = {REGION}\nrole_arn = {OPERATOR_ROLE_ARN}\nsource_profile = bastion\n"
    )
}

/// HTTP API `orders`: stages prod, staging, `$default`, sandbox.
pub const ORDERS_API_ID: &str = "a1b2c3d4e5";
/// REST API `billing`: stages v1, v2, beta, dev.
pub const BILLING_API_ID: &str = "x9y8z7w6v5";
/// REST API `legacy`, which shares its name with [`LEGACY_TWIN_API_ID`].
pub const LEGACY_API_ID: &str = "q1w2e3r4t5";
/// The other REST API named `legacy`.
pub const LEGACY_TWIN_API_ID: &str = "m5n6b7v8c9";
/// HTTP API `inventory`, with few requests.
pub const INVENTORY_API_ID: &str = "i4n7v3n2t1";
/// HTTP API `checkout`, reached by its custom domain only.
pub const CHECKOUT_API_ID: &str = "k8d3f6s1p0";
/// REST API `ledger`, reached from its VPC only.
pub const LEDGER_API_ID: &str = "p7r1v4t3e0";
/// WebSocket API `chat`.
pub const CHAT_API_ID: &str = "w3b5o2c8k4";
/// HTTP API `reports`, in [`OTHER_REGION`].
pub const REPORTS_API_ID: &str = "r6e9p2o5r8";
/// The custom domain of the demo's account in [`REGION`].
pub const DOMAIN_NAME: &str = "api.example.com";

/// The API of the large scenario that has ten thousand deployments.
pub const LARGEST_API_ID: &str = "l0r1g2e3s4";
