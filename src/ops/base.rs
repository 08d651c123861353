//! Which push the gateway's configuration goes back to, and the author's document behind it.

use super::Engine;
use super::past::{Past, took_effect};
use super::site::Site;
use super::write::holds;
use crate::domain::{HistoryEntry, Problem};
use crate::openapi::Document;

/// What a merge goes back to.
#[derive(Default)]
pub(super) struct Base {
    /// The author's document; `None` where nothing was pushed from here, or where it cannot be read any more.
    pub document: Option<Document>,
    /// Says the latter: without the document nobody can tell what was removed on purpose.
    pub note: Option<String>,
}

const LOST: &str = "The schema that was pushed last from here cannot be read any more: what it had and this one lacks is restored from the gateway.";

impl Engine {
    /// The author's document of the last push from here that the gateway took. One that is not known to have been taken counts where
    /// the gateway has what was pushed: the deployment after it may have failed.
    pub(super) async fn base(&self, past: &Past, site: Option<&Site>) -> Result<Base, Problem> {
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
        let Some(hash) = last else {
            return Ok(Base::default());
        };
        let document = self.remembered(hash).await;
        let note = document.is_none().then(|| LOST.to_owned());
        Ok(Base { document, note })
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
            Some(hash) => Ok(self.remembered(hash).await.is_some_and(|pushed| holds(site, &pushed))),
            None => Ok(false),
        }
    }
}
