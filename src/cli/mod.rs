//! The command line: what can be typed, and what each command prints. One file a command.

mod changes;
mod checks;
mod choice;
mod completions;
mod compose;
mod connection;
mod deploy;
mod deployments;
mod diff;
mod doctor;
mod embedded;
mod history;
mod import;
mod log;
mod man;
mod metrics;
mod output;
mod person;
mod policy;
mod promote;
mod rollback;
#[cfg(test)]
mod samples;
mod sign_in;
mod status;
mod table;
mod write;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::config::ColorChoice;
use crate::domain::Problem;
use choice::{ConnectionFlags, one_of, usage};
use compose::{Composed, Wanted};
use connection::ConnectionCommand;
use deploy::DeployArgs;
use deployments::DeploymentsArgs;
use diff::DiffArgs;
use doctor::DoctorArgs;
use embedded::EmbeddedFlags;
use history::HistoryCommand;
use import::ImportArgs;
use log::LogFlags;
use metrics::MetricsArgs;
use output::Reader;
use policy::{PolicyArgs, PolicyCommand};
use promote::PromoteArgs;
use rollback::RollbackArgs;
use status::StatusArgs;

/// Amazon API Gateway in the terminal: what is deployed on every stage, whether it is healthy, and what goes live next
#[derive(Parser, Clone, Debug)]
#[command(name = "apigw", version, max_term_width = 100)]
#[command(after_help = "Without a command, apigw shows the connections, or opens the one that is named.")]
#[command(after_long_help = "\
Without a command, apigw shows the connections, or opens the one that is named.

Exit codes: 0 fine; 1 failed; 2 usage, the config file included; 3 the check said no; 4 credentials or permission; \
5 outcome unknown. Results go to stdout, everything else to stderr.

Connections live in ~/.config/apigw/config.toml ($XDG_CONFIG_HOME is honoured), the secrets of access keys in \
credentials.toml beside it.")]
pub struct Cli {
    /// The connection to open
    #[arg(value_name = "NICKNAME")]
    nickname: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    general: GeneralFlags,
    #[command(flatten)]
    connection: ConnectionFlags,
    #[command(flatten)]
    embedded: EmbeddedFlags,
    #[command(flatten)]
    log: LogFlags,
}

/// Flags of every command.
#[derive(clap::Args, Clone, Debug)]
struct GeneralFlags {
    /// Read this config file instead of the user's own
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Ask API Gateway, CloudWatch and STS here instead of at AWS
    #[arg(long, global = true, value_name = "URL", value_parser = endpoint_url)]
    endpoint_url: Option<String>,
    /// Print JSON; a problem is then an object `problem` on stdout, and stderr stays empty
    #[arg(long, global = true)]
    json: bool,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", value_parser = one_of::<ColorChoice>(ColorChoice::ALL.map(ColorChoice::as_str)))]
    color: Option<ColorChoice>,
}

/// An absolute `http` or `https` URL, checked before anything is asked of it.
fn endpoint_url(text: &str) -> Result<String, String> {
    let scheme =
        |uri: &http::Uri| uri.scheme_str().is_some_and(|scheme| scheme == "http" || scheme == "https");
    match text.parse::<http::Uri>() {
        Ok(uri) if scheme(&uri) && uri.host().is_some_and(|host| !host.is_empty()) => Ok(text.to_owned()),
        _ => Err("write a whole URL, such as http://127.0.0.1:4566".to_owned()),
    }
}

#[derive(Subcommand, Clone, Debug)]
enum Command {
    /// Try apigw on an embedded AWS: no account, no credentials, none of your files
    Demo {
        /// Serve the embedded AWS on this loopback address instead, for any AWS client; port 0 picks one
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<std::net::SocketAddr>,
    },
    /// Show the health of stages
    Status(StatusArgs),
    /// Show what is deployed on each stage, and every deployment
    Deployments(DeploymentsArgs),
    /// Show a stage's metrics over time
    Metrics(MetricsArgs),
    /// Bring a schema from the gateway into a file
    Import(ImportArgs),
    /// Compare two schema files, or one with what the gateway has
    Diff(DiffArgs),
    /// Push a schema to the gateway, and put it live on a stage
    Deploy(Box<DeployArgs>),
    /// Point a stage at an earlier deployment
    Rollback(RollbackArgs),
    /// Put what is live on one stage live on another
    Promote(PromoteArgs),
    /// Look at what was done from this machine, and the schemas kept of it
    #[command(subcommand)]
    History(HistoryCommand),
    /// Manage connections
    #[command(subcommand)]
    Connection(ConnectionCommand),
    /// Print the IAM permission policy that apigw needs, or the trust policy of a role
    Policy(Box<PolicyArgs>),
    /// Look at everything that apigw needs: files, environment, terminal, and what connections can do
    Doctor(DoctorArgs),
    /// Print the completions of a shell
    Completions {
        /// bash, zsh, fish, elvish or powershell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Names of all commands.
fn command_names() -> Vec<String> {
    let mut command = Cli::command();
    command.build();
    command.get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// Reads the command line, does what it says, and gives the exit code. Ends the process itself on `--help`, `--version`
/// and, unless a program reads, on a command line that does not parse.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() && std::env::args_os().any(|word| word == "--json") => {
            output::report(&unparsed(&error), Reader::Program, ColorChoice::Never);
            return ExitCode::from(2);
        }
        Err(error) => error.exit(),
    };
    let (reader, color) = (cli.reader(), cli.general.color.unwrap_or_default());
    match cli.execute() {
        Ok(code) => ExitCode::from(code),
        Err(problem) => {
            output::report(&problem, reader, color);
            ExitCode::from(problem.exit_code())
        }
    }
}

