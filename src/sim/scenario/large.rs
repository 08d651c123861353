//! An account of a big organisation: lists that need paging, and figures that need batching.

use super::releases::history;
use super::{Setting, http_apis, rest_apis};
use crate::sim::dice::Dice;
use crate::sim::region::Region;
use crate::sim::traffic::{Shape, Traffic};
use crate::sim::{apigateway, apigatewayv2, demo};

const HTTP_APIS: usize = 18;
const REST_APIS: usize = 12;
const STAGES: [&str; 10] = ["prod", "blue", "green", "uat", "staging", "load", "int", "test", "dev", "demo"];
const DEPLOYMENTS: usize = 40;
const MANY_DEPLOYMENTS: usize = 10_000;

const SUBJECTS: &[&str] = &[
    "accounts", "search", "prices", "stock", "shipping", "returns", "reviews", "vouchers", "taxes", "images",
];

pub fn region(setting: &Setting) -> Region {
    let mut dice = setting.dice("large");
    let apis = (0..HTTP_APIS).map(|number| http_api(setting, &mut dice, number)).collect();
    let rest_apis = (0..REST_APIS).map(|number| rest_api(setting, &mut dice, number)).collect();
    Region { apis, rest_apis, ..Region::default() }
}

/// The first is the one with many deployments.
fn http_api(setting: &Setting, dice: &mut Dice, number: usize) -> apigatewayv2::Api {
    let (id, count) = match number {
        0 => (demo::LARGEST_API_ID.to_owned(), MANY_DEPLOYMENTS),
        _ => (dice.id(10), DEPLOYMENTS),
    };
    let name = format!("{}-{number:02}", dice.pick(SUBJECTS));
    let mut api = http_apis::new_api(setting, &id, &name, demo::REGION);
    let releases = history(setting, &id, 1, count, 30 + dice.below(2000) as i64);
    for (age, stage) in STAGES.iter().enumerate() {
        let live = releases.get(STAGES.len() - 1 - age);
        api.stages.push(apigatewayv2::Stage {
            deployment_id: live.map(|release| release.id.clone()),
            last_updated_date: live.map_or(setting.now, |release| release.at),
            ..http_apis::new_stage(setting, stage, traffic(setting, dice, &format!("{id}/{stage}")))
        });
    }
    api.deployments = releases.into_iter().map(http_apis::deployment).collect();
    http_apis::add_routes(&mut api, setting, demo::REGION, &["GET /", "GET /{id}", "POST /"]);
    http_apis::sorted(api)
}

fn rest_api(setting: &Setting, dice: &mut Dice, number: usize) -> apigateway::RestApi {
    let id = dice.id(10);
    let name = format!("{}-rest-{number:02}", dice.pick(SUBJECTS));
    let mut api = rest_apis::new_api(setting, &id, &name);
    let releases = history(setting, &id, 3, DEPLOYMENTS, 30 + dice.below(2000) as i64);
    for (age, stage) in STAGES.iter().enumerate() {
        let live = releases.get(STAGES.len() - 1 - age);
        api.stages.push(apigateway::Stage {
            deployment_id: live.map(|release| release.id.clone()).unwrap_or_default(),
            last_updated_date: live.map_or(setting.now, |release| release.at),
            ..rest_apis::new_stage(setting, stage, traffic(setting, dice, &format!("{id}/{stage}")))
        });
    }
    api.deployments = releases.into_iter().map(rest_apis::deployment).collect();
    rest_apis::add_resources(&mut api, setting, &[("/items", &["GET", "POST"]), ("/items/{id}", &["GET"])]);
    rest_apis::sorted(api)
}

/// Most stages are well; one in ten ails, and one in ten is never called.
fn traffic(setting: &Setting, dice: &mut Dice, subject: &str) -> Traffic {
    let shape = match dice.below(10) {
        0 => Shape::Silent,
        1..4 => Shape::Steady { per_minute: 1.0 + dice.below(20) as f64 },
        _ => Shape::DayAndNight { per_minute_at_noon: 5.0 + dice.below(300) as f64 },
    };
    let ails = dice.below(10) == 0;
    let callers = setting.callers(subject, shape);
    Traffic {
        errors_4xx: dice.below(30) as f64 / 1000.0,
        errors_5xx: if ails { 0.03 } else { 0.0002 },
        latency_ms: 20.0 + dice.below(400) as f64,
        ..callers
    }
}
