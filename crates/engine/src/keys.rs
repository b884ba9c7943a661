//! Every key of every document: what it means, what it holds, and which of them this version does not have yet.
//! The parser, the JSON Schema for editors and the documents read these same tables.

mod documents;
mod form;

pub use documents::{
    AUTOMATION, CALENDAR, CALENDAR_FOR, DO_ACTION, DO_CASE, DO_CHOOSE, DO_START, DOES, EXPECT, GIVEN,
    HOLIDAY, PERSON, STATUSES, STORY,
};
pub use form::{CHECK, FIELD, FIELD_TYPES};

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
        not_yet("facts", ""),
        key("checks", Holds::List(&Holds::Table(&CHECK)), "Rules that run at each submission."),
        key("withdraw_until", Holds::Text, "Until this step opens the requester may withdraw."),
        not_yet("after_approval", ""),
        not_yet("defaults", ""),
        needed("steps", Holds::Steps, "What happens, from top to bottom; at the end the request is approved."),
        key("people", Holds::Named(&Holds::Table(&PERSON)), "The people of the tests."),
        key("tests", Holds::List(&Holds::Table(&STORY)), "Stories that must come true."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static APPROVAL: Table = Table {
    name: "approval",
    phrase: "an approval",
    zh: "审批",
    keys: &[
        needed("approval", Holds::Name, "The step's id."),
        key("title", Holds::Words, "What people call the step."),
        key("when", Holds::Expression, "The step is skipped unless this holds."),
        not_yet("lock", ""),
        needed("by", Holds::Who, "Who decides."),
        key("need", Holds::Anything, "How many must approve: all, any, majority, 2, 60%, 2/3."),
        not_yet("weights", ""),
        not_yet("veto", ""),
        key("order", Holds::Word(&["together", "one_by_one"]), "Whether all are asked at once."),
        key("reject", Holds::Word(&["one", "majority", "none_left"]), "When voices against decide."),
        key("rest", Holds::Word(&["cancel", "keep"]), "What becomes of the others once it is decided."),
        key("on_reject", Holds::WordOr(&["end"], &ON_REJECT), "What a rejection does."),
        not_yet("after_return", "again"),
        key("if_nobody", Holds::WordOr(&["hold", "skip"], &ASK), "What happens where nobody can be asked."),
        key("if_requester", Holds::WordOr(&["skip", "hold", "allow"], &ASK), "What happens where the requester would be asked."),
        not_yet("if_same_approver", "ask_again"),
        key("not_same_as", Holds::Anything, "Steps whose deciders may not decide here."),
        not_yet("assign", "everyone"),
        not_yet("allow", ""),
        key("can_edit", Holds::Anything, "Fields that may be changed while deciding."),
        not_yet("hide", ""),
        not_yet("require", ""),
        key("deadline", Holds::Duration, "By when: 2 working days, or an expression that gives an instant."),
        not_yet("remind", ""),
        key("if_late", Holds::Anything, "What happens after the deadline."),
        key("comment", Holds::Word(&["optional", "required", "required_on_reject"]), "Whether a decision needs words."),
        not_yet("confirm", "none"),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static ASK: Table = Table {
    name: "ask",
    phrase: "`ask`",
    zh: "`ask`",
    keys: &[needed("ask", Holds::Who, "Who is asked instead.")],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static ON_REJECT: Table = Table {
    name: "on_reject",
    phrase: "`on_reject`",
    zh: "`on_reject`",
    keys: &[
        needed("return_to", Holds::Text, "The requester, or an earlier step."),
        key("at_most", Holds::Count, "How often; 20 unless given."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static LATE: Table = Table {
    name: "if_late",
    phrase: "`if_late`",
    zh: "`if_late`",
    keys: &[
        key("escalate_to", Holds::Who, "They join."),
        key("transfer_to", Holds::Who, "They replace."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static LATE_ITEM: Table = Table {
    name: "if_late item",
    phrase: "a line of `if_late`",
    zh: "`if_late` 的一行",
    keys: &[
        needed("after", Holds::Duration, "Counted from the deadline."),
        needed("then", Holds::WordOr(&["notify", "approve", "reject"], &LATE), "What happens then."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static CHOOSE: Table = Table {
    name: "choose",
    phrase: "a choice",
    zh: "选择",
    keys: &[
        needed("choose", Holds::Name, "The step's id."),
        key("title", Holds::Words, "What people call the step."),
        key("when", Holds::Expression, "The step is skipped unless this holds."),
        not_yet("lock", ""),
        needed("cases", Holds::List(&Holds::Table(&CASE)), "The first that holds is taken."),
        not_yet("take", "first"),
        needed("otherwise", Holds::Steps, "What happens where no case holds; [] is nothing."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static CASE: Table = Table {
    name: "case",
    phrase: "a case",
    zh: "分支",
    keys: &[
        needed("when", Holds::Expression, "When this case is taken."),
        needed("steps", Holds::Steps, "What happens then."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static PARALLEL: Table = Table {
    name: "parallel",
    phrase: "a parallel block",
    zh: "并行",
    keys: &[
        needed("parallel", Holds::Name, "The step's id."),
        key("title", Holds::Words, "What people call the step."),
        key("when", Holds::Expression, "The step is skipped unless this holds."),
        not_yet("lock", ""),
        needed("branches", Holds::Named(&Holds::Steps), "Name -> steps, all at once."),
        key("need", Holds::Anything, "How many branches must approve: all, any, majority, 2, 60%, 2/3."),
        key("rest", Holds::Word(&["cancel", "keep"]), "What becomes of the others once it is decided."),
        not_yet("one_at_a_time", "false"),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static ACTION: Table = Table {
    name: "action",
    phrase: "an action",
    zh: "动作",
    keys: &[
        needed("action", Holds::Name, "The step's id."),
        key("title", Holds::Words, "What people call the step."),
        key("when", Holds::Expression, "The step is skipped unless this holds."),
        not_yet("lock", ""),
        needed("do", Holds::Text, "A name of the action catalogue."),
        key("with", Holds::Named(&Holds::Text), "Its inputs, with {field} in them."),
        key("if_failed", Holds::WordOr(&["end", "hold"], &ASK), "What happens when it has failed for good."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static END: Table = Table {
    name: "end",
    phrase: "an end",
    zh: "结束",
    keys: &[
        needed("end", Holds::Word(&["approved", "rejected", "cancelled"]), "How the request ends."),
        key("title", Holds::Words, "What people call the step."),
        key("when", Holds::Expression, "The step is skipped unless this holds."),
        not_yet("lock", ""),
        key("note", Holds::Words, "Why; it stands in the history."),
    ],
};

/// The kinds of steps of this version.
pub static STEPS: [&Table; 5] = [&APPROVAL, &CHOOSE, &PARALLEL, &ACTION, &END];

/// The kinds of steps that the guide has beyond this version.
pub const STEPS_NOT_YET: [&str; 8] = ["task", "each", "repeat", "stage", "wait", "run", "set", "cc"];

#[rustfmt::skip] // A table: a row reads as one.
pub static WHO: Table = Table {
    name: "who",
    phrase: "a \"who\"",
    zh: "人员规则",
    keys: &[
        key("user", Holds::Text, "One person, by e-mail."),
        key("role", Holds::Text, "Everyone who holds a role."),
        key("group", Holds::Text, "Everyone of a group."),
        key("department", Holds::Text, "Everyone of a department."),
        key("head_of", Holds::Text, "The head of a department, or of a department field."),
        key("manager_of", Holds::Text, "The manager of the requester, of the approver, or of a person field."),
        key("level", Holds::Count, "With manager_of: 2 is the manager's manager."),
        key("managers_of", Holds::Text, "The line of managers."),
        key("up_to", Holds::Count, "With managers_of: how many."),
        key("until", Holds::Expression, "With managers_of: up to the first of whom this holds."),
        not_yet("owner_of", ""),
        key("approver_of", Holds::Text, "Whoever approved an earlier step."),
        not_yet("picked_by", ""),
        key("person", Holds::Expression, "A person, or people, as a value."),
        key("where", Holds::Expression, "Only those of whom this holds, over person."),
    ],
};

/// Every table, for documents and schema.
pub static ALL: [&Table; 26] = [
    &WORKFLOW,
    &FIELD,
    &CHECK,
    &APPROVAL,
    &ASK,
    &ON_REJECT,
    &LATE,
    &LATE_ITEM,
    &CHOOSE,
    &CASE,
    &PARALLEL,
    &ACTION,
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
];