/// A command line that does not parse, as the problem of the JSON output.
fn unparsed(error: &clap::Error) -> Problem {
    let text = error.to_string();
    let (what, why) = text.trim_end().split_once('\n').unwrap_or((text.trim_end(), ""));
    usage(what.trim_start_matches("error: "), why.trim())
}

impl Cli {
    fn reader(&self) -> Reader {
        if self.general.json { Reader::Program } else { Reader::Person }
    }

    fn execute(self) -> Result<u8, Problem> {
        self.check()?;
        log::start(&self.log)?;
        match &self.command {
            Some(Command::Completions { shell }) => completions::print(*shell),
            Some(Command::Man) => man::print(),
            Some(Command::Demo { listen: Some(address) }) => embedded::listen(&self.embedded, *address),
            None | Some(Command::Demo { listen: None }) => self.open_screen(),
            Some(Command::Status(args)) => status::run(&self.compose(&args.nicknames)?, args),
            Some(Command::Deployments(args)) => {
                deployments::run(self.compose(args.nickname.as_slice())?, args)
            }
            Some(Command::Metrics(args)) => metrics::run(&self.compose(args.nickname.as_slice())?, args),
            Some(Command::Import(args)) => import::run(&self.compose(args.nickname.as_slice())?, args),
            Some(Command::Diff(args)) if !args.asks_aws() => diff::run(&Composed::of_files(&self)?, args),
            Some(Command::Diff(args)) => diff::run(&self.compose(args.against.as_slice())?, args),
            Some(Command::Deploy(args)) => deploy::run(&self.compose(args.nickname.as_slice())?, args),
            Some(Command::Rollback(args)) => rollback::run(&self.compose(args.nickname.as_slice())?, args),
            Some(Command::Promote(args)) => promote::run(&self.compose(args.nickname.as_slice())?, args),
            Some(Command::History(command)) => history::run(&self.compose(command.named())?, command),
            Some(Command::Connection(command)) => {
                let wanted = if command.adds() { Wanted::SavedToAdd } else { Wanted::Saved };
                connection::run(&self.compose_with(wanted)?, command, &self.connection)
            }
            Some(Command::Policy(args)) => self.print_policy(args),
            Some(Command::Doctor(args)) => doctor::run(&self, args),
        }
    }

    /// Refuses combinations that would silently do something else than what was meant.
    fn check(&self) -> Result<(), Problem> {
        if let (Some(nickname), Some(_)) = (&self.nickname, &self.command) {
            return Err(usage(format!("`{nickname}` stands before the command"), "")
                .advise("Write the command first: apigw COMMAND NICKNAME"));
        }
        if self.general.json && matches!(self.command, None | Some(Command::Demo { .. })) {
            return Err(usage("--json needs a command that prints something", "")
                .advise("For example: apigw status --json"));
        }
        match &self.command {
            Some(Command::Status(args)) => args.check()?,
            Some(Command::Metrics(args)) => args.check(self.reader())?,
            Some(Command::Policy(args)) => args.check()?,
            Some(Command::Diff(args)) => args.check(&self.connection)?,
            Some(Command::Deploy(args)) => args.check()?,
            _ => {}
        }
        let users_own = [
            ("--config", self.general.config.is_some()),
            ("--endpoint-url", self.general.endpoint_url.is_some()),
        ];
        match users_own.iter().find(|(_, given)| *given) {
            Some((flag, _)) if self.in_demo() => Err(usage(
                format!("{flag} means nothing to the embedded AWS"),
                "It has its own connections and credentials.",
            )
            .advise(format!("Leave out {flag}, or the demo."))),
            _ if self.in_demo() => Ok(()),
            _ => self.embedded.refuse_without_demo(),
        }
    }

    fn in_demo(&self) -> bool {
        self.embedded.demo || matches!(self.command, Some(Command::Demo { .. }))
    }

    /// With the flags applied to the connections that are named.
    fn compose(&self, named: &[String]) -> Result<Composed, Problem> {
        self.compose_with(Wanted::Named(named))
    }

    /// With the connections as they are saved; the flags are about what is to become of them.
    fn compose_saved(&self) -> Result<Composed, Problem> {
        self.compose_with(Wanted::Saved)
    }

    fn compose_with(&self, wanted: Wanted) -> Result<Composed, Problem> {
        if self.in_demo() { Composed::on_embedded(self, wanted) } else { Composed::on_network(self, wanted) }
    }

    fn print_policy(&self, args: &PolicyArgs) -> Result<u8, Problem> {
        match (&args.command, args.broad_type(&self.connection)) {
            (Some(PolicyCommand::Trust(trust)), _) => {
                policy::run_trust(&self.compose_saved()?, trust, &self.connection)
            }
            (None, Some(api_type)) => {
                let region = self.compose_saved()?.region_asked(&self.connection)?;
                policy::run_broad(api_type, region, args)
            }
            (None, None) => policy::run(self.compose(&args.nicknames)?, args),
        }
    }

    fn open_screen(&self) -> Result<u8, Problem> {
        // An API given by flags is opened as if it were named.
        let open = self.nickname.clone().or_else(|| self.connection.api_id.clone());
        self.compose(self.nickname.as_slice())?.open_screen(open)
    }
}

#[cfg(test)]
mod tests;
