//! A story's form, as people write it, turned into the form that the API would be sent.

use countersign_kernel::directory::Directory;
use countersign_kernel::id::{UserId, derive};
use countersign_kernel::money::Currency;
use countersign_kernel::time::Instant;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::definition::{Field, FieldKind, Form, People, RecordKind, Workflow};
use crate::expr::Type;

/// A form as people write it in stories, turned into the form that the API would be sent: for trials.
pub fn as_sent(workflow: &Workflow, written: &Json, people: &People, currency: Currency) -> Json {
    match written {
        Json::Object(fields) => Json::Object(sent(&workflow.form, fields, people, currency)),
        other => other.clone(),
    }
}

/// Bare numbers become money, short names people, names of files and records ids.
pub(super) fn sent(
    form: &Form,
    written: &Map<String, Json>,
    people: &People,
    currency: Currency,
) -> Map<String, Json> {
    let one = |(name, value): (&String, &Json)| {
        let sent = form.field(name).map_or_else(
            || value.clone(),
            |field| field_sent(field, value, people, currency),
        );
        (name.clone(), sent)
    };
    written.iter().map(one).collect()
}

fn field_sent(field: &Field, value: &Json, people: &People, currency: Currency) -> Json {
    let person = |value: &Json| match value.as_str().and_then(|name| people.id(name)) {
        Some(id) => json!(id),
        None => value.clone(),
    };
    let each = |one: &dyn Fn(&Json) -> Json| match value {
        Json::Array(items) => items.iter().map(one).collect(),
        other => other.clone(),
    };
    let inner = |fields: &Form, value: &Json| match value {
        Json::Object(parts) => Json::Object(sent(fields, parts, people, currency)),
        other => other.clone(),
    };
    match &field.kind {
        FieldKind::Person => person(value),
        FieldKind::People => each(&person),
        FieldKind::Money { currencies } => money(value, currencies.first().copied().unwrap_or(currency)),
        FieldKind::Computed { .. } if field.slot.of == Type::Money => money(value, currency),
        FieldKind::Record { of } => record(value, *of),
        FieldKind::DateTime => value
            .as_str()
            .filter(|text| !text.contains('Z'))
            .map_or_else(|| value.clone(), |text| json!(format!("{text}Z"))),
        FieldKind::List { fields } => each(&|item| inner(fields, item)),
        FieldKind::Group { fields } => inner(fields, value),
        _ => value.clone(),
    }
}

/// `1800`, `'1800.00'` or `500 EUR`.
fn money(value: &Json, currency: Currency) -> Json {
    match value {
        Json::Number(number) => json!({"amount": number.to_string(), "currency": currency}),
        Json::String(text) => {
            let (amount, code) = text
                .trim()
                .split_once(' ')
                .unwrap_or((text.trim(), currency.code()));
            json!({"amount": amount, "currency": code})
        }
        other => other.clone(),
    }
}

/// A name stands for a record of its own, always the same.
fn record(value: &Json, of: RecordKind) -> Json {
    match value.as_str() {
        Some(name) if countersign_kernel::id::any(name).is_none() => {
            let id = derive("story", Uuid::nil(), name.as_bytes(), Instant::from_millis(0));
            json!(countersign_kernel::id::show(of.word(), id))
        }
        _ => value.clone(),
    }
}

/// `people:` in the middle of a story: what changes about whom, from there on.
pub(super) fn change_people(
    directory: &mut Directory,
    people: &People,
    changes: &Map<String, Json>,
    currency: Currency,
) {
    for (name, said) in changes {
        let (Some(id), Some(said)) = (people.id(name), said.as_object()) else {
            continue;
        };
        for (key, value) in said {
            change_person(directory, people, id, (key, value), currency);
        }
    }
}

fn change_person(
    directory: &mut Directory,
    people: &People,
    id: UserId,
    (key, value): (&String, &Json),
    currency: Currency,
) {
    let text = || value.as_str().map(str::to_owned);
    let texts = || match value {
        Json::Array(items) => items.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        other => other.as_str().map(str::to_owned).into_iter().collect(),
    };
    if key == "head_of" {
        let heads: std::collections::BTreeSet<String> = texts();
        for department in &mut directory.departments {
            if heads.contains(&department.name) {
                department.head = Some(id);
            } else if department.head == Some(id) {
                department.head = None;
            }
        }
        return;
    }
    let Some(person) = directory.people.get_mut(&id) else {
        return;
    };
    match key.as_str() {
        "manager" => person.manager = value.as_str().and_then(|name| people.id(name)),
        "department" => person.department = text(),
        "title" => person.title = text(),
        "grade" => person.grade = text(),
        "country" => person.country = text(),
        "cost_center" => person.cost_center = text(),
        "email" => person.email = text().unwrap_or_default(),
        "limit" => {
            person.limit = value
                .as_str()
                .and_then(|text| crate::people::limit(text, currency).ok());
        }
        "roles" => person.roles = texts(),
        "groups" => person.groups = texts(),
        "skills" => person.skills = texts(),
        "active" => person.active = value.as_bool().unwrap_or(true),
        _ => {}
    }
}
