//! What both faces do: read stages, deployments, metrics and health of connections. Sessions are shared and requests joined
//! here, so that no face has to think of it.

mod cache;
mod engine;
mod health;
mod metrics;
#[cfg(test)]
mod tests;

pub use cache::Cache;
pub use engine::{Clock, Engine, Setup};
pub use health::StatusRequest;
