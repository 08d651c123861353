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
        for connection in connections {
            let mut before: Option<MfaPrompt> = None;
            // What keeps a connection from being asked about, its own read will tell.
            while let Ok(Some(wanted)) = self.runtime.block_on(self.engine.mfa_needed(connection)) {
                // Nothing was asked, or the answer did not take: the read will say so.
                if before.as_ref() == Some(&wanted) || !self.answer(connection, &wanted, given.take())? {
                    break;
                }
                before = Some(wanted);
            }
        }
        Ok(())
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
