//! Deploys that go well, and those that are refused before anything is sent.

use super::*;
use crate::domain::{Act, ChangeKind, GoLive};
use crate::openapi::{self, Document};

#[tokio::test(start_paused = true)]
async fn a_plain_document_is_deployed_with_every_integration_of_the_gateway() {
    for api in [HTTP, REST] {
        let scene = Scene::new(api);
        let before = scene.integrations();
        let stage = scene.stage();
        let (plan, done) = scene.deploy(&scene.with_search(), Some(stage)).await;
        assert_eq!(done.result, WriteResult::Deployed, "{done:#?}");
        assert_eq!(done.problem, None);
        assert_eq!(done.warnings, Vec::<String>::new());
        assert_eq!(scene.cloud.pointer(api.1, stage), done.deployment_id);
        let after = scene.integrations();
        assert!(before.iter().all(|kept| after.contains(kept)), "{before:#?}\n{after:#?}");
        assert_eq!(after.len(), before.len() + 1);
        assert!(!plan.restored.is_empty());
        let added: Vec<_> = plan.gateway.iter().filter_map(|change| change.route.as_deref()).collect();
        assert!(added.iter().all(|route| *route == "GET /search"), "{:#?}", plan.gateway);
        assert!(plan.gateway.iter().any(|change| change.change == ChangeKind::Added));
        let live = scene.cloud.live(api.1, stage).unwrap();
        assert_eq!(integrations(&live), after);
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_plain_document_deployed_again_keeps_every_integration() {
    for api in [HTTP, REST] {
        let scene = Scene::new(api);
        scene.deploy(&scene.with_search(), Some(scene.stage())).await;
        let first = scene.integrations();
        let document = scene.with_search();
        let (plan, done) = scene.deploy(&document, Some(scene.stage())).await;
        assert!(plan.gateway.is_empty(), "{:#?}", plan.gateway);
        assert!([WriteResult::Unchanged, WriteResult::Deployed].contains(&done.result), "{done:?}");
        assert_eq!(scene.integrations(), first);
        // Another one, of which the gateway has to be told.
        let mut third = scene.with_search();
        third["paths"]["/search"]["get"]["x-amazon-apigateway-integration"]["uri"] =
            "https://other.example.com".into();
        let (_, done) = scene.deploy(&third, Some(scene.stage())).await;
        assert_eq!(done.result, WriteResult::Deployed);
        let after = scene.integrations();
        assert_eq!(after.len(), first.len());
        let differing = after.iter().filter(|kept| !first.contains(kept)).count();
        assert_eq!(differing, 1, "{first:#?}\n{after:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_planned_is_what_is_sent_and_what_the_history_says() {
    for api in [HTTP, REST] {
        let scene = Scene::new(api);
        let plan = scene.plan(&deploy(&scene.write(&scene.with_search()), Some(scene.stage()))).await;
        let start = scene.cloud.requests().len();
        let steps = Mutex::new(Vec::new());
        let note = |progress| {
            if let Progress::Began(step) = progress {
                steps.lock().unwrap().push(step);
            }
        };
        let done = scene.engine.carry_out(&scene.connection, &plan, &all_of_it(), note).await.unwrap();
        let planned: Vec<&str> = plan.calls.iter().map(|call| call.operation).collect();
        assert_eq!(writes_since(&scene.cloud, start), planned);
        let all = [Step::Check, Step::Record, Step::Push, Step::ReadBack, Step::Deploy, Step::Confirm];
        assert_eq!(*steps.lock().unwrap(), all);
        let entry = scene.history().await.remove(0);
        assert_eq!(entry.act, Act::Deploy);
        assert_eq!(Some(&entry.id), done.history_id.as_ref());
        assert_eq!(entry.deployment_id, done.deployment_id);
        assert_eq!(entry.deployment_before, plan.live.map(|live| live.id));
        assert_eq!(entry.deployment_before, done.way_back);
        assert_eq!(entry.who, demo::USER_ARN);
        assert_eq!(entry.ended.unwrap().result, WriteResult::Deployed);
        let made = scene.cloud.deployments(api.1).pop().unwrap();
        assert_eq!(Some(made.id), done.deployment_id);
        assert_eq!(made.description, plan.description);
        let push = plan.push.unwrap();
        let kept = |which| scene.engine.kept_schema(&entry.id, which);
        assert_eq!(kept(crate::domain::Kept::Pushed).await.unwrap(), *push.merged);
        assert_eq!(kept(crate::domain::Kept::Replaced).await.unwrap(), *push.replaced);
        assert_eq!(kept(crate::domain::Kept::Source).await.unwrap(), *push.source);
    }
}

#[tokio::test(start_paused = true)]
async fn an_export_alone_can_be_deployed_later() {
    for api in [HTTP, REST] {
        let scene = Scene::new(api);
        let mut intent = deploy(&scene.write(&scene.with_search()), None);
        if let Intent::Deploy { extensions_from, .. } = &mut intent {
            *extensions_from = (api.0 == ApiType::Rest).then(|| scene.stage().to_owned());
        }
        let plan = scene.plan(&intent).await;
        let pointer = scene.cloud.pointer(api.1, scene.stage());
        let done = scene.carry_out(&plan).await.unwrap();
        assert_eq!((done.result, done.problem), (WriteResult::Exported, None));
        assert_eq!(scene.cloud.pointer(api.1, scene.stage()), pointer);
        let plan = scene.plan(&redeploy(scene.stage())).await;
        let routes: Vec<_> =
            plan.goes_live_changes.iter().filter_map(|change| change.route.as_deref()).collect();
        assert!(routes.contains(&"GET /search"), "{:#?}", plan.goes_live_changes);
        let done = scene.carry_out(&plan).await.unwrap();
        assert_eq!(done.result, WriteResult::Deployed, "{done:?}");
        let live = scene.cloud.live(api.1, scene.stage()).unwrap();
        assert!(live["paths"].get("/search").is_some());
        let entry = scene.history().await.remove(0);
        assert!(entry.source.is_some() && entry.pushed.is_none(), "{entry:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stage_that_deploys_by_itself_is_followed_and_described() {
    let scene = Scene::new(HTTP);
    let plan = scene.plan(&deploy(&scene.write(&scene.with_search()), Some("$default"))).await;
    assert_eq!(plan.go_live, GoLive::AutoDeploy);
    let done = scene.carry_out(&plan).await.unwrap();
    assert_eq!((done.result, &done.problem), (WriteResult::Deployed, &None), "{done:?}");
    assert_eq!(scene.cloud.pointer(HTTP.1, "$default"), done.deployment_id);
    let made = scene
        .cloud
        .deployments(HTTP.1)
        .into_iter()
        .find(|made| Some(&made.id) == done.deployment_id.as_ref());
    assert_eq!(made.unwrap().description, plan.description);
}

#[tokio::test(start_paused = true)]
async fn an_export_names_the_stages_on_which_it_goes_live_at_once() {
    let scene = Scene::new(HTTP);
    let plan = scene.plan(&deploy(&scene.write(&scene.with_search()), None)).await;
    assert_eq!(plan.goes_live, ["$default"]);
    scene.carry_out(&plan).await.unwrap();
    let live = scene.cloud.live(HTTP.1, "$default").unwrap();
    assert!(live["paths"].get("/search").is_some());
}

#[tokio::test(start_paused = true)]
async fn a_push_that_changes_nothing_goes_live_nowhere() {
    let scene = Scene::new(HTTP);
    scene.deploy(&scene.with_search(), None).await;
    let plan = scene.plan(&deploy(&scene.write(&scene.with_search()), None)).await;
    assert!(plan.changes_nothing());
    assert!(plan.goes_live.is_empty());
    assert!(plan.notes.iter().all(|note| !note.contains("goes live")), "{:?}", plan.notes);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_without_consent() {
    let scene = Scene::new(HTTP);
    let mut document = scene.with_search();
    document["paths"].as_object_mut().unwrap().shift_remove("/health");
    let plan = scene.plan(&deploy(&scene.write(&document), Some("staging"))).await;
    assert_eq!(plan.deleted_routes, ["GET /health"]);
    let start = scene.cloud.requests().len();
    let guarded = Connection { protected: true, ..scene.connection.clone() };
    let all = all_of_it();
    for (connection, consent) in [
        (&scene.connection, Consent::default()),
        (&scene.connection, Consent { yes: true, ..Consent::default() }),
        (&scene.connection, Consent { yes: false, ..all.clone() }),
        (&guarded, all.clone()),
        (&guarded, Consent { nickname: Some("other".into()), ..all.clone() }),
    ] {
        assert_ne!(plan.lacks(connection, &consent), Vec::<Lack>::new());
        let problem = scene.engine.carry_out(connection, &plan, &consent, |_| ()).await.unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Refused);
        assert!(!problem.advice.is_empty());
    }
    let read_only = Connection { read_only: true, ..scene.connection.clone() };
    let problem = scene.engine.carry_out(&read_only, &plan, &all, |_| ()).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::ReadOnly);
    assert_eq!(writes_since(&scene.cloud, start), Vec::<String>::new());
    assert!(scene.history().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_changed_since_the_plan_is_left_alone() {
    for api in [HTTP, REST] {
        let scene = Scene::new(api);
        let file = scene.write(&scene.with_search());
        let plan = scene.plan(&deploy(&file, Some(scene.stage()))).await;
        let (_, done) = scene.deploy(&scene.with_search(), Some(scene.stage())).await;
        assert_eq!(done.result, WriteResult::Deployed);
        let start = scene.cloud.requests().len();
        let problem = scene.carry_out(&plan).await.unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Conflict, "{problem:?}");
        assert_eq!(writes_since(&scene.cloud, start), Vec::<String>::new());
        assert_eq!(scene.history().await.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_deployment_waits_for_the_quota_and_says_so() {
    let scene = Scene::new(HTTP);
    let plan = scene.plan(&deploy(&scene.write(&scene.with_search()), Some("staging"))).await;
    scene.cloud.inject(Fault::new(What::Throttle { retry_after: None }).on("CreateDeployment").times(2));
    let waits = Mutex::new(Vec::new());
    let note = |progress| {
        if let Progress::Waits(step, why) = progress {
            waits.lock().unwrap().push((step, why));
        }
    };
    let done = scene.engine.carry_out(&scene.connection, &plan, &all_of_it(), note).await.unwrap();
    assert_eq!(done.result, WriteResult::Deployed);
    let waits = waits.into_inner().unwrap();
    assert!(
        waits.iter().all(|(step, why)| *step == Step::Deploy && why.contains("once in 5 s")),
        "{waits:?}"
    );
    assert_eq!(waits.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_stays_full_ends_the_waiting_and_tells_how_often_it_was_tried() {
    let scene = Scene::new(HTTP);
    let plan = scene.plan(&deploy(&scene.write(&scene.with_search()), Some("staging"))).await;
    scene.cloud.inject(Fault::new(What::Throttle { retry_after: None }).on("CreateDeployment"));
    let done = scene.carry_out(&plan).await.unwrap();
    assert_eq!(done.result, WriteResult::Failed);
    let advice = done.problem.unwrap().advice;
    assert!(advice.contains(&"It was tried 9 times; try again later.".to_owned()), "{advice:?}");
}

#[tokio::test(start_paused = true)]
async fn places_that_cannot_be_deployed_to_are_told_before_anything_else() {
    let http = Scene::new(HTTP);
    let rest = Scene::new(REST);
    for (scene, stage, kind, words) in [
        (&http, "nowhere", ProblemKind::NotFound, "There is no stage nowhere"),
        (&rest, "nowhere", ProblemKind::NotFound, "There is no stage nowhere"),
        (&rest, "v2", ProblemKind::Conflict, "active canary"),
    ] {
        let intent = deploy(&scene.write(&scene.with_search()), Some(stage));
        let problem = scene.engine.plan(&scene.connection, &intent).await.unwrap_err();
        assert_eq!(problem.kind, kind, "{problem:?}");
        assert!(problem.what.contains(words), "{problem:?}");
    }
    let elsewhere = Connection { account: Some(demo::OTHER_ACCOUNT_ID.into()), ..http.connection.clone() };
    let problem = http.engine.plan(&elsewhere, &redeploy("staging")).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::ReadOnly);
}

#[tokio::test(start_paused = true)]
async fn a_rest_stage_that_does_not_exist_is_made_when_asked() {
    let scene = Scene::new(REST);
    let mut intent = deploy(&scene.write(&scene.with_search()), Some("preview"));
    if let Intent::Deploy { options, extensions_from, .. } = &mut intent {
        options.create_stage = true;
        *extensions_from = Some("dev".to_owned());
    }
    let plan = scene.plan(&intent).await;
    let done = scene.carry_out(&plan).await.unwrap();
    assert_eq!((done.result, &done.problem), (WriteResult::Deployed, &None));
    assert_eq!(scene.cloud.pointer(REST.1, "preview"), done.deployment_id);
    assert_eq!(done.way_back, None);
}

#[tokio::test(start_paused = true)]
async fn the_plan_shows_exactly_what_changes_on_the_gateway() {
    for (api, gone, changed) in [(HTTP, "/health", "/orders"), (REST, "/payments", "/invoices")] {
        let scene = Scene::new(api);
        let mut document = scene.with_search();
        let paths = document["paths"].as_object_mut().unwrap();
        paths.shift_remove(gone).unwrap();
        paths[changed]["get"]["x-amazon-apigateway-integration"] = json!({
            "type": "http_proxy", "httpMethod": "GET", "uri": "https://other.example.com", "payloadFormatVersion": "1.0"
        });
        paths[changed]["get"]["security"] = json!([]);
        let read = |value: Option<Value>| Document::parse(&value.unwrap().to_string()).unwrap();
        let (before, live_before) =
            (read(scene.cloud.working(api.1)), read(scene.cloud.live(api.1, scene.stage())));
        let (plan, done) = scene.deploy(&document, Some(scene.stage())).await;
        assert_eq!((done.result, &done.problem), (WriteResult::Deployed, &None));
        assert_eq!(done.warnings, Vec::<String>::new());
        let (after, live_after) =
            (read(scene.cloud.working(api.1)), read(scene.cloud.live(api.1, scene.stage())));
        let routes: Vec<_> = plan.gateway.iter().filter_map(|change| change.route.as_deref()).collect();
        for route in ["GET /search", &format!("GET {changed}")] {
            assert!(routes.contains(&route), "{routes:?}");
        }
        assert_eq!(plan.deleted_routes.len(), 1);
        assert!(routes.contains(&plan.deleted_routes[0].as_str()), "{routes:?}");
        assert_eq!(plan.gateway, openapi::gateway_diff(api.0, &before, &after));
        assert_eq!(plan.goes_live_changes, openapi::gateway_diff(api.0, &live_before, &live_after));
    }
}

#[tokio::test(start_paused = true)]
async fn edits_that_nobody_deployed_are_told_before_a_push_overwrites_them() {
    let scene = Scene::new(REST);
    let mut intent = deploy(&scene.write(&scene.with_search()), None);
    if let Intent::Deploy { extensions_from, .. } = &mut intent {
        *extensions_from = Some("dev".to_owned());
    }
    let plan = scene.plan(&intent).await;
    scene.carry_out(&plan).await.unwrap();
    let plan = scene.plan(&deploy(&scene.write(&scene.plain()), Some("dev"))).await;
    assert!(plan.notes.iter().any(|note| note.contains("nobody deployed")), "{:#?}", plan.notes);
    assert!(plan.notes.iter().any(|note| note.contains("GET /search added")), "{:#?}", plan.notes);
}

#[tokio::test(start_paused = true)]
async fn a_history_without_its_schemas_keeps_nobody_from_deploying() {
    let kept = tempfile::tempdir().unwrap();
    let folder = kept.path().join("history");
    let cloud = Arc::new(Cloud::new(Scenario::Demo, 1, running()));
    let engine = engine_on(&cloud, running(), crate::ops::History::at(folder.clone()));
    let scene =
        Scene { cloud, engine, connection: connection(HTTP.0, HTTP.1), folder: tempfile::tempdir().unwrap() };
    let (first, done) = scene.deploy(&scene.with_search(), Some("staging")).await;
    assert_eq!(done.result, WriteResult::Deployed, "{done:#?}");
    assert!(first.notes.iter().all(|note| !note.contains("cannot be read")), "{:#?}", first.notes);
    let schemas = std::fs::read_dir(folder.join("schemas")).unwrap();
    for (index, schema) in schemas.enumerate() {
        let path = schema.unwrap().path();
        if index % 2 == 0 { std::fs::remove_file(path).unwrap() } else { std::fs::write(path, "{}").unwrap() }
    }
    let before = scene.integrations();
    let mut changed = scene.with_search();
    changed["paths"]["/search"]["get"]["x-amazon-apigateway-integration"]["uri"] =
        "https://new.example.com".into();
    let plan = scene.plan(&deploy(&scene.write(&changed), Some("staging"))).await;
    assert!(plan.notes.iter().any(|note| note.contains("cannot be read")), "{:#?}", plan.notes);
    assert!(plan.contract_basis.contains("cannot be read"), "{}", plan.contract_basis);
    let done = scene.carry_out(&plan).await.unwrap();
    assert_eq!(done.result, WriteResult::Deployed, "{done:#?}");
    assert_eq!(scene.integrations().len(), before.len());
    let again = roll_back("staging", None, false);
    let plan = scene.plan(&again).await;
    assert_eq!(scene.carry_out(&plan).await.unwrap().result, WriteResult::Deployed);
}
