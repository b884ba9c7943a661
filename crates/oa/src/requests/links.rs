//! What a form points at: people, records and files.

use std::collections::BTreeSet;

use countersign_engine::State;
use countersign_engine::definition::{FieldKind, Form, Workflow};
use countersign_engine::vocabulary::{Event, What};
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{self, FileId, TaskId};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

/// Something that a form names by its id, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pointed {
    /// JSON pointer inside the form: `/receipt/0`.
    pub pointer: String,
    /// `user`, `file`, `account`, `contact` or `deal`.
    pub kind: &'static str,
    /// As it was written.
    pub text: String,
    /// Kinds of files that the field takes, by extension; empty takes any.
    pub accept: Vec<String>,
}

impl Pointed {
    /// The uuid, if the text is the id of such a thing.
    pub(crate) fn id(&self) -> Option<Uuid> {
        id::any(&self.text)
            .filter(|(kind, _)| *kind == self.kind)
            .map(|(_, uuid)| uuid)
    }
}

/// The records that a form names, as links of an event.
pub(crate) fn records(workflow: Option<&Workflow>, form: &Map<String, Json>) -> Vec<Link> {
    let pointed = workflow
        .map(|workflow| pointed(&workflow.form, form))
        .unwrap_or_default();
    let records = pointed.iter().filter(|one| !matches!(one.kind, "file" | "user"));
    let mut links: Vec<Link> = Vec::new();
    for link in records.filter_map(|one| one.id().map(|id| Link::new(one.kind, id))) {
        if !links.contains(&link) {
            links.push(link);
        }
    }
    links
}

/// The files that a form names.
pub(crate) fn files(workflow: Option<&Workflow>, form: &Map<String, Json>) -> Vec<FileId> {
    let pointed = workflow
        .map(|workflow| pointed(&workflow.form, form))
        .unwrap_or_default();
    pointed
        .iter()
        .filter(|one| one.kind == "file")
        .filter_map(|one| one.id().map(FileId))
        .collect()
}

/// The files that people name when some work is done.
pub(crate) fn files_of_answers(workflow: Option<&Workflow>, state: &State, events: &[Event]) -> Vec<FileId> {
    let answered = events.iter().filter_map(|event| match &event.what {
        What::Voted(voted) if !voted.answers.is_empty() => Some(voted),
        _ => None,
    });
    let named = answered.flat_map(|voted| {
        let form = workflow.and_then(|workflow| work_form(workflow, state, voted.task));
        form.map(|form| pointed(form, &voted.answers)).unwrap_or_default()
    });
    named
        .filter(|one| one.kind == "file")
        .filter_map(|one| one.id().map(FileId))
        .collect()
}

/// What whoever does the work of a task fills in.
pub(crate) fn work_form<'a>(workflow: &'a Workflow, state: &State, task: TaskId) -> Option<&'a Form> {
    let scope = state.seat(task).and_then(|seat| state.scope_of(seat))?;
    workflow.step(&scope.step)?.work()
}

/// Every file that a draft names anywhere: what its fields will be, the version that it is submitted to says.
pub(crate) fn files_of_draft(form: &Map<String, Json>) -> BTreeSet<FileId> {
    let mut found = BTreeSet::new();
    form.values().for_each(|value| collect_files(value, &mut found));
    found
}

fn collect_files(value: &Json, found: &mut BTreeSet<FileId>) {
    match value {
        Json::String(text) => found.extend(text.parse::<FileId>().ok()),
        Json::Array(values) => values.iter().for_each(|value| collect_files(value, found)),
        Json::Object(members) => members.values().for_each(|value| collect_files(value, found)),
        _ => {}
    }
}

/// Everything that a filled-in form points at.
pub(crate) fn pointed(form: &Form, values: &Map<String, Json>) -> Vec<Pointed> {
    let mut found = Vec::new();
    collect(form, values, "", &mut found);
    found
}

fn collect(form: &Form, values: &Map<String, Json>, under: &str, found: &mut Vec<Pointed>) {
    for field in &form.fields {
        let Some(value) = values.get(&field.name) else {
            continue;
        };
        let pointer = format!("{under}/{}", field.name);
        match &field.kind {
            FieldKind::File { accept } => add_each(value, &pointer, "file", accept, found),
            FieldKind::People => add_each(value, &pointer, "user", &[], found),
            FieldKind::Person => add(value, pointer, "user", &[], found),
            FieldKind::Record { of } => add(value, pointer, of.word(), &[], found),
            FieldKind::Group { fields } => {
                if let Json::Object(inner) = value {
                    collect(fields, inner, &pointer, found);
                }
            }
            FieldKind::List { fields } => {
                for (place, line) in value.as_array().into_iter().flatten().enumerate() {
                    if let Json::Object(inner) = line {
                        collect(fields, inner, &format!("{pointer}/{place}"), found);
                    }
                }
            }
            _ => {}
        }
    }
}

fn add_each(value: &Json, pointer: &str, kind: &'static str, accept: &[String], found: &mut Vec<Pointed>) {
    for (place, one) in value.as_array().into_iter().flatten().enumerate() {
        add(one, format!("{pointer}/{place}"), kind, accept, found);
    }
}

fn add(value: &Json, pointer: String, kind: &'static str, accept: &[String], found: &mut Vec<Pointed>) {
    if let Json::String(text) = value {
        found.push(Pointed {
            pointer,
            kind,
            text: text.clone(),
            accept: accept.to_vec(),
        });
    }
}
