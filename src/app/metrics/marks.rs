//! Deployments on the time axis. AWS tells when a deployment was made and where the newest ones are live, but not which stage
//! an older one went to: those are called deployments of the API.

use jiff::Timestamp;

use super::{Model, index_of};
use crate::domain::DeploymentStatus;

/// A deployment on the time axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When it was made.
    pub at: Timestamp,
    /// The number of the period it was made in, counted from 0.
    pub index: usize,
    /// Its id; not sanitised.
    pub id: String,
    /// What is known of it and the stage.
    pub kind: MarkKind,
}

/// What a deployment has to do with the stage that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// It is what the stage points at now.
    Live,
    /// It gets a part of the stage's traffic.
    Canary,
    /// It was made for the API; whether the stage ever had it is unknown.
    Other,
    /// It failed, so that nothing changed.
    Failed,
}

impl Model {
    /// The deployments that were made in the window of the charts, oldest first.
    pub fn marks(&self) -> Vec<Mark> {
        let (Some(below), Some(window)) =
            (&self.deployments, self.metrics.as_ref().and_then(|screen| Some(screen.dashboard()?.window)))
        else {
            return Vec::new();
        };
        let stage = self.metrics_stage();
        let live = stage.and_then(|stage| stage.deployment_id.as_ref());
        let canary = stage.and_then(|stage| stage.canary.as_ref()?.deployment_id.as_ref());
        let rows = below.deployment_rows().iter();
        let made = rows.filter_map(|deployment| Some((deployment, deployment.created?)));
        let shown = made.filter(|(_, at)| (window.start..window.end).contains(at));
        let mut marks: Vec<Mark> = shown
            .map(|(deployment, at)| Mark {
                at,
                index: index_of(window, at),
                id: deployment.id.clone(),
                kind: match Some(&deployment.id) {
                    _ if deployment.status == Some(DeploymentStatus::Failed) => MarkKind::Failed,
                    id if id == live => MarkKind::Live,
                    id if id == canary => MarkKind::Canary,
                    _ => MarkKind::Other,
                },
            })
            .collect();
        marks.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.id.cmp(&b.id)));
        marks
    }

    /// The deployments made in the period under the time cursor.
    pub fn marks_at_cursor(&self) -> Vec<Mark> {
        let at = self.metrics.as_ref().and_then(|screen| {
            let window = screen.dashboard()?.window;
            Some(screen.cursor_index(window))
        });
        self.marks().into_iter().filter(|mark| Some(mark.index) == at).collect()
    }
}
