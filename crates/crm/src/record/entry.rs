//! The log entry of a change.

use countersign_kernel::catalogue::{EventType, Link};
use countersign_kernel::id::{EventId, TypedId};
use countersign_storage::Entry;
use serde_json::{Map, Value, json};

use super::Record;
use super::change::By;

/// The log entry of a change: which fields, from what, and how they stand now.
pub fn entry<R: Record>(
    by: &By,
    id: EventId,
    event: &EventType,
    after: &R,
    was: Option<&Map<String, Value>>,
    told: Map<String, Value>,
) -> Entry {
    let previous: Map<String, Value> = was
        .into_iter()
        .flatten()
        .filter(|(name, value)| told.get(*name) != Some(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let changed: Vec<&String> = previous.keys().collect();
    let body = json!({ "changed": changed, "previous": previous, "thing": told });
    let subject = Link::new(R::KIND.object, after.id().uuid());
    by.change
        .entry(id, subject, after.meta().version, event.name)
        .with_links(after.links())
        .with_body(body)
}
