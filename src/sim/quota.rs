//! How often the control plane may be asked for what costs it most.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Service;
use super::refusal::Refusal;

/// Seconds that must pass between two requests. Both generations share the quota of an operation that both have.
const PAUSES: &[(&str, i64)] = &[("CreateDeployment", 5), ("PutRestApi", 1)];

/// When an account last used up each quota in one region.
#[derive(Debug, Default)]
pub struct Quotas(BTreeMap<&'static str, Timestamp>);

impl Quotas {
    /// Counts a request, or refuses it because the one before it is too recent. Refused requests do not count.
    pub fn admit(&mut self, operation: &str, now: Timestamp) -> Result<(), Refusal> {
        let Some((name, pause)) = PAUSES.iter().find(|(name, _)| *name == operation) else {
            return Ok(());
        };
        let pause = SignedDuration::from_secs(*pause);
        if self.0.get(name).is_some_and(|last| now.duration_since(*last) < pause) {
            return Err(Refusal::throttled(Service::ApiGateway, None));
        }
        self.0.insert(name, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_fills_up_again_with_time() {
        let mut quotas = Quotas::default();
        let second = |second| Timestamp::from_second(second).unwrap();
        for (operation, at, admitted) in [
            ("CreateDeployment", 100, true),
            ("CreateDeployment", 100, false),
            ("CreateDeployment", 104, false),
            ("PutRestApi", 104, true),
            ("CreateDeployment", 105, true),
            ("CreateDeployment", 109, false),
            ("PutRestApi", 105, true),
            ("GetStages", 105, true),
            ("GetStages", 105, true),
        ] {
            assert_eq!(quotas.admit(operation, second(at)).is_ok(), admitted, "{operation} at {at}");
        }
    }
}
