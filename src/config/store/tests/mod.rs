//! Edits of files as people write them: what changes, what stays, and what a crash or another copy of apigw leaves.

mod edits;
mod files;

use std::path::Path;

use super::*;
use crate::config::Config;
use crate::domain::{ApiType, Auth};

const FILE: &str = r#"# Connections of the team.

[settings]
refresh_seconds = 30   # half a minute

# Orders: ask Ana first.
# Second line of it.
[connections.orders] # the shop
api_type = "http"
api_id   = "a1b2c3d4e5"   # from the console
region = 'eu-west-1'
# The profile of the build.
profile = "dev" # not prod!
protected = false

# Stricter than elsewhere.
[connections.orders.thresholds]
failing_5xx = 0.02 # agreed in May

# A remark on its own.

# Billing.
[connections."billing v1.0 €"]
api_type = "rest"
api_id = "x9y8z7w6v5"
region = "us-east-1"
role_arn = "arn:aws:iam::123456789012:role/deployer"
external_id = "apigw-5f2c9a"

[connections.legacy]
api_type = "rest"
api_id = "q1w2e3r4t5"
region = "us-east-1"
access_key_id = "AKIAIOSFODNN7EXAMPLE"
# The end.
"#;

const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
const OTHER_KEY_ID: &str = "AKIAIOSFODNN7ANOTHER";
const SECRET: &str = "hunter2hunter2\"hunter2\\";

fn path() -> &'static Path {
    Path::new("/home/ana/.config/apigw/config.toml")
}

fn connections(text: &str) -> Vec<Connection> {
    Config::parse(path(), text).unwrap().connections
}

fn one(text: &str, nickname: &str) -> Connection {
    connections(text).into_iter().find(|one| one.nickname == nickname).unwrap()
}

fn new(nickname: &str) -> Connection {
    Connection::new(nickname, ApiType::Http, "h8j7k6l5m4", "eu-west-1", Auth::Environment)
}

fn keyed(nickname: &str, id: &str) -> Connection {
    Connection { auth: Auth::AccessKey { id: id.into() }, ..new(nickname) }
}

fn key(id: &str, secret: &str) -> AccessKey {
    AccessKey { id: id.into(), secret: Secret::new(secret.into()), session_token: None }
}

fn add(connection: Connection) -> Edit {
    Edit::Add { connections: vec![connection], access_key: None }
}

fn remove(nickname: &str) -> Edit {
    Edit::Remove { nickname: nickname.into() }
}

/// A change of a connection of that text.
fn change(text: &str, nickname: &str, by: impl FnOnce(&mut Connection)) -> Edit {
    let before = one(text, nickname);
    let mut after = before.clone();
    by(&mut after);
    Edit::Change { before: Box::new(before), after: Box::new(after), access_key: None }
}
