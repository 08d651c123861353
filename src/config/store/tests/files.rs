//! Edits of files on disk: secrets, crashes, links, modes, and other copies of apigw.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use super::*;
use crate::domain::ProblemKind;

/// A folder of one user, with the files that are given.
struct Home {
    folder: tempfile::TempDir,
    paths: Paths,
}

impl Home {
    fn new(config: &str, credentials: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths {
            config: folder.path().join("config.toml"),
            credentials: folder.path().join("credentials.toml"),
            cache_dir: folder.path().join("cache"),
            history_dir: folder.path().join("history"),
        };
        let home = Self { folder, paths };
        if !config.is_empty() {
            fs::write(&home.paths.config, config).unwrap();
        }
        if !credentials.is_empty() {
            fs::write(&home.paths.credentials, credentials).unwrap();
            chmod(&home.paths.credentials, 0o600);
        }
        home
    }

    fn store(&self) -> Store {
        Store(Place::Files(Files { paths: self.paths.clone(), patience: Duration::ZERO }))
    }

    fn texts(&self) -> (String, String) {
        let text = |path: &Path| fs::read_to_string(path).unwrap_or_default();
        (text(&self.paths.config), text(&self.paths.credentials))
    }

    /// The secrets as the next start finds them, by nickname; a connection without one fails.
    fn usable(&self) -> Vec<(String, String)> {
        let config = Config::load(Some(&self.paths.config)).unwrap();
        let keys = access_keys(&config.connections, &Secrets::load(&self.paths.credentials));
        let secret = |one: &Connection| {
            let Auth::AccessKey { id } = &one.auth else { return None };
            // As the engine finds them: another connection's secret of the same key is as good.
            let mut same = keys.values().filter_map(|key| key.as_ref().ok()).filter(|key| &key.id == id);
            let key = keys.get(&one.nickname).map(|key| key.as_ref().unwrap()).or_else(|| same.next());
            Some((one.nickname.clone(), key.unwrap().secret.expose().to_owned()))
        };
        config.connections.iter().filter_map(secret).collect()
    }

    /// What is in the folder.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[cfg(unix)]
fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
}

const CREDENTIALS: &str =
    "# Secrets.\n\n# Of the old account.\n[legacy] # rotate in May\nsecret_access_key = 'hunter2hunter2'\n";

fn add_with(connections: Vec<Connection>, key: AccessKey) -> Edit {
    Edit::Add { connections, access_key: Some(key) }
}

fn with_key(edit: Edit, key: AccessKey) -> Edit {
    match edit {
        Edit::Change { before, after, .. } => Edit::Change { before, after, access_key: Some(key) },
        edit => edit,
    }
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(nickname, secret)| ((*nickname).to_owned(), (*secret).to_owned())).collect()
}

#[test]
fn the_first_connection_makes_the_folder_and_both_files() {
    let home = Home::new("", "");
    let deeper = home.folder.path().join("new").join("apigw");
    let paths = Paths {
        config: deeper.join("config.toml"),
        credentials: deeper.join("credentials.toml"),
        cache_dir: PathBuf::new(),
        history_dir: PathBuf::new(),
    };
    let store = Store::files(&paths);
    assert_eq!(store.apply(&remove("orders")).unwrap_err().kind, ProblemKind::NotFound);
    assert!(!deeper.exists(), "what fails makes no folder");
    let saved =
        store.apply(&add_with(vec![keyed("a", KEY_ID), keyed("b", KEY_ID)], key(KEY_ID, SECRET))).unwrap();
    assert_eq!(saved.connections, [keyed("a", KEY_ID), keyed("b", KEY_ID)]);
    for nickname in ["a", "b"] {
        assert_eq!(saved.access_keys[nickname], Ok(key(KEY_ID, SECRET)));
    }
    #[cfg(unix)]
    assert_eq!(
        (mode(&deeper), mode(&paths.credentials), mode(&paths.config) & 0o133),
        (0o700, 0o600, 0),
        "secrets are their owner's"
    );
    let text = fs::read_to_string(&paths.config).unwrap();
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_secret_follows_its_connection_and_its_comments_too() {
    let home = Home::new(FILE, CREDENTIALS);
    let store = home.store();
    store.apply(&change(FILE, "legacy", |legacy| legacy.nickname = "old times".into())).unwrap();
    assert_eq!(home.texts().1, CREDENTIALS.replace("[legacy]", "[\"old times\"]"));
    let text = home.texts().0;
    let mut token = key(OTHER_KEY_ID, SECRET);
    token.session_token = Some(Secret::new("t0ken-t0ken-t0ken".into()));
    let other = |one: &mut Connection| one.auth = Auth::AccessKey { id: OTHER_KEY_ID.into() };
    let saved = store.apply(&with_key(change(&text, "old times", other), token.clone())).unwrap();
    assert_eq!(saved.access_keys["old times"], Ok(token));
    let credentials = home.texts().1;
    assert!(credentials.contains("[\"old times\"] # rotate in May"), "{credentials}");
    store.apply(&add(keyed("twin", OTHER_KEY_ID))).unwrap();
    assert_eq!(home.usable(), pairs(&[("old times", SECRET), ("twin", SECRET)]));
    let text = home.texts().0;
    store.apply(&change(&text, "old times", |one| one.auth = Auth::Environment)).unwrap();
    let credentials = home.texts().1;
    assert!(credentials.starts_with("# Secrets.\n") && !credentials.contains("old"), "{credentials}");
    store.apply(&remove("twin")).unwrap();
    assert_eq!(home.texts().1, "# Secrets.\n");
}

#[test]
fn a_key_without_its_secret_is_refused_and_nothing_is_saved() {
    let home = Home::new(FILE, CREDENTIALS);
    let unknown = Auth::AccessKey { id: OTHER_KEY_ID.into() };
    for edit in [
        add(keyed("new", OTHER_KEY_ID)),
        add_with(vec![keyed("new", OTHER_KEY_ID)], key(KEY_ID, SECRET)),
        change(FILE, "orders", |orders| orders.auth = unknown.clone()),
        change(FILE, "legacy", |legacy| legacy.auth = unknown.clone()),
    ] {
        let problem = home.store().apply(&edit).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Usage);
        assert!(problem.what.contains("without its secret"), "{problem:?}");
        assert_eq!(home.texts(), (FILE.to_owned(), CREDENTIALS.to_owned()));
    }
}

