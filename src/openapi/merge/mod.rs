//! The author's document with what only the gateway knows: integrations, authorizers, CORS.
//!
//! Nothing that the author wrote is changed, but for `info`, which the gateway keeps, and an explicit `null`, which takes
//! something away. What is put in is put in whole.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::domain::{ApiType, Fault, PushOptions, Restored};

use super::Document;
use super::route::{self, Route, RouteKey};

mod absent;
mod graft;
mod info;
mod operation;
mod parameters;
mod root;
mod schemes;

/// What came of a merge.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The document to push, explicit nulls stripped.
    pub document: Document,
    /// What was put in from the gateway.
    pub restored: Vec<Restored>,
    /// Live routes that the document lacks and that a push deletes; empty when they are kept.
    pub deleted_routes: Vec<String>,
    /// What else is to be known: parameters renamed, schemes that differ, extensions removed on purpose. Sentences.
    pub notes: Vec<String>,
    /// What keeps the two from being merged: two paths with one key, references that cannot be rewritten.
    pub faults: Vec<Fault>,
}

/// Merges the author's document with the gateway's own. `base` is the author's document of the last deployment, before its merge:
/// what it had and `local` lacks was removed on purpose.
pub fn merge(
    api_type: ApiType,
    local: &Document,
    live: &Document,
    base: Option<&Document>,
    options: PushOptions,
) -> Merged {
    let mut merge = Merge {
        api_type,
        local: local.value(),
        live: live.value(),
        base: base.map(Document::value),
        out: local.value().clone(),
        restored: Vec::new(),
        deleted_routes: Vec::new(),
        notes: Vec::new(),
        faults: Vec::new(),
    };
    merge.operations(options);
    schemes::merge(&mut merge);
    root::merge(&mut merge);
    if !options.rename {
        info::keep(&mut merge);
    }
    absent::strip(&mut merge.out);
    let mut faults = merge.faults;
    super::preflight::add_lines(local, &mut faults);
    Merged {
        document: merge.out.into(),
        restored: merge.restored,
        deleted_routes: merge.deleted_routes,
        notes: merge.notes,
        faults,
    }
}

/// A merge under way.
struct Merge<'a> {
    api_type: ApiType,
    local: &'a Value,
    live: &'a Value,
    base: Option<&'a Value>,
    out: Value,
    restored: Vec<Restored>,
    deleted_routes: Vec<String>,
    notes: Vec<String>,
    faults: Vec<Fault>,
}

impl<'a> Merge<'a> {
    fn restored(&mut self, at: impl Into<String>, what: impl Into<String>) {
        self.restored.push(Restored { at: at.into(), what: what.into() });
    }

    fn error(&mut self, at: impl Into<String>, message: String) {
        self.faults.push(Fault { is_error: true, at: at.into(), message });
    }

    /// An object of the merged document, made where there is none; `None` where something else stands in its place.
    fn object(&mut self, parts: &[&str]) -> Option<&mut Map<String, Value>> {
        let mut value = &mut self.out;
        for part in parts {
            value = value.as_object_mut()?.entry(*part).or_insert_with(|| Map::new().into());
        }
        value.as_object_mut()
    }

    fn operations(&mut self, options: PushOptions) {
        let local = route::routes(self.local);
        let live = route::routes(self.live);
        let base = self.base.map(route::routes).unwrap_or_default();
        let (in_local, in_live, in_base) =
            (route::by_key(&local), route::by_key(&live), route::by_key(&base));
        self.refuse_twins(&local, &in_local);
        for route in &local {
            let key = route.key();
            match in_live.get(&key) {
                Some(theirs) => operation::merge(self, route, theirs, in_base.get(&key)),
                None => self.ask_about_any(route, &key, &in_local, &in_live),
            }
        }
        for theirs in live.iter().filter(|route| !in_local.contains_key(&route.key())) {
            if options.keep_routes {
                graft::keep(self, theirs, &local);
            } else {
                self.deleted_routes.push(theirs.name());
            }
        }
    }

    /// Two paths that API Gateway takes for one.
    fn refuse_twins(&mut self, local: &[Route<'a>], in_local: &HashMap<RouteKey, Route<'a>>) {
        for route in local {
            let Some(first) = in_local.get(&route.key()).filter(|first| first.path != route.path) else {
                continue;
            };
            let message = format!(
                "{} and {} are one route to API Gateway, which ignores the names of parameters: keep one of the two",
                first.name(),
                route.name()
            );
            self.error(route.pointer(), message);
        }
    }

    /// A method of its own where the gateway has one answer for all: its integration may be what is meant, or may not.
    fn ask_about_any(
        &mut self,
        route: &Route<'a>,
        key: &RouteKey,
        in_local: &HashMap<RouteKey, Route<'a>>,
        in_live: &HashMap<RouteKey, Route<'a>>,
    ) {
        let any = RouteKey { path: key.path.clone(), method: "ANY".to_owned() };
        let Some(theirs) = in_live.get(&any).filter(|_| key.method != "ANY" && !in_local.contains_key(&any))
        else {
            return;
        };
        let message = format!(
            "the gateway answers {} by {}, which the schema lacks: give this operation the integration it should have, or \
             write `{}` in its place",
            route.name(),
            theirs.name(),
            route::ANY_METHOD
        );
        self.faults.push(Fault { is_error: false, at: route.pointer(), message });
    }
}
