//! What an operation asks of its caller. It is declared once, at the operation, and stands in the OpenAPI document: the scope in
//! `security`, the rest in extensions. It is asked for before anything of the request is judged, and told beforehand.

use countersign_kernel::actor::{Caller, Via};
use serde_json::Value;
use utoipa::openapi::path::Operation;

use crate::problem::Problem;

/// One of these roles: `extensions(("x-roles" = json!(["admin"])))`.
pub const ROLES: &str = "x-roles";
/// A person who is signed in, no API key: `extensions(("x-session" = json!(true)))`.
pub const SESSION: &str = "x-session";
/// The right to publish a definition of one of these kinds, which is judged by name where it is published:
/// `extensions(("x-publishes" = json!(["workflow"])))`.
pub const PUBLISHES: &str = "x-publishes";

/// What one operation asks of its caller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// All of them.
    scopes: Vec<String>,
    /// One of them; none: no role is asked for.
    roles: Vec<String>,
    session: bool,
    /// Kinds of definitions.
    publishes: Vec<String>,
}

impl Needs {
    /// What an operation of the document declares; nothing if anybody may call it.
    pub(crate) fn of(operation: &Operation) -> Option<Self> {
        let security = serde_json::to_value(&operation.security).ok()?;
        let scopes = security.as_array()?.iter().find_map(|one| one.get("bearer"))?;
        let said = |name: &str| operation.extensions.as_ref().and_then(|all| all.get(name));
        Some(Self {
            scopes: words(Some(scopes)),
            roles: words(said(ROLES)),
            session: said(SESSION) == Some(&Value::Bool(true)),
            publishes: words(said(PUBLISHES)),
        })
    }

    /// 403 for whoever may not ask for it, whatever it is about. What the caller may publish is judged elsewhere.
    pub(crate) fn check(&self, caller: &Caller) -> Result<(), Problem> {
        if let Some(scope) = self.scopes.iter().find(|scope| !caller.scopes.allow(scope)) {
            return Err(Problem::missing_scope(scope));
        }
        if !self.roles.is_empty() && !self.roles.iter().any(|role| caller.roles.contains(role)) {
            return Err(Problem::role_needed(&self.roles));
        }
        if self.session && matches!(caller.via, Via::Key(_)) {
            return Err(Problem::session_needed());
        }
        Ok(())
    }

    /// Whether this caller, who publishes something of these kinds, may ask for it.
    pub(crate) fn are_met(&self, caller: &Caller, publishes: &[&str]) -> bool {
        let publishing = self.publishes.is_empty()
            || self
                .publishes
                .iter()
                .any(|kind| publishes.contains(&kind.as_str()));
        publishing && self.check(caller).is_ok()
    }
}

fn words(list: Option<&Value>) -> Vec<String> {
    let words = list.and_then(Value::as_array).into_iter().flatten();
    words.filter_map(Value::as_str).map(str::to_owned).collect()
}
