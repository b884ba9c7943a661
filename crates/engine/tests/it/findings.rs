//! Broken text -> code, line, column and words: what a person without programming is told.

use countersign_engine::codes::Place;
use countersign_engine::finding::Finding;
use countersign_engine::{Surroundings, check};
use countersign_kernel::text::Locale;

use crate::around::around;

fn findings(place: Place, example: &str) -> Vec<Finding> {
    check(&place.file(example), &around()).findings
}

fn shown(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|finding| finding.display("file", Locale::En))
        .collect()
}

/// Exactly one finding: its code, the column of it, a part of its words and of its hint.
fn one(place: Place, example: &str, code: &str, column: usize, words: &str, hint: &str) {
    let found = findings(place, example);
    let fits = |finding: &Finding| {
        finding.code == code
            && finding.column == column
            && finding.message.en.contains(words)
            && finding
                .hint
                .as_ref()
                .map_or("", |hint| hint.en.as_str())
                .contains(hint)
    };
    assert!(
        found.len() == 1 && fits(&found[0]),
        "{example}\nwanted [{code}] at column {column}: {words} / {hint}\n{}",
        shown(&found)
    );
}

#[test]
fn conditions_are_explained() {
    #[rustfmt::skip] // A table: a row reads as one.
    let table = [
        ("amuont > 500", "unknown-name", 11, "Nothing here is called `amuont`", "`amount`"),
        ("amount > 500 AND category == 'meals'", "expression-syntax", 24, "`AND`", "`and` in small letters"),
        ("amount > 500 && hours > 5", "foreign-sign", 24, "`&&`", "`and`"),
        ("amount => 500", "foreign-sign", 18, "`=>`", "`>=`"),
        ("amount = 500", "foreign-sign", 18, "`=`", "`==`"),
        ("amount ≥ 500", "foreign-sign", 18, "`≥`", "`>=`"),
        ("amount > 1.000,50", "number-format", 20, "`1.000,50`", "`1000.50`"),
        ("amount > 10,000", "number-format", 20, "`10,000`", "`10000`"),
        ("amount > €500", "expression-syntax", 20, "code of its currency", "`500 EUR`"),
        ("amount > 500EUR", "expression-syntax", 20, "`500EUR`", "`500 EUR`"),
        ("category == meals", "unknown-name", 23, "`meals`", "`'meals'`"),
        ("category == \"meals\"", "double-quote", 23, "single straight quotes", "`'meals'`"),
        ("category == 'Meals'", "unknown-option", 23, "none of the options", "`'meals'`"),
        ("category == ‘meals’", "curly-quote", 23, "quotes", "`'meals'`"),
        ("purpose > 5", "type-mismatch", 11, "does not compare", ""),
        ("amount", "type-mismatch", 11, "A condition is wanted here", "`amount > 0`"),
        ("hours > 5", "may-be-empty", 11, "`hours` may be empty", "hours is not empty and"),
        ("spent_on > '02.03.2026'", "type-mismatch", 22, "is no date", "`'2026-03-02'`"),
        ("requester.role == 'finance'", "unknown-name", 11, "no `.role`", "requester.roles contains 'finance'"),
        ("request.amount > 5", "unknown-name", 11, "`request` has no `.amount`", "`amount`"),
        ("amount is null", "expression-syntax", 21, "`empty`", ""),
        ("amount == empty", "type-mismatch", 11, "equal to `empty`", "`amount is empty`"),
        ("100 < amount < 500", "expression-syntax", 24, "chained", "between"),
        ("amount > 5 hours", "type-mismatch", 11, "does not compare", ""),
        ("amount > 5 monhts", "unknown-unit", 20, "`monhts`", ""),
        ("amount > 500 or", "expression-syntax", 25, "breaks off", ""),
        ("(amount > 500", "expression-syntax", 23, "breaks off", ""),
        ("len(purpose) > 3", "unknown-function", 11, "`len`", "`count(…)`"),
        ("step('manager').decision == 'approved'", "unknown-step", 11, "`manager`", "No step here is decided by people."),
        ("table('limits', 5) > 3", "wrong-arguments", 11, "is given 2 values, and here are 1", "`table('limits', category, amount)`"),
        ("table('limts', category, amount).limit > 3", "unknown-table", 11, "no table `limts`", "`limits`"),
        ("table(category, amount).limit > 3", "wrong-arguments", 17, "written out in quotes", "`table('limits', amount)`"),
        ("table('limits', amount, amount).limit > 3", "type-mismatch", 27, "A text is wanted for `category`", ""),
        ("table('limits', category, hours).limit > 3", "may-be-empty", 37, "no row of `limits` is for an empty `amount`", "a row with `empty`"),
        ("table('limits', category, amount) > 3", "type-mismatch", 11, "A group of fields does not compare", "`table('limits', category, amount).approver`"),
        ("table('limits', category, amount).limt > 3", "unknown-name", 11, "no `.limt`", "`table('limits', category, amount).limit`"),
        ("spent_on < 90", "type-mismatch", 11, "does not compare", "`days_between(spent_on, today) > 90`"),
        ("90 > spent_on", "type-mismatch", 11, "does not compare", "`spent_on < today - 90 days`"),
        ("spent_on > 2026", "type-mismatch", 11, "does not compare", "`'2026-01-31'`"),
        ("spent_on < 90 days", "type-mismatch", 11, "does not compare", "`spent_on < today - 90 days`"),
        ("request.submitted_at < 90", "type-mismatch", 11, "does not compare", "`request.submitted_at < now - 90 days`"),
        ("category not in ['meals']", "expression-syntax", 20, "`not` stands before", "`not category in […]`"),
        ("purpose not contains 'x'", "expression-syntax", 19, "`not` stands before", "`not purpose contains …`"),
        ("amount not between 5 and 10", "expression-syntax", 18, "`not` stands before", "`not amount between … and …`"),
        ("category == no", "unknown-name", 23, "`no`", "`false`"),
        ("category == Yes", "unknown-name", 23, "`Yes`", "`true`"),
        ("category is no", "expression-syntax", 23, "`no`", "`== false`"),
        ("requester.department == 'Sales' and requester.limit > 5", "may-be-empty", 47, "`requester.limit`", "if requester.limit is empty"),
        ("purpose + category == 'x'", "type-mismatch", 11, "`+` cannot join", "put together inside a text"),
    ];
    for (when, code, column, words, hint) in table {
        one(Place::When, when, code, column, words, hint);
    }
}

