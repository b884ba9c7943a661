//! Slips of the pen in files that ship.

/// What stands in the file, what somebody wrote instead, and the code of what is found then.
pub(super) struct Slip {
    pub(super) right: &'static str,
    pub(super) wrong: &'static str,
    pub(super) code: &'static str,
    /// The part of the file that it takes away or makes unreadable.
    pub(super) takes: &'static str,
    /// Parts without which nobody can tell that it is wrong.
    pub(super) wants: &'static [&'static str],
}

const fn slip(right: &'static str, wrong: &'static str, code: &'static str) -> Slip {
    Slip {
        right,
        wrong,
        code,
        takes: "",
        wants: &[],
    }
}

impl Slip {
    const fn takes(mut self, part: &'static str) -> Self {
        self.takes = part;
        self
    }

    const fn wants(mut self, parts: &'static [&'static str]) -> Self {
        self.wants = parts;
        self
    }
}

/// A top-level part, whole: `form` stands for its key and all that is indented below it.
const fn without(part: &'static str) -> Slip {
    Slip {
        right: "",
        wrong: "",
        code: "missing-key",
        takes: part,
        wants: &[],
    }
}

pub(super) fn expense() -> Vec<Slip> {
    vec![
        without("title"),
        without("owners"),
        without("form"),
        without("steps"),
        slip("description: Money", "descripton: Money", "unknown-key"),
        slip("submitters: everyone", "submitters: evryone", "unknown-word"),
        slip("({amount})\"", "({amuont})\"", "unknown-name").wants(&["form"]),
        slip("EXP-{year}-{counter}", "EXP-{year}", "bad-number"),
        slip(
            "  purpose:  {type: text,",
            "  purpose:  {type: string,",
            "unknown-word",
        )
        .wants(&["form"]),
        slip("max_length: 200}", "max_lenght: 200}", "unknown-key").wants(&["form"]),
        slip(
            "  amount:   {type: money,",
            "  amount:   {type: mony,",
            "unknown-word",
        )
        .wants(&["form"])
        .takes("amount"),
        slip(
            "  spent_on: {type: date,",
            "  spent_on: {typ: date,",
            "unknown-key",
        )
        .wants(&["form"]),
        slip(
            "required: amount > 25,",
            "required: amount > 'much',",
            "type-mismatch",
        )
        .wants(&["form", "amount"]),
        slip("    type: choice", "    type: choise", "unknown-word")
            .wants(&["form"])
            .takes("category"),
        slip(
            "when: spent_on > request.submitted_at",
            "when: spent_on >",
            "expression-syntax",
        ),
        slip(
            "category == 'meals' and amount > 75",
            "category == 'meal' and amount > 75",
            "unknown-option",
        )
        .wants(&["form", "category"]),
        slip("  - choose: by-amount", "  - chose: by-amount", "unknown-kind").wants(&["steps"]),
        slip("when: amount < 500", "when: amount < 5 days", "type-mismatch")
            .wants(&["form", "amount", "steps"]),
        slip("- end: approved\n", "- end: aproved\n", "unknown-word").wants(&["steps"]),
        slip(
            "by: {manager_of: requester}",
            "by: {manager_of: requestor}",
            "unknown-name",
        )
        .wants(&["form", "steps"]),
        slip(
            "deadline: 2 working days",
            "deadline: 2 workin days",
            "bad-duration",
        )
        .wants(&["steps"]),
        slip(
            "if_late: {escalate_to: {manager_of: approver}}",
            "if_late: escalate",
            "unknown-word",
        )
        .wants(&["steps"]),
        slip(
            "when: amount >= 1000 or",
            "when: amuont >= 1000 or",
            "unknown-name",
        )
        .wants(&["form", "steps"]),
        slip("need: any", "need: many", "bad-need").wants(&["steps"]),
        slip("can_edit: [category]", "can_edit: [categry]", "unknown-name").wants(&["form", "steps"]),
        slip(
            "return_to: requester, at_most: 3",
            "return_to: finanse, at_most: 3",
            "unknown-step",
        )
        .wants(&["steps"]),
        slip("  - approval: finance", "  - approval: manager", "repeated-id")
            .wants(&["steps"])
            .takes("finance"),
        slip(
            "by: {role: finance}\n    need",
            "by: {rol: finance}\n    need",
            "unknown-key",
        )
        .wants(&["steps"]),
        slip(
            "by: {role: finance}\n    need",
            "goto: manager\n    by: {role: finance}\n    need",
            "no-jumps",
        )
        .wants(&["steps"]),
        slip(
            "      - ann may not approve",
            "      - ann may not aprove",
            "bad-sentence",
        ),
        slip(
            "      - dan approves\n",
            "      - den approves\n",
            "unknown-person",
        ),
        slip("      - held manager", "      - held manger", "unknown-step").wants(&["steps", "finance"]),
        slip(
            "fields: {category: other}",
            "fields: {categorie: other}",
            "unknown-name",
        )
        .wants(&["form"]),
        slip("    expect: rejected", "    expect: refused", "unknown-word"),
        slip(
            "  - name: The manager says no",
            "  - name: A small claim needs nobody",
            "repeated-id",
        ),
    ]
}

