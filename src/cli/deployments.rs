//! `apigw deployments`: what is deployed on each stage, and every deployment there was, and what of it was done from here.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::choice;
use super::compose::Composed;
use super::history::{self, entry_json};
use super::output::{self, Format, Progress, Reader, problem_json, time_json};
use super::status::{api_json, header};
use super::table::{self, Cell, Column, Shrink, Tone};
use crate::domain::{Act, ApiStages, Connection, Deployment, DeploymentStatus, HistoryEntry, Problem, Stage};
use crate::text;

/// Arguments of `apigw deployments`.
#[derive(clap::Args, Clone, Debug)]
pub struct DeploymentsArgs {
    /// The connection to look at
    #[arg(value_name = "NICKNAME")]
    pub nickname: Option<String>,
}

/// Asks for the stages, the deployments and the account at the same time.
pub fn run(composed: Composed, args: &DeploymentsArgs) -> Result<u8, Problem> {
    let at = composed.format.now;
    let connections = choice::named(composed.connections.clone(), args.nickname.as_slice());
    let connection = choice::only(connections, "deployments")?;
    composed.sign_in(std::slice::from_ref(&connection))?;
    composed.tell_recovered(&connection);
    let (engine, progress) = (composed.engine, Progress::on_stderr());
    let (read, deployments, identity, history) = composed.runtime.block_on(async {
        tokio::join!(
            engine.stages(&connection),
            engine.deployments(&connection, |count| progress.show(count)),
            engine.identity(&connection),
            engine.history(&connection),
        )
    });
    progress.clear();
    let (deployments, problem) = match deployments {
        Ok(deployments) => (deployments, None),
        Err(problem) => (Vec::new(), Some(problem)),
    };
    let overview = Overview {
        at,
        // The account only says where this is; STS may be out of reach where API Gateway is not.
        account: identity.ok().map(|identity| identity.account),
        read: read?,
        deployments,
        history,
        problem,
        connection,
    };
    match composed.reader {
        Reader::Program => output::print(&output::json_text(&json(&overview)))?,
        Reader::Person => {
            output::print(&page(&overview, &composed.format))?;
            for problem in overview.problem.iter().chain(overview.history.as_ref().err()) {
                output::note(&output::problem_lines(problem, composed.format.problem_ink));
            }
        }
    }
    Ok(overview.problem.as_ref().map_or(0, Problem::exit_code))
}

/// What one connection answered.
#[derive(Clone, Debug)]
pub struct Overview {
    /// When it was asked.
    pub at: Timestamp,
    /// The connection.
    pub connection: Connection,
    /// The account of the credentials, when it could be read.
    pub account: Option<String>,
    /// The API and its stages.
    pub read: ApiStages,
    /// Its deployments, newest first.
    pub deployments: Vec<Deployment>,
    /// What was done from this machine, newest first.
    pub history: Result<Vec<HistoryEntry>, Problem>,
    /// Why there are no deployments, when they could not be read.
    pub problem: Option<Problem>,
}

impl Overview {
    fn stages_on(&self, deployment: &Deployment) -> Vec<&str> {
        let on = |stage: &&Stage| stage.deployment_id.as_deref() == Some(deployment.id.as_str());
        self.read.stages.iter().filter(on).map(|stage| stage.name.as_str()).collect()
    }

    /// The entry of the history that made the deployment.
    fn maker_of(&self, deployment: &Deployment) -> Option<&HistoryEntry> {
        let made = |entry: &&HistoryEntry| {
            entry.act == Act::Deploy && entry.deployment_id.as_deref() == Some(deployment.id.as_str())
        };
        self.history.as_ref().ok()?.iter().find(made)
    }

    fn description_of(&self, stage: &Stage) -> Option<&str> {
        let id = stage.deployment_id.as_deref()?;
        let deployment = self.deployments.iter().find(|deployment| deployment.id == id)?;
        deployment.description.as_deref()
    }
}

/// The overview as JSON.
pub fn json(overview: &Overview) -> Value {
    json!({
        "at": time_json(Some(overview.at)),
        "api": api_json(&overview.connection, Some(&overview.read.api)),
        "account": overview.account,
        "stages": overview.read.stages.iter().map(stage_json).collect::<Vec<_>>(),
        "deployments": overview.deployments.iter().map(|deployment| json!({
            "id": deployment.id,
            "created": time_json(deployment.created),
            "description": deployment.description,
            "status": deployment.status.as_ref().map(DeploymentStatus::as_str),
            "status_message": deployment.status_message,
            "auto_deployed": deployment.auto_deployed,
            "stages": overview.stages_on(deployment),
            "history_id": overview.maker_of(deployment).map(|entry| &entry.id),
        })).collect::<Vec<_>>(),
        "history": overview.history.as_ref().ok().map(|entries| entries.iter().map(entry_json).collect::<Vec<_>>()),
        "problem": overview.problem.as_ref().map(problem_json),
    })
}

fn stage_json(stage: &Stage) -> Value {
    json!({
        "stage": stage.name,
        "deployment_id": stage.deployment_id,
        "auto_deploy": stage.auto_deploy,
        "last_updated": time_json(stage.last_updated),
        "invoke_url": stage.invoke_url,
        "description": stage.description,
    })
}

