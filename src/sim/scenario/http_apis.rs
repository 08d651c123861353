//! The demo's HTTP and WebSocket APIs.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::releases::{Release, history};
use super::{ACCESS_LOG_FORMAT, Setting, invocation_uri, log_group, texts};
use crate::sim::apigatewayv2::{
    AccessLogSettings, Api, ApiMapping, Authorizer, Cors, Deployment, DeploymentStatus, DomainName,
    DomainNameConfiguration, Integration, JwtConfiguration, ProtocolType, Route, RouteSettings, Stage,
};
use crate::sim::demo;
use crate::sim::traffic::{Incident, Shape, Traffic};

/// What AWS writes beside a deployment that it made by itself.
const AUTOMATIC: &str = "Automatic deployment triggered by changes to the Api configuration";
/// Why AWS refuses to deploy an API that was emptied.
const NO_ROUTES: &str = "Unable to deploy API because no routes exist in this API";

/// All of them, in the demo's own region, in no particular order.
pub fn all(setting: &Setting) -> Vec<Api> {
    vec![
        inventory(setting),
        orders(setting),
        chat(setting),
        checkout(setting),
    ]
}

fn orders(setting: &Setting) -> Api {
    let mut api = new_api(setting, demo::ORDERS_API_ID, "orders", demo::REGION);
    api.description = Some("Orders, from basket to delivery".to_owned());
    api.version = Some("2.3".to_owned());
    api.cors_configuration = Some(cors());
    api.tags = texts([("team", "orders"), ("cost-centre", "4711")]);
    // The newest release is on staging only; production has the one that was newest two hours ago.
    let mut releases = history(setting, "orders", 2, 34, 48);
    if let Some(live) = releases.get_mut(1) {
        live.at = setting.hours_ago(2);
    }
    if let Some(odd) = releases.get_mut(5) {
        let text = "hotfix \u{1f691} 注文の在庫を修正 \u{1b}[31m(not red)\u{7}";
        odd.description = Some(text.to_owned());
    }
    let live = releases.get(1).map(|release| release.id.clone());
    let newest = releases.first().map(|release| release.id.clone());
    api.deployments = releases.into_iter().map(deployment).collect();
    let automatic = automatic_deployments(setting);
    let serving = automatic
        .get(1)
        .map(|deployment| deployment.deployment_id.clone());
    api.deployments.extend(automatic);
    api.stages = vec![
        Stage {
            deployment_id: newest,
            ..staging(setting)
        },
        Stage {
            deployment_id: live,
            ..production(setting)
        },
        sandbox(setting),
        Stage {
            deployment_id: serving,
            ..automatic_stage(setting)
        },
    ];
    let keys = [
        "GET /orders",
        "POST /orders",
        "GET /orders/{id}",
        "PATCH /orders/{id}",
        "DELETE /orders/{id}",
    ];
    add_routes(&mut api, setting, demo::REGION, &keys);
    add_routes(
        &mut api,
        setting,
        demo::REGION,
        &["ANY /returns/{proxy+}", "GET /health", "$default"],
    );
    protect(&mut api, setting);
    sorted(api)
}

fn production(setting: &Setting) -> Stage {
    // About 1.2 million requests a week.
    let callers = setting.callers(
        "orders/prod",
        Shape::DayAndNight {
            per_minute_at_noon: 256.0,
        },
    );
    let traffic = Traffic {
        errors_4xx: 0.0042,
        errors_5xx: 0.0001,
        latency_ms: 78.0,
        ..callers
    };
    let access_log = AccessLogSettings {
        destination_arn: log_group(demo::REGION, "orders-prod"),
        format: ACCESS_LOG_FORMAT.to_owned(),
    };
    Stage {
        description: Some("Production, change window Tue/Thu".to_owned()),
        stage_variables: texts([
            ("table", "orders-prod"),
            ("log_level", "warn"),
            ("payments", "payments-v3"),
        ]),
        last_updated_date: setting.hours_ago(2),
        access_log_settings: Some(access_log),
        route_settings: BTreeMap::from([("POST /orders".to_owned(), throttled(200, 100.0))]),
        tags: texts([("environment", "production")]),
        ..new_stage(setting, "prod", traffic)
    }
}

