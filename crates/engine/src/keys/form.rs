//! The keys of fields and checks.

use super::{Holds, Table, key, needed, not_yet};

#[rustfmt::skip] // A table: a row reads as one.
pub static FIELD: Table = Table {
    name: "field",
    phrase: "a field",
    zh: "字段",
    keys: &[
        needed("type", Holds::Word(&FIELD_TYPES), "What the field holds."),
        key("label", Holds::Words, "What people read beside it."),
        key("help", Holds::Words, "A hint for whoever fills it in."),
        key("required", Holds::YesNoOr, "Whether it must be filled in."),
        key("default", Holds::Anything, "What stands in it where it is left out."),
        key("show_when", Holds::Expression, "It is shown only where this holds."),
        key("min", Holds::Expression, "The least value."),
        key("max", Holds::Expression, "The greatest value."),
        key("min_count", Holds::Expression, "How many items at least."),
        key("max_count", Holds::Expression, "How many items at most."),
        key("max_length", Holds::Expression, "How many characters at most."),
        key("options", Holds::Anything, "What can be chosen: a list, or names with labels."),
        key("currency", Holds::Anything, "Currencies that may be named."),
        key("accept", Holds::List(&Holds::Text), "Kinds of files: pdf, png."),
        key("of", Holds::Word(&["account", "contact", "deal"]), "What kind of record."),
        key("fields", Holds::Named(&Holds::Table(&FIELD)), "The fields of each line, or of the group."),
        key("is", Holds::Expression, "What a computed field is."),
        key("list", Holds::YesNoOr, "Whether lists of requests can be filtered, sorted and summed by it; at most 8 fields."),
    ],
};

/// Every type of field.
pub const FIELD_TYPES: [&str; 23] = [
    "text",
    "long_text",
    "number",
    "integer",
    "percent",
    "money",
    "date",
    "date_time",
    "date_range",
    "choice",
    "choices",
    "yes_no",
    "person",
    "people",
    "department",
    "record",
    "file",
    "email",
    "phone",
    "url",
    "computed",
    "group",
    "list",
];

#[rustfmt::skip] // A table: a row reads as one.
pub static FACT: Table = Table {
    name: "fact",
    phrase: "a fact",
    zh: "事实",
    keys: &[
        key("sum", Holds::Text, "The field of the earlier requests that is added up: money or a number."),
        key("count", Holds::Word(&["requests"]), "Counts the earlier requests."),
        needed("of", Holds::Name, "The workflow whose requests are looked at."),
        key("for", Holds::Text, "Whose requests: `requester` unless given, or a person field."),
        needed("in", Holds::Text, "Since when they were submitted: this day, week, month or year, or so long ago, like 90 days."),
        key("status", Holds::List(&Holds::Word(&LOOKED_AT)), "What became of them; open, returned, held and approved unless given."),
        key("where", Holds::Expression, "Only those of which this holds; `other` is the earlier request's form."),
        key("type", Holds::Word(&["money", "number"]), "What another workflow's field holds; money unless given."),
        key("label", Holds::Words, "What people read for it."),
    ],
};

/// What can have become of an earlier request.
const LOOKED_AT: [&str; 7] = [
    "open",
    "returned",
    "held",
    "approved",
    "rejected",
    "withdrawn",
    "cancelled",
];

#[rustfmt::skip] // A table: a row reads as one.
pub static CHECK: Table = Table {
    name: "check",
    phrase: "a check",
    zh: "检查",
    keys: &[
        needed("when", Holds::Expression, "When it speaks."),
        key("refuse", Holds::Words, "Stops the submission with these words."),
        key("warn", Holds::Words, "Shown to the submitter and to the approver."),
        not_yet("ask", ""),
    ],
};
