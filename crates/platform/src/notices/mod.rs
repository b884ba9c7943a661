//! Notices: short notes to one person, in a list of their own, sent by automations and workflows (`notices.send`).

pub mod http;
mod send;
mod service;
mod store;

use std::collections::HashSet;

use countersign_kernel::actor::Caller;
use countersign_kernel::catalogue::{EventType, Field, FieldType};
use countersign_storage::{Conn, Error};
use futures_util::future::BoxFuture;
use uuid::Uuid;

pub use send::{Note, SendNotice, send_once};

use crate::Sees;

/// The words themselves are nobody's but the reader's.
pub const SENT: EventType = EventType {
    name: "platform.notice.sent",
    object: "notice",
    within: None,
    about: "A notice was sent to somebody.",
    public: true,
    fields: &[Field {
        name: "user",
        of: FieldType::Person,
        optional: false,
        about: "Whom it was sent to.",
    }],
    scope: "platform:notices:read",
};

pub const READ: EventType = EventType {
    name: "platform.notice.read",
    object: "notice",
    within: None,
    about: "A notice was marked as read.",
    public: false,
    fields: &[],
    scope: "platform:notices:read",
};

pub const EVENTS: &[EventType] = &[SENT, READ];

/// A notice is seen by whom it was sent to.
pub struct SeesNotices;

impl Sees for SeesNotices {
    fn kind(&self) -> &'static str {
        "notice"
    }

    fn visible<'a>(
        &'a self,
        conn: &'a Conn,
        caller: &'a Caller,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashSet<Uuid>, Error>> {
        Box::pin(store::own(conn, caller, ids))
    }
}