fn staging(setting: &Setting) -> Stage {
    let trouble = Incident {
        from: setting.minutes_ago(57),
        until: setting.minutes_ago(-24 * 60),
        errors_5xx: 0.062,
        errors_4xx: 0.021,
        latency_factor: 1.7,
    };
    let callers = setting.callers("orders/staging", Shape::Steady { per_minute: 18.0 });
    let traffic = Traffic {
        errors_4xx: 0.02,
        latency_ms: 110.0,
        incidents: vec![trouble],
        ..callers
    };
    Stage {
        description: Some("What goes live next".to_owned()),
        stage_variables: texts([("table", "orders-staging"), ("log_level", "debug")]),
        last_updated_date: setting.minutes_ago(48),
        ..new_stage(setting, "staging", traffic)
    }
}

/// Made for the next experiment, and never deployed.
fn sandbox(setting: &Setting) -> Stage {
    let callers = setting.callers("orders/sandbox", Shape::Silent);
    Stage {
        created_date: setting.days_ago(3),
        last_updated_date: setting.days_ago(3),
        ..new_stage(setting, "sandbox", callers)
    }
}

/// Deploys every change by itself; the last attempt failed, and the deployment before it still serves.
fn automatic_stage(setting: &Setting) -> Stage {
    let callers = setting.callers(
        "orders/$default",
        Shape::DayAndNight {
            per_minute_at_noon: 9.0,
        },
    );
    Stage {
        auto_deploy: true,
        last_deployment_status_message: Some(format!("Deployment attempt failed: {NO_ROUTES}")),
        last_updated_date: setting.minutes_ago(25),
        ..new_stage(
            setting,
            "$default",
            Traffic {
                errors_4xx: 0.01,
                ..callers
            },
        )
    }
}

/// What AWS deployed by itself, newest first; the newest failed.
fn automatic_deployments(setting: &Setting) -> Vec<Deployment> {
    let mut dice = setting.dice("orders/automatic");
    let minutes = [25, 6 * 24 * 60, 9 * 24 * 60, 30 * 24 * 60];
    let automatic = minutes.map(|minutes| Deployment {
        deployment_id: dice.id(6),
        deployment_status: DeploymentStatus::Deployed,
        deployment_status_message: None,
        auto_deployed: true,
        created_date: setting.minutes_ago(minutes),
        description: Some(AUTOMATIC.to_owned()),
    });
    let mut automatic = Vec::from(automatic);
    if let Some(newest) = automatic.first_mut() {
        newest.deployment_status = DeploymentStatus::Failed;
        newest.deployment_status_message = Some(NO_ROUTES.to_owned());
    }
    automatic
}

/// Healthy, and so quiet that its one error must not alarm anybody.
fn inventory(setting: &Setting) -> Api {
    let mut api = new_api(setting, demo::INVENTORY_API_ID, "inventory", demo::REGION);
    api.description = Some("What is in stock".to_owned());
    let releases = history(setting, "inventory", 1, 12, 5 * 24 * 60);
    let newest = releases.first().map(|release| release.id.clone());
    api.deployments = releases.into_iter().map(deployment).collect();
    let calls = setting.callers("inventory/prod", Shape::Steady { per_minute: 8.0 });
    let rare = setting.callers("inventory/partner", Shape::Steady { per_minute: 0.2 });
    let error = single_error(setting, &rare);
    let stages = [
        ("prod", calls),
        (
            "partner",
            Traffic {
                incidents: error.into_iter().collect(),
                ..rare
            },
        ),
    ];
    api.stages = stages
        .into_iter()
        .map(|(name, traffic)| Stage {
            deployment_id: newest.clone(),
            ..new_stage(setting, name, traffic)
        })
        .collect();
    add_routes(
        &mut api,
        setting,
        demo::REGION,
        &["GET /items", "GET /items/{sku}", "PUT /items/{sku}"],
    );
    sorted(api)
}

/// A minute of the last hour in which the one request that came failed.
fn single_error(setting: &Setting, rare: &Traffic) -> Option<Incident> {
    let present = setting.now.as_second().div_euclid(60);
    let minute = (present - 55..present - 5)
        .rev()
        .find(|minute| rare.minute(*minute).count == 1)?;
    let from = jiff::Timestamp::from_second(minute * 60).ok()?;
    let until = from.saturating_add(SignedDuration::from_secs(60)).ok()?;
    Some(Incident {
        from,
        until,
        errors_5xx: 1.0,
        errors_4xx: 0.0,
        latency_factor: 1.0,
    })
}