#[test]
fn a_shared_secret_stays_with_the_connection_that_is_left() {
    let home = Home::new(FILE, CREDENTIALS);
    let block = FILE.split_once("[connections.legacy]").unwrap().1;
    fs::write(&home.paths.config, format!("{FILE}[connections.sharing]{block}")).unwrap();
    home.store().apply(&remove("legacy")).unwrap();
    assert_eq!(home.usable(), pairs(&[("sharing", "hunter2hunter2")]));
}

#[test]
fn a_crash_between_two_writes_leaves_every_connection_with_its_secret() {
    let rename = change(FILE, "legacy", |legacy| legacy.nickname = "new".into());
    let leave = change(FILE, "legacy", |legacy| legacy.auth = Auth::Environment);
    let join = change(FILE, "orders", |orders| orders.auth = Auth::AccessKey { id: KEY_ID.into() });
    let cases = [
        (add_with(vec![keyed("new", OTHER_KEY_ID)], key(OTHER_KEY_ID, SECRET)), 2),
        (rename, 3),
        (leave, 2),
        (join, 2),
        (remove("legacy"), 2),
    ];
    for (edit, writes) in cases {
        let count = |home: &Home| {
            let Place::Files(files) = home.store().0 else { unreachable!() };
            let (steps, _) = plan(&home.paths, &files.read().unwrap(), &edit).unwrap();
            (files, steps)
        };
        for crash in 0..=writes {
            let home = Home::new(FILE, CREDENTIALS);
            let (files, steps) = count(&home);
            assert_eq!(steps.len(), writes, "{edit:?}");
            for step in &steps[..crash] {
                files.write_one(step).unwrap();
            }
            assert!(home.usable().iter().all(|(_, secret)| secret == "hunter2hunter2" || secret == SECRET));
            let nicknames: Vec<String> = Config::load(Some(&home.paths.config))
                .unwrap()
                .connections
                .into_iter()
                .map(|one| one.nickname)
                .collect();
            assert!(nicknames.len() >= 2, "{nicknames:?}");
        }
    }
}

#[test]
fn when_the_second_file_cannot_be_written_the_first_is_what_it_was() {
    for (config, credentials) in [(FILE, CREDENTIALS), (FILE, "")] {
        let home = Home::new(config, credentials);
        let mut readonly = fs::metadata(&home.paths.config).unwrap().permissions();
        readonly.set_readonly(true);
        fs::set_permissions(&home.paths.config, readonly).unwrap();
        let edit = add_with(vec![keyed("new", OTHER_KEY_ID)], key(OTHER_KEY_ID, SECRET));
        let problem = home.store().apply(&edit).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Local);
        assert!(problem.why.contains("read-only") && problem.what.contains("config.toml"), "{problem:?}");
        assert_eq!(home.texts(), (config.to_owned(), credentials.to_owned()));
        assert_eq!(home.names().contains(&"credentials.toml".to_owned()), !credentials.is_empty());
    }
}

#[cfg(unix)]
#[test]
fn modes_and_links_stay_and_no_temporary_file_is_left() {
    let home = Home::new("", CREDENTIALS);
    let dotfiles = home.folder.path().join("dotfiles");
    fs::create_dir(&dotfiles).unwrap();
    let target = dotfiles.join("apigw.toml");
    fs::write(&target, FILE).unwrap();
    chmod(&target, 0o640);
    chmod(&home.paths.credentials, 0o600);
    std::os::unix::fs::symlink("dotfiles/apigw.toml", &home.paths.config).unwrap();
    home.store().apply(&remove("legacy")).unwrap();
    assert!(home.paths.config.is_symlink());
    assert!(!fs::read_to_string(&target).unwrap().contains("legacy"));
    assert_eq!((mode(&target), mode(&home.paths.credentials)), (0o640, 0o600));
    assert_eq!(home.names(), [".apigw.lock", "config.toml", "credentials.toml", "dotfiles"]);
    fs::remove_file(&target).unwrap();
    let problem = home.store().apply(&add(new("a"))).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Local, "a link to nowhere is not replaced");
    assert!(home.paths.config.is_symlink());
}

