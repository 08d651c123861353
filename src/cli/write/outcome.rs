//! What came of a write: for a person with the way back, for a program as JSON.

use serde_json::{Value, json};

use super::{plan_json, plan_page};
use crate::cli::choice::word;
use crate::cli::compose::Composed;
use crate::cli::output::{self, Reader, problem_json};
use crate::domain::{Connection, Done, Intent, Plan, Problem, WriteResult, links};
use crate::text;

/// Tells what came of it, and gives the exit code.
pub fn tell(
    composed: &Composed,
    connection: &Connection,
    plan: &Plan,
    done: Result<Done, Problem>,
) -> Result<u8, Problem> {
    let done = done.unwrap_or_else(|problem| not_begun(plan, problem));
    match composed.reader {
        Reader::Program => output::print(&output::json_text(&json(plan, &done)))?,
        Reader::Person => {
            let command = |words: &str| composed.command_for(connection, words);
            let lines = lines(plan, &done, &command);
            if !lines.is_empty() {
                output::print(&(lines.join("\n") + "\n"))?;
            }
            if composed.forgets() && done.history_id.is_some() {
                output::note(&["The next demo begins as if nothing had happened.".to_owned()]);
            }
            if let Some(problem) = &done.problem {
                output::note(&output::problem_lines(problem, composed.format.problem_ink));
            }
        }
    }
    Ok(exit_code(&done))
}

/// What is known when nothing was sent.
fn not_begun(plan: &Plan, problem: Problem) -> Done {
    Done { result: WriteResult::Failed, deployment_id: None, problem: Some(problem), ..Done::unchanged(plan) }
}

/// 0 when it is done or there was nothing to do, 5 when nobody knows, else what the problem asks for.
pub fn exit_code(done: &Done) -> u8 {
    match done.result {
        WriteResult::Deployed | WriteResult::Exported | WriteResult::Unchanged | WriteResult::Imported => 0,
        WriteResult::Unknown => 5,
        WriteResult::Failed => done.problem.as_ref().map_or(1, Problem::exit_code),
    }
}

/// The outcome as JSON. `from` and `to` are what a roll back and a promotion say with their flags: deployments and stages.
fn json(plan: &Plan, done: &Done) -> Value {
    let mut json = json!({
        "result": done.result.as_str(),
        "deployment_id": done.deployment_id,
        "stage": done.stage,
        "history_id": done.history_id,
        "warnings": done.warnings,
        "way_back": done.way_back,
        "left": done.left,
        "problem": done.problem.as_ref().map(problem_json),
        "plan": plan_json::json(plan),
    });
    let live = plan.live.as_ref().map(|live| live.id.as_str());
    let ends = match &plan.intent {
        Intent::RollBack { to, .. } => {
            Some((live, plan.to.as_ref().map(|to| to.id.as_str()).or(to.as_deref())))
        }
        Intent::Promote { from, to } => Some((Some(from.as_str()), Some(to.as_str()))),
        Intent::EndCanary { .. } => Some((live, done.deployment_id.as_deref())),
        Intent::Deploy { .. } | Intent::PushBack { .. } => None,
    };
    if let (Some((from, to)), Some(fields)) = (ends, json.as_object_mut()) {
        fields.insert("from".to_owned(), from.into());
        fields.insert("to".to_owned(), to.into());
    }
    json
}

/// The outcome for a person: what happened, AWS's warnings, what is left to do, and how to go back.
fn lines(plan: &Plan, done: &Done, command: &dyn Fn(&str) -> String) -> Vec<String> {
    let place = plan_page::place(&plan.target);
    let stage = done.stage.as_deref().unwrap_or_default();
    let id = done.deployment_id.as_deref().unwrap_or("the deployment");
    let mut lines = match done.result {
        WriteResult::Deployed => vec![format!("Deployed: {id} is live on stage {stage} of {place}")],
        WriteResult::Exported => vec![format!("Exported to {place}; no stage was deployed to")],
        WriteResult::Unchanged => vec![format!("Nothing to change on {place}")],
        WriteResult::Unknown => vec![format!("Unknown how it ended on {place}")],
        WriteResult::Failed | WriteResult::Imported => Vec::new(),
    };
    if !done.warnings.is_empty() {
        lines.push("AWS warns:".to_owned());
        lines.extend(
            done.warnings
                .iter()
                .flat_map(|warning| text::sanitise_lines(warning))
                .map(|line| format!("  {line}")),
        );
    }
    lines.extend(done.left.iter().map(|left| format!("Left to do: {left}")));
    lines.extend(way_back(plan, done, command));
    if done.result == WriteResult::Exported {
        let target = &plan.target;
        lines.push(format!(
            "In the console: {}",
            links::console_api(target.api_type, &target.api_id, &target.region)
        ));
        lines.push(format!("To put it live: {}", command("deploy NICK --stage STAGE")));
    }
    lines.iter().map(|line| text::sanitise(line).into_owned()).collect()
}

/// The commands that undo it: the stage's pointer, and the schema that was there before.
fn way_back(plan: &Plan, done: &Done, command: &dyn Fn(&str) -> String) -> Vec<String> {
    if done.result == WriteResult::Unchanged {
        return Vec::new();
    }
    let stage = done.stage.as_deref().map(word).unwrap_or_default();
    let mut lines = Vec::new();
    if let Some(id) = &done.way_back {
        lines.push(format!(
            "To go back: {}",
            command(&format!("rollback NICK --stage {stage} --to {}", word(id)))
        ));
    }
    if let (Some(_), Some(entry)) = (&plan.push, &done.history_id) {
        let on = if done.stage.is_some() { format!(" --stage {stage}") } else { String::new() };
        let push_back = command(&format!("deploy NICK --push-back {entry} --kept replaced{on}"));
        lines.push(format!("To have the schema before again: {push_back}"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::json_text;
    use crate::cli::samples::{deployed, plan, roll_back_plan};
    use crate::domain::ProblemKind;

    fn told(plan: &Plan, done: &Done) -> String {
        lines(plan, done, &|words| format!("apigw {}", words.replace(" NICK", " orders"))).join("\n")
    }

    #[test]
    fn a_deployment_is_told_with_the_warnings_and_the_way_back() {
        insta::assert_snapshot!(told(&plan(), &deployed()));
    }

    #[test]
    fn an_export_tells_where_to_look_and_how_to_put_it_live() {
        let mut plan = plan();
        plan.target.stage = None;
        let exported = Done {
            result: WriteResult::Exported,
            deployment_id: None,
            stage: None,
            way_back: None,
            warnings: Vec::new(),
            ..deployed()
        };
        insta::assert_snapshot!(told(&plan, &exported));
    }

    #[test]
    fn the_json_of_a_roll_back_says_from_which_deployment_to_which() {
        let mut json = json(&roll_back_plan(), &deployed());
        json.as_object_mut().unwrap().remove("plan");
        insta::assert_snapshot!(json_text(&json));
    }

    #[test]
    fn the_exit_code_tells_failures_apart() {
        let failed = |kind| Done {
            result: WriteResult::Failed,
            problem: Some(Problem::new(kind, "", "")),
            ..deployed()
        };
        assert_eq!(exit_code(&deployed()), 0);
        assert_eq!(exit_code(&failed(ProblemKind::Service)), 1);
        assert_eq!(exit_code(&failed(ProblemKind::Permission)), 4);
        assert_eq!(exit_code(&failed(ProblemKind::Refused)), 3);
        assert_eq!(exit_code(&Done { result: WriteResult::Unknown, ..failed(ProblemKind::Timeout) }), 5);
    }
}
