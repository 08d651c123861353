//! Questions become tasks; their answers come back as messages, whatever happens to the task.

use std::collections::HashMap;

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

use crate::app::{Answer, Message, Question, QuestionId};
use crate::domain::{Connection, Done, Problem, ProblemKind, Progress, TimeRange};
use crate::ops::{Engine, StatusRequest, generate_external_id};

/// Tasks under way.
pub(super) struct Tasks {
    engine: Engine,
    sender: UnboundedSender<Message>,
    running: HashMap<QuestionId, AbortHandle>,
}

impl Tasks {
    pub(super) fn new(engine: Engine, sender: UnboundedSender<Message>) -> Self {
        Self { engine, sender, running: HashMap::new() }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.engine.now()
    }

    /// Starts a read. A panic inside it becomes a failed reply, so that no spinner turns for ever.
    pub(super) fn ask(&mut self, id: QuestionId, question: Question) {
        self.running.retain(|_, task| !task.is_finished());
        let asker = Asker { engine: self.engine.clone(), sender: self.sender.clone(), id };
        let connections = self.connections_of(&question);
        let writes = matches!(question, Question::CarryOut { .. });
        let task = tokio::spawn(async move { asker.answer(connections, question).await });
        self.running.insert(id, task.abort_handle());
        let (engine, sender) = (self.engine.clone(), self.sender.clone());
        tokio::spawn(async move {
            let reply = match task.await {
                Ok(reply) => reply,
                Err(error) if error.is_cancelled() => return,
                // What it wrote before it broke, nobody knows.
                Err(_) if writes => Ok(Answer::CarryOut(Box::new(Done::unknown(bug())))),
                Err(_) => Err(bug()),
            };
            // The receiver is gone only when the program ends. The meter first: whoever sees the answer sees its cost.
            let _ = sender.send(Message::Metered(engine.usage()));
            let _ = sender.send(Message::Replied(id, reply));
        });
    }

    /// Ends a read that nobody waits for.
    pub(super) fn abandon(&mut self, id: QuestionId) {
        if let Some(task) = self.running.remove(&id) {
            task.abort();
        }
    }

    /// The connections that a question names.
    fn connections_of(&self, question: &Question) -> Vec<Connection> {
        let named = |nickname: &String| match question {
            Question::Health(_, nicknames) => nicknames.contains(nickname),
            other => other.nickname() == Some(nickname),
        };
        let mut connections = self.engine.connections();
        connections.retain(|connection| named(&connection.nickname));
        connections
    }
}

fn bug() -> Problem {
    Problem::new(
        ProblemKind::Bug,
        "apigw failed inside",
        "A task ended in a panic; nothing else is affected.",
    )
    .advise("r tries again")
    .advise("please report it, with a log made by `--log FILE`")
}

struct Asker {
    engine: Engine,
    sender: UnboundedSender<Message>,
    id: QuestionId,
}

impl Asker {
    async fn answer(&self, connections: Vec<Connection>, question: Question) -> Result<Answer, Problem> {
        let engine = &self.engine;
        match question {
            Question::Profiles => engine.profiles().await.map(Answer::Profiles),
            Question::Apis(login, api_type) => {
                engine.login_apis(&login, api_type, self.progress()).await.map(Answer::Apis)
            }
            Question::LoginIdentity(login) => engine.login_identity(&login).await.map(Answer::LoginIdentity),
            Question::SourceIdentity(login) => {
                engine.login_source_identity(&login).await.map(Answer::SourceIdentity)
            }
            Question::Test(trial) => Ok(Answer::Test(Box::pin(engine.test(&trial)).await)),
            Question::SignIn(login, code) => {
                engine.login_sign_in(&login, &code).await.map(|()| Answer::SignIn)
            }
            Question::ExternalId => Ok(Answer::ExternalId(generate_external_id())),
            Question::Save(edit) => engine.save(edit).await.map(Answer::Save),
            Question::Revisions(file) => engine.revisions(&file).await.map(Answer::Revisions),
            Question::KeptSchema(entry, which) => {
                engine.kept_schema(&entry, which).await.map(Answer::KeptSchema)
            }
            Question::CompareEntries(older, newer) => {
                engine.compare_entries(&older, &newer).await.map(Answer::CompareEntries)
            }
            about_connections => self.answer_about(connections, about_connections).await,
        }
    }

    /// Answers a question about saved connections.
    async fn answer_about(
        &self,
        connections: Vec<Connection>,
        question: Question,
    ) -> Result<Answer, Problem> {
        let Some(connection) = connections.first() else {
            return Err(bug());
        };
        let engine = &self.engine;
        match question {
            Question::Health(..) => {
                let request = StatusRequest { range: TimeRange::H1, stages: Vec::new() };
                Ok(Answer::Health(engine.status(&connections, &request).await.connections))
            }
            Question::Identity(_) => engine.identity(connection).await.map(Answer::Identity),
            Question::Stages(_) => engine.stages(connection).await.map(Answer::Stages),
            Question::Deployments(_) => {
                engine.deployments(connection, self.progress()).await.map(Answer::Deployments)
            }
            Question::Domains(_) => engine.domains(connection).await.map(Answer::Domains),
            Question::Metrics { api_name, stages, window, .. } => {
                engine.metrics(connection, &api_name, &stages, window).await.map(Answer::Metrics)
            }
            Question::Dashboard { api_name, stage, asked, .. } => {
                engine.dashboard(connection, &api_name, &stage, asked).await.map(Answer::Dashboard)
            }
            Question::Routes { api_name, stage, window, .. } => {
                engine.routes(connection, &api_name, &stage, window).await.map(Answer::Routes)
            }
            // A write's future is large; on the heap it spares every stack that it passes.
            about_writes => Box::pin(self.answer_about_writes(connection, about_writes)).await,
        }
    }

    /// Answers what a write would do, does it, and tells what was done.
    async fn answer_about_writes(
        &self,
        connection: &Connection,
        question: Question,
    ) -> Result<Answer, Problem> {
        let engine = &self.engine;
        match question {
            Question::Plan(_, intent) => {
                engine.plan(connection, &intent).await.map(|plan| Answer::Plan(Box::new(plan)))
            }
            Question::CarryOut { plan, consent, .. } => {
                let done = engine.carry_out(connection, &plan, &consent, self.steps()).await;
                done.map(|done| Answer::CarryOut(Box::new(done)))
            }
            Question::PlanImport(_, request) => {
                let import = engine.plan_import(connection, &request).await;
                import.map(|import| Answer::PlanImport(Box::new(import)))
            }
            Question::SaveImport(_, import) => {
                let done = engine.save_import(connection, &import).await;
                done.map(|done| Answer::SaveImport(Box::new(done)))
            }
            Question::History(_) => engine.history(connection).await.map(Answer::History),
            Question::Recover(_) => engine.recover(connection).await.map(Answer::Recover),
            _ => Err(bug()),
        }
    }

    /// Tells how far a write is.
    fn steps(&self) -> impl Fn(Progress) + Send + Sync + 'static {
        let (sender, id) = (self.sender.clone(), self.id);
        move |progress| {
            let _ = sender.send(Message::Stepped(id, progress));
        }
    }

    /// Tells how many items were read so far.
    fn progress(&self) -> impl Fn(usize) + Send + Sync + 'static {
        let (sender, id) = (self.sender.clone(), self.id);
        move |items| {
            let _ = sender.send(Message::Progressed(id, items));
        }
    }
}
