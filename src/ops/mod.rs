//! What both faces do: read stages, deployments, metrics and health of connections. Sessions are shared and requests joined
//! here, so that no face has to think of it.

mod cache;
mod connections;
mod engine;
mod health;
mod metrics;
mod sign_in;
mod test;
#[cfg(test)]
mod tests;
mod writes;

pub use cache::Cache;
pub use connections::generate_external_id;
pub use engine::{Clock, Engine, Setup};
pub use health::StatusRequest;

pub use crate::history::History;