pub(super) fn contract() -> Vec<Slip> {
    vec![
        without("title"),
        without("owners"),
        without("form"),
        without("steps"),
        slip(
            "owners: {role: legal}",
            "owners: {role: legal, user: gus@acme.example}",
            "two-kinds",
        )
        .takes("owners"),
        slip(
            "{type: record, of: account,",
            "{type: record, of: acount,",
            "unknown-word",
        )
        .wants(&["form"]),
        slip(
            "  value:       {type: money,",
            "  value:       {type: money, currency: XX,",
            "unknown-unit",
        )
        .wants(&["form"]),
        slip(
            "  value:       {type: money,",
            "  value:       {type: money, currency: USD,",
            "not-yet",
        )
        .wants(&["form"]),
        slip("min: 1, max: 120", "min: 1, max: 10 EUR", "type-mismatch").wants(&["form"]),
        slip(
            "  starts_on:   {type: date,",
            "  Starts_on:   {type: date,",
            "bad-name",
        )
        .wants(&["form"])
        .takes("starts_on"),
        slip("  - parallel: review", "  - paralel: review", "unknown-kind").wants(&["steps"]),
        slip("    branches:", "    branchs:", "unknown-key").wants(&["steps"]),
        slip(
            "        - approval: legal",
            "        - aproval: legal",
            "unknown-kind",
        )
        .wants(&["steps"]),
        slip(
            "        - approval: finance",
            "        - approval: Finance Team",
            "bad-name",
        )
        .wants(&["steps"])
        .takes("finance"),
        slip(
            "can_edit: [starts_on, term_months]",
            "can_edit: [starts_on, term_month]",
            "unknown-name",
        )
        .wants(&["form", "steps"]),
        slip(
            "    when: value >= 50000",
            "    when: value >= '50000'",
            "type-mismatch",
        )
        .wants(&["form", "steps"]),
        slip(
            "    by: {user: cleo@acme.example}",
            "    by: {user: cleo}",
            "unknown-person",
        )
        .wants(&["steps"]),
        slip(
            "    by: {user: cleo@acme.example}\n    deadline: 5 working days",
            "    by: {user: cleo@acme.example}\n    deadlin: 5 working days",
            "unknown-key",
        )
        .wants(&["steps"]),
        slip(
            "      - gus rejects: The",
            "      - gus reject: The",
            "bad-sentence",
        ),
        slip(
            "      - legal asks cleo",
            "      - legal asks [cleo, leo]",
            "unknown-person",
        )
        .wants(&["steps"]),
        slip(
            "      - status returned",
            "      - status retuned",
            "bad-sentence",
        ),
        slip(
            "requester resubmits: {title:",
            "requester resubmits: {titel:",
            "unknown-name",
        )
        .wants(&["form"]),
    ]
}

