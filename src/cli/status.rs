//! `apigw status`: the health of stages, for people and for scripts.

use std::path::Path;

use serde_json::{Value, json};

use super::choice::{self, one_of, usage};
use super::compose::Composed;
use super::output::{self, Format, Reader, count_json, problem_json, time_json};
use super::table::{self, Cell, Column, Shrink, Tone};
use crate::domain::{
    Api, Condition, Connection, ConnectionStatus, Problem, StageStatus, StatusReport, TimeRange, Verdict,
};
use crate::ops::StatusRequest;
use crate::text;

/// Arguments of `apigw status`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
The verdict is always on the last 60 minutes; the figures are those of --range.

Exit codes: 0 healthy; 1 something could not be read; 2 usage; 3 a stage is failing or a --fail-on holds; 4 credentials \
or permission. 3 outranks 4, and 4 outranks 1.")]
pub struct StatusArgs {
    /// Connections to look at; all without any
    #[arg(value_name = "NICKNAME")]
    pub nicknames: Vec<String>,
    /// Range of the figures
    #[arg(long, value_name = "RANGE", default_value = "1h", value_parser = one_of::<TimeRange>(TimeRange::ALL.map(TimeRange::as_str)))]
    pub range: TimeRange,
    /// Look at this stage only; may be given several times
    #[arg(long = "stage", value_name = "STAGE")]
    pub stages: Vec<String>,
    /// Call a stage unhealthy when this holds, such as '5xx>1%', '4xx>=50' or 'p95>800ms'; may be given several times
    #[arg(long, value_name = "CONDITION")]
    pub fail_on: Vec<Condition>,
}

impl StatusArgs {
    /// Refuses a condition that no figure of the range could ever meet: a check that looks at nothing must not pass.
    pub fn check(&self) -> Result<(), Problem> {
        let percentile = self.fail_on.iter().find(|condition| condition.needs_percentile());
        match percentile.filter(|_| self.range.seconds() > TimeRange::D1.seconds()) {
            Some(condition) => Err(usage(
                format!("--fail-on '{condition}' cannot be checked over {}", self.range),
                "CloudWatch has no 95th percentile of more than a day.",
            )
            .advise("Give a shorter --range, 1d at most, or a condition on latency.")),
            None => Ok(()),
        }
    }
}

/// Asks all chosen connections at once; one that fails hides no other.
pub fn run(composed: &Composed, args: &StatusArgs) -> Result<u8, Problem> {
    let connections = choice::named(composed.connections.clone(), &args.nicknames);
    if connections.is_empty() {
        return Err(nothing_to_ask(composed.config_file.as_deref()));
    }
    composed.sign_in(&connections)?;
    let request = StatusRequest { range: args.range, stages: args.stages.clone() };
    let report = composed.runtime.block_on(composed.engine.status(&connections, &request));
    match composed.reader {
        Reader::Program => output::print(&output::json_text(&json(&report, &args.fail_on)))?,
        Reader::Person => {
            output::print(&page(&report, &args.fail_on, &composed.format))?;
            let problems = report.connections.iter().filter_map(|status| status.problem.as_ref());
            for problem in problems {
                output::note(&output::problem_lines(problem, composed.format.problem_ink));
            }
        }
    }
    Ok(report.exit_code(&args.fail_on))
}

fn nothing_to_ask(config: Option<&Path>) -> Problem {
    let why = config.map(|path| format!("{} has none.", path.display()));
    usage("There is no connection to ask", why.unwrap_or_default())
        .advise("Add one: apigw connection add NICKNAME")
        .advise("Or give an API for this call: apigw status --api-id ID --api-type http --region REGION")
        .advise("Or look around without AWS: apigw status --demo")
}

/// The report as JSON; `healthy` is what the exit code says.
pub fn json(report: &StatusReport, fail_on: &[Condition]) -> Value {
    json!({
        "at": time_json(Some(report.at)),
        "range": report.range.as_str(),
        "healthy": report.healthy(fail_on),
        "connections": report.connections.iter().map(connection_json).collect::<Vec<_>>(),
    })
}

