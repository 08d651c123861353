//! What apigw talks about, as plain data: no I/O, no clock, no SDK type.

mod api;
mod condition;
mod connection;
mod deployment;
mod health;
mod identity;
pub mod links;
mod metrics;
mod problem;
mod secret;
mod stage;
mod status;
mod usage;
mod window;

pub use api::{Api, ApiType, CustomDomain};
pub use condition::{Condition, ConditionError};
pub use connection::{Auth, Connection, RoleAuth, SessionKey};
pub use deployment::{Deployment, DeploymentStatus, newest_first};
pub use health::{Cause, Health, Thresholds, Verdict};
pub use identity::Identity;
pub use metrics::{Completeness, Figures, Point, Series, StageMetrics, shortfall};
pub use problem::{Denied, Problem, ProblemKind};
pub use secret::Secret;
pub use stage::{Canary, Stage};
pub use status::{ApiStages, ConnectionStatus, KnownStages, StageStatus, StatusReport};
pub use usage::Usage;
pub use window::{TimeRange, Window};
