//! Entries of the history as JSON: the lines of the ledger, and what a person is shown with `--json`.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::domain::{Act, ApiType, Ended, HistoryEntry, Target, WriteResult};

/// A line of the ledger. What a newer apigw adds to one is ignored.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Line {
    /// An act begins; the entry's end is left out.
    Begun(#[serde(with = "EntryForm")] HistoryEntry),
    /// Its deployment is known by now.
    Deployment { id: String, deployment_id: String },
    /// It ended.
    Ended {
        id: String,
        #[serde(flatten, with = "EndedForm")]
        ended: Ended,
    },
}

impl Line {
    /// The entry it is about.
    pub fn id(&self) -> &str {
        match self {
            Self::Begun(entry) => &entry.id,
            Self::Deployment { id, .. } | Self::Ended { id, .. } => id,
        }
    }

    /// With the line break at its end.
    pub fn written(&self) -> String {
        // Neither a key that is no text nor a value without a form is in it, so that this cannot fail.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

/// An entry as JSON: names in `snake_case`, times in RFC 3339 UTC, `ended` null while it is under way.
pub fn json(entry: &HistoryEntry) -> Value {
    let mut value = EntryForm::serialize(entry, serde_json::value::Serializer).unwrap_or_default();
    let ended = entry.ended.as_ref();
    value["ended"] = ended
        .and_then(|ended| EndedForm::serialize(ended, serde_json::value::Serializer).ok())
        .unwrap_or_default();
    value
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "HistoryEntry")]
struct EntryForm {
    id: String,
    at: Timestamp,
    #[serde(with = "word")]
    act: Act,
    nickname: String,
    who: String,
    #[serde(with = "TargetForm")]
    target: Target,
    from_stage: Option<String>,
    file: Option<String>,
    revision: Option<String>,
    commit: Option<String>,
    description: Option<String>,
    token: Option<String>,
    deployment_before: Option<String>,
    deployment_id: Option<String>,
    source: Option<String>,
    pushed: Option<String>,
    replaced: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    configuration: Option<String>,
    #[serde(skip)]
    ended: Option<Ended>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Target")]
struct TargetForm {
    account: String,
    region: String,
    #[serde(with = "word")]
    api_type: ApiType,
    api_id: String,
    api_name: String,
    stage: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Ended")]
struct EndedForm {
    at: Timestamp,
    #[serde(with = "word")]
    result: WriteResult,
    note: String,
}

/// What is written as one word of a fixed list.
trait Word: Copy + Sized {
    fn word(self) -> &'static str;
    fn of(word: &str) -> Option<Self>;
}

impl Word for Act {
    fn word(self) -> &'static str {
        self.as_str()
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == word)
    }
}

impl Word for ApiType {
    fn word(self) -> &'static str {
        self.as_str()
    }

    fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

impl Word for WriteResult {
    fn word(self) -> &'static str {
        self.as_str()
    }

    fn of(word: &str) -> Option<Self> {
        Self::of(word)
    }
}

/// The form of a [`Word`].
mod word {
    use super::{Cow, Deserialize, Deserializer, Serializer, Word};

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
    pub fn serialize<W: Word, S: Serializer>(value: &W, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value.word())
    }

    pub fn deserialize<'de, W: Word, D: Deserializer<'de>>(deserializer: D) -> Result<W, D::Error> {
        let word = Cow::<str>::deserialize(deserializer)?;
        W::of(&word).ok_or_else(|| serde::de::Error::custom(format!("`{word}` is not known")))
    }
}
