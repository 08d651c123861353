//! Puts the rooms together for one run: whose connections, which AWS, one engine.
//!
//! With `embedded`, the only file of this room that reaches beyond what commands need: `aws`, `runtime`, `ui`.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::runtime::Runtime;

use super::choice::{self, Surroundings, usage};
use super::output::{Format, Reader};
use super::table::Ink;
use super::{Cli, embedded};
use crate::aws::{self, Aws, Transport};
use crate::config::{Config, Paths, Secrets, Settings};
use crate::domain::{AccessKey, Auth, Connection, Problem, ProblemKind, Secret, SessionKey};
use crate::ops::{Cache, Engine, Setup};
use crate::runtime::{self, Start};
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
    settings: Settings,
}

impl Composed {
    /// With the user's config file, and AWS over the network.
    pub fn on_network(cli: &Cli, named: &[String]) -> Result<Self, Problem> {
        let runtime = runtime()?;
        let path = cli.general.config.as_deref();
        let (config, paths) = (Config::load(path)?, Paths::find(path)?);
        let settings = cli.aws_settings(&config.settings);
        let region = |profile: Option<&str>| region_of(&runtime, profile);
        let surroundings = Surroundings { auth: Auth::Environment, region: &region };
        let connections = choice::available(config.connections, named, &cli.connection, &surroundings)?;
        let uses_key = |connection: &Connection| matches!(connection.auth, Auth::AccessKey { .. });
        let secrets = if connections.iter().any(uses_key) {
            Secrets::load(&paths.credentials)
        } else {
            Ok(Secrets::default())
        };
        let setup = Setup {
            settings,
            transport: Transport::Network,
            access_keys: access_keys(&connections, |nickname| match &secrets {
                Ok(secrets) => secrets.get(nickname).map(Ok),
                Err(problem) => Some(Err(problem.clone())),
            }),
            clock: Arc::new(Timestamp::now),
            cache: Cache::at(paths.cache_dir),
        };
        Ok(Self::new(cli, runtime, setup, connections, config.settings, Some(config.path)))
    }

    /// With the embedded AWS and its own connections; none of the user's files is touched.
    pub fn on_embedded(cli: &Cli, named: &[String]) -> Result<Self, Problem> {
        let runtime = runtime()?;
        let cloud = cli.embedded.cloud();
        let surroundings =
            Surroundings { auth: embedded::access_key(), region: &|_| Ok(embedded::REGION.to_owned()) };
        let connections =
            choice::available(embedded::connections(&cloud), named, &cli.connection, &surroundings)?;
        let settings = Settings::default();
        let setup = Setup {
            settings: cli.aws_settings(&settings),
            transport: Transport::Embedded(Arc::new(cloud)),
            access_keys: access_keys(&connections, |_| Some(Ok((embedded::secret(), None)))),
            clock: Arc::new(Timestamp::now),
            cache: Cache::none(),
        };
        Ok(Self::new(cli, runtime, setup, connections, settings, None))
    }

    fn new(
        cli: &Cli,
        runtime: Runtime,
        setup: Setup,
        connections: Vec<Connection>,
        mut settings: Settings,
        config_file: Option<PathBuf>,
    ) -> Self {
        settings.color = cli.general.color.unwrap_or(settings.color);
        let format = Format { ascii: settings.ascii, ..Format::of_stdout(settings.color, Timestamp::now()) };
        Self {
            runtime,
            engine: Engine::new(setup),
            connections,
            config_file,
            reader: cli.reader(),
            format,
            settings,
        }
    }

    /// Shows the screen until the person leaves it; the connection of that nickname is opened at once.
    pub fn open_screen(self, open: Option<String>) -> Result<u8, Problem> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(usage("The screen needs a terminal", "stdin or stdout is a file or a pipe.")
                .advise("For scripts there is: apigw status --json"));
        }
        let config_path = match &self.config_file {
            Some(path) => path.display().to_string(),
            None => "the embedded AWS".to_owned(),
        };
        self.runtime.block_on(runtime::run(Start {
            engine: self.engine,
            connections: self.connections,
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

/// A secret access key and, of temporary credentials, the session token; or why they could not be read.
type ReadSecret = Result<(Secret, Option<Secret>), Problem>;

/// The access keys of the connections that have one and whose secret is known, by nickname.
fn access_keys(
    connections: &[Connection],
    secret: impl Fn(&str) -> Option<ReadSecret>,
) -> BTreeMap<String, Result<AccessKey, Problem>> {
    let key = |connection: &Connection| {
        let Auth::AccessKey { id } = &connection.auth else {
            return None;
        };
        let key = secret(&connection.nickname)?.map(|(secret, session_token)| AccessKey {
            id: id.clone(),
            secret,
            session_token,
        });
        Some((connection.nickname.clone(), key))
    };
    connections.iter().filter_map(key).collect()
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
