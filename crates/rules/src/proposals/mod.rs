//! Proposals: versions that wait for a second person, where the settings want one.
//!
//! Whoever may publish a name proposes a version; somebody else who may publish it publishes the proposal or rejects it.
//! Neither of the two decides by that version, and what it has done it has done by no more than both may.

pub(crate) mod http;
mod service;
mod status;
pub(crate) mod store;
mod told;
pub(crate) mod view;

use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, derive};
use countersign_storage::Entry;
use countersign_storage::log::ChangeContext;
use serde_json::json;

pub(crate) use service::open;
pub use status::Status;
pub use store::Model as Proposal;

/// What the log says of a proposal that came to where it stands.
fn entry(change: &ChangeContext, row: &Proposal) -> Entry {
    let id = EventId(derive("event", row.id.0, &row.version.to_be_bytes(), change.at));
    let mut body = json!({
        "thing": {
            "id": row.id,
            "kind": row.kind,
            "name": row.name,
            "base_version": row.base_version,
            "status": row.status.word(),
            "proposed_by": row.proposed_by,
            "settled_by": row.settled_by,
            "published_version": row.published_version,
        },
    });
    if let Some(members) = body.as_object_mut().filter(|_| row.status != Status::Open) {
        members.insert("changed".to_owned(), json!(["status"]));
        members.insert("previous".to_owned(), json!({"status": Status::Open.word()}));
    }
    let subject = Link::new("proposal", row.id.0);
    // People's words stand where erasure reaches them.
    let private = row.comment.as_ref().map(|comment| json!({"comment": comment}));
    change
        .entry(id, subject.clone(), row.version, row.status.event())
        .with_links(vec![subject])
        .with_body(body)
        .with_private(private)
}
