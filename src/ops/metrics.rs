//! One stage over time: what the dashboard shows and `apigw metrics` prints.

use super::Engine;
use super::engine::stage_ref;
use crate::domain::{Connection, Dashboard, Problem, Routes, Window};

impl Engine {
    /// The metrics of a stage over that window, point by point. To refresh a dashboard, ask for [`Dashboard::to_ask`] and
    /// [`Dashboard::join`] the answer.
    pub async fn dashboard(
        &self,
        connection: &Connection,
        api_name: &str,
        stage: &str,
        window: Window,
    ) -> Result<Dashboard, Problem> {
        let stage = &stage_ref(connection, api_name, stage);
        self.ask(connection, |session| async move { session.dashboard(stage, window).await }).await
    }

    /// The figures of each route of a stage over that window; none where its detailed metrics are off.
    pub async fn routes(
        &self,
        connection: &Connection,
        api_name: &str,
        stage: &str,
        window: Window,
    ) -> Result<Routes, Problem> {
        let stage = &stage_ref(connection, api_name, stage);
        self.ask(connection, |session| async move { session.routes(stage, window).await }).await
    }
}
