use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;
use tempfile::TempDir;

use serde_json::Value;

mod folder;
mod ledger;
mod lock;
mod schemas;

use super::*;
use crate::domain::{Act, ApiType, WriteResult};

const OPENAPI: &str = r#"{"openapi":"3.0.1"}"#;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn target(api: &str) -> Target {
    Target {
        account: "123456789012".into(),
        region: "eu-west-1".into(),
        api_type: ApiType::Http,
        api_id: api.into(),
        api_name: "orders".into(),
        stage: Some("prod".into()),
    }
}

const WHO: &str = "arn:aws:sts::123456789012:assumed-role/deployer/ann";

fn entry(id: &str, second: i64) -> HistoryEntry {
    HistoryEntry {
        id: id.into(),
        at: at(second),
        file: Some("api/openapi.yaml".into()),
        revision: Some("v2.3.0".into()),
        commit: Some("0123456789abcdef0123456789abcdef01234567".into()),
        description: Some("v2.3.0 \"final\"\nby ann".into()),
        token: Some("apigw-7f3a".into()),
        deployment_before: Some("d8f2k1".into()),
        ..HistoryEntry::new(Act::Deploy, "orders-prod", WHO, target("a1b2c3d4e5"))
    }
}

fn ended(second: i64) -> Ended {
    Ended { at: at(second), result: WriteResult::Deployed, note: "live after 3 s".into() }
}

/// A folder that is not there yet, below one that is.
fn nowhere() -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("state/apigw/history");
    (home, folder)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn ids(history: &History) -> Vec<String> {
    history.read().unwrap().entries.into_iter().map(|entry| entry.id).collect()
}

/// The history on disk and the one in memory.
fn both() -> (TempDir, [History; 2]) {
    let (home, folder) = nowhere();
    (home, [History::at(folder), History::in_memory()])
}
