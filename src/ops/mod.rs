//! What both faces do: read stages, deployments, metrics and health of connections; import, plan and write. Sessions are shared
//! and requests joined here, so that no face has to think of it.

mod base;
mod cache;
mod compare;
mod configured;
mod connections;
mod engine;
mod health;
mod import;
mod metrics;
mod past;
mod plan;
mod recover;
mod sign_in;
mod site;
mod test;
#[cfg(test)]
mod tests;
mod write;

pub use cache::Cache;
pub use connections::generate_external_id;
pub use engine::{Clock, Engine, Setup};
pub use health::StatusRequest;

pub use crate::history::History;