fn connection_json(status: &ConnectionStatus) -> Value {
    json!({
        "nickname": status.connection.nickname,
        "api": api_json(&status.connection, status.api.as_ref()),
        "account": status.account,
        "stages": status.stages.iter().map(stage_json).collect::<Vec<_>>(),
        "problem": status.problem.as_ref().map(problem_json),
    })
}

/// The object `api` of every JSON output; the name is `null` when the API could not be read.
pub(super) fn api_json(connection: &Connection, api: Option<&Api>) -> Value {
    json!({
        "id": connection.api_id,
        "name": api.map(|api| &api.name),
        "type": connection.api_type.as_str(),
        "region": connection.region,
    })
}

fn stage_json(status: &StageStatus) -> Value {
    let StageStatus { stage, figures, health } = status;
    json!({
        "stage": stage.name,
        "deployment_id": stage.deployment_id,
        "auto_deploy": stage.auto_deploy,
        "last_updated": time_json(stage.last_updated),
        "invoke_url": stage.invoke_url,
        "description": stage.description,
        "count": count_json(figures.count),
        "latency_avg_ms": figures.latency_avg_ms,
        "latency_p95_ms": figures.latency_p95_ms,
        "integration_latency_avg_ms": figures.integration_latency_avg_ms,
        "errors_4xx": count_json(figures.errors_4xx),
        "errors_5xx": count_json(figures.errors_5xx),
        "rate_4xx": figures.rate_4xx(),
        "rate_5xx": figures.rate_5xx(),
        "verdict": health.verdict.as_str(),
    })
}

const COLUMNS: [Column; 8] = [
    Column::words("VERDICT").shrinking(Shrink::End(12)),
    Column::words("STAGE").shrinking(Shrink::End(8)),
    Column::words("ACTIVE").shrinking(Shrink::Middle(6)),
    Column::words("UPDATED"),
    Column::numbers("COUNT"),
    Column::numbers("LATENCY"),
    Column::numbers("4XX"),
    Column::numbers("5XX"),
];

/// The report for a person: a table for each connection. Problems are told in one line; the whole of them goes to stderr.
pub fn page(report: &StatusReport, fail_on: &[Condition], format: &Format) -> String {
    let title = format!(
        "{}, figures of the last {}, verdict on the last 60 minutes",
        text::local_minute(report.at, &format.zone),
        report.range
    );
    let mut lines = vec![text::fit(&title, format.width).into_owned()];
    for status in &report.connections {
        lines.push(String::new());
        lines.push(header(&status.connection, status.api.as_ref(), status.account.as_deref(), format.width));
        lines.extend(notes(status, fail_on, format));
        if !status.stages.is_empty() {
            let rows: Vec<_> = status.stages.iter().map(|stage| row(stage, format)).collect();
            lines.extend(table::lines(&COLUMNS, &rows, format.width, format.ink));
        }
    }
    lines.join("\n") + "\n"
}

/// One line that says which API this is and who asks.
pub(super) fn header(
    connection: &Connection,
    api: Option<&Api>,
    account: Option<&str>,
    width: usize,
) -> String {
    let id = &connection.api_id;
    let api = match api {
        Some(api) => format!("{} {} ({id})", connection.api_type.label(), api.name),
        None => format!("{} {id}", connection.api_type.label()),
    };
    let auth = connection.auth.label();
    let parts = [connection.nickname.as_str(), &api, &connection.region, account.unwrap_or_default(), &auth];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    text::fit(&text::sanitise(&parts.join("  ")), width).into_owned()
}

/// What must be known before the figures are believed.
fn notes(status: &ConnectionStatus, fail_on: &[Condition], format: &Format) -> Vec<String> {
    let fit = |note: String| text::fit(&text::sanitise(&note), format.width).into_owned();
    let mut notes = Vec::new();
    if let Some(problem) = &status.problem {
        notes.push(Tone::Danger.paint(&fit(format!("! {}", problem.headline())), format.ink));
    } else if status.stages.is_empty() {
        notes.push(fit("This API has no stages.".to_owned()));
    }
    let stranger = status.account.as_deref().and_then(|account| status.connection.stranger(account));
    notes.extend(stranger.map(|note| Tone::Warning.paint(&fit(format!("! {note}")), format.ink)));
    notes.extend(status.api.as_ref().and_then(blended).map(fit));
    for stage in &status.stages {
        for condition in fail_on.iter().filter(|condition| condition.holds(&stage.figures)) {
            notes.push(Tone::Danger.paint(&fit(format!("! {}: {condition}", stage.stage.name)), format.ink));
        }
    }
    notes
}

