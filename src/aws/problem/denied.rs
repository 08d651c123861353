//! What an access-denied message says: which action, on what, and whether a policy forbids it.

use super::Question;
use crate::domain::Denied;

/// The permission that is missing, from IAM's words: `User: .. is not authorized to perform: A on resource: R because ..`.
/// What the words leave out comes from the call.
pub(super) fn denied(message: &str, question: &Question) -> Denied {
    let after = |marker: &str| {
        let (_, rest) = message.split_once(marker)?;
        let word = rest.split_whitespace().next()?;
        Some(word.trim_end_matches(['.', ',']).to_owned()).filter(|word| !word.is_empty())
    };
    let action = after("not authorized to perform: ").filter(|action| action.contains(':'));
    let same_action = action.as_deref().is_none_or(|action| action == question.action);
    let of_call = if same_action { &question.resource } else { "*" };
    Denied {
        action: action.unwrap_or_else(|| question.action.to_owned()),
        resource: after("on resource: ").unwrap_or_else(|| of_call.to_owned()),
        explicit: message.contains("explicit deny"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn action_and_resource_are_read_from_iams_words() {
        let question = Question {
            what: String::new(),
            action: "apigateway:GET",
            resource: "arn:aws:apigateway:eu-west-1::/apis/a1".into(),
        };
        let read = |message: &str| {
            let denied = denied(message, &question);
            (denied.action, denied.resource, denied.explicit)
        };
        let who = "User: arn:aws:iam::123456789012:user/ana is not authorized to perform: ";
        for (message, expected) in [
            (
                format!(
                    "{who}apigateway:GET on resource: arn:aws:apigateway:eu-west-1::/apis because no identity-based policy allows the apigateway:GET action"
                ),
                ("apigateway:GET", "arn:aws:apigateway:eu-west-1::/apis", false),
            ),
            (
                format!(
                    "{who}apigateway:GET on resource: arn:aws:apigateway:eu-west-1::/apis with an explicit deny in a service control policy"
                ),
                ("apigateway:GET", "arn:aws:apigateway:eu-west-1::/apis", true),
            ),
            (
                format!("{who}cloudwatch:GetMetricData because no identity-based policy allows it"),
                ("cloudwatch:GetMetricData", "*", false),
            ),
            (
                format!("{who}apigateway:GET."),
                ("apigateway:GET", "arn:aws:apigateway:eu-west-1::/apis/a1", false),
            ),
            (
                format!("{who}iam:PassRole on resource: arn:aws:iam::123456789012:role/r"),
                ("iam:PassRole", "arn:aws:iam::123456789012:role/r", false),
            ),
            ("Forbidden".to_owned(), ("apigateway:GET", "arn:aws:apigateway:eu-west-1::/apis/a1", false)),
        ] {
            let (action, resource, explicit) = read(&message);
            assert_eq!((action.as_str(), resource.as_str(), explicit), expected, "{message}");
        }
    }
}
