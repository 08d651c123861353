//! When to read again, and when to wake up for it. Nothing here knows a timer: the runtime arms one for [`next_wake`].

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::deployments::Depth;
use super::{Effect, MetricsTab, Model, connections, deployments, metrics};

/// Without a key for this long nobody is looking.
const IDLE_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// How much slower screens are read when nobody looks.
const SLOWER: u32 = 5;
/// Points that cover longer than a minute grow slowly: charts of them are read again after this long at the earliest.
const LONG_POINTS: Duration = Duration::from_mins(5);

/// How eagerly screens are read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As configured.
    Normal,
    /// Slower: the terminal lost the focus.
    Unfocused,
    /// Slower: no key for ten minutes.
    Idle,
}

/// The pace of this moment.
pub fn pace(model: &Model) -> Pace {
    let idle = model.now.duration_since(model.touched_at) >= IDLE_AFTER;
    match (model.focused, idle) {
        (false, _) => Pace::Unfocused,
        (true, true) => Pace::Idle,
        (true, false) => Pace::Normal,
    }
}

/// How often the screen on top is read again now; `None` is never. The list of connections reads every API it lists, so that
/// it is as slow as a screen nobody looks at.
pub fn refresh_interval(model: &Model) -> Option<Duration> {
    let own = model.deployments.as_ref().and_then(|screen| screen.connection.refresh);
    let base = own.or(model.refresh).filter(|interval| !interval.is_zero())?;
    let long = model.metrics.as_ref().is_some_and(|screen| screen.range.period_seconds() > 60);
    let base = if long { base.max(LONG_POINTS) } else { base };
    let slow = model.deployments.is_none() || pace(model) != Pace::Normal;
    Some(if slow { base * SLOWER } else { base })
}

fn refresh_at(model: &Model) -> Option<Timestamp> {
    let asked_at = match (&model.metrics, &model.deployments) {
        // Routes cost four metrics each, and their charts are out of sight.
        (Some(screen), _) if screen.tab == MetricsTab::Routes => return None,
        (Some(screen), _) => screen.asked_at,
        (None, Some(screen)) => screen.asked_at,
        (None, None) => model.home.asked_at?,
    };
    asked_at.checked_add(SignedDuration::try_from(refresh_interval(model)?).ok()?).ok()
}

/// Counts the time to the next refresh from now: what was cancelled must not be read again at once.
pub(super) fn put_off_refresh(model: &mut Model) {
    match (&mut model.metrics, &mut model.deployments) {
        (Some(screen), _) => screen.asked_at = model.now,
        (None, Some(screen)) => screen.asked_at = model.now,
        (None, None) => model.home.asked_at = Some(model.now),
    }
}

/// When the runtime should send the time without anything else having happened: for the next refresh, for the seconds of a
/// read under way, for ages that grow by the minute, or for the moment when the pace slows.
pub fn next_wake(model: &Model) -> Option<Timestamp> {
    let later = |from: Timestamp, by: SignedDuration| from.checked_add(by).ok();
    let reading = model.questions.iter().next().and_then(|_| later(model.now, SignedDuration::from_secs(1)));
    let ages = model.checked_at().and_then(|read_at| {
        let minutes = (model.now.as_second() - read_at.as_second()).max(0) / 60 + 1;
        later(read_at, SignedDuration::from_mins(minutes))
    });
    // A refresh that is due waits for the read under way: to wake for it would be to wake without end.
    let refresh = if reading.is_some() { None } else { refresh_at(model) };
    [refresh, reading, ages].into_iter().flatten().min()
}

impl Model {
    /// When the screen was last checked; ages count from it. What is read together counts from its oldest part, so that
    /// figures left from before are never called new. Each row of the list of connections tells its own age.
    pub fn checked_at(&self) -> Option<Timestamp> {
        if let Some(screen) = &self.metrics {
            return screen.checked_at();
        }
        match &self.deployments {
            Some(screen) => [screen.api.read_at, screen.hour.read_at].into_iter().flatten().min(),
            None => self.home.health.values().filter_map(|health| health.read_at).max(),
        }
    }
}

/// Takes the time in: draws when something on screen tells it, and reads again what is due.
pub(super) fn tick(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let reading = model.questions.iter().next().is_some();
    let seconds_show = reading && now.as_second() != model.now.as_second();
    let checked_at = model.checked_at();
    let minutes = |at: Timestamp| checked_at.map(|read_at| (at.as_second() - read_at.as_second()) / 60);
    if seconds_show || minutes(now) != minutes(model.now) {
        model.mark_dirty();
    }
    model.now = now;
    if reading || refresh_at(model).is_none_or(|due| due > now) {
        return Vec::new();
    }
    model.mark_dirty();
    match (&model.metrics, &model.deployments) {
        (Some(_), _) => metrics::refresh(model),
        (None, Some(_)) => deployments::refresh(model, Depth::Light),
        (None, None) => connections::check_all(model),
    }
}