/// Answers on its custom domain only.
fn checkout(setting: &Setting) -> Api {
    let mut api = new_api(setting, demo::CHECKOUT_API_ID, "checkout", demo::REGION);
    api.disable_execute_api_endpoint = true;
    let releases = history(setting, "checkout", 4, 17, 26 * 60);
    let newest = releases.first().map(|release| release.id.clone());
    api.deployments = releases.into_iter().map(deployment).collect();
    let callers = setting.callers(
        "checkout/live",
        Shape::DayAndNight {
            per_minute_at_noon: 40.0,
        },
    );
    let traffic = Traffic {
        errors_4xx: 0.013,
        errors_5xx: 0.0004,
        latency_ms: 190.0,
        ..callers
    };
    let updated = setting.hours_ago(26);
    api.stages = vec![Stage {
        deployment_id: newest,
        last_updated_date: updated,
        ..new_stage(setting, "live", traffic)
    }];
    add_routes(
        &mut api,
        setting,
        demo::REGION,
        &["POST /baskets", "POST /baskets/{id}/pay"],
    );
    sorted(api)
}

/// A WebSocket API, as the list of APIs contains them among the others.
fn chat(setting: &Setting) -> Api {
    let mut api = new_api(setting, demo::CHAT_API_ID, "chat", demo::REGION);
    api.protocol_type = ProtocolType::Websocket;
    api.api_endpoint = api.api_endpoint.replacen("https", "wss", 1);
    api.route_selection_expression = "$request.body.action";
    let releases = history(setting, "chat", 0, 3, 40 * 24 * 60);
    let newest = releases.first().map(|release| release.id.clone());
    api.deployments = releases.into_iter().map(deployment).collect();
    let silent = setting.callers("chat/production", Shape::Silent);
    api.stages = vec![Stage {
        deployment_id: newest,
        ..new_stage(setting, "production", silent)
    }];
    add_routes(
        &mut api,
        setting,
        demo::REGION,
        &["$connect", "$disconnect", "say"],
    );
    sorted(api)
}

/// The only API of the other region.
pub fn reports(setting: &Setting) -> Api {
    let mut api = new_api(setting, demo::REPORTS_API_ID, "reports", demo::OTHER_REGION);
    let releases = history(setting, "reports", 1, 8, 9 * 24 * 60);
    let newest = releases.first().map(|release| release.id.clone());
    api.deployments = releases.into_iter().map(deployment).collect();
    let callers = setting.callers(
        "reports/prod",
        Shape::DayAndNight {
            per_minute_at_noon: 3.0,
        },
    );
    let traffic = Traffic {
        latency_ms: 840.0,
        errors_4xx: 0.004,
        ..callers
    };
    api.stages = vec![Stage {
        deployment_id: newest,
        ..new_stage(setting, "prod", traffic)
    }];
    add_routes(&mut api, setting, demo::OTHER_REGION, &["GET /reports/{name}"]);
    sorted(api)
}

/// One domain for three APIs, one of them a REST API.
pub fn domain_name() -> DomainName {
    let mapping = |id: &str, api: &str, stage: &str, key: &str| ApiMapping {
        api_mapping_id: id.to_owned(),
        api_id: api.to_owned(),
        stage: stage.to_owned(),
        api_mapping_key: key.to_owned(),
    };
    DomainName {
        domain_name: demo::DOMAIN_NAME.to_owned(),
        api_mapping_selection_expression: "$request.basepath",
        domain_name_configurations: vec![DomainNameConfiguration {
            api_gateway_domain_name: "d-7m4k2p9x1c.execute-api.eu-west-1.amazonaws.com".to_owned(),
            certificate_arn: format!(
                "arn:aws:acm:{}:{}:certificate/demo",
                demo::REGION,
                demo::ACCOUNT_ID
            ),
            domain_name_status: "AVAILABLE",
            endpoint_type: "REGIONAL",
            hosted_zone_id: "ZLY8HYME6SFDD".to_owned(),
            security_policy: "TLS_1_2",
        }],
        mappings: vec![
            mapping("m1c4k7", demo::CHECKOUT_API_ID, "live", "checkout"),
            mapping("m2d5l8", demo::ORDERS_API_ID, "prod", "orders"),
            mapping("m3e6m9", demo::BILLING_API_ID, "v2", "billing/v2"),
        ],
    }
}

