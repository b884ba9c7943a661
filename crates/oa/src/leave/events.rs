//! What leave tells others.

use countersign_kernel::catalogue::{EventType, Field, FieldType};

use super::http::READ;
use crate::events::{field, optional};

const LEAVE: &[Field] = &[
    field("id", FieldType::Record("leave"), "The leave."),
    field(
        "request",
        FieldType::Record("request"),
        "The request that asks for it.",
    ),
    field("person", FieldType::Person, "Who is away."),
    field("type", FieldType::Text, "The name of the type of leave."),
    field("status", FieldType::Text, "reserved, taken or released."),
    field("first_day", FieldType::Date, "The first day."),
    field("last_day", FieldType::Date, "The last day."),
];

const ENTRY: &[Field] = &[
    field("id", FieldType::Record("leave_entry"), "The entry of the ledger."),
    field("person", FieldType::Person, "Whose balance it is."),
    field("type", FieldType::Text, "The name of the type of leave."),
    field("on", FieldType::Date, "From this day on."),
    optional(
        "reason",
        FieldType::Text,
        "Why, in the words of whoever adjusted it.",
    ),
];

const fn of_leave(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "leave",
        within: None,
        about,
        public: true,
        fields: LEAVE,
        scope: READ,
    }
}

const fn inner(name: &'static str, object: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object,
        within: None,
        about,
        public: false,
        fields: &[],
        scope: READ,
    }
}

/// Every type of event that leave writes.
pub const EVENTS: &[EventType] = &[
    of_leave("oa.leave.reserved", "Leave was asked for, and set aside."),
    of_leave(
        "oa.leave.taken",
        "Leave was approved, shortened, or taken without asking.",
    ),
    of_leave(
        "oa.leave.released",
        "Leave was given back: its request came to nothing, or it was cancelled.",
    ),
    EventType {
        name: "oa.leave.adjusted",
        object: "leave_entry",
        within: None,
        about: "Somebody's balance was adjusted, with a reason.",
        public: true,
        fields: ENTRY,
        scope: READ,
    },
    inner(
        "oa.leave.employment_changed",
        "employment",
        "What somebody works was said anew.",
    ),
    inner(
        "oa.leave.recounted",
        "leave_recount",
        "Leave was counted again after calendars, terms or types had changed.",
    ),
    inner("oa.leave.run", "leave_run", "What was due of leave was kept."),
    inner(
        "oa.leave.feed_created",
        "leave_feed",
        "Somebody made a link to a calendar of leave.",
    ),
    inner(
        "oa.leave.feed_revoked",
        "leave_feed",
        "A link to a calendar of leave was revoked.",
    ),
];
