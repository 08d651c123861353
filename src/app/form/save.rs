//! Saving: every field right, then whose credentials these are, then the write.

use super::keys::first_broken;
use super::{Field, Form, close};
use crate::app::dialog::{self, Connected, Dialog};
use crate::app::{
    Answer, Effect, Model, Open, Overlay, Question, Slot, connections, deployments, panel::problem_panel,
};
use crate::domain::{Connection, Edit, Identity, Problem, ProblemKind};

/// Looks at every field, finds out whose credentials these are unless that is known, and saves.
pub(super) fn start(model: &mut Model) -> Vec<Effect> {
    if model.questions.find(&Slot::Save).is_some() {
        model.notice = Some("Another save is under way; it ends in a moment".to_owned());
        return Vec::new();
    }
    let Some(form) = &model.form else {
        return Vec::new();
    };
    let mut fields = form.fields();
    fields.extend(form.login_fields());
    fields.extend([Field::Schema, Field::Refresh]);
    fields.extend(super::Limit::ALL.map(Field::Threshold));
    fields.sort_unstable();
    fields.dedup();
    if let Some(effects) = first_broken(model, &fields) {
        return effects;
    }
    let Some(form) = &mut model.form else {
        return Vec::new();
    };
    form.saving = true;
    let login = form.login();
    let known = form.identity.as_ref().filter(|(asked, _)| *asked == login);
    let account = known.map(|(_, identity)| identity.account.clone());
    match account.or(form.kept_account().map(str::to_owned)) {
        Some(account) => write(model, Some(&account)),
        None => model.questions.ask(Question::LoginIdentity(login), model.now),
    }
}

/// Saves without knowing whose credentials these are.
pub(in crate::app) fn save_unverified(model: &mut Model) -> Vec<Effect> {
    write(model, None)
}

fn write(model: &mut Model, account: Option<&str>) -> Vec<Effect> {
    let Some(edit) = model.form.as_ref().map(|form| form.to_edit(account)) else {
        return Vec::new();
    };
    model.questions.ask(Question::Save(edit), model.now)
}

/// Takes in an answer that the form, or a dialog about a saved connection, asked for.
pub(in crate::app) fn settle(model: &mut Model, open: &Open, reply: Result<Answer, Problem>) -> Vec<Effect> {
    let now = model.now;
    match (&open.question, reply) {
        (Question::Save(edit), Ok(Answer::Save(connections))) => {
            return saved(model, edit, connections);
        }
        (Question::Save(_), Err(problem)) => not_saved(model, &problem),
        (Question::LoginIdentity(login), Ok(Answer::LoginIdentity(identity))) => {
            let Some(form) = &mut model.form else {
                return Vec::new();
            };
            let account = identity.account.clone();
            form.identity = Some((login.clone(), identity));
            if form.saving && form.login() == *login {
                return write(model, Some(&account));
            }
        }
        (Question::LoginIdentity(_), Err(problem)) => ask_unverified(model, problem),
        (Question::ExternalId, Ok(Answer::ExternalId(id))) => {
            if let Some(form) = model.form.as_mut().filter(|form| form.text(Field::ExternalId).is_empty()) {
                form.set_text(Field::ExternalId, &id);
            }
        }
        (Question::Profiles, reply) => {
            let reply = match reply {
                Ok(Answer::Profiles(profiles)) => Ok(profiles),
                Ok(_) => return Vec::new(),
                Err(problem) => Err(problem),
            };
            settle_list(model, |form| form.profiles.settle(reply, now));
        }
        (Question::Apis(..), reply) => {
            let reply = match reply {
                Ok(Answer::Apis(apis)) => Ok(apis),
                Ok(_) => return Vec::new(),
                Err(problem) => Err(problem),
            };
            settle_list(model, |form| form.apis.settle(reply, now));
        }
        _ => {}
    }
    Vec::new()
}

fn settle_list(model: &mut Model, settle: impl FnOnce(&mut Form)) {
    if let Some(form) = &mut model.form {
        settle(form);
        form.arrange_list();
    }
}

fn not_saved(model: &mut Model, problem: &Problem) {
    if let Some(form) = &mut model.form {
        form.saving = false;
    }
    model.overlay = Some(Overlay::Panel(problem_panel(problem)));
}

/// Nobody could tell whose credentials these are: the person decides whether to save all the same.
pub(in crate::app) fn ask_unverified(model: &mut Model, problem: Problem) {
    let waits = matches!(&model.overlay, Some(Overlay::Dialog(Dialog::Mfa(_))));
    let Some(form) = &mut model.form else {
        return;
    };
    // The code comes first; who has none is asked then.
    if problem.kind == ProblemKind::NeedsMfa && waits {
        return;
    }
    form.saving = false;
    if problem.kind != ProblemKind::Cancelled {
        model.overlay = Some(Overlay::Dialog(Dialog::Unverified(problem)));
    }
}

/// The connections are saved: the list shows them, and what was open stays open.
fn saved(model: &mut Model, edit: &Edit, connections: Vec<Connection>) -> Vec<Effect> {
    model.connections = connections;
    let kept = |nickname: &String| model.connections.iter().any(|known| known.nickname == *nickname);
    model.home.health.retain(|nickname, _| kept(nickname));
    model.known.retain(|nickname, _| kept(nickname));
    let opened = model.deployments.as_ref().map(|screen| screen.connection.nickname.clone());
    let (form, mut effects) = (model.form.take(), close(model));
    match edit {
        Edit::Add { connections, .. } => {
            let identity = form.and_then(|form| form.identity).map(|(_, identity)| identity);
            connected(model, connections, identity.as_ref());
            effects.extend(check_added(model, connections));
        }
        Edit::Change { before, after, .. } => {
            model.notice = Some(format!("Saved {}", after.nickname));
            if before.api_id != after.api_id || before.session_key() != after.session_key() {
                model.home.health.remove(&after.nickname);
                model.known.remove(&after.nickname);
            }
            if opened.as_ref() == Some(&before.nickname) {
                effects.extend(deployments::open(model, &after.nickname));
            } else {
                effects.extend(check_added(model, std::slice::from_ref(after)));
            }
        }
        Edit::Remove { nickname } => {
            model.notice = Some(format!("Deleted {nickname}"));
            if opened.as_ref() == Some(nickname) {
                effects.extend(super::super::leaving::leave_deployments(model));
            }
        }
    }
    connections::arrange_rows(model);
    effects
}

fn check_added(model: &mut Model, added: &[Connection]) -> Vec<Effect> {
    let mut sessions: Vec<_> = added.iter().map(Connection::session_key).collect();
    sessions.dedup();
    sessions.iter().flat_map(|session| connections::check(model, session)).collect()
}

fn connected(model: &mut Model, added: &[Connection], identity: Option<&Identity>) {
    let panel = Connected::new(added, identity);
    if let Some(first) = added.first() {
        let row = model.connections.iter().position(|known| known.nickname == first.nickname);
        model.home.list.clear_filter();
        connections::arrange_rows(model);
        let super::super::Model { home, connections, .. } = model;
        if let Some(row) = row {
            home.list.select(row, |index| &connections[index].nickname);
        }
    }
    dialog::show(model, Dialog::Connected(panel));
}
