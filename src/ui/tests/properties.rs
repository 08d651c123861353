//! What holds of every model: it draws at any size, its addresses are where they are said to be, and nothing commands the
//! terminal.

use crossterm::event::{KeyCode, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;
use ratatui::buffer::Buffer;

use super::fixtures::{Scene, answer, connections, crowded, draw, measured, needs_mfa, text_at, throttled};
use crate::app::{Message, Pasted, Question, QuestionId};
use crate::domain::{Identity, ProblemKind, Progress, Step, Usage};
use crate::input::Key;
use crate::ui::{Theme, hyperlinks};

/// Something that happens to a scene.
#[derive(Clone, Debug)]
enum Event {
    Key(KeyCode, bool),
    Paste(String),
    Click(u16, u16),
    Wheel(u16, u16),
    Resize(u16, u16),
    Later(i64),
    Focus(bool),
    /// Answers the oldest question, or fails it, perhaps for want of an MFA code.
    Reply(Option<ProblemKind>),
    Progress(usize),
    Step(bool),
    Metered(u64),
}

fn event() -> impl Strategy<Value = Event> {
    let key = prop_oneof![
        prop::sample::select(
            "jkgGlhryYoOS/!qM:?123mnNpzsStTwiHLf\u{20}aeDxbP36規ddEvWbi".chars().collect::<Vec<_>>()
        )
        .prop_map(|c| Event::Key(KeyCode::Char(c), false)),
        prop::sample::select(vec![
            KeyCode::Enter,
            KeyCode::Esc,
            KeyCode::Tab,
            KeyCode::Down,
            KeyCode::Up,
            KeyCode::End,
            KeyCode::Backspace,
            KeyCode::BackTab,
            KeyCode::Left,
            KeyCode::Right,
            KeyCode::PageDown,
        ])
        .prop_map(|code| Event::Key(code, false)),
        prop::sample::select(vec!['c', 'd', 'u', 'n', 's', 't', 'p'])
            .prop_map(|c| Event::Key(KeyCode::Char(c), true)),
    ];
    prop_oneof![
        6 => key,
        3 => prop::sample::select(vec![None, None, Some(ProblemKind::Throttled), Some(ProblemKind::NeedsMfa)])
            .prop_map(Event::Reply),
        1 => "\\PC{0,12}".prop_map(Event::Paste),
        1 => prop::sample::select(vec![
            "arn:aws:iam::123456789012:role/deployer",
            "eu-west-1",
            "AKIAIOSFODNN7EXAMPLE",
            "123456",
            "api/orders.yaml",
            "orders-prod",
            "yes",
        ])
        .prop_map(|text| Event::Paste(text.to_owned())),
        1 => (0u16..130, 0u16..50).prop_map(|(x, y)| Event::Click(x, y)),
        1 => (0u16..130, 0u16..50).prop_map(|(x, y)| Event::Wheel(x, y)),
        1 => (0u16..130, 0u16..50).prop_map(|(width, height)| Event::Resize(width, height)),
        1 => (0i64..4000).prop_map(Event::Later),
        1 => any::<bool>().prop_map(Event::Focus),
        1 => any::<usize>().prop_map(Event::Progress),
        1 => any::<bool>().prop_map(Event::Step),
        1 => any::<u64>().prop_map(Event::Metered),
    ]
}

fn oldest(scene: &Scene) -> Option<(QuestionId, Question)> {
    let open = scene.model.questions.iter().next()?;
    Some((open.id, open.question.clone()))
}

fn happen(scene: Scene, event: Event) -> Scene {
    let mouse = |kind, column, row| {
        let modifiers = KeyModifiers::NONE;
        Message::Mouse(MouseEvent { kind, column, row, modifiers })
    };
    let oldest = oldest(&scene);
    let now = scene.model.now.as_second() - super::fixtures::now().as_second();
    match event {
        Event::Key(code, control) => scene.tell(Message::Key(Key { code, control })),
        Event::Paste(text) => scene.tell(Message::Paste(Pasted(text))),
        Event::Click(x, y) => scene.tell(mouse(MouseEventKind::Down(MouseButton::Left), x, y)),
        Event::Wheel(x, y) => scene.tell(mouse(MouseEventKind::ScrollDown, x, y)),
        Event::Resize(width, height) => scene.tell(Message::Resized(width, height)),
        Event::Later(seconds) => scene.at(now + seconds),
        Event::Focus(focused) => scene.tell(Message::Focused(focused)),
        Event::Reply(kind) => match oldest {
            Some((id, question)) => {
                let reply = match kind {
                    None => answer(&question),
                    Some(ProblemKind::NeedsMfa) => Err(needs_mfa()),
                    Some(_) => Err(throttled()),
                };
                scene.tell(Message::Replied(id, reply))
            }
            None => scene,
        },
        Event::Progress(items) => {
            let id = oldest.map_or(QuestionId(0), |(id, _)| id);
            scene.tell(Message::Progressed(id, items))
        }
        Event::Step(waits) => {
            let id = oldest.map_or(QuestionId(0), |(id, _)| id);
            let progress = if waits {
                Progress::Waits(Step::Deploy, "one in five seconds".into())
            } else {
                Progress::Began(Step::Push)
            };
            scene.tell(Message::Stepped(id, progress))
        }
        Event::Metered(requests) => scene.tell(Message::Metered(Usage { requests, metrics: requests })),
    }
}

fn is_drawn_where_it_is_said_to_be(scene: &Scene, buffer: &Buffer) -> Result<(), TestCaseError> {
    for link in hyperlinks(&scene.model) {
        let drawn = text_at(buffer, link.x, link.y, crate::text::width(&link.text));
        prop_assert_eq!(&drawn, &link.text);
        prop_assert!(link.url.contains(&link.text), "{:?}", link);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happened_it_draws_at_any_size(
        start in 0usize..7,
        events in prop::collection::vec(event(), 0..60),
        size in (0u16..130, 0u16..50),
    ) {
        let mut scene = match start {
            0 => Scene::opened((80, 24)),
            1 => Scene::connections((80, 24)),
            2 => measured((80, 24)),
            3 => Scene::full((80, 24)).keys("jjjd"),
            4 => Scene::full((80, 24)).keys("jjjb").answered(),
            5 => Scene::full((80, 24)).keys("2j"),
            _ => Scene::checked((80, 24)).keys("a").answered(),
        };
        for event in events {
            scene = happen(scene, event);
        }
        let scene = scene.tell(Message::Resized(size.0, size.1));
        let buffer = draw(&scene.model, &Theme::colours(), size);
        prop_assert!(buffer.content.iter().all(|cell| !cell.symbol().chars().any(char::is_control)));
        is_drawn_where_it_is_said_to_be(&scene, &buffer)?;
    }

    #[test]
    fn whatever_aws_says_it_draws(
        names in prop::collection::vec(any::<String>(), 0..8),
        size in (38u16..130, 8u16..50),
    ) {
        let mut connections = connections();
        for (connection, name) in connections.iter_mut().zip(&names) {
            connection.region.clone_from(name);
            connection.api_id.clone_from(name);
        }
        let mut scene = Scene::new(size, connections, None);
        scene.answer_all(|_| Err(throttled()));
        draw(&scene.model, &Theme::colours(), size);
        let mut scene = scene.key(KeyCode::Enter);
        answer_strangely(&mut scene, &names);
        let scene = scene.key(KeyCode::Enter).keys("jl");
        draw(&scene.model, &Theme::colours(), size);
        let mut scene = scene.keys("mn");
        answer_strangely(&mut scene, &names);
        draw(&scene.model, &Theme::colours(), size);
        let mut scene = scene.keys("N2");
        answer_strangely(&mut scene, &names);
        let buffer = draw(&scene.model, &Theme::colours(), size);
        prop_assert!(buffer.content.iter().all(|cell| !cell.symbol().chars().any(char::is_control)));
        let mut scene = scene.key(KeyCode::Esc).key(KeyCode::Esc).keys("2");
        draw(&scene.model, &Theme::colours(), size);
        for keys in ["\n", "b", "\n", "G", "\n", "W"] {
            scene = if keys == "\n" { scene.key(KeyCode::Enter) } else { scene.keys(keys) };
            answer_strangely(&mut scene, &names);
            let buffer = draw(&scene.model, &Theme::colours(), size);
            prop_assert!(buffer.content.iter().all(|cell| !cell.symbol().chars().any(char::is_control)));
        }
    }
}

/// Answers all questions with strange strings.
fn answer_strangely(scene: &mut Scene, names: &[String]) {
    while let Some((id, question)) = oldest(scene) {
        let mut reply = answer(&question).unwrap();
        strange(&mut reply, names);
        scene.send(Message::Replied(id, Ok(reply)));
    }
}

/// Puts strange strings wherever AWS could.
fn strange(answer: &mut crate::app::Answer, names: &[String]) {
    use crate::app::Answer;
    let mut names = names.iter().cycle().cloned();
    let mut next = || names.next().unwrap_or_default();
    match answer {
        Answer::Stages(read) => {
            read.api.name = next();
            read.api.blended_with = vec![next()];
            for stage in &mut read.stages {
                stage.name = next();
                stage.deployment_id = Some(next());
                stage.description = Some(next());
                stage.invoke_url = next();
            }
        }
        Answer::Deployments(deployments) => {
            for deployment in deployments {
                deployment.id = next();
                deployment.description = Some(next());
                deployment.status_message = Some(next());
            }
        }
        Answer::Routes(read) => {
            for route in &mut read.routes {
                route.method = next();
                route.resource = next();
            }
        }
        Answer::History(entries) => {
            for entry in entries {
                entry.who = next();
                entry.file = Some(next());
                entry.revision = Some(next());
                entry.commit = Some(next());
                entry.description = Some(next());
                entry.deployment_id = Some(next());
            }
        }
        Answer::Plan(plan) => {
            plan.target.api_name = next();
            plan.notes.push(next());
            plan.description = Some(next());
            plan.goes_live.push(next());
            for change in &mut plan.goes_live_changes {
                change.route = Some(next());
                change.before = Some(next());
            }
        }
        Answer::Identity(identity) => {
            *identity = Identity { account: next(), arn: next(), user_id: next() };
        }
        _ => {}
    }
}

#[test]
fn the_addresses_of_the_fixtures_are_where_they_are_drawn() {
    for size in [(40, 10), (50, 20), (80, 24), (120, 40)] {
        for keys in ["", "jjj\nG", "jjj\nGo", "jjj\n:", "o", "jjj\n2", "jjj\n3", "jjj\n?"] {
            let mut scene = Scene::full(size);
            for key in keys.chars() {
                scene = match key {
                    '\n' => scene.key(KeyCode::Enter),
                    other => scene.keys(&other.to_string()),
                };
                scene.answer_all(answer);
            }
            let buffer = scene.buffer(&Theme::colours());
            is_drawn_where_it_is_said_to_be(&scene, &buffer).unwrap();
        }
    }
}

#[test]
fn every_piece_of_a_wrapped_address_carries_the_whole() {
    let mut scene = Scene::full((50, 30)).keys("jjj").key(KeyCode::Enter);
    scene.answer_all(answer);
    let links = hyperlinks(&scene.model);
    let invoke = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod";
    let pieces: Vec<&str> =
        links.iter().filter(|link| link.url == invoke).map(|link| link.text.as_str()).collect();
    assert!(pieces.len() > 1);
    assert_eq!(pieces.concat(), invoke);
    assert!(links.iter().any(|link| link.url == "https://api.example.com/orders"));
}

#[test]
fn what_a_panel_covers_is_no_link() {
    let expanded = || {
        let mut scene = Scene::full((80, 24)).keys("jjj").key(KeyCode::Enter);
        scene.answer_all(answer);
        scene
    };
    assert_eq!(hyperlinks(&expanded().model).len(), 2);
    assert_eq!(hyperlinks(&expanded().keys("?").model), []);
    let over = hyperlinks(&expanded().keys("o").model);
    assert!(over.iter().any(|link| link.url.contains("console.aws.amazon.com")), "{over:?}");
}

#[test]
fn links_scroll_with_their_stage() {
    let mut scene = crowded((80, 24)).key(KeyCode::Enter);
    scene.answer_all(answer);
    assert_eq!(hyperlinks(&scene.model).len(), 1);
    assert_eq!(hyperlinks(&scene.keys("G").model), []);
}