pub(super) fn leave() -> Vec<Slip> {
    vec![
        without("title"),
        without("owners"),
        without("form"),
        without("steps"),
        slip("form:\n", "fom:\n", "unknown-key"),
        slip("steps:\n", "stpes:\n", "unknown-key"),
        slip("tests:\n", "test:\n", "unknown-key").takes("tests"),
        slip(
            "{dates.working_days} working",
            "{dates.workingdays} working",
            "unknown-name",
        )
        .wants(&["form", "dates"]),
        slip(
            "  dates:  {type: date_range,",
            "  dates:  {type: daterange,",
            "unknown-word",
        )
        .wants(&["form"])
        .takes("dates"),
        slip(
            "required: kind == 'unpaid'",
            "required: kind = 'unpaid'",
            "foreign-sign",
        )
        .wants(&["form"]),
        slip(
            "when: dates.working_days == 0",
            "when: dates.working_days == 'none'",
            "type-mismatch",
        )
        .wants(&["form", "dates"]),
        slip(
            "  - when: dates.working_days == 0\n    refuse:",
            "  - when: dates.working_days == 0\n    refuze:",
            "unknown-key",
        ),
        slip(
            "kind == 'annual' and dates.start",
            "kind == 'anual' and dates.start",
            "unknown-option",
        )
        .wants(&["form"]),
        slip("    warn: {en:", "    warn: {English:", "bad-language"),
        slip(
            "    when: dates.working_days > 10",
            "    when: dates > 10",
            "type-mismatch",
        )
        .wants(&["form", "dates", "steps"]),
        slip("    by: {role: hr}", "    by: hr", "unknown-word").wants(&["steps"]),
        slip("  - approval: hr", "  - approval:", "wrong-shape")
            .wants(&["steps"])
            .takes("hr"),
        slip("    by: {manager_of: requester}\n", "", "missing-key").wants(&["steps"]),
        slip("      - hr asks fay", "      - hrr asks fay", "unknown-step").wants(&["steps", "hr", "tests"]),
        slip("      - ivy rejects:", "      - ivi rejects:", "unknown-person").wants(&["tests"]),
        slip(
            "given: {requester: fay, form: {kind: sick,",
            "given: {requestr: fay, form: {kind: sick,",
            "unknown-key",
        )
        .wants(&["tests"]),
    ]
}

pub(super) fn matrix() -> Vec<Slip> {
    /// What is told of the cells, and of the table as a whole.
    const CELLS: &[&str] = &["given", "gives", "rows"];
    const ALL: &[&str] = &["given", "gives", "rows", "cells", "take", "otherwise"];
    vec![
        without("given"),
        without("gives"),
        without("rows"),
        slip("title: {en:", "title: {English:", "bad-language"),
        slip("owners: {role: finance}", "owners: finance", "unknown-word"),
        slip("amount: money", "amount: sum", "unknown-word").takes("given"),
        slip("{category:", "{Category:", "bad-name").takes("given"),
        slip("approver_role: text", "category: text", "repeated-id")
            .wants(&["given"])
            .takes("gives"),
        slip("take: first", "take: frist", "unknown-word").takes("take"),
        slip("from 10000,", "from 1O000,", "bad-cell")
            .wants(CELLS)
            .takes("cells"),
        slip("under 1000,", "under 1.005,", "bad-cell")
            .wants(CELLS)
            .takes("cells"),
        slip("[travel, meals],", "[travel, any],", "bad-cell")
            .wants(CELLS)
            .takes("cells"),
        slip("[any,                from", "[from", "wrong-shape")
            .wants(CELLS)
            .takes("cells"),
        slip("  finance]", "  [finance, legal]]", "wrong-shape")
            .wants(CELLS)
            .takes("cells"),
        slip("[manager]", "[manager, hr]", "wrong-shape")
            .wants(CELLS)
            .takes("otherwise"),
        slip("otherwise: [manager]\n", "", "gap")
            .wants(ALL)
            .takes("otherwise"),
        slip("1000 to 10000,", "1000 to 1000,", "never-reached")
            .wants(ALL)
            .takes("cells"),
        slip("1000 to 10000,", "500 to 700,", "never-reached").wants(ALL),
    ]
}
