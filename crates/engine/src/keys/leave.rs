//! The keys of leave types and of their stories.

use super::{CALENDAR_FOR, Holds, Table, key, needed};

#[rustfmt::skip] // A table: a row reads as one.
pub static LEAVE: Table = Table {
    name: "leave",
    phrase: "`leave`",
    zh: "`leave`",
    keys: &[
        key("type", Holds::Expression, "The name of the type: a field that holds it, or the name in quotes."),
        needed("dates", Holds::Text, "The field with the dates; where leave is changed and it is empty, it is cancelled."),
        key("hours", Holds::Text, "The field with hours of a single day."),
        key("evidence", Holds::Text, "The field with the evidence."),
        key("evidence_later", Holds::YesNoOr, "Evidence is asked for by a step, not when the request is submitted."),
        key("changes", Holds::Text, "The field with the id or number of the request whose leave is changed."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static LEAVE_TYPES: Table = Table {
    name: "leave_types",
    phrase: "a file of leave types",
    zh: "假别文件",
    keys: &[
        needed("leave_types", Holds::Name, "The file's name, for ever."),
        key("title", Holds::Words, "What people call it."),
        key("for", Holds::Table(&CALENDAR_FOR), "Whose types they are; of whoever has no nearer ones unless given."),
        needed("starts", Holds::Text, "The first day that is counted, the first of a leave year: what was before is brought in by adjustments."),
        key("year", Holds::Text, "When a leave year begins: a month and day, `04-01`, or `joining`; `01-01` unless given."),
        needed("types", Holds::Named(&Holds::Table(&LEAVE_TYPE)), "The types, by name."),
        key("tests", Holds::List(&Holds::Table(&LEAVE_STORY)), "Stories that must come true."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static LEAVE_TYPE: Table = Table {
    name: "leave type",
    phrase: "a leave type",
    zh: "假别",
    keys: &[
        needed("title", Holds::Words, "What people call it."),
        needed("unit", Holds::Word(&["day", "half_day", "hour"]), "What it is counted in, and the least that can be taken."),
        key("paid", Holds::YesNoOr, "Whether it is paid; true unless given."),
        key("who", Holds::Expression, "Whose it is, of `person`: person.country == 'DE'. Everybody's unless given."),
        key("counts", Holds::Word(&["working_days", "calendar_days"]), "Which days of a range count; working days unless given."),
        key("entitlement", Holds::Table(&ENTITLEMENT), "What a year brings; as much as is approved unless given."),
        key("carry_over", Holds::WordOr(&["nothing", "everything"], &CARRY_OVER), "What of the rest goes into the next year; nothing unless given."),
        key("may_go_below", Holds::Text, "So much more than there is may be taken; it is owed then."),
        key("notice", Holds::Text, "How long before it is asked for: `14 days`."),
        key("longest", Holds::Text, "In one piece at most."),
        key("evidence_after", Holds::Text, "With evidence where it is longer than this."),
        key("blackouts", Holds::List(&Holds::Table(&BLACKOUT)), "When it cannot be taken."),
        key("reason_seen_by", Holds::Word(&["approvers", "everyone", "hr"]), "Who reads why somebody is away; those who read the request unless given."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static ENTITLEMENT: Table = Table {
    name: "entitlement",
    phrase: "an entitlement",
    zh: "额度",
    keys: &[
        needed("per_year", Holds::Text, "What a whole year brings to whoever works full time: days, or hours where the unit is an hour."),
        key("seniority", Holds::Named(&Holds::Text), "Completed years of service -> what a year brings from then on: {5: 23, 10: 25}."),
        key("steps", Holds::Word(&["next_year", "at_once"]), "Whether a step counts from the next leave year on, or from the next month on; next_year unless given."),
        key("accrues", Holds::Word(&["up_front", "monthly", "end_of_month"]), "When it is there; up_front unless given. Also {pay_period: 14, from: 2026-01-02} or {hours_worked: 30, brings: 1}."),
        key("pro_rata", Holds::Word(&["days", "full_months", "started_months", "half_years", "whole"]), "What joining, leaving and other hours within the year count by; days unless given."),
        key("rounding", Holds::Text, "`up to 0.5`, `down to 1`, `nearest 0.25`; to the thousandth unless given."),
        key("waits", Holds::Count, "It can be used so many months after joining."),
        key("cap", Holds::Text, "More than this is never there."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static ACCRUES: Table = Table {
    name: "accrues",
    phrase: "`accrues`",
    zh: "`accrues`",
    keys: &[
        key("pay_period", Holds::Count, "A part when each pay period of so many days is over."),
        key("from", Holds::Text, "The first day of a pay period."),
        key("hours_worked", Holds::Count, "For so many hours of working time."),
        key("brings", Holds::Text, "What they bring."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static CARRY_OVER: Table = Table {
    name: "carry_over",
    phrase: "`carry_over`",
    zh: "`carry_over`",
    keys: &[
        key("at_most", Holds::Text, "So much; all unless given."),
        key("until", Holds::Text, "To be taken until this month and day: `03-31`; without end unless given."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static BLACKOUT: Table = Table {
    name: "blackout",
    phrase: "a blackout",
    zh: "禁休期",
    keys: &[
        needed("from", Holds::Text, "The first day."),
        needed("until", Holds::Text, "The last day."),
        needed("why", Holds::Words, "Why."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static LEAVE_STORY: Table = Table {
    name: "story of leave",
    phrase: "a story of leave",
    zh: "假期故事",
    keys: &[
        needed("name", Holds::Text, "What it shows."),
        key("given", Holds::Table(&EMPLOYED), "Who somebody is; there before anything is counted and working full time unless given."),
        key("takes", Holds::List(&Holds::Table(&LEAVE_TAKEN)), "What they take, one after the other."),
        key("on", Holds::Text, "The day that is looked at."),
        key("expect", Holds::Named(&Holds::Text), "Balances then, by type."),
        key("refused", Holds::Text, "The last of `takes` is refused, with this in its words."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static EMPLOYED: Table = Table {
    name: "employment",
    phrase: "`given`",
    zh: "`given`",
    keys: &[
        key("joined_on", Holds::Text, "The first day of work."),
        key("left_on", Holds::Text, "The last day of work."),
        key("service_since", Holds::Text, "From when years of service count, where that is another day than that of joining."),
        key("calendar", Holds::Text, "The calendar of their place; the tenant's unless given."),
        key("terms", Holds::List(&Holds::Table(&TERMS)), "What is worked, from which day on."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static TERMS: Table = Table {
    name: "terms",
    phrase: "terms",
    zh: "工作安排",
    keys: &[
        needed("from", Holds::Text, "The first day."),
        key("percent", Holds::Count, "Of full hours."),
        key("working", Holds::Named(&Holds::Text), "Days -> hours, as in a calendar: monday to wednesday: \"09:00-17:00\"."),
    ],
};

#[rustfmt::skip] // A table: a row reads as one.
pub static LEAVE_TAKEN: Table = Table {
    name: "leave taken",
    phrase: "leave that is taken",
    zh: "所请假期",
    keys: &[
        needed("type", Holds::Text, "The type."),
        needed("from", Holds::Text, "The first day."),
        key("until", Holds::Text, "The last day; the first unless given."),
        key("start_half", Holds::YesNoOr, "From noon of the first day."),
        key("end_half", Holds::YesNoOr, "Until noon of the last."),
        key("hours", Holds::Text, "So many hours of a single day."),
        key("asked_on", Holds::Text, "When it is asked for; a year before unless given."),
        key("evidence", Holds::YesNoOr, "Whether evidence is attached."),
    ],
};
