//! What must be agreed to before anything is written: by flags, or by the person at the terminal.

use super::WriteFlags;
use super::plan_page::{act, place};
use crate::cli::choice::usage;
use crate::cli::compose::Composed;
use crate::cli::output::Reader;
use crate::cli::person;
use crate::domain::{Connection, Consent, Lack, Plan, Problem, ProblemKind, Risk};
use crate::text;

impl WriteFlags {
    /// Refuses a nickname that is not the connection's before anything is read.
    pub fn check(&self, connection: &Connection) -> Result<(), Problem> {
        let nickname = &connection.nickname;
        match &self.confirm {
            Some(confirmed) if confirmed != nickname => Err(usage(
                format!("--confirm says {}, and the connection is {nickname}", text::sanitise(confirmed)),
                "Nothing was written.",
            )),
            _ => Ok(()),
        }
    }

    fn consent(&self) -> Consent {
        let risks = [
            (self.allow_delete, Risk::Delete),
            (self.allow_exposure, Risk::Exposure),
            (self.allow_breaking, Risk::Breaking),
        ];
        Consent {
            yes: self.yes,
            nickname: self.confirm.clone(),
            risks: risks.into_iter().filter(|(allowed, _)| *allowed).map(|(_, risk)| risk).collect(),
        }
    }
}

/// Refuses to write with a connection that may only read, before anybody is asked anything.
pub fn refuse_read_only(connection: &Connection) -> Result<(), Problem> {
    if !connection.read_only {
        return Ok(());
    }
    let what = format!("{} is read-only", connection.nickname);
    Err(Problem::new(ProblemKind::ReadOnly, what, "Nothing was written.")
        .advise("To see what would be done: --plan")
        .advise("Leave out --read-only, or take read_only from the connection: apigw connection edit"))
}

/// Why a plan with errors is not carried out.
pub fn faulty(plan: &Plan) -> Problem {
    let errors: Vec<String> = plan.errors().map(|fault| format!("{}: {}", fault.at, fault.message)).collect();
    let what = format!("The schema has {}", text::plural(errors.len(), "error"));
    Problem::new(ProblemKind::Refused, what, errors.join("\n"))
        .advise("Mend the schema. Nothing was written.")
}

/// The consent that the plan needs: that of the flags, and what the person at the terminal adds to it.
pub fn obtain(
    composed: &Composed,
    connection: &Connection,
    plan: &Plan,
    flags: &WriteFlags,
) -> Result<Consent, Problem> {
    let consent = flags.consent();
    let lacks = plan.lacks(connection, &consent);
    if lacks.is_empty() {
        Ok(consent)
    } else if composed.reader == Reader::Person && person::is_there() {
        ask(connection, plan, consent)
    } else {
        Err(lacking(connection, plan, &lacks))
    }
}

/// The flags with which the plan is carried out unasked.
pub fn all_flags(connection: &Connection, plan: &Plan) -> Vec<String> {
    flags(connection, &plan.lacks(connection, &Consent::default()))
}

fn flags(connection: &Connection, lacks: &[Lack]) -> Vec<String> {
    let flag = |lack: &Lack| match lack {
        Lack::Risk(risk) => risk.flag().to_owned(),
        Lack::Nickname => format!("--confirm {}", text::shell_word(&connection.nickname)),
        Lack::Yes => "--yes".to_owned(),
    };
    lacks.iter().map(flag).collect()
}

/// What a script has to add, flag by flag.
fn lacking(connection: &Connection, plan: &Plan, lacks: &[Lack]) -> Problem {
    let why: Vec<String> = lacks
        .iter()
        .filter_map(|lack| match lack {
            Lack::Risk(risk) => Some(told(*risk, plan)),
            Lack::Nickname => Some(format!("{} is protected.", connection.nickname)),
            Lack::Yes => None,
        })
        .chain(["Nobody is there to be asked. Nothing was written.".to_owned()])
        .collect();
    Problem::new(ProblemKind::Refused, "Nobody agreed to this write", why.join("\n"))
        .advise(format!("Say so beforehand: {}", flags(connection, lacks).join(" ")))
}

