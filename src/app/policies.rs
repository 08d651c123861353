//! The IAM policies that a connection needs, ready to copy: who may assume the role, and what it may do.

use super::panel::{Line, Panel, Tone};
use super::{Answer, Effect, Model, Overlay, Question, Remote, Slot, update};
use crate::domain::policy::{PolicyScope, Trusted, permission_policy, trust_policy};
use crate::domain::{ApiType, Auth, Capability, Connection, Identity, Login, Problem, RoleAuth};
use crate::input::Action;

/// What policies are about.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// HTTP or REST.
    pub api_type: ApiType,
    /// The APIs; none is every API of the region.
    pub api_ids: Vec<String>,
    /// The credentials, as far as they are typed.
    pub login: Login,
    /// Whether they can be asked anything.
    pub sound: bool,
}

/// The panel of policies.
#[derive(Clone, Debug, PartialEq)]
pub struct Policies {
    /// What it shows.
    pub panel: Panel,
    subject: Subject,
    capabilities: Vec<Capability>,
    /// Every API of the region, not only those chosen.
    broad: bool,
    /// Who assumes the role.
    source: Remote<Identity>,
}

/// Shows the policies of a saved connection.
pub(super) fn of_connection(model: &mut Model, connection: &Connection) -> Vec<Effect> {
    let subject = Subject {
        api_type: connection.api_type,
        api_ids: vec![connection.api_id.clone()],
        login: Login { session: connection.session_key(), access_key: None },
        sound: true,
    };
    open(model, subject, vec![Capability::View, Capability::Metrics])
}

/// Shows policies, and asks whom a role must trust.
pub(super) fn open(model: &mut Model, subject: Subject, capabilities: Vec<Capability>) -> Vec<Effect> {
    let asks = subject.sound && matches!(subject.login.session.auth, Auth::Role(_));
    let login = subject.login.clone();
    let panel = Panel::new("IAM policies", Vec::new());
    let mut policies = Policies { panel, subject, capabilities, broad: false, source: Remote::default() };
    policies.write();
    model.overlay = Some(Overlay::Policies(policies));
    model.mark_dirty();
    if asks { model.questions.ask(Question::SourceIdentity(login), model.now) } else { Vec::new() }
}

/// What the panel's own keys do: what is ticked, how much of the region, what is copied.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Policies(policies)) = &mut model.overlay else {
        return Vec::new();
    };
    match action {
        Action::Tab(number) => {
            let ticked = Capability::ALL.get(usize::from(number).saturating_sub(1)).copied();
            let Some(capability) = ticked else {
                return Vec::new();
            };
            if policies.capabilities.contains(&capability) {
                policies.capabilities.retain(|known| *known != capability);
            } else {
                policies.capabilities.push(capability);
            }
            policies.write();
            let capabilities = policies.capabilities.clone();
            if let Some(form) = &mut model.form {
                form.set_capabilities(&capabilities);
            }
        }
        Action::Broaden => {
            policies.broad = !policies.broad;
            policies.write();
        }
        Action::CopyId => {
            let text = policies.permission();
            return update::copy(model, "the permission policy", text);
        }
        Action::CopyUrl => {
            if let Some(text) = policies.trust() {
                return update::copy(model, "the trust policy", text);
            }
            model.notice = Some("There is no trust policy to copy".to_owned());
        }
        _ => {}
    }
    Vec::new()
}

/// Takes in who assumes the role.
pub(super) fn settle(model: &mut Model, reply: Result<Answer, Problem>) {
    let now = model.now;
    let Some(Overlay::Policies(policies)) = model.overlay_below_dialog() else {
        return;
    };
    match reply {
        Ok(Answer::SourceIdentity(identity)) => policies.source.settle(Ok(identity), now),
        Ok(_) => {}
        Err(problem) => policies.source.settle(Err(problem), now),
    }
    policies.write();
}

/// Nobody waits for the answer once the panel is closed.
pub(super) fn closed(model: &mut Model) -> Vec<Effect> {
    model.questions.abandon(|open| open.slot == Slot::SourceIdentity)
}

impl Policies {
    fn permission(&self) -> String {
        let scope = |api_id| PolicyScope {
            api_type: self.subject.api_type,
            api_id,
            region: self.subject.login.session.region.clone(),
            stage: None,
        };
        let ids = self.subject.api_ids.iter().filter(|_| !self.broad);
        let mut scopes: Vec<PolicyScope> = ids.map(|id| scope(Some(id.clone()))).collect();
        if scopes.is_empty() {
            scopes.push(scope(None));
        }
        permission_policy(&scopes, &self.capabilities)
    }

    /// The trust policy of the role; none without a role, and none before it is known whom to trust.
    fn trust(&self) -> Option<String> {
        let identity = self.source.value.as_ref()?;
        Some(self.trust_of(&identity.account))
    }

    fn role(&self) -> Option<&RoleAuth> {
        match &self.subject.login.session.auth {
            Auth::Role(role) => Some(role),
            _ => None,
        }
    }

    fn trust_of(&self, account: &str) -> String {
        let role = self.role();
        trust_policy(&Trusted {
            account: account.to_owned(),
            region: self.subject.login.session.region.clone(),
            external_id: role.and_then(|role| role.external_id.clone()),
            mfa: role.is_some_and(|role| role.mfa_serial.is_some()),
        })
    }

    /// Writes the panel anew.
    fn write(&mut self) {
        let mut lines = vec![Line::new(Tone::Heading, "What it is for (1 to 6 switch)")];
        for (index, capability) in Capability::ALL.into_iter().enumerate() {
            let tick = if self.capabilities.contains(&capability) { "x" } else { " " };
            let text = format!("{} [{tick}] {:<9}{}", index + 1, capability.as_str(), capability.doc());
            lines.push(Line::new(Tone::Plain, &text));
        }
        lines.push(Line::new(Tone::Plain, ""));
        let reach = match (self.broad, self.subject.api_ids.len()) {
            (false, 1) => "this API alone",
            (false, 2..) => "these APIs alone",
            _ => "every API of this kind in the region",
        };
        let other = if self.broad { "narrow" } else { "broad" };
        let title = format!("Permission policy: {reach} (b: {other}, y copies)");
        lines.push(Line::new(Tone::Heading, &title));
        push_text(&mut lines, &self.permission());
        if self.role().is_some() {
            lines.push(Line::new(Tone::Plain, ""));
            let copies = if self.source.value.is_some() { " (Y copies)" } else { "" };
            lines.push(Line::new(Tone::Heading, &format!("Trust policy of the role{copies}")));
            self.write_trust(&mut lines);
        }
        self.panel.lines = lines;
    }

    fn write_trust(&self, lines: &mut Vec<Line>) {
        match (&self.source.value, &self.source.problem) {
            (Some(identity), _) => {
                let who = format!("Whoever {} in {} lets", identity.who(), identity.account);
                lines.push(Line::new(Tone::Muted, &format!("{who}: its account is the principal")));
                push_text(lines, &self.trust_of(&identity.account));
            }
            (None, problem) => {
                let why = match problem {
                    Some(problem) => problem.headline(),
                    None if self.subject.sound => "asking who assumes the role".to_owned(),
                    None => "the credentials are not right yet".to_owned(),
                };
                let text = format!("ACCOUNT stands for the account of the source credentials: {why}");
                lines.push(Line::new(Tone::Warning, &text));
                push_text(lines, &self.trust_of("ACCOUNT"));
            }
        }
    }
}

fn push_text(lines: &mut Vec<Line>, text: &str) {
    lines.extend(text.lines().map(|line| Line::new(Tone::Plain, line)));
}
