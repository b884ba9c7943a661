//! A form being filled in: as it was, with what changed, and what is wrong with it.

use countersign_kernel::text::Locale;
use serde_json::{Map, Value as Json};

use crate::definition::{FieldKind, Form};
use crate::expr::{Environment, Value};
use crate::form;
use crate::refusal::{Fault, both};

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
