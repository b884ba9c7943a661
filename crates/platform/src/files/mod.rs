//! Uploaded files: bytes under their SHA-256 beside the database, a row that says what they are, and the records
//! that they belong to, through which others may read them.

mod compare;
mod content;
pub mod http;
pub mod kind;
mod link;
mod listing;
pub mod name;
mod removal;
mod room;
mod service;
mod shelf;
mod store;
mod sweep;
mod upload;

use countersign_kernel::catalogue::EventType;
use countersign_kernel::id::{FileId, UserId};
use countersign_kernel::time::Instant;

pub use compare::{Comparison, Differences, compare};
pub use content::whole;
pub use service::{attach, facts, keep_for_draft, let_go, readable};
pub use shelf::Shelf;
pub use sweep::{SweepError, Sweeper, Swept};

/// History alone: what a file means, the record says that it belongs to.
pub const UPLOADED: EventType = EventType {
    name: "platform.file.uploaded",
    object: "file",
    within: None,
    about: "A file was uploaded.",
    public: false,
    fields: &[],
    scope: "platform:files:read",
};

pub const EVENTS: &[EventType] = &[UPLOADED];

/// A file, as other capabilities need to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub id: FileId,
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// Hexadecimal.
    pub sha256: String,
    pub media_type: String,
    pub uploaded_by: UserId,
    pub created_at: Instant,
}