#[test]
fn traps_of_yaml_are_explained_without_its_words() {
    #[rustfmt::skip] // A table: a row reads as one.
    let table = [
        (Place::Top, "description: Note: money back", "colon-in-text", 18, "colon", "\"Note: money back\""),
        (Place::Top, "description: Room #4", "hash-in-text", 19, "cut off", "\"Room #4\""),
        (Place::Top, "description: “Money back”", "curly-quote", 14, "not a quote", "\"Money back\""),
        (Place::Top, "description: @finance", "starts-with-sign", 14, "starts with `@`", "\"@finance\""),
        (Place::Top, "description: %5 of all", "starts-with-sign", 14, "starts with `%`", ""),
        (Place::Top, "description: [Draft] money back", "starts-with-sign", 14, "starts with `[`", ""),
        (Place::Top, "description: {amount} back", "starts-with-sign", 14, "starts with `{`", ""),
        (Place::Top, "description: \"Money\" back", "text-after-quote", 14, "goes on", "\"'Money' back\""),
        (Place::Top, "description:Money back", "space-after-colon", 1, "space is missing", "`description: Money back`"),
        (Place::Top, "description： 报销", "space-after-colon", 1, "wide colon", "`description: 报销`"),
        (Place::When, "> 500", "starts-with-sign", 11, "starts with `>`", "`amount > 500`"),
        (Place::When, "!urgent", "starts-with-sign", 11, "starts with `!`", "`not urgent`"),
        (Place::When, "'meals' == category", "text-after-quote", 11, "goes on", "\"'meals' == category\""),
        (Place::Form, "purpose: {type: text, label: Who: me}", "needs-quotes", 32, "`:`", "\"Who: me\""),
        (Place::Form, "purpose: {type:text}", "space-after-colon", 13, "space is missing", "`type: text`"),
        (Place::Form, "purpose: {type: text, required: amount in [1, 2]}", "needs-quotes", 35, "`[`", "\"amount in [1, 2]\""),
        (Place::Form, "purpose: {type: text, required: true", "unclosed-bracket", 12, "never closed", "`}`"),
        (Place::Form, "purpose: {type: text, label: “Why”}", "curly-quote", 32, "not a quote", "\"Why\""),
        (Place::Steps, "- approval: manager\n  by: {role: finance", "unclosed-bracket", 9, "never closed", "`}`"),
        (Place::Top, "description: \"Money back", "unclosed-quote", 14, "never closed", "`\"`"),
    ];
    for (place, example, code, column, words, hint) in table {
        one(place, example, code, column, words, hint);
    }
}

