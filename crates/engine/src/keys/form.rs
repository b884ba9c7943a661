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
