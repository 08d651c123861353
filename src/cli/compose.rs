//! Puts the rooms together for one run: whose connections, which AWS, one engine.
//!
//! With `embedded`, the only file of this room that reaches beyond what commands need: `aws`, `runtime`, `ui`.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::runtime::Runtime;

use super::choice::{self, ConnectionFlags, Surroundings, usage};
use super::output::{Format, Reader};
use super::table::Ink;
use super::{Cli, embedded};
use crate::aws::{self, Aws, Transport};
use crate::config::{self, Config, Paths, Secrets, Settings, Store};
use crate::domain::{ApiType, Auth, Connection, Problem, ProblemKind, Secret, SessionKey};
use crate::ops::{Cache, Engine, History, Setup};
use crate::runtime::{self, Start};
use crate::text;
use crate::ui::Theme;

/// What a command works with.
pub struct Composed {
    /// Runs what waits for AWS.
    pub runtime: Runtime,
    /// Asks AWS.
    pub engine: Engine,
    /// All connections, with the flags applied to those named.
    pub connections: Vec<Connection>,
    /// Where connections are configured; none in the demo.
    pub config_file: Option<PathBuf>,
    /// Who reads the results.
    pub reader: Reader,
    /// How they are written for a person.
    pub format: Format,
    /// The code of `--mfa-code`.
    pub mfa_code: Option<Secret>,
    /// The flags that say which AWS and which connections are meant, for commands to copy.
    repeated: String,
    settings: Settings,
}

/// Which connections a command works with.
#[derive(Clone, Copy)]
pub enum Wanted<'a> {
    /// All, with the flags applied to those named, or the one that the flags describe.
    Named(&'a [String]),
    /// All as they are saved.
    Saved,
    /// The same for a command that adds to them: there may be no config file yet.
    SavedToAdd,
}

impl Wanted<'_> {
    fn of(
        self,
        cli: &Cli,
        saved: Vec<Connection>,
        surroundings: &Surroundings,
    ) -> Result<Vec<Connection>, Problem> {
        match self {
            Self::Named(named) => choice::available(saved, named, &cli.connection, surroundings),
            Self::Saved | Self::SavedToAdd => Ok(saved),
        }
    }
}

impl Composed {
    /// With the user's config file, and AWS over the network.
    pub fn on_network(cli: &Cli, wanted: Wanted) -> Result<Self, Problem> {
        let runtime = runtime()?;
        let path = cli.general.config.as_deref();
        let config = match wanted {
            Wanted::SavedToAdd => Config::load_to_add(path)?,
            Wanted::Named(_) | Wanted::Saved => Config::load(path)?,
        };
        let paths = Paths::find(path)?;
        let settings = cli.aws_settings(&config.settings);
        let region = |profile: Option<&str>| region_of(&runtime, profile);
        let surroundings = Surroundings { auth: Auth::Environment, region: &region };
        let configured = config.connections;
        let connections = wanted.of(cli, configured.clone(), &surroundings)?;
        let uses_key = |connection: &Connection| matches!(connection.auth, Auth::AccessKey { .. });
        let secrets = if connections.iter().any(uses_key) {
            Secrets::load(&paths.credentials)
        } else {
            Ok(Secrets::default())
        };
        let setup = Setup {
            settings,
            transport: Transport::Network,
            for_this_call: for_this_call(&configured, &connections),
            access_keys: config::access_keys(&connections, &secrets),
            connections,
            store: Store::files(&paths),
            clock: Arc::new(Timestamp::now),
            cache: Cache::at(paths.cache_dir),
            history: History::at(paths.history_dir),
        };
        Ok(Self::new(cli, runtime, setup, config.settings, Some(config.path)))
    }

    /// With the embedded AWS and its own connections; none of the user's files is touched.
    pub fn on_embedded(cli: &Cli, wanted: Wanted) -> Result<Self, Problem> {
        let runtime = runtime()?;
        let cloud = cli.embedded.cloud();
        let surroundings =
            Surroundings { auth: embedded::access_key(), region: &|_| Ok(embedded::REGION.to_owned()) };
        let configured = embedded::connections(&cloud);
        let connections = wanted.of(cli, configured.clone(), &surroundings)?;
        let uses_key = |connection: &&Connection| connection.auth == embedded::access_key();
        let keyed = connections.iter().filter(uses_key);
        let settings = Settings::default();
        let setup = Setup {
            settings: cli.aws_settings(&settings),
            transport: Transport::Embedded(Arc::new(cloud)),
            for_this_call: for_this_call(&configured, &connections),
            access_keys: keyed.map(|one| (one.nickname.clone(), Ok(embedded::key()))).collect(),
            store: Store::in_memory(configured, Some(embedded::key()))?,
            connections,
            clock: Arc::new(Timestamp::now),
            cache: Cache::none(),
            history: History::in_memory(),
        };
        Ok(Self::new(cli, runtime, setup, settings, None))
    }

    /// With neither connections nor AWS: for what is about files alone.
    pub fn of_files(cli: &Cli) -> Result<Self, Problem> {
        let settings = Settings::default();
        let setup = Setup {
            settings: cli.aws_settings(&settings),
            transport: Transport::Network,
            connections: Vec::new(),
            for_this_call: Vec::new(),
            access_keys: config::AccessKeys::default(),
            store: Store::in_memory(Vec::new(), None)?,
            clock: Arc::new(Timestamp::now),
            cache: Cache::none(),
            history: History::in_memory(),
        };
        Ok(Self::new(cli, runtime()?, setup, settings, None))
    }

