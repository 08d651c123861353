//! `apigw metrics`: a stage over time, as text charts, JSON or CSV.

mod axis;
mod chart;
mod page;
mod records;

use jiff::Timestamp;

use super::choice::{self, one_of, usage};
use super::compose::Composed;
use super::output::{self, Progress, Reader};
use crate::domain::{
    Api, ApiStages, Connection, Dashboard, Deployment, Problem, ProblemKind, Routes, Stage, TimeRange, Window,
};
use crate::ops::Engine;

/// Arguments of `apigw metrics`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Exit codes: 0 fine; 1 something could not be read, or only in part; 2 usage; 4 credentials or permission.")]
pub struct MetricsArgs {
    /// The connection to look at
    #[arg(value_name = "NICKNAME")]
    pub nickname: Option<String>,
    /// The stage; needed where there are several
    #[arg(long, value_name = "STAGE")]
    pub stage: Option<String>,
    /// How far back
    #[arg(long, value_name = "RANGE", default_value = "3h", value_parser = one_of::<TimeRange>(TimeRange::ALL.map(TimeRange::as_str)))]
    pub range: TimeRange,
    /// Add the figures of each route; four metrics are billed for each
    #[arg(long)]
    pub routes: bool,
    /// Compare with the time of equal length before
    #[arg(long)]
    pub compare: bool,
    /// Print CSV, a line a period
    #[arg(long)]
    pub csv: bool,
}

impl MetricsArgs {
    /// Refuses what would have to be left out without a word.
    pub fn check(&self, reader: Reader) -> Result<(), Problem> {
        let refuse = |what: &str, advice: &str| Err(usage(what, "").advise(advice));
        match (self.csv, reader) {
            (true, Reader::Program) => refuse("--csv and --json exclude each other", "Give one of the two."),
            (true, _) if self.routes || self.compare => refuse(
                "--csv holds the periods of the stage and nothing else",
                "Leave out --routes and --compare, or take --json.",
            ),
            _ => Ok(()),
        }
    }
}

/// What was read of a stage.
#[derive(Clone, Debug)]
pub struct Read {
    at: Timestamp,
    range: TimeRange,
    connection: Connection,
    api: Api,
    stage: Stage,
    dashboard: Dashboard,
    /// The window before, when it was asked for.
    before: Option<Dashboard>,
    /// The routes, when they were asked for.
    routes: Option<Result<Routes, Problem>>,
    /// Deployments of the API, newest first; AWS does not tell which stages each of them was on.
    deployments: Result<Vec<Deployment>, Problem>,
}

impl Read {
    /// What could not be read, or not all of it.
    fn problem(&self) -> Option<Problem> {
        let before = self.before.as_ref().and_then(Dashboard::shortfall);
        let routes = self.routes.as_ref().and_then(|routes| match routes {
            Ok(routes) => routes.completeness.shortfall(&format!("the routes of {}", self.stage.name)),
            Err(problem) => Some(problem.clone()),
        });
        self.dashboard.shortfall().or(before).or(routes)
    }

    /// The deployments of the window, newest first.
    fn deployments(&self) -> impl Iterator<Item = (&Deployment, Timestamp)> {
        let window = self.dashboard.window;
        let made = self.deployments.iter().flatten().filter_map(|made| Some((made, made.created?)));
        made.filter(move |(_, created)| (window.start..window.end).contains(created))
    }

    fn is_active(&self, deployment: &Deployment) -> bool {
        self.stage.deployment_id.as_ref() == Some(&deployment.id)
    }
}

/// Asks for the stage and the deployments at the same time, then for the stage's metrics.
pub fn run(composed: &Composed, args: &MetricsArgs) -> Result<u8, Problem> {
    let connections = choice::named(composed.connections.clone(), args.nickname.as_slice());
    let connection = choice::only(connections, "metrics")?;
    composed.sign_in(std::slice::from_ref(&connection))?;
    let read = composed.runtime.block_on(read(&composed.engine, connection, args))?;
    let problem = read.problem();
    match composed.reader {
        Reader::Program => output::print(&output::json_text(&records::json(&read)))?,
        Reader::Person => {
            let printed = if args.csv { records::csv(&read) } else { page::page(&read, &composed.format) };
            output::print(&printed)?;
            for problem in problem.iter().chain(read.deployments.as_ref().err()) {
                output::note(&output::problem_lines(problem, composed.format.problem_ink));
            }
        }
    }
    Ok(problem.as_ref().map_or(0, Problem::exit_code))
}

async fn read(engine: &Engine, connection: Connection, args: &MetricsArgs) -> Result<Read, Problem> {
    let at = engine.now();
    let window = Window::aligned(args.range, at);
    let progress = Progress::on_stderr();
    let measured = async {
        let read = engine.stages(&connection).await?;
        let stage = pick(&read, args.stage.as_deref())?;
        let (api, name) = (&read.api.name, &stage.name);
        let (dashboard, before, routes) = tokio::join!(
            engine.dashboard(&connection, api, name, window),
            wanted(args.compare, engine.dashboard(&connection, api, name, window.before())),
            wanted(args.routes, engine.routes(&connection, api, name, window)),
        );
        Ok((dashboard?, before.transpose()?, routes, read.api, stage))
    };
    let deployments = engine.deployments(&connection, |count| progress.show(count));
    let (measured, deployments) = tokio::join!(measured, deployments);
    progress.clear();
    let (dashboard, before, routes, api, stage) = measured?;
    Ok(Read { at, range: args.range, connection, api, stage, dashboard, before, routes, deployments })
}

async fn wanted<T>(is_wanted: bool, question: impl Future<Output = T>) -> Option<T> {
    if is_wanted { Some(question.await) } else { None }
}

/// The stage that is meant: the one named, or the only one there is.
fn pick(read: &ApiStages, name: Option<&str>) -> Result<Stage, Problem> {
    let api = format!("{} ({})", read.api.name, read.api.id);
    let names: Vec<&str> = read.stages.iter().map(|stage| stage.name.as_str()).collect();
    let list = format!("Its stages are {}.", names.join(", "));
    match (name, read.stages.as_slice()) {
        (_, []) => Err(Problem::new(ProblemKind::NotFound, format!("{api} has no stages"), "")),
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err(usage(format!("It is not clear which stage of {api} is meant"), list)
            .advise("Name one: --stage STAGE")),
        (Some(name), stages) => {
            stages.iter().find(|stage| stage.name == name).cloned().ok_or_else(|| {
                Problem::new(ProblemKind::NotFound, format!("{api} has no stage {name}"), list)
            })
        }
    }
}

#[cfg(test)]
mod tests;
