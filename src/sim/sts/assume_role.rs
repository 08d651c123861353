//! `AssumeRole`: what is checked, in which order, and what is answered.
//!
//! The trust policies here ask for an external id, a second factor or a session of one other role.

use jiff::Timestamp;

use super::xml::Element;
use super::{Form, result_of};
use crate::sim::directory::{Caller, CallerKind, Directory, Role};
use crate::sim::refusal::Refusal;

/// Seconds of a session when the request does not say.
const USUAL_SESSION: i64 = 3600;
/// The longest session, in seconds, that a role assumed from another role may have.
const LONGEST_CHAINED_SESSION: i64 = 3600;

pub fn answer(
    form: &Form,
    caller: &Caller,
    directory: &mut Directory,
    now: Timestamp,
) -> Result<Element, Refusal> {
    let arn = required(form, "RoleArn", "roleArn")?;
    if arn.chars().count() < 20 {
        let constraint = "Member must have length greater than or equal to 20";
        return Err(invalid(arn, "roleArn", constraint));
    }
    if !arn.starts_with("arn:") {
        return Err(Refusal::new(400, "ValidationError", "Request ARN is invalid"));
    }
    let name = required(form, "RoleSessionName", "roleSessionName")?;
    check_words("roleSessionName", name, 2, "+=,.@-")?;
    if let Some(external_id) = form.get("ExternalId") {
        check_words("externalId", external_id, 2, "+=,.@:/-")?;
    }
    let seconds = duration(form)?;
    let role = directory.role(arn).filter(|role| role.trusts(caller) && knows_id(role, form)).cloned();
    let role = role.ok_or_else(|| denied(caller, arn))?;
    check_second_factor(&role, form, caller)?;
    check_limit(&role, seconds, caller)?;
    let (credentials, session) = directory.open_session(&role, name, seconds, now);
    let assumed = vec![Element::leaf("AssumedRoleId", session.user_id), Element::leaf("Arn", session.arn)];
    let keys = vec![
        Element::leaf("AccessKeyId", credentials.access_key_id),
        Element::leaf("SecretAccessKey", credentials.secret_access_key),
        Element::leaf("SessionToken", credentials.session_token),
        Element::leaf("Expiration", credentials.expiration.to_string()),
    ];
    let members = vec![Element::parent("AssumedRoleUser", assumed), Element::parent("Credentials", keys)];
    Ok(result_of("AssumeRole", members))
}

fn required<'a>(form: &'a Form, field: &str, member: &str) -> Result<&'a str, Refusal> {
    form.get(field).ok_or_else(|| invalid("null", member, "Member must not be null"))
}

fn duration(form: &Form) -> Result<i64, Refusal> {
    let Some(text) = form.get("DurationSeconds") else {
        return Ok(USUAL_SESSION);
    };
    let member = "durationSeconds";
    let seconds = text.parse::<i64>().map_err(|_| invalid(text, member, "Member must be a number"))?;
    if seconds < 900 {
        return Err(invalid(text, member, "Member must have value greater than or equal to 900"));
    }
    if seconds > 43_200 {
        return Err(invalid(text, member, "Member must have value less than or equal to 43200"));
    }
    Ok(seconds)
}

fn knows_id(role: &Role, form: &Form) -> bool {
    role.external_id.is_none() || role.external_id.as_deref() == form.get("ExternalId")
}

fn check_second_factor(role: &Role, form: &Form, caller: &Caller) -> Result<(), Refusal> {
    let Some(device) = &role.mfa else { return Ok(()) };
    let (Some(serial), Some(code)) = (form.get("SerialNumber"), form.get("TokenCode")) else {
        return Err(denied(caller, &role.arn));
    };
    if serial != device.serial {
        return Err(access_denied(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number \
             is valid and associated with this user.",
        ));
    }
    if code != device.code {
        return Err(access_denied("MultiFactorAuthentication failed with invalid MFA one time pass code. "));
    }
    Ok(())
}

fn check_limit(role: &Role, seconds: i64, caller: &Caller) -> Result<(), Refusal> {
    if caller.kind == CallerKind::AssumedRole && seconds > LONGEST_CHAINED_SESSION {
        let message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
        return Err(Refusal::new(400, "ValidationError", message));
    }
    if seconds > role.longest_session {
        let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        return Err(Refusal::new(400, "ValidationError", message));
    }
    Ok(())
}

/// Whoever is not trusted is not told why, nor whether the role exists.
fn denied(caller: &Caller, role: &str) -> Refusal {
    access_denied(format!(
        "User: {} is not authorized to perform: sts:AssumeRole on resource: {role}",
        caller.arn
    ))
}

fn access_denied(message: impl Into<String>) -> Refusal {
    Refusal::new(403, "AccessDenied", message)
}

fn check_words(member: &str, text: &str, shortest: usize, besides: &str) -> Result<(), Refusal> {
    if text.chars().count() < shortest {
        let constraint = format!("Member must have length greater than or equal to {shortest}");
        return Err(invalid(text, member, &constraint));
    }
    if !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || besides.contains(c)) {
        let constraint = format!("Member must satisfy regular expression pattern: [\\w{besides}]*");
        return Err(invalid(text, member, &constraint));
    }
    Ok(())
}

fn invalid(value: &str, member: &str, constraint: &str) -> Refusal {
    let value = if value == "null" { value.to_owned() } else { format!("'{value}'") };
    let message = format!(
        "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {constraint}"
    );
    Refusal::new(400, "ValidationError", message)
}
