//! CloudWatch's figures: of all stages of a session, of one stage over time, and of its routes.

mod dashboard;
mod query;
mod routes;
mod summary;

pub use summary::Detail;

use crate::domain::ApiType;

/// Where API Gateway files its metrics.
const NAMESPACE: &str = "AWS/ApiGateway";

/// The longest period that CloudWatch knows, in seconds.
const LONGEST_PERIOD: i64 = 86_400;

/// A stage whose metrics are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StageRef {
    /// HTTP or REST: the two name their metrics differently.
    pub api_type: ApiType,
    /// The API's id; HTTP metrics go by it.
    pub api_id: String,
    /// The API's name; REST metrics go by it.
    pub api_name: String,
    /// The stage's name.
    pub stage: String,
}