#[test]
fn words_are_put_right() {
    #[rustfmt::skip] // A table: a row reads as one.
    let table = [
        (Place::Steps, "- approval: manager\n  by: {manager_off: requester}", "unknown-key", 10, "`manager_off`", "`manager_of`"),
        (Place::Steps, "- approval: manager\n  by: {manager_of: requestor}", "unknown-name", 22, "`requestor`", "`requester`"),
        (Place::Steps, "- approval: manager\n  by: manager", "unknown-word", 9, "`manager`", "{manager_of: requester}"),
        (Place::Steps, "- approval: manager\n  by: finance", "unknown-word", 9, "`finance`", "{role: finance}"),
        (Place::Steps, "- approval: manager\n  by: {user: bo}", "unknown-person", 16, "`bo`", "bo@acme.example"),
        (Place::Steps, "- approval: manager\n  by: {role: finance}\n  need: most", "bad-need", 11, "`most`", "majority"),
        (Place::Steps, "- approval: manager\n  by: {role: finance}\n  deadline: 2d", "bad-duration", 15, "`2d`", "`2 days`"),
        (Place::Steps, "- approval: manager\n  by: {role: finance}\n  on_reject: return", "unknown-word", 16, "`return`", "{return_to: requester}"),
        (Place::Steps, "- approval: manager\n  by: {role: finance}\n  if_late: notify", "missing-key", 5, "never happens", "deadline"),
        (Place::Steps, "- approval: manager\n  approver: {role: finance}\n  by: {role: finance}", "unknown-key", 5, "`approver`", "`by`"),
        (Place::Steps, "- approval: manager\n  by: {role: finance}\n  remind: {before: 1 day}", "missing-key", 14, "needs a `deadline`", "every"),
        (Place::Then, "- \"bo approves: {amount: 5}\"", "bad-sentence", 9, "inside the quotes", "Leave the quotes out"),
        (Place::When, "form.amount > 5", "unknown-name", 11, "`form`", "without `form.`"),
        (Place::When, "amount ＞ 5", "foreign-sign", 18, "`＞`", "`>`"),
        (Place::Steps, "- approval: manager\n  by: {role: [finance, legal]}", "wrong-shape", 16, "a list", "[{role: finance}, {role: legal}]"),
        (Place::Steps, "- wait: calm", "missing-key", 5, "what to wait for", "after: 14 days"),
        (Place::Steps, "- wait: calm\n  after: 2 days\n  until: today", "two-kinds", 12, "has one end", "`first_of:`"),
        (Place::Steps, "- wait: calm\n  event: custom.paid\n  first_of: {late: {after: 2 days}}", "two-kinds", 12, "has one end", "`first_of:`"),
        (Place::Steps, "- wait: calm\n  first_of: {}", "missing-key", 15, "what to wait for", "after: 14 days"),
        (Place::Steps, "- wait: calm\n  first_of: {Late: {after: 2 days}}", "bad-name", 16, "`Late`", ""),
        (Place::Steps, "- wait: calm\n  first_of: {late: {aftr: 2 days}}", "unknown-key", 23, "`aftr`", "`after`"),
        (Place::Steps, "- wait: calm\n  first_of: {late: {ask: requester}}", "not-yet", 23, "`ask`", ""),
        (Place::Steps, "- wait: calm\n  after: 2 days\n  where: event.id == purpose", "missing-key", 5, "`where`", "`event:`"),
        (Place::Steps, "- wait: calm\n  event: custom.Paid", "unknown-event", 12, "`custom.Paid`", "custom.payment.handled"),
        (Place::Steps, "- wait: calm\n  event: custom.paid\n  where: request.id == event.id", "wrong-shape", 12, "which field", "event.request == request.id"),
        (Place::Steps, "- wait: calm\n  event: custom.paid\n  where: event.sum == requester.roles", "type-mismatch", 12, "is not compared with", "an id or a number"),
        (Place::Steps, "- wait: calm\n  event: custom.paid\n  where: event.id == purpse", "unknown-name", 12, "`purpse`", "`purpose`"),
        (Place::Steps, "- wait: calm\n  event: custom.paid\n  keep: maybe", "wrong-shape", 11, "`maybe`", ""),
        (Place::Steps, "- wait: calm\n  after: soon", "bad-duration", 12, "`soon`", "2 working days"),
        (Place::Steps, "- wait: calm\n  until: 3", "type-mismatch", 12, "An instant or a date", ""),
        (Place::Steps, "- run: lines\n  workflow: expense", "not-yet", 5, "`run`", ""),
        (Place::Form, "purpose: {type: string}", "unknown-word", 19, "`string`", "`text`"),
        (Place::Form, "purpose: {type: text, required: yes}", "wrong-shape", 35, "`yes`", "`true`"),
        (Place::Form, "purpose: {type: text, max: 5}", "unknown-key", 25, "no `max`", "max_length"),
        (Place::Form, "Purpose: {type: text}", "bad-name", 3, "`Purpose`", "`purpose`"),
        (Place::Form, "kind: {type: choice, options: [a, no, null]}", "option-wants-quotes", 41, "`null`", "\"null\""),
        (Place::Form, "kind: {type: choice}", "missing-key", 3, "needs `options`", "options"),
        (Place::Form, "price: {type: money, currency: USD}", "not-yet", 34, "Another currency", "`EUR`"),
        (Place::Then, "- bo aproves", "bad-sentence", 9, "`aproves`", "`approves`"),
        (Place::Then, "- manger asks bo", "unknown-step", 9, "`manger`", "`manager`"),
        (Place::Then, "- after 3 workin days", "bad-sentence", 9, "`3 workin days`", "`3 working days`"),
        (Place::Then, "- bo delegates to dan", "not-yet", 9, "`delegates to dan`", ""),
        (Place::Then, "- ann may not see amount", "not-yet", 9, "`see amount`", ""),
    ];
    for (place, example, code, column, words, hint) in table {
        one(place, example, code, column, words, hint);
    }
}