/// Asks for what is lacking: first for the risks, then for the whole.
fn ask(connection: &Connection, plan: &Plan, mut consent: Consent) -> Result<Consent, Problem> {
    let risks: Vec<Risk> = plan.risks().into_iter().filter(|risk| !consent.risks.contains(risk)).collect();
    if !risks.is_empty() {
        let told: Vec<String> = risks.iter().map(|risk| told(*risk, plan)).collect();
        agreed(person::agrees(&format!("{} Is that what you want?", told.join(" ")))?)?;
        consent.risks.extend(risks);
    }
    let deed = format!("{} of {}", act(plan), place(&plan.target));
    let lacks = plan.lacks(connection, &consent);
    if lacks.contains(&Lack::Nickname) {
        let nickname = &connection.nickname;
        let typed = person::line(&format!("{deed}? {nickname} is protected. Type its nickname to go on:"))?;
        agreed(typed == *nickname)?;
        consent.nickname = Some(typed);
        consent.yes = true;
    } else if lacks.contains(&Lack::Yes) {
        agreed(person::agrees(&format!("{deed}?"))?)?;
        consent.yes = true;
    }
    Ok(consent)
}

fn agreed(yes: bool) -> Result<(), Problem> {
    if yes { Ok(()) } else { Err(Problem::new(ProblemKind::Refused, "Nothing was written", "")) }
}

/// A risk in a sentence.
fn told(risk: Risk, plan: &Plan) -> String {
    match risk {
        Risk::Delete => {
            let routes = &plan.deleted_routes;
            format!("It deletes {}: {}.", text::plural(routes.len(), "live route"), routes.join(", "))
        }
        Risk::Exposure => "It lets something answer more callers than before.".to_owned(),
        Risk::Breaking => "It breaks callers that worked.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::samples::{connections, plan, roll_back_plan};

    #[test]
    fn what_a_script_must_add_is_named_flag_by_flag() {
        let orders = &connections()[0];
        let (plan, flags) = (plan(), WriteFlags::default());
        let problem = lacking(orders, &plan, &plan.lacks(orders, &flags.consent()));
        assert_eq!(problem.exit_code(), 3);
        let all =
            "Say so beforehand: --allow-delete --allow-exposure --allow-breaking --confirm orders-prod --yes";
        assert_eq!(problem.advice, [all]);
        assert!(problem.why.contains("DELETE /orders/{id}"), "{}", problem.why);
    }

    #[test]
    fn yes_answers_the_plain_question_and_nothing_else() {
        let (orders, billing) = (&connections()[0], &connections()[1]);
        let yes = WriteFlags { yes: true, ..WriteFlags::default() };
        assert_eq!(roll_back_plan().lacks(billing, &yes.consent()), []);
        assert_eq!(roll_back_plan().lacks(orders, &yes.consent()), [Lack::Nickname]);
        let all = WriteFlags {
            allow_delete: true,
            allow_exposure: true,
            allow_breaking: true,
            confirm: Some("orders-prod".into()),
            ..yes
        };
        assert_eq!(plan().lacks(orders, &all.consent()), []);
    }

    #[test]
    fn another_nickname_is_refused_before_anything_is_read() {
        let flags = WriteFlags { confirm: Some("orders-staging".into()), ..WriteFlags::default() };
        assert_eq!(flags.check(&connections()[0]).unwrap_err().exit_code(), 2);
    }

    #[test]
    fn a_connection_that_may_only_read_is_refused_with_exit_4() {
        assert_eq!(refuse_read_only(&connections()[1]).unwrap_err().exit_code(), 4);
        assert_eq!(refuse_read_only(&connections()[0]), Ok(()));
    }
}
