//! The keys of steps, and of whoever they ask.

use super::{FIELD, Holds, Key, Table, WAIT, key, needed, not_yet};

// What approvals say, each for itself or all of a file once.
#[rustfmt::skip] // A table: a row reads as one.
mod shared {
    use super::{ASK, Holds, Key, key};

    pub(super) const NEED: Key = key("need", Holds::Anything, "How many must approve: all, any, majority, 2, 60%, 2/3.");
    pub(super) const ASSIGN: Key = key("assign", Holds::Word(&["everyone", "pool", "least_busy", "in_turn"]), "To one of them: pool (whoever claims it), least_busy (whoever has the fewest open tasks), in_turn (whoever was asked least recently).");
    pub(super) const VETO: Key = key("veto", Holds::Who, "Whose rejection decides at once, whatever `reject` says.");
    pub(super) const ORDER: Key = key("order", Holds::Word(&["together", "one_by_one"]), "Whether all are asked at once.");
    pub(super) const REJECT: Key = key("reject", Holds::Word(&["one", "majority", "none_left"]), "When voices against decide.");
    pub(super) const REST: Key = key("rest", Holds::Word(&["cancel", "keep"]), "What becomes of the others once it is decided.");
    pub(super) const ON_REJECT: Key = key("on_reject", Holds::WordOr(&["end"], &super::ON_REJECT), "What a rejection does.");
    pub(super) const IF_NOBODY: Key = key("if_nobody", Holds::WordOr(&["hold", "skip"], &ASK), "What happens where nobody can be asked.");
    pub(super) const IF_REQUESTER: Key = key("if_requester", Holds::WordOr(&["skip", "hold", "allow"], &ASK), "What happens where the requester would be asked.");
    pub(super) const IF_SAME_APPROVER: Key = key("if_same_approver", Holds::Word(&["ask_again", "skip", "skip_if_last"]), "Whether whoever has approved an earlier step, or the one just before, is asked again.");
    pub(super) const ALLOW: Key = key("allow", Holds::List(&Holds::Word(&["transfer", "return", "add_approver", "remove_approver"])), "What those asked may do besides deciding.");
    pub(super) const CAN_EDIT: Key = key("can_edit", Holds::Anything, "Fields that may be changed while deciding.");
    pub(super) const DEADLINE: Key = key("deadline", Holds::Duration, "By when: 2 working days, or an expression that gives an instant.");
    pub(super) const REMIND: Key = key("remind", Holds::Table(&super::REMIND), "When whoever is asked is reminded.");
    pub(super) const IF_LATE: Key = key("if_late", Holds::Anything, "What happens after the deadline.");
    pub(super) const COMMENT: Key = key("comment", Holds::Word(&["optional", "required", "required_on_reject"]), "Whether a decision needs words.");
}

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
        shared::NEED,
        key("weights", Holds::List(&Holds::Table(&WEIGHT)), "Whose voice counts more than once; `need` then counts votes."),
        shared::VETO,
        shared::ORDER,
        shared::REJECT,
        shared::REST,
        shared::ON_REJECT,
        not_yet("after_return", "again"),
        shared::IF_NOBODY,
        shared::IF_REQUESTER,
        shared::IF_SAME_APPROVER,
        key("not_same_as", Holds::Anything, "Steps whose deciders may not decide here."),
        shared::ASSIGN,
        shared::ALLOW,
        shared::CAN_EDIT,
        not_yet("hide", ""),
        key("require", Holds::List(&Holds::Text), "Fields that must be filled in to approve; whoever decides may fill them in."),
        shared::DEADLINE,
        shared::REMIND,
        shared::IF_LATE,
        shared::COMMENT,
        not_yet("confirm", "none"),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static TASK: Table = Table {
    name: "task",
    phrase: "a task",
    zh: "任务",
    keys: &[
        needed("task", Holds::Name, "The step's id."),
        key("title", Holds::Words, "What people call the step."),
        key("when", Holds::Expression, "The step is skipped unless this holds."),
        not_yet("lock", ""),
        needed("by", Holds::Who, "Who does it; the requester can be asked too."),
        key("form", Holds::Named(&Holds::Table(&FIELD)), "What they fill in when it is done."),
        key("need", Holds::Anything, "How many must say that it is done: any unless given, all, majority, 2, 60%, 2/3."),
        shared::ASSIGN,
        key("not_same_as", Holds::Anything, "Steps whose deciders may not do it."),
        shared::IF_NOBODY,
        key("allow", Holds::List(&Holds::Word(&["transfer"])), "What those asked may do besides doing it."),
        shared::DEADLINE,
        shared::REMIND,
        shared::IF_LATE,
        key("comment", Holds::Word(&["optional", "required"]), "Whether they must say something."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static DEFAULTS: Table = Table {
    name: "defaults",
    phrase: "`defaults`",
    zh: "`defaults`",
    keys: &[
        shared::NEED,
        shared::ASSIGN,
        shared::VETO,
        shared::ORDER,
        shared::REJECT,
        shared::REST,
        shared::ON_REJECT,
        shared::IF_NOBODY,
        shared::IF_REQUESTER,
        shared::IF_SAME_APPROVER,
        shared::ALLOW,
        shared::CAN_EDIT,
        shared::DEADLINE,
        shared::REMIND,
        shared::IF_LATE,
        shared::COMMENT,
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static WEIGHT: Table = Table {
    name: "weight",
    phrase: "a line of `weights`",
    zh: "`weights` 的一行",
    keys: &[
        needed("who", Holds::Who, "Whose voice."),
        needed("votes", Holds::Count, "How many votes it has; 1 is what others have."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static REMIND: Table = Table {
    name: "remind",
    phrase: "`remind`",
    zh: "`remind`",
    keys: &[
        key("every", Holds::Duration, "Again and again, counted from when they were asked."),
        key("at_most", Holds::Count, "With every: how often; 3 unless given."),
        key("before", Holds::Duration, "Once, so long before the deadline."),
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
        key("take", Holds::Word(&["first", "all"]), "first: the first case that holds; all: every case that holds, at once."),
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
        shared::REST,
        not_yet("one_at_a_time", "false"),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static REPEAT: Table = Table {
    name: "repeat",
    phrase: "a repetition",
    zh: "重复",
    keys: &[
        needed("repeat", Holds::Name, "The step's id."),
        key("title", Holds::Words, "What people call the step."),
        key("when", Holds::Expression, "The step is skipped unless this holds."),
        not_yet("lock", ""),
        needed("steps", Holds::Steps, "What is done, and done again."),
        needed("while", Holds::Expression, "At their end: they are done again while this holds."),
        needed("at_most", Holds::Count, "How often at most; where it should go on after that, the step is held."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static EACH: Table = Table {
    name: "each",
    phrase: "an `each`",
    zh: "逐项步骤",
    keys: &[
        needed("each", Holds::Name, "The step's id."),
        key("title", Holds::Words, "What people call the step."),
        key("when", Holds::Expression, "The step is skipped unless this holds."),
        not_yet("lock", ""),
        needed("in", Holds::Expression, "The list: of lines, people or choices."),
        needed("as", Holds::Text, "What an item is called in the steps: line, then line.amount."),
        key("group_by", Holds::Expression, "Items of which this is the same are one group, with .key and .items: line.cost_center."),
        needed("steps", Holds::Steps, "What is done for every item or group, all at once."),
        key("need", Holds::Anything, "How many items must be approved: all, any, majority, 2, 60%, 2/3; or each_decides, each for itself."),
        shared::REST,
        not_yet("detached", "false"),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static STAGE: Table = Table {
    name: "stage",
    phrase: "a stage",
    zh: "阶段",
    keys: &[
        needed("stage", Holds::Name, "The step's id."),
        key("title", Holds::Words, "What people call the step."),
        key("when", Holds::Expression, "The step is skipped unless this holds."),
        not_yet("lock", ""),
        needed("steps", Holds::Steps, "What is done, from top to bottom."),
        key("stop_when", Holds::Expression, "As soon as this holds, what is open inside is closed, and the request goes on behind the stage."),
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
pub static CC: Table = Table {
    name: "cc",
    phrase: "a copy",
    zh: "抄送",
    keys: &[
        needed("cc", Holds::Name, "The step's id."),
        key("title", Holds::Words, "What people call the step."),
        key("when", Holds::Expression, "The step is skipped unless this holds."),
        not_yet("lock", ""),
        needed("to", Holds::Who, "They may read the request and are told, each once."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static SET: Table = Table {
    name: "set",
    phrase: "a `set`",
    zh: "设值",
    keys: &[
        needed("set", Holds::Name, "The step's id."),
        key("title", Holds::Words, "What people call the step."),
        key("when", Holds::Expression, "The step is skipped unless this holds."),
        not_yet("lock", ""),
        needed("fields", Holds::Named(&Holds::Expression), "Names and what they are from there on; later steps read them like fields."),
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
pub static STEPS: [&Table; 12] = [
    &APPROVAL, &TASK, &CHOOSE, &PARALLEL, &REPEAT, &EACH, &STAGE, &WAIT, &ACTION, &CC, &SET, &END,
];

/// The kinds of steps that the guide has beyond this version.
pub const STEPS_NOT_YET: [&str; 1] = ["run"];

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