#[test]
fn all_findings_come_at_once_with_line_path_and_caret() {
    let text = "workflow: sample\ntitle: Sample\nowners: {role: finance}\nform:\n  amount: {type: number, required: true}\nsteps:\n  - approval: manager\n    by: {manager_off: requester}\n  - approval: finance\n    when: amuont > 500\n    by: {role: finance}\n    dedline: 2 days\n";
    let found = check(text, &around()).findings;
    let places: Vec<(&str, usize, usize, &str)> = found
        .iter()
        .map(|finding| (finding.code, finding.line, finding.column, finding.path.as_str()))
        .collect();
    assert_eq!(
        places,
        [
            ("unknown-key", 8, 10, "/steps/0/by/manager_off"),
            ("unknown-name", 10, 11, "/steps/1/when"),
            ("unknown-key", 12, 5, "/steps/1/dedline"),
        ],
        "{}",
        shown(&found)
    );
    assert_eq!(
        found[1].excerpt,
        "10 |     when: amuont > 500\n   |           ^^^^^^"
    );
}

/// An address, a name or a department that may be missing is no mistake where it says who is asked: `if_nobody` decides.
#[test]
fn who_is_asked_may_turn_out_to_be_nobody() {
    let with = |by: &str| {
        let steps = Place::Steps.file(&format!("- approval: head\n  by: {by}"));
        steps.replace(
            "  spent_on:",
            "  dept: {type: department}\n  backup: {type: person}\n  spent_on:",
        )
    };
    for by in [
        "{head_of: requester.department}",
        "{head_of: dept}",
        "{person: backup}",
        "{manager_of: backup}",
    ] {
        let found = check(&with(by), &around()).findings;
        assert!(found.is_empty(), "{by}\n{}", shown(&found));
    }
}

