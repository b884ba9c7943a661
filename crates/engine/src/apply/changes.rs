//! What differs between two forms.

use serde_json::{Map, Value as Json};

use crate::vocabulary::Change;

/// What differs between two forms, in order of the fields' names.
pub(crate) fn changes(before: &Map<String, Json>, after: &Map<String, Json>) -> Vec<Change> {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let value = |form: &Map<String, Json>, name: &str| form.get(name).cloned().unwrap_or(Json::Null);
    let differ = names
        .into_iter()
        .filter(|name| value(before, name) != value(after, name));
    differ
        .map(|name| Change {
            field: name.clone(),
            from: value(before, name),
            to: value(after, name),
        })
        .collect()
}
