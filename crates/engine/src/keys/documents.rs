//! The keys of stories, people, automations, calendars and tables.

use super::{Holds, Table, key, needed, not_yet};

#[rustfmt::skip] // A table: a row reads as one.
pub static PERSON: Table = Table {
    name: "person",
    phrase: "a person",
    zh: "人员",
    keys: &[
        key("name", Holds::Text, "Their name; the short one unless given."),
        key("manager", Holds::Text, "The short name of their manager."),
        key("department", Holds::Text, "Their department."),
        key("title", Holds::Text, "Their title."),
        key("grade", Holds::Text, "Their grade."),
        key("limit", Holds::Anything, "What they may sign for, in the tenant's currency."),
        key("country", Holds::Text, "Their country."),
        key("cost_center", Holds::Text, "Their cost center."),
        key("email", Holds::Text, "Their e-mail; NAME@example.com unless given."),
        key("roles", Holds::List(&Holds::Text), "The roles they hold."),
        key("groups", Holds::List(&Holds::Text), "The groups they are in."),
        key("skills", Holds::List(&Holds::Text), "Their skills."),
        key("head_of", Holds::List(&Holds::Text), "Departments that they head."),
        not_yet("deputy", ""),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static STORY: Table = Table {
    name: "story",
    phrase: "a story",
    zh: "故事",
    keys: &[
        needed("name", Holds::Text, "What it shows."),
        key("at", Holds::Text, "When it begins; 2026-01-05 09:00 unless given."),
        needed("given", Holds::Table(&GIVEN), "What it starts from."),
        key("then", Holds::List(&Holds::Anything), "What happens, and what is so, line by line."),
        key("expect", Holds::Anything, "How it ends."),
        key("refused", Holds::Text, "The submission is refused: a field's name, or part of the words."),
        key("warned", Holds::Text, "The submission is warned about, with part of the words."),
        not_yet("nothing", ""),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static GIVEN: Table = Table {
    name: "given",
    phrase: "`given`",
    zh: "`given`",
    keys: &[
        needed("requester", Holds::Text, "Who submits."),
        needed("form", Holds::Anything, "What they fill in."),
        key("facts", Holds::Anything, "What earlier requests come to, by fact; 0 unless given."),
        not_yet("picks", ""),
        not_yet("away", ""),
        key("open_tasks", Holds::Named(&Holds::Count), "How many tasks are open of whom, by short name; 0 unless given."),
        key("failing", Holds::List(&Holds::Text), "Actions that fail."),
        not_yet("requests", ""),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static EXPECT: Table = Table {
    name: "expect",
    phrase: "`expect`",
    zh: "`expect`",
    keys: &[
        key("status", Holds::Word(&STATUSES), "How it ends."),
        key("number_of_rounds", Holds::Count, "How many rounds it took."),
        key("told", Holds::List(&Holds::Text), "Exactly these are in copy."),
        key("fields", Holds::Anything, "Fields as they are in the end."),
    ],
};

/// What a request can be, as stories say it.
pub const STATUSES: [&str; 7] = [
    "approved",
    "rejected",
    "cancelled",
    "withdrawn",
    "returned",
    "held",
    "open",
];

#[rustfmt::skip] // A table: a row reads as one.
pub static AUTOMATION: Table = Table {
    name: "automation",
    phrase: "an automation",
    zh: "自动化",
    keys: &[
        needed("automation", Holds::Name, "The automation's name, for ever."),
        key("title", Holds::Words, "What people call it."),
        key("description", Holds::Words, "What it is for."),
        needed("when_event", Holds::Anything, "The type of event that wakes it, or a list of types."),
        not_yet("every", ""),
        not_yet("when_field", ""),
        key("when", Holds::Expression, "It acts only where this holds."),
        needed("do", Holds::Anything, "What it does, from top to bottom."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static DO_START: Table = Table {
    name: "start",
    phrase: "a start",
    zh: "发起",
    keys: &[
        needed("start", Holds::Name, "The workflow to start."),
        needed("requester", Holds::Expression, "For whom."),
        key("when", Holds::Expression, "Only where this holds."),
        key("key", Holds::Expression, "One live request for each value."),
        needed("form", Holds::Named(&Holds::Text), "The form, with {event.…} in it."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static DO_ACTION: Table = Table {
    name: "action of an automation",
    phrase: "an action",
    zh: "动作",
    keys: &[
        needed("action", Holds::Name, "The step's id."),
        key("when", Holds::Expression, "Only where this holds."),
        needed("do", Holds::Text, "A name of the action catalogue."),
        key("with", Holds::Named(&Holds::Text), "Its inputs, with {event.…} in them."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static DO_CHOOSE: Table = Table {
    name: "choice of an automation",
    phrase: "a choice",
    zh: "选择",
    keys: &[
        needed("choose", Holds::Name, "The step's id."),
        key("when", Holds::Expression, "Only where this holds."),
        needed("cases", Holds::List(&Holds::Table(&DO_CASE)), "The first that holds is taken."),
        not_yet("take", "first"),
        needed("otherwise", Holds::Anything, "What happens where no case holds; [] is nothing."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static DO_CASE: Table = Table {
    name: "case of an automation",
    phrase: "a case",
    zh: "分支",
    keys: &[
        needed("when", Holds::Expression, "When this case is taken."),
        needed("do", Holds::Anything, "What is done then."),
    ],
};

/// The kinds of things that an automation does.
pub static DOES: [&Table; 3] = [&DO_START, &DO_ACTION, &DO_CHOOSE];

#[rustfmt::skip] // A table: a row reads as one.
pub static CALENDAR: Table = Table {
    name: "calendar",
    phrase: "a calendar",
    zh: "日历",
    keys: &[
        needed("calendar", Holds::Name, "The calendar's name, for ever."),
        key("title", Holds::Words, "What people call it."),
        needed("zone", Holds::Text, "The time zone: Europe/Berlin."),
        needed("working", Holds::Named(&Holds::Text), "Days -> hours: monday to friday: \"09:00-17:00\"."),
        key("for", Holds::Table(&CALENDAR_FOR), "Whose calendar it is; the tenant's unless given."),
        key("holidays", Holds::Anything, "Date -> name, or {name, half: true}."),
        key("working_days", Holds::List(&Holds::Text), "Make-up days: they count although they are days off."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static CALENDAR_FOR: Table = Table {
    name: "for",
    phrase: "`for`",
    zh: "`for`",
    keys: &[
        key("country", Holds::Text, "People of this country."),
        key("department", Holds::Text, "People of this department."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static HOLIDAY: Table = Table {
    name: "holiday",
    phrase: "a holiday",
    zh: "假日",
    keys: &[
        needed("name", Holds::Text, "What it is called."),
        key("half", Holds::YesNoOr, "Whether half the day is worked."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static TABLE: Table = Table {
    name: "table",
    phrase: "a table",
    zh: "表",
    keys: &[
        needed("table", Holds::Name, "The table's name, for ever."),
        key("title", Holds::Words, "What people call it."),
        key("owners", Holds::Who, "Who may publish a new version, besides those who may publish any."),
        needed("given", Holds::Anything, "What it is asked with: names, or names with types."),
        needed("gives", Holds::Anything, "What it gives for that: names, or names with types."),
        key("take", Holds::Word(&["first", "only", "all"]), "Which of the rows that hold count."),
        needed("rows", Holds::List(&Holds::List(&Holds::Anything)), "A cell for each of what is given, then one for each of what it gives."),
        key("otherwise", Holds::Anything, "What it gives where no row holds."),
    ],
};
