//! A form being filled in: as it was, with what changed, and what is wrong with it.

use countersign_kernel::actor::Actor;
use countersign_kernel::id::{RequestId, UserId};
use countersign_kernel::text::{Locale, Text};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::deadline::{Deadline, TooCostly};
use crate::definition::{FieldKind, Form, Workflow};
use crate::expr::{Environment, Value};
use crate::form;
use crate::machine::{Facts, Judge};
use crate::reading::Reading;
use crate::refusal::{Fault, both};
use crate::state::State;
use crate::verb::submit;

/// The value of a field of a filled-in form.
pub(crate) fn read(
    form: &Form,
    name: &str,
    filled: &Map<String, Json>,
    environment: &dyn Environment,
) -> Value {
    form::content_value(form, name, filled, environment.currency())
}

/// The form as it is kept, if it may be; else all that is wrong with it.
pub(crate) fn accept(
    form: &Form,
    sent: &Json,
    environment: &dyn Environment,
) -> Result<Map<String, Json>, Vec<Fault>> {
    form::accept(form, sent, environment).map_err(|faults| faults.into_iter().map(fault).collect())
}

fn fault(fault: form::FormFault) -> Fault {
    let text = both(fault.text.get(Locale::En), fault.text.get(Locale::ZhCn));
    Fault {
        pointer: format!("/form{}", fault.pointer),
        code: fault.code,
        text,
    }
}

/// A form while its requester fills it in.
#[derive(Debug, Clone, PartialEq)]
pub struct FillingIn {
    /// Defaults filled in, computed fields computed, without what is hidden or wrong.
    pub form: Map<String, Json>,
    /// Whether each field is shown and required now.
    pub fields: Vec<form::FieldState>,
    /// What is wrong or missing.
    pub faults: Vec<Fault>,
    /// What the submitter would be warned of, once nothing is wrong.
    pub warnings: Vec<Text>,
    /// Why the workflow would refuse it, once nothing is wrong.
    pub refused: Option<Text>,
}

/// How a form stands that is not submitted: a page asks after each change what to show, what is needed and what follows.
pub fn fill_in(
    definition: &Workflow,
    sent: &Map<String, Json>,
    requester: UserId,
    facts: &Facts<'_>,
    deadline: &Deadline<'_>,
) -> Result<FillingIn, TooCostly> {
    let facts = Facts {
        actor: Actor::User(requester),
        ..facts.clone()
    };
    let judge = Judge::new(definition, &State::new(RequestId(Uuid::nil())), &facts);
    let mut seen = submit::seen_by(&judge, requester);
    let reading = Reading {
        state: &seen,
        ..judge.reading()
    };
    let filled = form::fill(&definition.form, sent, &reading);
    let mut filling = FillingIn {
        form: filled.content,
        fields: filled.fields,
        faults: filled.faults.into_iter().map(fault).collect(),
        warnings: Vec::new(),
        refused: None,
    };
    let unknown = form::unknown_departments(&definition.form, sent, facts.directory);
    filling.faults.extend(unknown);
    if filling.faults.is_empty() {
        seen.form.clone_from(&filling.form);
        let reading = Reading {
            state: &seen,
            ..judge.reading()
        };
        match submit::checks(&reading) {
            Ok(warnings) => filling.warnings = warnings,
            Err(refusal) => {
                filling.refused = Some(refusal.told());
            }
        }
    }
    deadline.kept(filling)
}

/// The form as it was with what changed: fields left out stay, `null` empties one. What is computed is computed
/// anew, and what does not belong to the form any more is left out.
pub(crate) fn change(
    form: &Form,
    kept: &Map<String, Json>,
    changed: &Json,
    environment: &dyn Environment,
) -> Result<Map<String, Json>, Vec<Fault>> {
    let none = Map::new();
    let changed = match changed {
        Json::Null => &none,
        Json::Object(changed) => changed,
        Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            return accept(form, changed, environment);
        }
    };
    let computed = |name: &str| {
        matches!(
            form.field(name).map(|field| &field.kind),
            Some(FieldKind::Computed { .. })
        )
    };
    let mut merged: Map<String, Json> = kept.clone();
    merged.retain(|name, _| !computed(name));
    merged.extend(changed.iter().map(|(name, value)| (name.clone(), value.clone())));
    merged.retain(|_, value| !value.is_null());
    for _ in 0..=kept.len() {
        let faults = match accept(form, &Json::Object(merged.clone()), environment) {
            Ok(accepted) => return Ok(accepted),
            Err(faults) => faults,
        };
        let hidden = faults
            .iter()
            .filter(|fault| fault.code == "hidden")
            .filter_map(|fault| fault.pointer.strip_prefix("/form/"));
        let hidden: Vec<String> = hidden
            .filter(|name| !changed.contains_key(*name))
            .map(str::to_owned)
            .collect();
        if hidden.is_empty() {
            return Err(faults);
        }
        merged.retain(|name, _| !hidden.contains(name));
    }
    accept(form, &Json::Object(merged), environment)
}
