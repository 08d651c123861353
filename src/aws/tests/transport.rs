//! The gate: rate, timeouts, retries, the read-only guard and the counters.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::*;

const API: &str = r#"{"apiId":"a1","name":"orders","protocolType":"HTTP"}"#;

#[tokio::test(start_paused = true)]
async fn forty_calls_wait_their_turn_and_none_times_out() {
    let script = Script::new(|_, _| Reply::json(200, API).late(Duration::from_millis(900)));
    let settings = Settings { attempt_timeout: Duration::from_secs(1), ..Settings::default() };
    let (session, aws) = session(&script, settings).await;
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..40 {
        let session = session.clone();
        calls.spawn(async move { session.gateway(ApiType::Http, "a1").api().await });
    }
    while let Some(answer) = calls.join_next().await {
        assert_eq!(answer.unwrap().unwrap().name, "orders");
    }
    assert_eq!(aws.usage().requests, 40);
    // Eight at once, then four a second.
    assert_eq!(start.elapsed().as_secs(), 8);
}

#[tokio::test(start_paused = true)]
async fn only_the_control_plane_waits_for_the_rate() {
    let script = Script::new(|_, _| Reply::sts_error(500, "InternalFailure", ""));
    let settings = Settings { requests_per_second: 0.01, burst: 1, ..Settings::default() };
    let (session, aws) = session(&script, settings).await;
    let start = Instant::now();
    for _ in 0..3 {
        session.identity().await.unwrap_err();
    }
    assert_eq!(aws.usage().requests, 9);
    assert!(start.elapsed() < Duration::from_mins(1));
}

#[tokio::test(start_paused = true)]
async fn what_fails_by_chance_is_tried_three_times() {
    for (reply, kind) in [
        (Reply::Reset, ProblemKind::Network),
        (Reply::Hang, ProblemKind::Timeout),
        (Reply::json(200, API).header("content-length", "4096"), ProblemKind::Network),
        (Reply::json(503, "{}"), ProblemKind::Service),
        (Reply::error(429, "TooManyRequestsException", "Too Many Requests"), ProblemKind::Throttled),
    ] {
        let failing = reply.clone();
        let script = Script::new(move |_, _| failing.clone());
        let (session, aws) = session(&script, Settings::default()).await;
        let problem = session.gateway(ApiType::Http, "a1").api().await.unwrap_err();
        assert_eq!((problem.kind, script.asked().len()), (kind, 3), "{reply:?}: {problem:?}");
        assert_eq!(aws.usage().requests, 3);

        let script =
            Script::new(move |before, _| if before < 2 { reply.clone() } else { Reply::json(200, API) });
        let (session, _) = self::session(&script, Settings::default()).await;
        assert!(session.gateway(ApiType::Http, "a1").api().await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn what_will_not_change_is_asked_once() {
    for reply in [
        Reply::json(200, "<html>Welcome to the hotel</html>"),
        Reply::denied("no"),
        Reply::error(404, "NotFoundException", "Invalid API identifier specified"),
        Reply::error(409, "ConflictException", "concurrent modification"),
    ] {
        let script = Script::new(move |_, _| reply.clone());
        let (session, _) = session(&script, Settings::default()).await;
        session.gateway(ApiType::Http, "a1").api().await.unwrap_err();
        assert_eq!(script.asked().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_hanging_call_ends_after_three_attempt_timeouts() {
    let script = Script::new(|_, _| Reply::Hang);
    let (session, _) = session(&script, Settings::default()).await;
    let start = Instant::now();
    session.gateway(ApiType::Rest, "a1").api().await.unwrap_err();
    let seconds = start.elapsed().as_secs();
    assert!((30..35).contains(&seconds), "{seconds} s");
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_honoured_and_capped() {
    for (asked_for, waited) in [("3", 3..5), ("3600", 4..21)] {
        let script = Script::new(move |before, _| match before {
            0 => Reply::error(429, "TooManyRequestsException", "slow").header("retry-after", asked_for),
            _ => Reply::json(200, API),
        });
        let (session, _) = session(&script, Settings::default()).await;
        let start = Instant::now();
        session.gateway(ApiType::Http, "a1").api().await.unwrap();
        let seconds = start.elapsed().as_secs();
        assert!(waited.contains(&seconds), "asked to wait {asked_for} s, waited {seconds} s");
    }
}

#[tokio::test]
async fn a_session_that_fails_a_lot_leaves_the_others_their_retries() {
    tokio::time::pause();
    let failing = Script::new(|_, _| Reply::json(500, "{}"));
    let (unlucky, _) = session(&failing, Settings::default()).await;
    for _ in 0..60 {
        unlucky.gateway(ApiType::Http, "a1").api().await.unwrap_err();
    }
    assert!(failing.asked().len() < 180, "a session in trouble stops retrying");
    let shaky = Script::new(|before, _| if before == 0 { Reply::Reset } else { Reply::json(200, API) });
    let (other, _) = session(&shaky, Settings::default()).await;
    assert!(other.gateway(ApiType::Http, "a1").api().await.is_ok());
}

#[tokio::test]
async fn an_endpoint_of_our_own_gets_every_request() {
    let script = Script::new(|_, _| Reply::json(404, "{}"));
    let endpoint_url = Some("http://127.0.0.1:4566".to_owned());
    let (session, _) = session(&script, Settings { endpoint_url, ..Settings::default() }).await;
    let _ = session.gateway(ApiType::Http, "a1").api().await;
    let _ = session.gateway(ApiType::Rest, "a1").api().await;
    let _ = session.identity().await;
    let uris: Vec<String> = script.asked().into_iter().map(|asked| asked.uri).collect();
    assert_eq!(
        uris,
        ["http://127.0.0.1:4566/v2/apis/a1", "http://127.0.0.1:4566/restapis/a1", "http://127.0.0.1:4566/"]
    );
}
