//! A form at work: its JSON Schema, what is wrong with what was sent, and its values for expressions.

mod accept;
mod departments;
mod listed;
mod schema;
mod shape;
mod value;

pub use accept::{FieldState, Filled, FormFault, accept, fill, misplaced};
pub use departments::unknown_departments;
pub(crate) use listed::list_type;
pub use listed::{LISTED_MOST, ListType, list_value, listed};
pub use schema::schema;
pub(crate) use value::typed_value;
pub use value::{content_value, field_value};

/// Every field's place for expressions, by name.
pub fn slots(form: &crate::definition::Form) -> std::collections::BTreeMap<String, crate::expr::Slot> {
    form.fields
        .iter()
        .map(|field| (field.name.clone(), field.slot.clone()))
        .collect()
}

/// What other definitions need to know of this workflow.
pub fn summary(workflow: &crate::definition::Workflow) -> crate::definition::FormSummary {
    let required = |field: &&crate::definition::Field| {
        matches!(field.required, crate::definition::Required::Yes)
            && field.default.is_none()
            && field.show_when.is_none()
    };
    crate::definition::FormSummary {
        fields: slots(&workflow.form),
        required: workflow
            .form
            .fields
            .iter()
            .filter(required)
            .map(|field| field.name.clone())
            .collect(),
    }
}

/// Whether a value is one that a kind of field can hold, its rules aside.
pub(crate) fn fits(
    kind: &crate::definition::FieldKind,
    json: &serde_json::Value,
    currency: countersign_kernel::money::Currency,
) -> bool {
    shape::shape(kind, json, currency).is_ok()
}

pub(crate) use schema::word as kind_word;
