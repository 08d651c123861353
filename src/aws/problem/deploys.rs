//! What API Gateway says when a schema cannot be pushed or a stage cannot be deployed, and what to do about it.

use crate::domain::Problem;

/// A part of AWS's words, in small letters, and the step to take.
const KNOWN: &[(&str, &str)] = &[
    (
        "warnings found during import",
        "Nothing changed. Mend the schema, or push it all the same with `--allow-warnings`.",
    ),
    (
        "invalid openapi input",
        "AWS tells no more. It reads OpenAPI 3.0, for REST APIs Swagger 2.0 too, and no 3.1; references to other files must be bundled.",
    ),
    (
        "no integration defined for method",
        "Give every operation of the schema an `x-amazon-apigateway-integration`, push it again, then deploy.",
    ),
    (
        "doesn't contain any methods",
        "The API has no methods yet: push a schema with an operation that has an integration.",
    ),
    ("no routes exist", "The API has no routes yet: push a schema with a route that has an integration."),
    (
        "at least one route is required",
        "The API has no routes yet: push a schema with a route that has an integration.",
    ),
    ("must exist so the stage can be updated", "Make the stage first, or deploy to one that exists."),
    ("deployment id does not exist", "It may have been deleted meanwhile. Pick another deployment."),
    ("invalid deployment identifier", "It may have been deleted meanwhile. Pick another deployment."),
    ("canary", "The stage has a canary: end it first, by promoting or removing it."),
    ("auto deploy", "The stage deploys by itself: switch its auto-deploy off before pointing it elsewhere."),
    ("auto-deploy", "The stage deploys by itself: switch its auto-deploy off before pointing it elsewhere."),
    ("autodeploy", "The stage deploys by itself: switch its auto-deploy off before pointing it elsewhere."),
    (
        "unable to find route by key",
        "The stage still has settings for a route that is gone: delete its route settings, then try again.",
    ),
];

/// The same problem with the step that its words call for before all others.
pub(super) fn explain(mut problem: Problem) -> Problem {
    let words = problem.why.to_lowercase();
    if let Some((_, step)) = KNOWN.iter().find(|(known, _)| words.contains(known)) {
        problem.advice.insert(0, (*step).to_owned());
    }
    problem
}
