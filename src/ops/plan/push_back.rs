//! Pushing a schema of the history back, as it went out then.

use std::sync::Arc;

use super::blank;
use super::deploy::Pushing;
use super::describe::describe;
use crate::domain::{Connection, GoLive, HistoryEntry, Intent, Kept, Plan, Problem, ProblemKind};
use crate::ops::Engine;
use crate::ops::compare::parse_kept;
use crate::ops::past::hash_of;
use crate::ops::site::Site;

impl Engine {
    pub(super) async fn plan_push_back(
        &self,
        connection: &Connection,
        intent: &Intent,
    ) -> Result<Plan, Problem> {
        let Intent::PushBack { entry, which, .. } = intent else {
            return Err(Problem::new(
                ProblemKind::Bug,
                "apigw failed inside",
                "An intent met the wrong plan.",
            ));
        };
        let past = self.past(connection).await?;
        let entry = past.entry(entry)?;
        let site = self.site(connection, &self.scope(connection, intent).await?).await?;
        self.plan_kept(connection, blank(intent, &site), &site, entry, *which).await
    }

    /// The plan to push a kept schema.
    pub(super) async fn plan_kept(
        &self,
        connection: &Connection,
        plan: Plan,
        site: &Site,
        entry: &HistoryEntry,
        which: Kept,
    ) -> Result<Plan, Problem> {
        let hash = hash_of(entry, which).ok_or_else(|| {
            let what = format!("The entry {} keeps no such schema", entry.id);
            Problem::new(ProblemKind::NotFound, what, "It pushed none.")
        })?;
        let text = self.schema(hash).await?;
        // What was replaced has no author: the next merge must not take it for what somebody wrote.
        let source: Option<Arc<str>> = match (which, &entry.source) {
            (Kept::Replaced, _) | (_, None) => None,
            (_, Some(hash)) => Some(self.schema(hash).await?),
        };
        let pushing = Pushing { document: parse_kept(&text)?, merge: None, source };
        let mut plan = self.plan_push(connection, plan, site, pushing).await?;
        if plan.go_live != GoLive::No {
            let at = entry.at.strftime("%Y-%m-%d %H:%MZ");
            let words = match which {
                Kept::Source => "Source of",
                Kept::Pushed => "Back to the schema of",
                Kept::Replaced => "Back to before",
            };
            let asked = format!("{words} {at} by {}", site.identity.who());
            plan.description = Some(describe(Some(&asked), None, &site.identity));
        }
        plan.notes.push(format!(
            "The schema is pushed as it was kept on {}, without a merge.",
            entry.at.strftime("%Y-%m-%d")
        ));
        Ok(plan)
    }
}