/// What an action is told of nobody could never be done. Where the company is not known, it is a warning.
#[test]
fn an_action_for_nobody_is_found_when_it_is_checked() {
    let told = |to: &str, around: &Surroundings| {
        let step = format!("- action: tell\n  do: notices.send\n  with: {{to: {to}, text: Hi}}");
        let found = check(&Place::Steps.file(&step), around).findings;
        found
            .iter()
            .map(|one| (one.code, one.is_error()))
            .collect::<Vec<_>>()
    };
    let sample = around();
    let company = Surroundings {
        directory: Some(sample.people.directory.clone()),
        ..around()
    };
    for around in [&sample, &company] {
        assert_eq!(told("bo@acme.example", around), []);
        assert_eq!(told("\"{requester.id}\"", around), []);
        assert_eq!(told("bo", around), [("unknown-person", true)]);
    }
    assert_eq!(told("nobody@acme.example", &sample), [("unknown-person", false)]);
    assert_eq!(told("nobody@acme.example", &company), [("unknown-person", true)]);
}

#[test]
fn a_story_about_a_file_without_steps_is_told_so() {
    let text = Place::Then.file("- held manager\n- skipped manager").replace(
        "  - approval: manager\n    by: {manager_of: requester}\n",
        "  - end: approved\n",
    );
    let found = check(&text, &around()).findings;
    let hints = found
        .iter()
        .filter_map(|one| one.hint.as_ref())
        .map(|hint| hint.en.as_str());
    assert!(
        found.len() == 2 && hints.clone().all(|hint| !hint.contains(": .")),
        "{}",
        shown(&found)
    );
}

#[test]
fn a_part_that_is_repeated_by_name_is_one_finding() {
    let text = Place::Steps.file(
        "- approval: manager\n  by: &m {manager_of: requester}\n- approval: second\n  by: *m\n- approval: third\n  <<: *m\n  by: [*m, {role: finance}]",
    );
    let found = check(&text, &around()).findings;
    let codes: Vec<&str> = found.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["alias"], "{}", shown(&found));
    let hint = found[0].hint.as_ref().map_or("", |hint| hint.en.as_str());
    assert!(hint.contains("`m`") && hint.contains("line 14, 16, 17"), "{hint}");
}

#[test]
fn nothing_follows_from_something_else() {
    // A field that could not be read is not missed where it is used.
    let found = findings(Place::Top, "checks:\n  - when: amount > \n    refuse: Too much.");
    assert_eq!(found.len(), 1, "{}", shown(&found));
    let text = Place::Form
        .file("amount: {type: nubmer, required: true}")
        .replace(
            "by: {manager_of: requester}",
            "by: {manager_of: requester}\n    when: amount > 5",
        );
    let found = check(&text, &around()).findings;
    assert_eq!(
        found.iter().map(|finding| finding.code).collect::<Vec<_>>(),
        ["unknown-word"],
        "{}",
        shown(&found)
    );
}

