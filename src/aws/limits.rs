//! How fast, and how much at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use super::Settings;
use crate::domain::{Auth, SessionKey};

/// The limiters of all sessions. Sessions that spend the same quota share one.
#[derive(Clone)]
pub(super) struct Limits {
    interval: Duration,
    burst: u32,
    concurrency: usize,
    limiters: Arc<Mutex<ByQuota>>,
}

/// By who spends it and in which region.
type ByQuota = HashMap<(Spender, String), Arc<Limiter>>;

/// Whose quota a session spends, as far as can be told without asking.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Spender {
    /// The account of a role's ARN.
    Account(String),
    Credentials(Auth),
}

impl Limits {
    pub(super) fn new(settings: &Settings) -> Self {
        let rate = settings.requests_per_second.clamp(0.01, 1000.0);
        Self {
            interval: Duration::from_secs_f64(1.0 / rate),
            burst: settings.burst.max(1),
            concurrency: settings.concurrency.max(1),
            limiters: Arc::default(),
        }
    }

    /// The limiter of whatever quota this session spends.
    pub(super) fn limiter(&self, key: &SessionKey) -> Arc<Limiter> {
        let spender = match &key.auth {
            Auth::Role(role) => Spender::Account(role.arn.split(':').nth(4).unwrap_or_default().to_owned()),
            auth => Spender::Credentials(auth.clone()),
        };
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let limiter = limiters.entry((spender, key.region.clone()));
        let fresh = || Arc::new(Limiter::new(self.interval, self.burst, self.concurrency));
        Arc::clone(limiter.or_insert_with(fresh))
    }
}

/// A token bucket in front of the control plane, and a cap on what is under way.
#[derive(Debug)]
pub(super) struct Limiter {
    interval: Duration,
    burst: u32,
    /// When the bucket will be full again. Waiting happens under this lock, which is first come, first served; who
    /// gives up waiting leaves no trace.
    full_at: tokio::sync::Mutex<Option<Instant>>,
    under_way: Semaphore,
}

impl Limiter {
    fn new(interval: Duration, burst: u32, concurrency: usize) -> Self {
        Self {
            interval,
            burst,
            full_at: tokio::sync::Mutex::new(None),
            under_way: Semaphore::new(concurrency),
        }
    }

    /// Waits until the rate allows one more request.
    pub(super) async fn token(&self) {
        let mut full_at = self.full_at.lock().await;
        let now = Instant::now();
        let due = full_at.unwrap_or(now).max(now);
        let allowed = (due + self.interval).checked_sub(self.interval * self.burst).unwrap_or(now);
        if allowed > now {
            sleep_until(allowed).await;
        }
        *full_at = Some(due.max(allowed) + self.interval);
    }

    /// Waits for a place among the requests under way, and holds it until dropped.
    pub(super) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed, so there is always a permit in the end.
        self.under_way.acquire().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RoleAuth;

    #[tokio::test(start_paused = true)]
    async fn a_burst_goes_at_once_and_the_rest_at_the_rate() {
        let limiter = Limiter::new(Duration::from_millis(250), 8, 1);
        let start = Instant::now();
        for _ in 0..8 {
            limiter.token().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..4 {
            limiter.token().await;
        }
        assert_eq!(start.elapsed().as_millis() / 10, 100);
        tokio::time::advance(Duration::from_mins(1)).await;
        let start = Instant::now();
        for _ in 0..9 {
            limiter.token().await;
        }
        assert_eq!(
            start.elapsed().as_millis() / 10,
            25,
            "rest fills the bucket, and no more than the bucket"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_waiting_takes_no_token() {
        let limiter = Limiter::new(Duration::from_secs(1), 1, 1);
        limiter.token().await;
        let start = Instant::now();
        for _ in 0..5 {
            let impatient = tokio::time::timeout(Duration::from_millis(10), limiter.token()).await;
            assert!(impatient.is_err());
        }
        limiter.token().await;
        assert_eq!(start.elapsed().as_millis() / 10, 100);
    }

    #[test]
    fn roles_of_one_account_share_a_limiter_and_regions_do_not() {
        let limits = Limits::new(&Settings::default());
        let key = |role: &str, region: &str| SessionKey {
            auth: Auth::Role(RoleAuth { arn: role.into(), ..RoleAuth::default() }),
            region: region.into(),
        };
        let one = limits.limiter(&key("arn:aws:iam::123456789012:role/a", "eu-west-1"));
        let same = limits.limiter(&key("arn:aws:iam::123456789012:role/b", "eu-west-1"));
        let elsewhere = limits.limiter(&key("arn:aws:iam::123456789012:role/a", "us-east-1"));
        assert!(Arc::ptr_eq(&one, &same) && !Arc::ptr_eq(&one, &elsewhere));
    }
}
