//! Which push the gateway's configuration goes back to, and the author's document behind it.

use super::Engine;
use super::compare::parse_kept;
use super::past::{Past, took_effect};
use super::site::Site;
use super::write::holds;
use crate::domain::{HistoryEntry, Problem};
use crate::openapi::Document;

impl Engine {
    /// The author's document of the last push from here that the gateway took. One that is not known to have been taken counts where
    /// the gateway has what was pushed: the deployment after it may have failed.
    pub(super) async fn base(&self, past: &Past, site: Option<&Site>) -> Result<Option<Document>, Problem> {
        let mut last = None;
        for entry in past.pushes() {
            let there = match site {
                _ if took_effect(entry) => true,
                Some(site) => self.is_there(entry, site).await?,
                None => false,
            };
            if there {
                last = entry.source.as_deref();
                break;
            }
        }
        match last {
            Some(hash) => parse_kept(&self.schema(hash).await?).map(Some),
            None => Ok(None),
        }
    }

    /// The newest push from here, if the gateway has what was pushed.
    pub(super) async fn push_there<'a>(
        &self,
        past: &'a Past,
        site: &Site,
    ) -> Result<Option<&'a HistoryEntry>, Problem> {
        for entry in past.pushes() {
            if self.is_there(entry, site).await? {
                return Ok(Some(entry));
            }
            if took_effect(entry) {
                break;
            }
        }
        Ok(None)
    }

    async fn is_there(&self, entry: &HistoryEntry, site: &Site) -> Result<bool, Problem> {
        match entry.pushed.as_deref() {
            Some(hash) => Ok(holds(site, &parse_kept(&self.schema(hash).await?)?)),
            None => Ok(false),
        }
    }
}
