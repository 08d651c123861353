//! CloudWatch as far as API Gateway's metrics need it.