#[cfg(unix)]
#[test]
fn secrets_that_others_can_read_stop_the_edits_that_need_them_alone() {
    let home = Home::new(FILE, CREDENTIALS);
    chmod(&home.paths.credentials, 0o644);
    for edit in [remove("legacy"), add_with(vec![keyed("new", KEY_ID)], key(KEY_ID, SECRET))] {
        let problem = home.store().apply(&edit).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Credentials);
        assert!(problem.advice[0].starts_with("Run: chmod 600"), "{problem:?}");
    }
    assert_eq!(home.texts(), (FILE.to_owned(), CREDENTIALS.to_owned()));
    let saved = home.store().apply(&remove("orders")).unwrap();
    assert!(saved.access_keys["legacy"].is_err());
}

#[test]
fn a_folder_that_cannot_be_one_is_a_problem_that_names_it() {
    let home = Home::new(FILE, "");
    let inside = home.paths.config.join("apigw");
    let paths = Paths {
        config: inside.join("config.toml"),
        credentials: inside.join("credentials.toml"),
        ..home.paths
    };
    let problem = Store::files(&paths).apply(&add(new("a"))).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Local);
    assert!(problem.what.contains("config.toml"), "{problem:?}");
}

#[test]
fn whoever_holds_the_lock_is_waited_for_and_then_told_of() {
    let home = Home::new(FILE, "");
    let Place::Files(files) = home.store().0 else { unreachable!() };
    let held = files.lock().unwrap();
    let problem = home.store().apply(&add(new("a"))).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Conflict);
    assert!(problem.why.contains(".apigw.lock"), "{problem:?}");
    assert_eq!(home.texts().0, FILE);
    drop(held);
    home.store().apply(&add(new("a"))).unwrap();
}

#[test]
fn copies_that_edit_at_the_same_time_lose_nothing() {
    let home = Home::new(FILE, CREDENTIALS);
    let start = std::sync::Barrier::new(8);
    std::thread::scope(|scope| {
        for copy in 0..8 {
            let (paths, start) = (&home.paths, &start);
            scope.spawn(move || {
                start.wait();
                for turn in 0..4 {
                    let id = format!("AKIAIOSFODNN{copy:04}{turn:04}");
                    let nickname = format!("n{copy}-{turn}");
                    let edit =
                        add_with(vec![keyed(&nickname, &id)], key(&id, &format!("{SECRET}{nickname}")));
                    Store::files(paths).apply(&edit).unwrap();
                }
            });
        }
    });
    let usable = home.usable();
    for (copy, turn) in (0..8).flat_map(|copy| (0..4).map(move |turn| (copy, turn))) {
        let nickname = format!("n{copy}-{turn}");
        assert!(usable.contains(&(nickname.clone(), format!("{SECRET}{nickname}"))), "{nickname}");
    }
    assert_eq!(usable.len(), 33);
    assert!(home.texts().0.starts_with(FILE));
}

#[test]
fn no_secret_is_in_what_can_be_printed() {
    let home = Home::new(FILE, CREDENTIALS);
    let edits = [
        add_with(vec![keyed("a", KEY_ID)], key(KEY_ID, SECRET)),
        add_with(vec![keyed("orders", KEY_ID)], key(KEY_ID, SECRET)),
        add_with(vec![keyed("b", KEY_ID)], key(KEY_ID, "")),
    ];
    for edit in edits {
        let Place::Files(files) = home.store().0 else { unreachable!() };
        let planned = plan(&home.paths, &files.read().unwrap(), &edit);
        let printed = format!("{edit:?} {planned:?}");
        assert!(!printed.contains("hunter2"), "{printed}");
    }
    let inline = "legacy = {\n secret_access_key = 'hunter2hunter2', # why\n session_token = 'hunter2' }\n";
    let home = Home::new(FILE, inline);
    let edit = with_key(change(FILE, "legacy", |_| {}), key(KEY_ID, SECRET));
    let problem = home.store().apply(&edit).unwrap_err();
    assert!(problem.why.starts_with("line 3"), "{problem:?}");
    assert!(!format!("{problem:?}").contains("hunter2"), "{problem:?}");
}

#[test]
fn memory_keeps_what_files_would() {
    let connections = vec![keyed("a", KEY_ID), new("b")];
    let store = Store::in_memory(connections.clone(), Some(key(KEY_ID, SECRET))).unwrap();
    let saved = store.apply(&add(keyed("c", KEY_ID))).unwrap();
    assert_eq!(saved.connections, [&connections[..], &[keyed("c", KEY_ID)]].concat());
    assert_eq!(saved.access_keys["c"], Ok(key(KEY_ID, SECRET)));
    store.apply(&remove("a")).unwrap();
    assert_eq!(store.apply(&remove("b")).unwrap().connections, [keyed("c", KEY_ID)]);
}
