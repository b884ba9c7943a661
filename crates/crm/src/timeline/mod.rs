//! The timeline of a customer record: everything that happened around it, from every area, newest first.
//!
//! [`keeper`] listens to the log and keeps an entry for each customer record that an event links to; which area
//! the event came from makes no difference.

pub mod http;
pub mod keeper;
pub mod store;

use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{EventId, TenantId};
use countersign_kernel::text::Locale;
use countersign_kernel::time::Instant;
use countersign_storage::Logged;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::record::history::{FieldChange, changes, sentence};
use crate::{accounts, contacts, deals, leads};

/// The kinds of record that have a timeline.
pub const KINDS: [&str; 4] = [
    accounts::KIND.object,
    contacts::KIND.object,
    deals::KIND.object,
    leads::KIND.object,
];

/// One event on the timeline of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    pub tenant: TenantId,
    /// Whose timeline it is on.
    pub record: Uuid,
    pub at: Instant,
    /// The event's place in the log.
    pub seq: i64,
    pub event: EventId,
    pub kind: String,
    /// What the event is about; not always the record itself.
    pub subject: Link,
    pub subject_name: Option<String>,
    pub actor: Actor,
    pub changes: Vec<FieldChange>,
}

/// The moments that an event is for the customer records that it links to.
pub fn moments(event: &Logged) -> Vec<Moment> {
    let mut records: Vec<Uuid> = event
        .links
        .iter()
        .filter(|link| KINDS.contains(&link.kind.as_str()))
        .map(|link| link.id)
        .collect();
    records.sort_unstable();
    records.dedup();
    let moment = |record| Moment {
        tenant: event.tenant,
        record,
        at: event.at,
        seq: event.seq,
        event: event.id,
        kind: event.kind.clone(),
        subject: event.subject.clone(),
        subject_name: subject_name(event),
        actor: event.actor.clone(),
        changes: changes(event),
    };
    records.into_iter().map(moment).collect()
}

/// What people call the subject: its number if it has one, else its name.
fn subject_name(event: &Logged) -> Option<String> {
    let thing = event.body.get("thing")?;
    ["number", "name", "title", "subject"]
        .iter()
        .find_map(|field| thing.get(field).and_then(Value::as_str))
        .map(str::to_owned)
}

/// An entry of a timeline.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// The event.
    pub id: EventId,
    /// Always `timeline_entry`.
    pub object: &'static str,
    pub at: Instant,
    /// The event's type: `crm.deal.won`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The id of what the event is about.
    #[schema(value_type = String)]
    pub subject: Link,
    /// What people call it.
    pub subject_name: Option<String>,
    /// A person's id, `automation:NAME` or `system`.
    #[schema(value_type = String)]
    pub actor: Actor,
    pub changes: Vec<FieldChange>,
    /// A sentence in the caller's language.
    pub text: String,
    /// Where the next page goes on.
    #[serde(skip)]
    pub seq: i64,
}

impl TimelineEntry {
    pub fn new(moment: Moment, directory: &Directory, locale: Locale) -> Self {
        let told = sentence(&moment.kind, &moment.actor, &moment.changes, directory, locale);
        let text = match &moment.subject_name {
            Some(name) => format!("{name}: {told}"),
            None => told,
        };
        Self {
            id: moment.event,
            object: "timeline_entry",
            at: moment.at,
            kind: moment.kind,
            subject: moment.subject,
            subject_name: moment.subject_name,
            actor: moment.actor,
            changes: moment.changes,
            text,
            seq: moment.seq,
        }
    }
}
