//! What apigw talks about, as plain data: no I/O, no clock, no SDK type.

mod access_key;
mod api;
mod condition;
mod connection;
mod dashboard;
mod deployment;
mod edit;
mod explain;
mod health;
mod identity;
mod jsurl;
pub mod links;
mod metrics;
mod problem;
pub mod rules;
mod secret;
mod stage;
mod status;
mod usage;
mod window;

pub use access_key::AccessKey;
pub use api::{Api, ApiType, CustomDomain};
pub use condition::{Condition, ConditionError};
pub use connection::{Auth, Connection, RoleAuth, SessionKey};
pub use dashboard::{Chart, ChartLine, Dashboard, RouteFigures, Routes, Spread, Unit, change};
pub use deployment::{Deployment, DeploymentStatus, newest_first};
pub use edit::Edit;
pub use health::{Cause, Health, Thresholds, Verdict};
pub use identity::Identity;
pub use metrics::{Completeness, Figures, Point, Series, StageMetrics, shortfall};
pub use problem::{Denied, MfaPrompt, Problem, ProblemKind};
pub use secret::Secret;
pub use stage::{Canary, Stage};
pub use status::{ApiStages, ConnectionStatus, KnownStages, StageStatus, StatusReport};
pub use usage::{Usage, hourly_cost_usd};
pub use window::{TimeRange, Window};