/// An HTTP API with nothing in it.
pub fn new_api(setting: &Setting, id: &str, name: &str, region: &str) -> Api {
    Api {
        api_id: id.to_owned(),
        name: name.to_owned(),
        protocol_type: ProtocolType::Http,
        api_endpoint: format!("https://{id}.execute-api.{region}.amazonaws.com"),
        description: None,
        version: None,
        created_date: setting.days_ago(420),
        cors_configuration: None,
        disable_execute_api_endpoint: false,
        ip_address_type: "ipv4",
        route_selection_expression: "$request.method $request.path",
        api_key_selection_expression: "$request.header.x-api-key",
        tags: BTreeMap::new(),
        stages: Vec::new(),
        deployments: Vec::new(),
        routes: Vec::new(),
        integrations: Vec::new(),
        authorizers: Vec::new(),
    }
}

/// A stage without a deployment.
pub fn new_stage(setting: &Setting, name: &str, traffic: Traffic) -> Stage {
    Stage {
        stage_name: name.to_owned(),
        deployment_id: None,
        auto_deploy: false,
        last_deployment_status_message: None,
        created_date: setting.days_ago(400),
        last_updated_date: setting.days_ago(5),
        description: None,
        stage_variables: BTreeMap::new(),
        default_route_settings: RouteSettings::default(),
        route_settings: BTreeMap::new(),
        access_log_settings: None,
        tags: BTreeMap::new(),
        traffic,
    }
}

pub fn deployment(release: Release) -> Deployment {
    Deployment {
        deployment_id: release.id,
        deployment_status: DeploymentStatus::Deployed,
        deployment_status_message: None,
        auto_deployed: false,
        created_date: release.at,
        description: release.description,
    }
}

/// Routes, each with a function of its own behind it.
pub fn add_routes(api: &mut Api, setting: &Setting, region: &str, keys: &[&str]) {
    let mut dice = setting.dice(&format!("{}/routes/{}", api.api_id, api.routes.len()));
    for key in keys {
        let integration_id = dice.id(7);
        let function = format!("{}-{}", api.name, api.integrations.len() + 1);
        api.integrations.push(Integration {
            integration_id: integration_id.clone(),
            integration_type: "AWS_PROXY",
            integration_method: "POST",
            integration_uri: invocation_uri(region, &function),
            connection_type: "INTERNET",
            payload_format_version: if api.protocol_type == ProtocolType::Http {
                "2.0"
            } else {
                "1.0"
            },
            timeout_in_millis: if api.protocol_type == ProtocolType::Http {
                30_000
            } else {
                29_000
            },
        });
        api.routes.push(Route {
            route_id: dice.id(7),
            route_key: (*key).to_owned(),
            target: Some(format!("integrations/{integration_id}")),
            authorization_type: "NONE",
            authorizer_id: None,
            authorization_scopes: Vec::new(),
            api_key_required: false,
        });
    }
}

/// Lists deployments by id, which says nothing of their age: clients must sort.
pub fn sorted(mut api: Api) -> Api {
    api.deployments
        .sort_by(|one, other| one.deployment_id.cmp(&other.deployment_id));
    api
}

/// A token is asked of every route except the health check.
fn protect(api: &mut Api, setting: &Setting) {
    let id = setting.dice("orders/authorizer").id(6);
    for route in api
        .routes
        .iter_mut()
        .filter(|route| route.route_key != "GET /health")
    {
        route.authorization_type = "JWT";
        route.authorizer_id = Some(id.clone());
        route.authorization_scopes = vec!["orders/use".to_owned()];
    }
    api.authorizers.push(Authorizer {
        authorizer_id: id,
        authorizer_type: "JWT",
        name: "customers".to_owned(),
        identity_source: vec!["$request.header.Authorization".to_owned()],
        jwt_configuration: Some(JwtConfiguration {
            audience: vec!["orders".to_owned()],
            issuer: "https://login.example.com/".to_owned(),
        }),
    });
}

fn cors() -> Cors {
    let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Cors {
        allow_credentials: false,
        allow_headers: list(&["authorization", "content-type"]),
        allow_methods: list(&["GET", "POST", "PATCH", "DELETE"]),
        allow_origins: list(&["https://shop.example.com"]),
        max_age: 600,
    }
}

fn throttled(burst: u32, rate: f64) -> RouteSettings {
    RouteSettings {
        detailed_metrics_enabled: true,
        throttling_burst_limit: Some(burst),
        throttling_rate_limit: Some(rate),
    }
}
