//! Something read from AWS: what it was last, when, and what went wrong since.

use jiff::Timestamp;

use crate::domain::Problem;
use crate::text;

/// A value that survives a failed refresh. Whether it is being read now is in the ledger of questions.
#[derive(Clone, Debug, PartialEq)]
pub struct Remote<T> {
    /// The last answer.
    pub value: Option<T>,
    /// When it came.
    pub read_at: Option<Timestamp>,
    /// Why the newest attempt failed; the value beside it is stale then.
    pub problem: Option<Problem>,
}

impl<T> Default for Remote<T> {
    fn default() -> Self {
        Self { value: None, read_at: None, problem: None }
    }
}

impl<T> Remote<T> {
    /// Takes a reply. A failure leaves the last value in place.
    pub fn settle(&mut self, reply: Result<T, Problem>, now: Timestamp) {
        match reply {
            Ok(value) => *self = Self { value: Some(value), read_at: Some(now), problem: None },
            Err(problem) => self.problem = Some(problem),
        }
    }

    /// What went wrong with the newest attempt, behind the age of the value that is still shown. Not sanitised.
    pub fn trouble(&self, now: Timestamp) -> Option<String> {
        let headline = self.problem.as_ref()?.headline();
        Some(match self.read_at.map(|read_at| text::age(read_at, now)) {
            None => headline,
            Some(age) if age == "now" => format!("read <1m ago: {headline}"),
            Some(age) => format!("read {age}: {headline}"),
        })
    }

    /// Whether it is older than that many seconds, or was never read.
    pub fn is_older_than(&self, seconds: i64, now: Timestamp) -> bool {
        self.read_at.is_none_or(|read_at| now.as_second() - read_at.as_second() >= seconds)
    }
}
