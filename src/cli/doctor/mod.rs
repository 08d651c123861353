//! `apigw doctor`: everything that apigw needs, looked at one by one. What is broken keeps nothing else from being told.

mod environment;
mod files;
mod terminal;

use std::collections::BTreeMap;

use serde_json::Value;

use super::checks::{self, failed, passed, warned};
use super::compose::Composed;
use super::connection::{Tested, tested, tested_json, tested_page};
use super::output::{self, Format, Reader, time_json};
use super::{Cli, choice};
use crate::config::Config;
use crate::domain::{Capability, Check, Connection, Outcome, Problem, ProblemKind, regions};
use crate::text;

/// Arguments of `apigw doctor`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Nothing is changed, here or in AWS. Exit codes: 0 nothing failed; 2 a file cannot be used; 4 credentials or permission; else \
1. The highest one counts.")]
pub struct DoctorArgs {
    /// Connections to look at; all without any
    #[arg(value_name = "NICKNAME")]
    nicknames: Vec<String>,
}

/// Variables of the process's environment that are text.
type Variables = BTreeMap<String, String>;

/// What was looked at, by subject.
struct Report<'a> {
    sections: Vec<(&'static str, Vec<Check>)>,
    connections: Vec<Tested<'a>>,
}

/// Looks at everything.
pub fn run(cli: &Cli, args: &DoctorArgs) -> Result<u8, Problem> {
    let variables: Variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let config = (!cli.in_demo()).then(|| Config::load(cli.general.config.as_deref()));
    // Connections of a file that cannot be read are nobody's.
    let composed = match &config {
        Some(Err(_)) => None,
        _ => Some(cli.compose(&args.nicknames)?),
    };
    let mut sections = vec![("program", vec![passed("Version", env!("CARGO_PKG_VERSION"))])];
    sections.push((
        "files",
        match &config {
            Some(config) => files::checks(cli, config),
            None => vec![passed("Config file", "none: the demo reads and writes no file of yours")],
        },
    ));
    sections.push(("environment", environment::checks(&variables)));
    sections.push(("terminal", terminal::checks(&variables, &terminal::Streams::of_process())));
    let chosen =
        composed.as_ref().map(|composed| choice::named(composed.connections.clone(), &args.nicknames));
    let chosen = chosen.unwrap_or_default();
    let mut connections = Vec::new();
    if let Some(composed) = &composed {
        composed.sign_in(&chosen)?;
        sections.push(("aws", aws(composed, &chosen)));
        connections = tested(composed, &chosen, capabilities);
        for (connection, checks) in &mut connections {
            checks.insert(0, region(connection));
        }
    }
    let report = Report { sections, connections };
    let color = cli.general.color.unwrap_or_default();
    let format = composed
        .as_ref()
        .map_or_else(|| Format::of_stdout(color, jiff::Timestamp::now()), |composed| composed.format.clone());
    match cli.reader() {
        Reader::Program => output::print(&output::json_text(&report.json(&format)))?,
        Reader::Person => output::print(&report.page(&format))?,
    }
    Ok(report.exit_code())
}

/// What a connection could be asked to do; a read-only one nobody asks to write.
fn capabilities(connection: &Connection) -> Vec<Capability> {
    Capability::ALL.into_iter().filter(|capability| !connection.read_only || !capability.writes()).collect()
}

/// What holds for AWS as a whole: the profiles, and the clock as one of the connections sees it.
fn aws(composed: &Composed, connections: &[Connection]) -> Vec<Check> {
    let profiles = composed.runtime.block_on(composed.engine.profiles());
    let mut checks = vec![match profiles {
        Ok(profiles) => {
            let names: Vec<&str> = profiles.iter().map(|profile| profile.name.as_str()).collect();
            let colon = if names.is_empty() { "" } else { ": " };
            passed(
                "AWS profiles",
                format!("{}{colon}{}", text::plural(names.len(), "profile"), names.join(", ")),
            )
        }
        Err(problem) => failed("AWS profiles", problem),
    }];
    if let Some(connection) = connections.first() {
        let skew = composed.runtime.block_on(composed.engine.clock_skew(connection));
        checks.push(clock(skew));
    }
    checks
}