/// Said when other APIs' figures are among this one's.
pub(super) fn blended(api: &Api) -> Option<String> {
    let others = api.blended_with.join(", ");
    (!others.is_empty()).then(|| format!("! Figures include {others}: CloudWatch files REST APIs by name"))
}

fn row(status: &StageStatus, format: &Format) -> Vec<Cell> {
    let StageStatus { stage, figures, .. } = status;
    vec![
        verdict(status),
        Cell::new(&stage.name),
        Cell::or_none(stage.deployment_id.as_ref()),
        Cell::or_none(stage.last_updated.map(|at| text::age(at, format.now))),
        Cell::new(text::count(figures.count)),
        Cell::new(text::milliseconds(figures.latency_avg_ms)),
        Cell::new(errors(figures.errors_4xx, figures.rate_4xx())),
        Cell::new(errors(figures.errors_5xx, figures.rate_5xx())),
    ]
}

fn verdict(status: &StageStatus) -> Cell {
    let label = status.health.verdict.label();
    let tone = match status.health.verdict {
        Verdict::Ok => Tone::Good,
        Verdict::Degraded | Verdict::Unknown => Tone::Warning,
        Verdict::Failing => Tone::Danger,
        Verdict::NoData | Verdict::NotDeployed => Tone::Normal,
    };
    match status.health.cause {
        Some(cause) => Cell::toned(format!("{label}: {}", cause.as_str()), tone),
        None => Cell::toned(label, tone),
    }
}

/// Errors as number and rate; the rates stand below each other.
pub(super) fn errors(number: Option<f64>, rate: Option<f64>) -> String {
    match number {
        None => text::NO_DATA.to_owned(),
        number => format!("{} {:>6}", text::count(number), text::percent(rate)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::json_text;
    use crate::cli::samples::{format, incident, report};
    use crate::cli::table::Ink;

    #[test]
    fn the_json_has_every_field_in_its_place() {
        insta::assert_snapshot!(json_text(&json(&report(), &[])));
    }

    #[test]
    fn a_page_fits_80_columns() {
        let page = page(&report(), &["4xx>1%".parse().unwrap()], &format(80));
        assert!(page.lines().all(|line| text::width(line) <= 80), "{page}");
        insta::assert_snapshot!(page);
    }

    #[test]
    fn a_wide_page_cuts_nothing() {
        let page = page(&report(), &[], &format(120));
        insta::assert_snapshot!(page);
    }

    #[test]
    fn the_widest_figures_still_fit_80_columns() {
        let mut report = report();
        report.connections = vec![incident()];
        let page = page(&report, &[], &format(80));
        assert!(page.lines().all(|line| text::width(line) <= 80), "{page}");
        insta::assert_snapshot!(page);
    }

    #[test]
    fn credentials_of_another_account_are_told() {
        let mut report = report();
        assert!(!page(&report, &[], &format(80)).contains("Credentials of the account"));
        let first = report.connections.first_mut().unwrap();
        first.account = Some("210987654321".to_owned());
        first.connection.account = Some("123456789012".to_owned());
        let page = page(&report, &[], &format(80));
        assert!(
            page.contains("! Credentials of the account 210987654321, not 123456789012: writes"),
            "{page}"
        );
    }

    #[test]
    fn colour_is_only_where_there_is_ink() {
        let mut format = format(80);
        assert!(!page(&report(), &[], &format).contains('\u{1b}'));
        format.ink = Ink::Colour;
        assert!(page(&report(), &[], &format).contains("\u{1b}[31mfailing: 5xx\u{1b}[0m"));
    }
}
