//! The keys of steps that wait.

use super::{Holds, Key, Table, key, needed, not_yet};

#[rustfmt::skip] // A row reads as one.
const AFTER: Key = key("after", Holds::Duration, "How long, from when the step begins: 14 days, 2 working days.");
#[rustfmt::skip] // A row reads as one.
const UNTIL: Key = key("until", Holds::Expression, "Until an instant, or a date: its first moment where the requester works.");
#[rustfmt::skip] // A row reads as one.
const EVENT: Key = key("event", Holds::Text, "Until this happens elsewhere: crm.deal.won, or what another system sends to POST /v1/events, custom.payment.handled.");
#[rustfmt::skip] // A row reads as one.
const WHERE: Key = key("where", Holds::Text, "Which one: a field of the event that is the same as something of the request, event.request == request.id.");
#[rustfmt::skip] // A row reads as one.
const KEEP: Key = key("keep", Holds::Word(&["true", "false"]), "Whether one counts that came between the submission and the beginning of the step: true unless given.");

#[rustfmt::skip] // A table: a row reads as one.
pub static WAIT: Table = Table {
    name: "wait",
    phrase: "a wait",
    zh: "等待",
    keys: &[
        needed("wait", Holds::Name, "The step's id."),
        key("title", Holds::Words, "What people call the step."),
        key("when", Holds::Expression, "The step is skipped unless this holds."),
        not_yet("lock", ""),
        AFTER,
        UNTIL,
        EVENT,
        WHERE,
        KEEP,
        key("first_of", Holds::Named(&Holds::Table(&AWAITED)), "Several ends, each with a name: it goes on with the first that comes, which step(ID).came names."),
        not_yet("deadline", ""),
        not_yet("if_late", ""),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static AWAITED: Table = Table {
    name: "awaited",
    phrase: "an end of a wait",
    zh: "等待的终点",
    keys: &[
        AFTER,
        UNTIL,
        EVENT,
        WHERE,
        KEEP,
        not_yet("ask", ""),
    ],
};