/// AWS refuses signatures that are five minutes off.
fn clock(skew: Result<jiff::SignedDuration, Problem>) -> Check {
    const WHAT: &str = "Clock";
    let seconds = match skew {
        Ok(skew) => skew.as_secs(),
        Err(problem) => {
            return Check { what: WHAT.to_owned(), outcome: Outcome::Unknown(problem.headline()) };
        }
    };
    let side = if seconds < 0 { "behind" } else { "ahead of" };
    let told = format!("{} s {side} AWS's", seconds.abs());
    let problem = |why: &str| {
        Problem::new(ProblemKind::Local, format!("The clock is {told}"), why)
            .advise("Let the system set its clock by itself (NTP).")
    };
    match seconds.abs() {
        300.. => failed(WHAT, problem("AWS refuses signatures that are five minutes off.")),
        30.. => warned(WHAT, problem("Ages and the newest figures are off by as much.")),
        ..=2 => passed(WHAT, "the same as AWS's"),
        _ => passed(WHAT, told),
    }
}

fn region(connection: &Connection) -> Check {
    let region = &connection.region;
    if regions("").contains(&region.as_str()) {
        return passed("Region", region);
    }
    let problem = Problem::new(
        ProblemKind::NotFound,
        format!("apigw does not know the region {region}"),
        "It may be new, or mistyped.",
    );
    match text::nearest(region, regions("")).first() {
        Some(near) => warned("Region", problem.advise(format!("Did you mean {near}?"))),
        None => warned("Region", problem),
    }
}

impl Report<'_> {
    fn exit_code(&self) -> u8 {
        let of_sections = self.sections.iter().flat_map(|(_, checks)| checks);
        checks::exit_code(of_sections.chain(self.connections.iter().flat_map(|(_, checks)| checks)))
    }

    fn json(&self, format: &Format) -> Value {
        let mut report = serde_json::Map::new();
        report.insert("at".to_owned(), time_json(Some(format.now)));
        for (name, checks) in &self.sections {
            report.insert((*name).to_owned(), checks.iter().map(checks::check_json).collect());
        }
        report.insert("connections".to_owned(), self.connections.iter().map(tested_json).collect());
        Value::Object(report)
    }

    fn page(&self, format: &Format) -> String {
        let mut lines = Vec::new();
        for (name, checks) in &self.sections {
            lines.push(name.to_uppercase());
            lines.extend(checks::lines(checks, format));
            lines.push(String::new());
        }
        lines.extend(tested_page(&self.connections, format));
        lines.join("\n").trim_end().to_owned() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::cli::samples;

    #[test]
    fn a_clock_that_is_far_off_is_a_failure() {
        let outcome = |seconds| clock(Ok(SignedDuration::from_secs(seconds))).outcome;
        assert_eq!(outcome(1), Outcome::Passed("the same as AWS's".into()));
        assert_eq!(outcome(-12), Outcome::Passed("12 s behind AWS's".into()));
        assert!(
            matches!(outcome(-45), Outcome::Warned(problem) if problem.what == "The clock is 45 s behind AWS's")
        );
        assert!(matches!(outcome(400), Outcome::Failed(problem) if problem.what.contains("ahead of")));
        let unread = clock(Err(Problem::new(ProblemKind::Network, "Cannot compare", "")));
        assert_eq!(unread.outcome, Outcome::Unknown("Cannot compare".into()));
    }

    #[test]
    fn a_region_that_is_not_known_is_worth_a_word_and_no_failure() {
        let mut connection = samples::connections().remove(0);
        assert_eq!(region(&connection), passed("Region", "eu-west-1"));
        connection.region = "eu-wset-1".into();
        let Outcome::Warned(problem) = region(&connection).outcome else { panic!() };
        assert!(problem.advice[0].starts_with("Did you mean eu-west-"), "{problem:?}");
    }

    #[test]
    fn a_read_only_connection_is_not_asked_to_write() {
        let connections = samples::connections();
        let [deployer, reader, ..] = connections.as_slice() else { panic!() };
        assert_eq!(capabilities(deployer), Capability::ALL);
        assert!(reader.read_only && !capabilities(reader).iter().any(|capability| capability.writes()));
    }

    #[test]
    fn a_report_has_its_subjects_one_below_the_other() {
        let connections = samples::connections();
        let report = Report {
            sections: vec![("program", vec![passed("Version", "1.2.3")]), ("aws", samples::checks())],
            connections: vec![(&connections[0], samples::checks())],
        };
        insta::assert_snapshot!(report.page(&samples::format(80)));
        insta::assert_snapshot!(output::json_text(&report.json(&samples::format(80))));
        assert_eq!(report.exit_code(), 4);
    }
}
