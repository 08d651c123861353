//! MFA codes: asked for before the work starts, once for each role and device that wants one.

use super::compose::Composed;
use super::{output, person};
use crate::domain::{Connection, MfaPrompt, Problem, ProblemKind, Secret};

/// How often a person may mistype a code.
const TRIES: usize = 3;

impl Composed {
    /// Signs in to the roles of these connections that want an MFA code: with `--mfa-code`, and where there is a terminal by
    /// asking. Where neither is, the read that needs the role will say so; it must not keep the others from being read.
    pub fn sign_in(&self, connections: &[Connection]) -> Result<(), Problem> {
        // A code is good once.
        let mut given = self.mfa_code.clone();
        let mut declined: Vec<MfaPrompt> = Vec::new();
        for connection in connections {
            let mut answered: Option<MfaPrompt> = None;
            // What keeps a connection from being asked about, its own read will tell.
            while let Ok(Some(wanted)) = self.runtime.block_on(self.engine.mfa_needed(connection)) {
                // A sign-in that did not take is told by the read, too.
                if answered.as_ref() == Some(&wanted) || declined.contains(&wanted) {
                    break;
                }
                if self.answer(connection, &wanted, given.take())? {
                    answered = Some(wanted);
                } else {
                    declined.push(wanted);
                }
            }
        }
        Ok(())
    }

    /// Signs in with `--mfa-code` where it is wanted, and asks nobody: the screen asks in its own way.
    pub fn sign_in_with_code(&self, connections: &[Connection]) -> Result<(), Problem> {
        let Some(code) = &self.mfa_code else { return Ok(()) };
        let waits = |connection: &&Connection| {
            let needed = self.runtime.block_on(self.engine.mfa_needed(connection));
            needed.is_ok_and(|wanted| wanted.is_some())
        };
        match connections.iter().find(waits) {
            Some(connection) => self.runtime.block_on(self.engine.sign_in(connection, code)),
            None => Ok(()),
        }
    }

    /// Whether the role was signed in to; not where nobody gave a code.
    fn answer(
        &self,
        connection: &Connection,
        wanted: &MfaPrompt,
        given: Option<Secret>,
    ) -> Result<bool, Problem> {
        let sign_in = |code: &Secret| self.runtime.block_on(self.engine.sign_in(connection, code));
        if let Some(code) = given {
            return sign_in(&code).map(|()| true);
        }
        if !person::is_there() {
            return Ok(false);
        }
        let question = format!("MFA code of {} for {}:", wanted.serial, wanted.role);
        for tried in 1..=TRIES {
            let code = person::secret(&question)?;
            match sign_in(&code) {
                _ if code.expose().is_empty() => return Ok(false),
                Ok(()) => return Ok(true),
                Err(problem) if tried < TRIES && may_be_mistyped(&problem) => {
                    output::note(&output::problem_lines(&problem, self.format.problem_ink));
                }
                Err(problem) => return Err(problem),
            }
        }
        Ok(false)
    }
}

/// Whether another code could help.
fn may_be_mistyped(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::Credentials | ProblemKind::Usage)
}
