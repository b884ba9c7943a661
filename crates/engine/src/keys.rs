//! Every key of every document: what it means, what it holds, and which of them this version does not have yet.
//! The parser, the JSON Schema for editors and the documents read these same tables.

mod documents;
mod form;
mod leave;
mod steps;
mod waits;

pub use documents::{
    AUTOMATION, CALENDAR, CALENDAR_FOR, DO_ACTION, DO_CASE, DO_CHOOSE, DO_START, DOES, EXPECT, GIVEN,
    HOLIDAY, PERSON, STATUSES, STORY, TABLE,
};
pub use form::{CHECK, FACT, FIELD, FIELD_TYPES};
pub use leave::{
    ACCRUES, BLACKOUT, CARRY_OVER, EMPLOYED, ENTITLEMENT, LEAVE, LEAVE_STORY, LEAVE_TAKEN, LEAVE_TYPE,
    LEAVE_TYPES, TERMS,
};
pub use steps::{
    ACTION, APPROVAL, ASK, CASE, CC, CHOOSE, DEFAULTS, EACH, END, LATE, LATE_ITEM, ON_REJECT, PARALLEL,
    REMIND, REPEAT, SET, STAGE, STEPS, STEPS_NOT_YET, TASK, WEIGHT, WHO,
};
pub use waits::{AWAITED, WAIT};

/// The keys of one kind of mapping.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// `approval`.
    pub name: &'static str,
    /// `an approval`, as messages say it.
    pub phrase: &'static str,
    pub zh: &'static str,
    pub keys: &'static [Key],
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    pub name: &'static str,
    pub about: &'static str,
    pub holds: Holds,
    pub status: Status,
}

/// Whether a key must, may or may not yet be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Needed,
    May,
    /// In the guide, and not in this version; the value that means "not used" is accepted.
    NotYet(&'static str),
}

/// What a key holds.
#[derive(Debug, Clone, Copy)]
pub enum Holds {
    /// A name in kebab-case.
    Name,
    Text,
    /// A text that people read: one, or one for each language.
    Words,
    Expression,
    /// `true`, `false` or an expression.
    YesNoOr,
    Count,
    Who,
    Duration,
    Steps,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these words, or a mapping.
    WordOr(&'static [&'static str], &'static Table),
    List(&'static Holds),
    /// A mapping with names of the author's choosing.
    Named(&'static Holds),
    Table(&'static Table),
    Anything,
}

impl Table {
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

const fn key(name: &'static str, holds: Holds, about: &'static str) -> Key {
    Key {
        name,
        about,
        holds,
        status: Status::May,
    }
}

const fn needed(name: &'static str, holds: Holds, about: &'static str) -> Key {
    Key {
        name,
        about,
        holds,
        status: Status::Needed,
    }
}

const fn not_yet(name: &'static str, unused: &'static str) -> Key {
    Key {
        name,
        about: "In the guide, not in this version yet.",
        holds: Holds::Anything,
        status: Status::NotYet(unused),
    }
}

#[rustfmt::skip] // A table: a row reads as one.
pub static WORKFLOW: Table = Table {
    name: "workflow",
    phrase: "a workflow",
    zh: "工作流",
    keys: &[
        needed("workflow", Holds::Name, "The workflow's name, for ever."),
        needed("title", Holds::Words, "What people call it."),
        key("description", Holds::Words, "What it is for."),
        needed("owners", Holds::Who, "Who may publish a new version, and gets a task when a request is held."),
        key("submitters", Holds::Who, "Who may submit; everyone unless given."),
        key("visible_to", Holds::Who, "Who may read requests besides the requester, those asked and the owners."),
        key("summary", Holds::Words, "A line that stands for a request in lists, with {field} in it."),
        key("number", Holds::Text, "How requests are numbered: EXP-{year}-{counter}."),
        not_yet("running", "keep"),
        needed("form", Holds::Named(&Holds::Table(&FIELD)), "What the requester fills in."),
        key("facts", Holds::Named(&Holds::Table(&FACT)), "What is looked up of earlier requests at each submission."),
        key("checks", Holds::List(&Holds::Table(&CHECK)), "Rules that run at each submission."),
        key("leave", Holds::Table(&LEAVE), "Which leave its requests ask for: it is set aside when one is submitted, and taken when it is approved."),
        key("withdraw_until", Holds::Text, "Until this step opens the requester may withdraw."),
        key("recall_until", Holds::Text, "Until this step opens the requester may have it back, to change it and submit it again."),
        not_yet("after_approval", ""),
        key("defaults", Holds::Table(&DEFAULTS), "Keys of approvals for the whole file, where an approval does not say otherwise."),
        needed("steps", Holds::Steps, "What happens, from top to bottom; at the end the request is approved."),
        key("people", Holds::Named(&Holds::Table(&PERSON)), "The people of the tests."),
        key("tests", Holds::List(&Holds::Table(&STORY)), "Stories that must come true."),
    ],
};

/// Every table, for documents and schema.
pub static ALL: [&Table; 50] = [
    &WORKFLOW,
    &FIELD,
    &FACT,
    &CHECK,
    &APPROVAL,
    &TASK,
    &DEFAULTS,
    &WEIGHT,
    &REMIND,
    &ASK,
    &ON_REJECT,
    &LATE,
    &LATE_ITEM,
    &CHOOSE,
    &CASE,
    &PARALLEL,
    &REPEAT,
    &EACH,
    &STAGE,
    &WAIT,
    &AWAITED,
    &ACTION,
    &CC,
    &SET,
    &END,
    &WHO,
    &PERSON,
    &STORY,
    &GIVEN,
    &EXPECT,
    &AUTOMATION,
    &DO_START,
    &DO_ACTION,
    &DO_CHOOSE,
    &DO_CASE,
    &CALENDAR,
    &CALENDAR_FOR,
    &HOLIDAY,
    &TABLE,
    &LEAVE,
    &LEAVE_TYPES,
    &LEAVE_TYPE,
    &ENTITLEMENT,
    &ACCRUES,
    &CARRY_OVER,
    &BLACKOUT,
    &LEAVE_STORY,
    &EMPLOYED,
    &TERMS,
    &LEAVE_TAKEN,
];