    fn new(
        cli: &Cli,
        runtime: Runtime,
        setup: Setup,
        mut settings: Settings,
        config_file: Option<PathBuf>,
    ) -> Self {
        settings.color = cli.general.color.unwrap_or(settings.color);
        let format = Format { ascii: settings.ascii, ..Format::of_stdout(settings.color, Timestamp::now()) };
        let connections = setup.connections.clone();
        Self {
            runtime,
            engine: Engine::new(setup),
            connections,
            config_file,
            reader: cli.reader(),
            format,
            mfa_code: cli.connection.mfa_code.clone(),
            repeated: cli.repeated(),
            settings,
        }
    }

    /// A command to copy, in which `NICK` stands for the connection.
    pub fn command_for(&self, connection: &Connection, words: &str) -> String {
        let by_id = self.repeated.contains(" --api-id ");
        let nickname =
            if by_id { String::new() } else { format!(" {}", text::shell_word(&connection.nickname)) };
        format!("apigw {}{}", words.replacen(" NICK", &nickname, 1), self.repeated)
    }

    /// Whether nothing of what is done is left when the process ends.
    pub fn forgets(&self) -> bool {
        self.config_file.is_none()
    }

    /// The credentials that are used when nothing else is said.
    pub fn default_auth(&self) -> Auth {
        if self.config_file.is_none() { embedded::access_key() } else { Auth::Environment }
    }

    /// The region that is asked: that of the flag, or the one that the profile or the environment names.
    pub fn region_asked(&self, flags: &ConnectionFlags) -> Result<String, Problem> {
        match &flags.region {
            Some(region) => Ok(region.clone()),
            None if self.config_file.is_none() => Ok(embedded::REGION.to_owned()),
            None => region_of(&self.runtime, flags.profile.as_deref()),
        }
    }

    /// Shows the screen until the person leaves it; the connection of that nickname is opened at once.
    pub fn open_screen(self, open: Option<String>) -> Result<u8, Problem> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(usage("The screen needs a terminal", "stdin or stdout is a file or a pipe.")
                .advise("For scripts there is: apigw status --json"));
        }
        match self.connections.iter().find(|connection| open.as_ref() == Some(&connection.nickname)) {
            Some(opened) => self.sign_in_with_code(std::slice::from_ref(opened))?,
            None => self.sign_in_with_code(&self.connections)?,
        }
        let config_path = match &self.config_file {
            Some(path) => path.display().to_string(),
            None => "the embedded AWS".to_owned(),
        };
        self.runtime.block_on(runtime::run(Start {
            engine: self.engine,
            config_path,
            refresh: Some(self.settings.refresh).filter(|refresh| !refresh.is_zero()),
            mouse: self.settings.mouse,
            theme: theme(self.format.ink, &self.settings),
            open,
        }))?;
        Ok(0)
    }
}

fn theme(ink: Ink, settings: &Settings) -> Theme {
    let mut theme = match ink {
        Ink::Colour => Theme::colours(),
        Ink::Plain => Theme::plain(),
    };
    theme.ascii = settings.ascii;
    theme
}

impl Cli {
    /// The flags without which the same command would mean another AWS or another API, each with a blank before it.
    fn repeated(&self) -> String {
        let (general, connection) = (&self.general, &self.connection);
        let config = general.config.as_ref().map(|path| path.display().to_string());
        let flags = [
            ("--config", config.as_deref()),
            ("--endpoint-url", general.endpoint_url.as_deref()),
            ("--api-type", connection.api_type.map(ApiType::as_str)),
            ("--api-id", connection.api_id.as_deref()),
            ("--profile", connection.profile.as_deref()),
            ("--region", connection.region.as_deref()),
        ];
        let given = flags
            .iter()
            .filter_map(|(flag, value)| value.map(|value| format!(" {flag} {}", text::shell_word(value))));
        let demo = if self.in_demo() { " --demo" } else { "" };
        given.chain([demo.to_owned()]).collect()
    }

    fn aws_settings(&self, settings: &Settings) -> aws::Settings {
        aws::Settings {
            requests_per_second: settings.requests_per_second,
            attempt_timeout: settings.attempt_timeout,
            endpoint_url: self.general.endpoint_url.clone(),
            read_only: self.connection.read_only,
            ..aws::Settings::default()
        }
    }
}

/// Those that flags made or changed. `--read-only` changes what all may do, and none of them.
fn for_this_call(configured: &[Connection], available: &[Connection]) -> Vec<Connection> {
    let is_saved = |one: &&Connection| {
        let as_saved = |saved: &Connection| Connection { read_only: one.read_only, ..saved.clone() } == **one;
        configured.iter().any(as_saved)
    };
    available.iter().filter(|one| !is_saved(one)).cloned().collect()
}

/// The runtime for everything that waits: two workers are plenty for a few requests at a time.
pub fn runtime() -> Result<Runtime, Problem> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Problem::new(ProblemKind::Local, "Cannot start", error.to_string()))
}

/// The region that the environment, the profile or the machine names, as the SDK finds it.
fn region_of(runtime: &Runtime, profile: Option<&str>) -> Result<String, Problem> {
    let key = SessionKey {
        auth: profile.map_or(Auth::Environment, |name| Auth::Profile(name.to_owned())),
        region: String::new(),
    };
    let aws = Aws::new(Transport::Network, aws::Settings::default());
    let session = runtime.block_on(aws.open(&key, None))?;
    Ok(session.region().to_owned())
}
