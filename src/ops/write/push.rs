//! The push: the schema goes out, and what the gateway then has is compared with what was meant.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use super::Act;
use super::ending::Ending;
use super::insist::Sent;
use super::look::{Found, after_loss, push_found};
use crate::aws::Pushed;
use crate::domain::{ApiType, ChangeKind, GatewayChange, Intent, Problem, Progress, Push, Step};
use crate::openapi::{self, Document};
use crate::ops::compare::parse_kept;
use crate::ops::configured;
use crate::text;

impl Act {
    /// Pushes the schema and reads it back. Everything that AWS warned of, and what is not as it was meant; or how it ended.
    pub(super) async fn push(&self, push: &Push) -> Result<Vec<String>, Ending> {
        self.begins(Step::Push);
        let parsed = parse_kept(&push.merged).and_then(|merged| Ok((merged, parse_kept(&push.replaced)?)));
        let (merged, replaced) = parsed.map_err(Ending::failed)?;
        let (merged, replaced, broke_down) = (&merged, &replaced, AtomicBool::new(false));
        let sent = self.insist(
            Step::Push,
            self.operation(),
            || self.writer.push(&push.merged, !self.allows_warnings()),
            || async {
                let seen = after_loss(move || self.push_seen(merged, replaced)).await;
                self.half_is_pushed_again(seen, &broke_down)
            },
        );
        let pushed = match sent.await {
            Sent::Done(pushed) => pushed,
            Sent::Not(problem) if !broke_down.into_inner() => return Err(Ending::failed(problem)),
            Sent::Not(problem) | Sent::Unknown(problem) => return Err(self.perhaps_pushed(problem)),
        };
        self.begins(Step::ReadBack);
        let mut warnings = pushed.warnings;
        warnings.extend(self.read_back(merged).await);
        warnings.extend(self.mend_settings(merged).await);
        Ok(warnings)
    }

    fn operation(&self) -> &'static str {
        match self.plan.target.api_type {
            ApiType::Http => "ReimportApi",
            ApiType::Rest => "PutRestApi",
        }
    }

    fn allows_warnings(&self) -> bool {
        match &self.plan.intent {
            Intent::Deploy { options, .. } => options.allow_warnings,
            // What went out before goes out again, whatever AWS warned of then.
            _ => true,
        }
    }

    async fn push_seen(&self, merged: &Document, replaced: &Document) -> Found<Pushed> {
        let before = Some(self.site.configuration.fingerprint.as_str());
        match push_found(&self.engine, &self.connection, merged, replaced, before).await {
            Found::Happened(()) => Found::Happened(Pushed::default()),
            Found::Not => Found::Not,
            Found::CannotTell(problem) => Found::CannotTell(problem),
        }
    }

    /// Where the gateway differs from what was meant.
    async fn read_back(&self, merged: &Document) -> Vec<String> {
        let differences = match self.plan.target.api_type {
            ApiType::Http => self
                .engine
                .export(&self.connection, None)
                .await
                .map(|export| openapi::gateway_diff(ApiType::Http, merged, &export.document)),
            ApiType::Rest => self
                .engine
                .configuration(&self.connection)
                .await
                .map(|found| configured::differences(&configured::routes(merged), &found.routes)),
        };
        match differences {
            Ok(differences) => differences.iter().map(otherwise).collect(),
            Err(problem) => vec![format!("The schema could not be read back: {}", problem.headline())],
        }
    }

    /// Puts the switch of the default endpoint back where the push moved it although the schema does not say so.
    async fn mend_settings(&self, merged: &Document) -> Vec<String> {
        let before = self.site.api.default_endpoint_disabled;
        let meant = endpoint_disabled(merged).unwrap_or(before);
        let now = match self.engine.stages(&self.connection).await {
            Ok(read) => read.api.default_endpoint_disabled,
            Err(problem) => return vec![format!("The API could not be read back: {}", problem.headline())],
        };
        if now == meant {
            return Vec::new();
        }
        if self.plan.target.api_type == ApiType::Rest {
            return vec!["The push changed whether the default endpoint answers.".to_owned()];
        }
        self.tell(Progress::Waits(Step::ReadBack, "Putting the default endpoint's switch back".to_owned()));
        let look = async || match self.engine.stages(&self.connection).await {
            Ok(read) if read.api.default_endpoint_disabled == meant => Found::Happened(()),
            Ok(_) => Found::Not,
            Err(problem) => Found::CannotTell(problem),
        };
        let sent = self.insist(
            Step::ReadBack,
            "UpdateApi",
            || self.writer.restore_settings(Some(meant)),
            || after_loss(&look),
        );
        vec![match sent.await {
            Sent::Done(()) => {
                "The push changed whether the default endpoint answers; it was put back.".to_owned()
            }
            Sent::Not(problem) | Sent::Unknown(problem) => {
                format!("The push changed whether the default endpoint answers: {}", problem.headline())
            }
        }]
    }

    /// `PutRestApi` may break down in its middle; AWS says to repeat it then, which does no harm. Once is enough.
    fn half_is_pushed_again(&self, seen: Found<Pushed>, broke_down: &AtomicBool) -> Found<Pushed> {
        match seen {
            Found::CannotTell(_)
                if self.plan.target.api_type == ApiType::Rest && !broke_down.swap(true, Relaxed) =>
            {
                Found::Not
            }
            seen => seen,
        }
    }

    fn perhaps_pushed(&self, problem: Problem) -> Ending {
        let left = format!(
            "If the gateway has the schema, no stage serves it that does not deploy by itself. `apigw deploy {} --push-back {} --kept \
             replaced` brings back what was there.",
            text::shell_word(&self.connection.nickname),
            self.entry.id
        );
        Ending { left: Some(left), ..Ending::unknown(problem) }
    }
}

/// What a document says about the default endpoint.
fn endpoint_disabled(document: &Document) -> Option<bool> {
    let servers = document.value()["servers"].as_array()?;
    let said = |server: &serde_json::Value| {
        server["x-amazon-apigateway-endpoint-configuration"]["disableExecuteApiEndpoint"].as_bool()
    };
    servers.iter().find_map(said)
}

fn otherwise(change: &GatewayChange) -> String {
    let kind = match change.change {
        ChangeKind::Added => "was not in the schema",
        ChangeKind::Removed => "is missing",
        ChangeKind::Changed => "is another",
    };
    format!("The gateway has it otherwise than pushed ({kind}): {}", configured::told(change))
}