#[test]
fn places_are_found_inside_folded_texts_and_windows_files() {
    let folded = Place::Steps.file("- approval: manager\n  by: {manager_of: requester}\n  when: >\n    amount > 500\n    and amuont < 900");
    let found = check(&folded, &around()).findings;
    assert_eq!(
        (found[0].code, found[0].line, found[0].column),
        ("unknown-name", 15, 11),
        "{}",
        shown(&found)
    );
    let windows = format!(
        "\u{feff}{}",
        Place::When.file("amuont > 500").replace('\n', "\r\n")
    );
    let found = check(&windows, &around()).findings;
    assert_eq!(
        (found[0].code, found[0].line, found[0].column),
        ("unknown-name", 13, 11),
        "{}",
        shown(&found)
    );
    let quoted = Place::When.file("\"'it''s' == category and amuont > 5\"");
    let found = check(&quoted, &around()).findings;
    let last = found.last().unwrap();
    assert_eq!(
        (last.code, last.column),
        ("unknown-name", 36),
        "{}",
        shown(&found)
    );
}

#[test]
fn a_leading_and_a_closing_mark_are_fine() {
    let text = format!("---\n{}---\n", Place::When.file("amount > 500"));
    let checked = check(&text, &around());
    assert!(checked.is_ok(), "{}", shown(&checked.findings));
    let text = format!("{}...\n", Place::When.file("amount > 500"));
    assert!(check(&text, &around()).is_ok());
}

#[test]
fn hostile_files_cost_little() {
    let deep = format!("a: {}", "[".repeat(50_000));
    let wide = format!("a: [{}]", "x,".repeat(200_000));
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
    let long = format!("workflow: x\ntitle: {}", "\"".repeat(100_000));
    let colons = "a: ".repeat(100_000);
    let expression = Place::When.file(&"(".repeat(9_000));
    let pattern = Place::When.file("purpose matches '(((a{99}){99}){99}){99}'");
    for text in [
        deep.as_str(),
        &wide,
        bomb,
        &long,
        &colons,
        &expression,
        &pattern,
        "",
        "\0",
        "- - - -",
        "? a\n: b",
        "\u{feff}",
    ] {
        let begun = std::time::Instant::now();
        let checked = check(text, &around());
        assert!(!checked.is_ok(), "{}", text.chars().take(40).collect::<String>());
        assert!(
            begun.elapsed().as_secs() < 5,
            "{:?} {}",
            begun.elapsed(),
            text.chars().take(40).collect::<String>()
        );
    }
}

#[test]
fn slips_in_what_is_set_are_told() {
    #[rustfmt::skip] // A table: a row reads as one.
    let table = [
        ("- set: total\n  fields: {amount: 5}", "repeated-id", 14, "`amount` is a field of the form", "another name"),
        ("- set: total\n  fields: {Total: amount}", "bad-name", 14, "`Total`", "`total`"),
        ("- set: total\n  fields: {total: amuont}", "unknown-name", 21, "`amuont`", "`amount`"),
        ("- set: total\n  field: {total: amount}", "unknown-key", 5, "`field`", "`fields`"),
        ("- set: total\n  fields: {total: amount}\n- set: again\n  fields: {total: category}", "type-mismatch", 14, "`total` is a number above, and a text here", "another name"),
        ("- choose: big\n  cases:\n    - when: amount > 5\n      steps:\n        - set: in-case\n          fields: {total: amount}\n  otherwise: []\n- approval: boss\n  by: {manager_of: requester}\n  when: total > 5", "may-be-empty", 11, "`total` may be empty", "total is not empty and"),
        ("- approval: boss\n  by: {manager_of: requester}\n  when: total > 5\n- set: after\n  fields: {total: amount}", "unknown-name", 11, "`total`", ""),
    ];
    for (steps, code, column, words, hint) in table {
        let steps = format!("{steps}\n- approval: last\n  by: {{manager_of: requester}}");
        one(Place::Steps, &steps, code, column, words, hint);
    }
}
