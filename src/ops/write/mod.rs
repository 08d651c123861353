//! Doing what a plan says. The whole write is a task of its own, so that whoever stops watching does not stop it; every request goes
//! through [`Act::insist`], which finds out what became of a lost answer before it says anything.

mod ending;
mod go_live;
mod insist;
mod look;
mod push;
mod record;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::Engine;
use super::site::Site;
use crate::aws::{WriteRules, Writer};
use crate::domain::{
    Connection, Consent, Done, HistoryEntry, Lack, Plan, Problem, ProblemKind, Progress, Step,
};
use ending::Ending;

pub(super) use look::{Found, deployment_found, holds, push_found};

impl Engine {
    /// Does what the plan says. `Err` means that nothing was sent; what was begun ends as [`Done`], failures and unknown outcomes
    /// included. It goes on to its end even when the future is dropped.
    pub async fn carry_out(
        &self,
        connection: &Connection,
        plan: &Plan,
        consent: &Consent,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Done, Problem> {
        if plan.changes_nothing() && plan.errors().next().is_none() {
            return Ok(Done::unchanged(plan));
        }
        agreed(connection, plan, consent)?;
        let (news, mut told) = unbounded_channel();
        let task = tokio::spawn(run(self.clone(), connection.clone(), plan.clone(), news));
        while let Some(news) = told.recv().await {
            progress(news);
        }
        task.await.unwrap_or_else(|_| Ok(ending::panicked(plan)))
    }

    /// The API, for writing; refused where the connection or a flag says so.
    async fn writer(&self, connection: &Connection) -> Result<Writer, Problem> {
        let read_only = connection.read_only || self.book().read_only;
        let rules = WriteRules { read_only, account: connection.account.clone() };
        let (rules, api_type, api_id) = (&rules, connection.api_type, &connection.api_id);
        self.ask(connection, |session| async move { session.writer(api_type, api_id, rules).await }).await
    }
}

/// Whether everything that the plan asks for was agreed to, and nothing is wrong with the schema.
fn agreed(connection: &Connection, plan: &Plan, consent: &Consent) -> Result<(), Problem> {
    if let Some(fault) = plan.errors().next() {
        let what = "The schema cannot be pushed";
        return Err(Problem::new(ProblemKind::Refused, what, format!("{}: {}", fault.at, fault.message))
            .advise("Mend it, and plan anew."));
    }
    let lacks = plan.lacks(connection, consent);
    if lacks.is_empty() {
        return Ok(());
    }
    let mut problem =
        Problem::new(ProblemKind::Refused, "Nothing was written", "Not everything was agreed to.");
    for lack in lacks {
        problem = problem.advise(match lack {
            Lack::Risk(risk) => format!("Allow it by name: {}.", risk.flag()),
            Lack::Nickname => format!("The connection is protected: --confirm {}.", connection.nickname),
            Lack::Yes => "Say yes: --yes.".to_owned(),
        });
    }
    Err(problem)
}

/// A write under way.
struct Act {
    engine: Engine,
    connection: Connection,
    plan: Plan,
    news: UnboundedSender<Progress>,
    writer: Writer,
    /// How things stood just before the first request.
    site: Site,
    entry: HistoryEntry,
}

impl Act {
    /// Tells whoever still watches.
    fn tell(&self, news: Progress) {
        let _ = self.news.send(news);
    }

    fn begins(&self, step: Step) {
        self.tell(Progress::Began(step));
    }
}

async fn run(
    engine: Engine,
    connection: Connection,
    plan: Plan,
    news: UnboundedSender<Progress>,
) -> Result<Done, Problem> {
    let writer = engine.writer(&connection).await?;
    let target = plan.target.clone();
    let lock = engine.in_history(move |history| history.lock(&target)).await?;
    let _ = news.send(Progress::Began(Step::Check));
    let scope = engine.scope(&connection, &plan.intent).await?;
    let site = engine.site(&connection, &scope).await?;
    if site.fingerprint != plan.fingerprint {
        return Err(changed(&plan));
    }
    let _ = news.send(Progress::Began(Step::Record));
    let entry = record::begin(&engine, &connection, &plan, &site).await?;
    let act = Act { engine, connection, plan, news, writer, site, entry };
    let ending = act.perform().await;
    let done = act.close(ending).await;
    drop(lock);
    Ok(done)
}

fn changed(plan: &Plan) -> Problem {
    let what = format!("{} changed since the plan was made", plan.target.api_name);
    Problem::new(ProblemKind::Conflict, what, "Somebody else is working on it. Nothing was written.")
        .advise("Plan anew, and look at what is different.")
}

impl Act {
    /// Pushes, and puts live, as the plan says.
    async fn perform(&self) -> Ending {
        let mut ending = Ending::default();
        if let Some(push) = &self.plan.push {
            match self.push(push).await {
                Ok(warnings) => ending.warnings = warnings,
                Err(failed) => return failed,
            }
        }
        let mut ending = self.go_live(ending).await;
        if self.plan.push.is_some() {
            ending.warnings.extend(self.failed_by_themselves().await);
        }
        ending
    }
}
