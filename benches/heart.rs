//! What a key costs: updating, filtering and drawing, on the largest data a person meets.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run should say so and stop")]

use std::collections::BTreeMap;

use apigw::app::{Answer, Message, Model, Pasted, Slot, Start, update};
use apigw::domain::{
    Api, ApiStages, ApiType, Auth, Connection, Deployment, Point, PushOptions, Series, Stage, StageMetrics,
    TimeRange, Window,
};
use apigw::input::Key;
use apigw::openapi::{Document, contract_diff, gateway_diff, merge};
use apigw::ui::{Theme, view};
use divan::Bencher;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use ratatui::{Terminal, backend::TestBackend};

const SIZE: (u16, u16) = (120, 40);

fn main() {
    divan::main();
}

fn now() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

fn connection() -> Connection {
    Connection::new("orders", ApiType::Http, "a1b2c3d4e5", "eu-west-1", Auth::Environment)
}

fn stages() -> Vec<Stage> {
    let stage = |number: usize| Stage {
        name: format!("stage-{number:02}"),
        deployment_id: Some(format!("d{number:05}")),
        last_updated: Some(now()),
        invoke_url: format!("https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/stage-{number:02}"),
        ..Stage::default()
    };
    (0..10).map(stage).collect()
}

fn deployments() -> Vec<Deployment> {
    let deployment = |number: usize| Deployment {
        id: format!("d{number:05}"),
        created: Some(now() - SignedDuration::from_mins(number as i64)),
        description: Some(format!("v2.{}.{} release of the orders service", number / 100, number % 100)),
        status: None,
        status_message: None,
        auto_deployed: number.is_multiple_of(7),
    };
    (0..10_000).map(deployment).collect()
}

fn metrics(range: TimeRange) -> Vec<StageMetrics> {
    let window = Window::settled(range, now());
    let points = |scale: f64| {
        let at =
            |index: usize| window.start + SignedDuration::from_secs(window.period_seconds * index as i64);
        Series::new(
            (0..window.len()).map(|index| Point { at: at(index), value: scale * index as f64 }).collect(),
        )
    };
    let of = |stage: Stage| StageMetrics {
        count: points(10.0),
        latency_sum_ms: points(840.0),
        latency_samples: points(10.0),
        errors_5xx: points(0.1),
        ..StageMetrics::empty(stage.name, window)
    };
    stages().into_iter().map(of).collect()
}

/// The deployments screen with ten stages, a week of figures and ten thousand deployments.
fn full() -> Model {
    let (mut model, _) = Model::new(Start {
        now: now(),
        zone: TimeZone::UTC,
        size: SIZE,
        connections: vec![connection()],
        config_path: "config.toml".into(),
        known: BTreeMap::new(),
        refresh: None,
        mouse: true,
        open: Some("orders".into()),
    });
    let api = Api {
        id: "a1b2c3d4e5".into(),
        name: "orders".into(),
        api_type: ApiType::Http,
        description: None,
        created: None,
        endpoint: None,
        default_endpoint_disabled: false,
        private: false,
        blended_with: Vec::new(),
    };
    let nickname = || "orders".to_owned();
    let replies = [
        (Slot::Stages(nickname()), Answer::Stages(ApiStages { api, stages: stages() })),
        (Slot::Metrics(nickname(), TimeRange::H1), Answer::Metrics(metrics(TimeRange::H1))),
        (Slot::Metrics(nickname(), TimeRange::W1), Answer::Metrics(metrics(TimeRange::W1))),
        (Slot::Deployments(nickname()), Answer::Deployments(deployments())),
    ];
    for (slot, answer) in replies {
        let id = model.questions.find(&slot).unwrap().id;
        update(&mut model, Message::Replied(id, Ok(answer)));
    }
    model
}

fn press(model: &mut Model, key: char) {
    update(model, Message::Key(Key::char(key)));
}

#[divan::bench]
fn move_the_cursor(bencher: Bencher) {
    let mut model = full();
    press(&mut model, '1');
    bencher.bench_local(|| press(&mut model, 'j'));
}

#[divan::bench]
fn filter_ten_thousand_deployments(bencher: Bencher) {
    bencher
        .with_inputs(|| {
            let mut model = full();
            press(&mut model, '1');
            press(&mut model, '/');
            model
        })
        .bench_local_values(|mut model| {
            update(&mut model, Message::Paste(Pasted("v2.77 release".into())));
            model
        });
}

#[divan::bench]
fn draw_a_full_frame(bencher: Bencher) {
    let model = full();
    let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap();
    bencher.bench_local(|| {
        terminal.draw(|frame| view(&model, &Theme::colours(), frame)).unwrap();
    });
}

/// A schema of some 3 MB: 3,000 routes, whose schemas refer to each other. `last` is the type of one property in 500.
fn large_schema(last: &str) -> String {
    let refer =
        |number: usize| serde_json::json!({ "$ref": format!("#/components/schemas/Thing{}", number % 3000) });
    let mut document =
        serde_json::json!({ "openapi": "3.0.3", "info": { "title": "things", "version": "1" } });
    for number in 0..3000 {
        let id = if number % 500 == 499 { last } else { "string" };
        document["components"]["schemas"][format!("Thing{number}")] = serde_json::json!({
            "type": "object",
            "description": "Something that is ordered and delivered",
            "required": ["id"],
            "properties": {
                "id": { "type": id },
                "next": refer(number + 1),
                "other": refer(number * 7),
                "lines": { "type": "array", "items": { "type": "string", "maxLength": 10 } }
            }
        });
        document["paths"][format!("/things{number}/{{id}}")]["get"] = serde_json::json!({
            "operationId": format!("readThing{number}"),
            "summary": "Reads one of the things",
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "responses": { "200": { "description": "ok", "content": { "application/json": { "schema": refer(number) } } } },
            "x-amazon-apigateway-integration": {
                "type": "aws_proxy",
                "httpMethod": "POST",
                "payloadFormatVersion": "2.0",
                "uri": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:012345678901:function:things/invocations"
            }
        });
    }
    document.to_string()
}

/// Two schemas of 3 MB from their texts to what callers notice: every route reaches what changed.
#[divan::bench]
fn diff_a_schema_of_three_megabytes(bencher: Bencher) {
    let (before, after) = (large_schema("string"), large_schema("integer"));
    bencher.bench_local(|| {
        let (before, after) = (Document::parse(&before).unwrap(), Document::parse(&after).unwrap());
        contract_diff(&before, &after)
    });
}

/// The same two, merged and compared as the gateway has them.
#[divan::bench]
fn merge_a_schema_of_three_megabytes(bencher: Bencher) {
    let (local, live) = (large_schema("string"), large_schema("integer"));
    let (local, live) = (Document::parse(&local).unwrap(), Document::parse(&live).unwrap());
    bencher.bench_local(|| {
        let merged = merge(ApiType::Http, &local, &live, None, PushOptions::default());
        gateway_diff(ApiType::Http, &live, &merged.document)
    });
}
