//! What is told of imports; the records that they make tell of themselves.

use countersign_kernel::catalogue::{EventType, Field, FieldType, Link};
use countersign_kernel::id::{EventId, derive};
use countersign_storage::Entry;
use countersign_storage::log::ChangeContext;
use serde_json::json;

use super::READ;
use super::store::Model;
use crate::record::{has, may_have};

const FIELDS: &[Field] = &[
    has("id", FieldType::Record("import"), "The import."),
    has("kind", FieldType::Text, "accounts, contacts, deals or leads."),
    has(
        "status",
        FieldType::Text,
        "running, completed, cancelled, undoing or undone.",
    ),
    has("validate_only", FieldType::YesNo, "Whether it only reports."),
    has("created_by", FieldType::Person, "Who began it."),
    has("rows", FieldType::Integer, "Rows of the file."),
    has("done", FieldType::Integer, "Rows that were gone through."),
    has("created", FieldType::Integer, "Records that were made."),
    has("updated", FieldType::Integer, "Records that were changed."),
    has("unchanged", FieldType::Integer, "Rows that changed nothing."),
    has("refused", FieldType::Integer, "Rows that were refused."),
    has(
        "accounts_created",
        FieldType::Integer,
        "Accounts that were made for rows that name them.",
    ),
    has(
        "deleted",
        FieldType::Integer,
        "Records that were deleted when it was undone.",
    ),
    has(
        "left",
        FieldType::Integer,
        "Records that were left when it was undone.",
    ),
    may_have("stopped", FieldType::Text, "Why the server stopped it."),
];

const fn event(name: &'static str, about: &'static str, public: bool) -> EventType {
    EventType {
        name,
        object: "import",
        within: None,
        about,
        public,
        fields: FIELDS,
        scope: READ,
    }
}

pub(super) const STARTED: EventType = event("crm.import.started", "An import was begun.", true);
pub(super) const COMPLETED: EventType = event("crm.import.completed", "An import came to its end.", true);
pub(super) const CANCELLED: EventType = event(
    "crm.import.cancelled",
    "An import was cancelled: what it made until then stays.",
    true,
);
pub(super) const UNDO_STARTED: EventType = event(
    "crm.import.undo_started",
    "Somebody asked to take back what an import made.",
    false,
);
pub(super) const UNDONE: EventType = event(
    "crm.import.undone",
    "What an import made and nobody changed since was deleted.",
    true,
);

/// Every event of an import.
pub const EVENTS: &[EventType] = &[STARTED, COMPLETED, CANCELLED, UNDO_STARTED, UNDONE];

/// The entry of a step of an import, as it stands after that.
pub(super) fn entry(change: &ChangeContext, of: &EventType, import: &Model, was: Option<&str>) -> Entry {
    let part = [of.name.as_bytes(), &import.version.to_be_bytes()].concat();
    let id = EventId(derive("import step", import.id.0, &part, change.at));
    let thing = json!({
        "id": import.id,
        "kind": import.kind,
        "status": import.status,
        "validate_only": import.validate_only,
        "created_by": import.created_by,
        "rows": import.rows,
        "done": import.done,
        "created": import.created,
        "updated": import.updated,
        "unchanged": import.unchanged,
        "refused": import.refused,
        "accounts_created": import.accounts_created,
        "deleted": import.deleted,
        "left": import.kept,
        "stopped": import.stopped,
    });
    let previous = was.map_or_else(|| json!({}), |was| json!({ "status": was }));
    let changed: &[&str] = if was.is_some() { &["status"] } else { &[] };
    let link = Link::new("import", import.id.0);
    change
        .entry(id, link.clone(), import.version, of.name)
        .with_links(vec![link])
        .with_body(json!({ "changed": changed, "previous": previous, "thing": thing }))
}
