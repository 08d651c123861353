//! The history of an API: deployments as teams make and describe them.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::Setting;

/// One deployment of either kind of API.
pub struct Release {
    pub id: String,
    pub at: Timestamp,
    pub description: Option<String>,
}

/// `count` releases of the API that `subject` names, newest first, the newest `newest_minutes` ago.
pub fn history(
    setting: &Setting,
    subject: &str,
    major: usize,
    count: usize,
    newest_minutes: i64,
) -> Vec<Release> {
    let mut dice = setting.dice(subject);
    let mut at = setting.minutes_ago(newest_minutes);
    let mut releases = Vec::with_capacity(count);
    let mut taken = HashSet::new();
    for age in 0..count {
        let commit = dice.hex(7);
        let mut id = dice.id(6);
        while !taken.insert(id.clone()) {
            id = dice.id(6);
        }
        releases.push(Release { id, at, description: describe(major, count - age, &commit) });
        let pause = SignedDuration::from_mins(180 + dice.below(3 * 24 * 60) as i64);
        at = at.saturating_sub(pause).unwrap_or(Timestamp::MIN);
    }
    releases
}

/// What a team writes beside its `number`th release: mostly the version, sometimes more, seldom nothing.
fn describe(major: usize, number: usize, commit: &str) -> Option<String> {
    let (minor, patch) = (number / 8, number % 8 / 2);
    let candidate = if number.is_multiple_of(2) { "-rc1" } else { "" };
    let version = format!("v{major}.{minor}.{patch}{candidate}");
    match number % 11 {
        4 => None,
        7 => Some(format!("{version} ({commit}): smaller answers, fewer joins")),
        9 => Some(format!("{version}\nafter the review of Tuesday\ncommit {commit}")),
        _ => Some(format!("{version} ({commit})")),
    }
}
