//! The embedded AWS: an independent understanding of API Gateway, CloudWatch and STS that answers signed SDK requests.

pub mod cloudwatch;
pub mod traffic;
