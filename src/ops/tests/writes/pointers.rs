//! Roll back, promote, the end of a canary, and pushing back.

use super::*;
use crate::domain::{GoLive, Kept};

#[tokio::test(start_paused = true)]
async fn a_stage_goes_back_to_the_deployment_before_and_forth_again() {
    for api in [HTTP, REST] {
        let scene = Scene::new(api);
        let stage = scene.stage();
        let (_, first) = scene.deploy(&scene.with_search(), Some(stage)).await;
        let plan = scene.plan(&roll_back(stage, None, false)).await;
        assert_eq!(plan.to.as_ref().map(|to| &to.id), first.way_back.as_ref());
        assert!(plan.notes.iter().any(|note| note.contains("Only the pointer")), "{:?}", plan.notes);
        let configured = scene.cloud.working(api.1);
        let done = scene.carry_out(&plan).await.unwrap();
        assert_eq!((done.result, &done.problem), (WriteResult::Deployed, &None));
        assert_eq!(scene.cloud.pointer(api.1, stage), first.way_back);
        assert_eq!(done.way_back, first.deployment_id);
        assert_eq!(scene.cloud.working(api.1), configured);
        // The history knows what that deployment was: the plan shows what changes.
        let plan = scene.plan(&roll_back(stage, first.deployment_id.as_deref(), false)).await;
        let routes: Vec<_> =
            plan.goes_live_changes.iter().filter_map(|change| change.route.as_deref()).collect();
        assert!(routes.contains(&"GET /search"), "{:#?}", plan.goes_live_changes);
        scene.carry_out(&plan).await.unwrap();
        assert_eq!(scene.cloud.pointer(api.1, stage), first.deployment_id);
        let plan = scene.plan(&roll_back(stage, first.deployment_id.as_deref(), false)).await;
        assert!(plan.changes_nothing());
        assert_eq!(scene.carry_out(&plan).await.unwrap().result, WriteResult::Unchanged);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stage_rolled_back_twice_goes_further_back() {
    for api in [HTTP, REST] {
        let scene = Scene::new(api);
        let stage = scene.stage();
        let (_, first) = scene.deploy(&scene.with_search(), Some(stage)).await;
        let mut other = scene.with_search();
        other["paths"]["/search"]["get"]["x-amazon-apigateway-integration"]["uri"] =
            "https://other.example.com".into();
        scene.deploy(&other, Some(stage)).await;
        for expected in [first.deployment_id, first.way_back] {
            let plan = scene.plan(&roll_back(stage, None, false)).await;
            scene.carry_out(&plan).await.unwrap();
            assert_eq!(scene.cloud.pointer(api.1, stage), expected);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_schema_of_a_deployment_goes_back_with_it() {
    for api in [HTTP, REST] {
        let scene = Scene::new(api);
        let stage = scene.stage();
        let (plan, first) = scene.deploy(&scene.with_search(), Some(stage)).await;
        let mut other = scene.with_search();
        other["paths"]["/search"]["get"]["x-amazon-apigateway-integration"]["uri"] =
            "https://other.example.com".into();
        scene.deploy(&other, Some(stage)).await;
        let back = scene.plan(&roll_back(stage, None, true)).await;
        assert_eq!(back.push.as_ref().map(|push| &push.merged), plan.push.as_ref().map(|push| &push.merged));
        let done = scene.carry_out(&back).await.unwrap();
        assert_eq!((done.result, &done.problem), (WriteResult::Deployed, &None), "{done:?}");
        assert_eq!(scene.cloud.pointer(api.1, stage), first.deployment_id);
        let live = integrations(&scene.cloud.live(api.1, stage).unwrap());
        assert_eq!(scene.integrations(), live);
    }
}

#[tokio::test(start_paused = true)]
async fn auto_deploy_is_switched_off_before_its_stage_is_pointed_back() {
    let scene = Scene::new(HTTP);
    let (_, done) = scene.deploy(&scene.with_search(), Some("$default")).await;
    let plan = scene.plan(&roll_back("$default", None, false)).await;
    assert_eq!(plan.go_live, GoLive::Point { to: done.way_back.clone().unwrap(), auto_deploy_off: true });
    assert!(plan.notes.iter().any(|note| note.contains("switched off first, and stays off")));
    let start = scene.cloud.requests().len();
    let back = scene.carry_out(&plan).await.unwrap();
    assert_eq!((back.result, &back.problem), (WriteResult::Deployed, &None));
    assert_eq!(writes_since(&scene.cloud, start), ["UpdateStage", "UpdateStage"]);
    assert_eq!(scene.cloud.pointer(HTTP.1, "$default"), done.way_back);
    assert!(!scene.engine.stage(&scene.connection, "$default").await.unwrap().auto_deploy);
}

#[tokio::test(start_paused = true)]
async fn what_is_live_on_one_stage_goes_live_on_another() {
    for (api, from, to) in [(HTTP, "staging", "prod"), (REST, "dev", "v1")] {
        let scene = Scene::new(api);
        scene.deploy(&scene.with_search(), Some(from)).await;
        let intent = Intent::Promote { from: from.to_owned(), to: to.to_owned() };
        let plan = scene.plan(&intent).await;
        let routes: Vec<_> =
            plan.goes_live_changes.iter().filter_map(|change| change.route.as_deref()).collect();
        assert!(routes.contains(&"GET /search"), "{:#?}", plan.goes_live_changes);
        let done = scene.carry_out(&plan).await.unwrap();
        assert_eq!((done.result, &done.problem), (WriteResult::Deployed, &None));
        assert_eq!(scene.cloud.pointer(api.1, to), scene.cloud.pointer(api.1, from));
        assert_eq!(scene.history().await[0].from_stage.as_deref(), Some(from));
        assert!(scene.plan(&intent).await.changes_nothing());
    }
}

#[tokio::test(start_paused = true)]
async fn a_canary_is_promoted_or_removed() {
    for promote in [true, false] {
        let scene = Scene::new(REST);
        let stage = scene.engine.stage(&scene.connection, "v2").await.unwrap();
        let canary = stage.canary.unwrap().deployment_id;
        let expected = if promote { canary } else { stage.deployment_id };
        let plan = scene.plan(&Intent::EndCanary { stage: "v2".to_owned(), promote }).await;
        let done = scene.carry_out(&plan).await.unwrap();
        assert_eq!((done.result, &done.problem), (WriteResult::Deployed, &None));
        let after = scene.engine.stage(&scene.connection, "v2").await.unwrap();
        assert_eq!((after.canary, after.deployment_id), (None, expected.clone()));
        assert_eq!(done.deployment_id, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_replaced_is_pushed_back_and_is_nobodys_source() {
    for api in [HTTP, REST] {
        let scene = Scene::new(api);
        let before = scene.integrations();
        let (_, done) = scene.deploy(&scene.with_search(), Some(scene.stage())).await;
        let intent = Intent::PushBack {
            entry: done.history_id.unwrap(),
            which: Kept::Replaced,
            stage: Some(scene.stage().to_owned()),
        };
        let plan = scene.plan(&intent).await;
        assert_eq!(plan.deleted_routes, ["GET /search"]);
        let back = scene.carry_out(&plan).await.unwrap();
        assert_eq!((back.result, &back.problem), (WriteResult::Deployed, &None), "{back:?}");
        assert_eq!(scene.integrations(), before);
        assert_eq!(scene.history().await[0].source, None);
        // A plain document after it keeps everything.
        let plan = scene.plan(&deploy(&scene.write(&scene.plain()), Some(scene.stage()))).await;
        assert!(plan.gateway.is_empty(), "{:#?}", plan.gateway);
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_gone_back_to_is_told() {
    let (http, rest) = (Scene::new(HTTP), Scene::new(REST));
    for (scene, intent, words) in [
        (&http, roll_back("sandbox", None, false), "nothing to roll sandbox back to"),
        (&http, roll_back("staging", Some("nowhere"), false), "no deployment nowhere"),
        (&http, roll_back("staging", None, true), "is not kept here"),
        (&rest, roll_back("v2", None, false), "active canary"),
        (&rest, Intent::EndCanary { stage: "dev".into(), promote: true }, "has no canary"),
        (&http, Intent::Promote { from: "sandbox".into(), to: "prod".into() }, "nothing to promote"),
        (&http, Intent::Promote { from: "prod".into(), to: "prod".into() }, "its own stage"),
    ] {
        let problem = scene.engine.plan(&scene.connection, &intent).await.unwrap_err();
        assert!(problem.what.contains(words), "{problem:?}");
        if words == "active canary" {
            let nickname = &scene.connection.nickname;
            let command = format!("`apigw promote {nickname} --canary v2`");
            assert!(problem.advice[0].contains(&command), "{problem:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_history_a_stage_goes_back_to_the_next_older_deployment_of_its_sort() {
    let scene = Scene::new(HTTP);
    for (stage, auto) in [("prod", false), ("$default", true)] {
        let plan = scene.plan(&roll_back(stage, None, false)).await;
        let (live, to) = (plan.live.unwrap(), plan.to.unwrap());
        assert_eq!((live.auto_deployed, to.auto_deployed), (auto, auto));
        assert!(to.created < live.created);
        assert!(plan.notes.iter().any(|note| note.contains("AWS does not tell")), "{:#?}", plan.notes);
    }
}