const STAGES: [Column; 4] = [
    Column::words("STAGE").shrinking(Shrink::End(12)),
    Column::words("ACTIVE").shrinking(Shrink::Middle(6)),
    Column::words("UPDATED"),
    Column::words("ABOUT").shrinking(Shrink::End(12)),
];

const DEPLOYMENTS: [Column; 5] = [
    Column::words("ID").shrinking(Shrink::Middle(6)),
    Column::words("CREATED"),
    Column::words("STATUS"),
    Column::words("STAGES").shrinking(Shrink::End(10)),
    Column::words("DESCRIPTION").shrinking(Shrink::End(12)),
];

/// The overview for a person: stages, then deployments, then what was done from here.
pub fn page(overview: &Overview, format: &Format) -> String {
    let (api, account) = (&overview.read.api, overview.account.as_deref());
    let mut lines = vec![header(&overview.connection, Some(api), account, format.width), String::new()];
    lines.extend(stage_lines(overview, format));
    lines.push(String::new());
    lines.extend(deployment_lines(overview, format));
    if let Ok(entries) = &overview.history {
        lines.push(String::new());
        lines.extend(history::table(entries, format));
    }
    lines.join("\n") + "\n"
}

/// The stages, each with its URL below: whole, however narrow the terminal, since half a URL helps nobody.
fn stage_lines(overview: &Overview, format: &Format) -> Vec<String> {
    let stages = &overview.read.stages;
    if stages.is_empty() {
        return vec!["This API has no stages.".to_owned()];
    }
    let rows: Vec<_> = stages.iter().map(|stage| stage_row(overview, stage, format)).collect();
    let table = table::lines(&STAGES, &rows, format.width, format.ink);
    let urls = stages.iter().map(|stage| Some(format!("  {}", text::sanitise(&stage.invoke_url))));
    // The first line holds the titles.
    let below = std::iter::once(None).chain(urls);
    table.into_iter().zip(below).flat_map(|(line, url)| std::iter::once(line).chain(url)).collect()
}

fn deployment_lines(overview: &Overview, format: &Format) -> Vec<String> {
    let deployments = &overview.deployments;
    if let Some(problem) = &overview.problem {
        let line = text::sanitise(&format!("! {}", problem.headline())).into_owned();
        return vec![Tone::Danger.paint(&text::fit(&line, format.width), format.ink)];
    }
    if deployments.is_empty() {
        return vec!["This API has no deployments.".to_owned()];
    }
    let rows: Vec<_> =
        deployments.iter().map(|deployment| deployment_row(overview, deployment, format)).collect();
    table::lines(&DEPLOYMENTS, &rows, format.width, format.ink)
}

fn stage_row(overview: &Overview, stage: &Stage, format: &Format) -> Vec<Cell> {
    let active = match &stage.deployment_id {
        Some(id) => Cell::new(id),
        None => Cell::new("none"),
    };
    let about = match stage.deployment_failure() {
        Some(failure) => Cell::toned(format!("last deployment failed: {failure}"), Tone::Danger),
        None => Cell::or_none(overview.description_of(stage).or(stage.description.as_deref())),
    };
    vec![
        Cell::new(&stage.name),
        active,
        Cell::or_none(stage.last_updated.map(|at| text::age(at, format.now))),
        about,
    ]
}

fn deployment_row(overview: &Overview, deployment: &Deployment, format: &Format) -> Vec<Cell> {
    let status = match &deployment.status {
        Some(status @ DeploymentStatus::Failed) => Cell::toned(status.as_str(), Tone::Danger),
        status => Cell::or_none(status.as_ref().map(DeploymentStatus::as_str)),
    };
    let failed = deployment.status == Some(DeploymentStatus::Failed);
    let message = deployment.status_message.as_deref().filter(|_| failed);
    vec![
        Cell::new(&deployment.id),
        Cell::or_none(deployment.created.map(|at| text::local_minute(at, &format.zone))),
        status,
        Cell::new(overview.stages_on(deployment).join(", ")),
        Cell::new(message.or(deployment.description.as_deref()).unwrap_or_default()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::json_text;
    use crate::cli::samples::{format, overview};

    #[test]
    fn the_json_says_which_stages_point_at_a_deployment() {
        insta::assert_snapshot!(json_text(&json(&overview())));
    }

    #[test]
    fn both_tables_fit_80_columns() {
        let page = page(&overview(), &format(80));
        assert!(page.lines().all(|line| text::width(line) <= 80), "{page}");
        insta::assert_snapshot!(page);
    }

    #[test]
    fn both_tables_use_120_columns() {
        insta::assert_snapshot!(page(&overview(), &format(120)));
    }

    #[test]
    fn an_api_without_anything_says_so() {
        let mut overview = overview();
        overview.read.stages.clear();
        overview.deployments.clear();
        let page = page(&overview, &format(80));
        assert!(page.contains("This API has no stages.") && page.contains("This API has no deployments."));
    }
}
