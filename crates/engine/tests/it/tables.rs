//! Tables: what is found of them, and what they give.

mod changed;
mod random;

use std::cell::Cell;
use std::sync::Arc;

use countersign_engine::definition::{Document, Signature, Table};
use countersign_engine::expr::{Fault, Value};
use countersign_engine::finding::Finding;
use countersign_engine::{Deadline, Surroundings, TooCostly, check, check_within, explain, prose};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use rust_decimal::Decimal;

use crate::around::{around, table};

fn findings(text: &str) -> Vec<Finding> {
    check(text, &Surroundings::default()).findings
}

fn read(text: &str) -> Arc<Table> {
    table(text, &Surroundings::default())
}

fn eur(amount: &str) -> Value {
    Value::Money(amount.parse().unwrap(), Currency::EUR)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A table of one amount and one text with these rows.
fn of_rows(more: &str, rows: &[&str]) -> String {
    let rows: Vec<String> = rows.iter().map(|row| format!("  - [{row}]\n")).collect();
    format!(
        "table: limits\ngiven: {{category: text, amount: money}}\ngives: [role]\n{more}rows:\n{}",
        rows.concat()
    )
}

#[test]
fn mistakes_are_told_with_their_place_and_a_remedy() {
    #[rustfmt::skip] // A table: a row reads as one.
    let mistakes = [
        ("take: last\n", &["any, any, cfo"][..], "unknown-word", 4, "`last`", "first, only, all"),
        ("", &["any, cfo"], "wrong-shape", 5, "2 cells, and the table 3 columns", "category, amount, and then role"),
        ("otherwise: [a, b]\n", &["any, any, cfo"], "wrong-shape", 4, "`otherwise` has 2 cells", "role"),
        ("otherwise: []\n", &["any, any, cfo"], "wrong-shape", 4, "`otherwise` has 0 cells", "role"),
        ("", &["any, much, cfo"], "bad-cell", 5, "`amount` (money) wants an amount of money here, and this is `much`", "1000 EUR"),
        ("", &["any, 10%, cfo"], "bad-cell", 5, "this is `10%`", "1000 EUR"),
        ("", &["any, 1.005, cfo"], "bad-cell", 5, "finer than EUR, which has 2 decimal places", "Round"),
        ("", &["any, 5 to 7.001, cfo"], "bad-cell", 5, "finer than EUR", "Round"),
        ("", &["any, unlimited, cfo"], "bad-cell", 5, "or `any` here", ""),
        ("", &["under 5, any, cfo"], "bad-cell", 5, "which have no order", "like `travel`"),
        ("", &["[any, travel], any, cfo"], "bad-cell", 5, "beside others", ""),
        ("", &["any, ~, cfo"], "bad-cell", 5, "says nothing", "`any`"),
        ("", &["any, any, [cfo, ceo]"], "wrong-shape", 5, "One value is wanted", "take: all"),
        ("", &["any, 5, a", "any, any, any"], "bad-cell", 6, "`role` (text) wants one value or `empty` here", "Write it out"),
        ("", &["any, any, \"if amount > 5 then 'a' else 'b'\""], "not-yet", 5, "expression in a cell", "table("),
        ("", &["any, under 5 USD, a", "any, from 5 EUR, b"], "bad-cell", 6, "in USD of `amount`", "one currency"),
        ("", &["any, 10 to 10, a", "any, any, b"], "never-reached", 5, "no `amount` like this", "5 to 10"),
        ("", &["any, any, a", "travel, 5, b"], "never-reached", 6, "the one on line 5 always holds", "narrower"),
        ("", &["any, under 10, a", "any, from 10, a", "travel, 5 to 20, b"], "never-reached", 7, "take all of it", "narrower"),
        ("take: only\n", &["travel, any, a", "any, 5, a", "any, any, b"], "overlap", 7, "line 6 hold at once: `category` is `travel` and `amount` is 5.00 EUR", "take: first"),
        ("", &["any, under 10, a", "any, above 10, b"], "gap", 4, "No row holds where `amount` is 10.00 EUR.", "otherwise"),
        ("", &["travel, any, a"], "gap", 4, "No row holds where `category` is none of those", "otherwise"),
        ("", &["any, up to 9.98, a", "any, from 10, b"], "gap", 4, "`amount` is above 9.98 EUR and under 10.00 EUR", "otherwise"),
    ];
    for (more, rows, code, line, words, hint) in mistakes {
        let file = of_rows(more, rows);
        let found = findings(&file);
        let shown: String = found.iter().map(|one| one.display("file", Locale::En)).collect();
        let hit = found.iter().find(|one| one.code == code);
        assert!(
            hit.is_some_and(|one| {
                let remedy = one.hint.as_ref().map_or("", |hint| hint.get(Locale::En));
                one.line == line && one.message.get(Locale::En).contains(words) && remedy.contains(hint)
            }),
            "{code}, line {line}: {words} / {hint}\n{file}{shown}"
        );
    }
}

#[test]
fn mistakes_in_the_columns_are_told_too() {
    #[rustfmt::skip] // A table: a row reads as one.
    let mistakes = [
        ("given: [amount, amount]\ngives: [role]", "[any, 5, a]", "repeated-id", 2),
        ("given: [Amount]\ngives: [role]", "[5, a]", "bad-name", 2),
        ("given: {amount: sum}\ngives: [role]", "[5, a]", "unknown-word", 2),
        ("given: []\ngives: [role]", "[a]", "wrong-shape", 2),
        ("given: [amount]\ngives: [valid_from]", "[5, 2026-01-01]", "bad-name", 3),
        ("given: [amount, valid_from]\ngives: [role]", "[5, from 2026-01-01, a]", "bad-cell", 5),
        ("given: [amount]\ngives: [role]", "[any, a]", "bad-cell", 2),
        ("given: [a, b, c, d, e, f]\ngives: [g, h, i, j, k, l, m]", "[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]", "too-large", 2),
        ("gives: [role]", "[a]", "missing-key", 1),
        ("given: [amount]\ngives: [role]", "a", "wrong-shape", 5),
    ];
    for (columns, row, code, line) in mistakes {
        let file = format!("table: limits\n{columns}\nrows:\n  - {row}\notherwise: [b]\n");
        let found = findings(&file);
        let shown: String = found.iter().map(|one| one.display("file", Locale::En)).collect();
        assert!(
            found.iter().any(|one| one.code == code && one.line == line),
            "{code} on {line}\n{file}{shown}"
        );
    }
}

#[test]
fn what_is_sound_is_found_sound() {
    for file in [
        of_rows("", &["any, under 1000, a", "any, 1000 to 5000, b", "any, from 5000, c"]),
        // Between two cents there is nothing.
        of_rows("", &["any, up to 9.99, a", "any, from 10, b"]),
        of_rows("take: only\n", &["any, up to 9.99, a", "any, above 9.99, b"]),
        of_rows("take: all\notherwise: []\n", &["travel, 5, a", "any, 5, b", "travel, any, c"]),
        of_rows("otherwise: cfo\n", &["\"travel\", \"under 5\", \"a\""]),
        "{\"given\": {\"n\": \"integer\"}, \"gives\": [\"x\"], \"rows\": [[\"up to 5\", \"a\"], [\"from 6\", \"b\"]], \"table\": \"json\"}".to_owned(),
        "table: days\ngiven: [day]\ngives: [x]\nrows:\n  - [under 2026-01-01, 1]\n  - [from 2026-01-01, unlimited]\n".to_owned(),
        "table: yes\ngiven: [urgent]\ngives: [x]\ntake: only\nrows:\n  - [true, 10%]\n  - [false, 5%]\n".to_owned(),
    ] {
        let found = findings(&file);
        let shown: String = found.iter().map(|one| one.display("file", Locale::En)).collect();
        assert!(found.is_empty(), "{file}{shown}");
    }
}

#[test]
fn a_table_explained_says_the_same() {
    for file in [
        include_str!("stories/tables/approval-matrix.yaml"),
        include_str!("stories/tables/documents.yaml"),
        include_str!("stories/tables/limits.yaml"),
        include_str!("stories/tables/rates.yaml"),
    ] {
        let document = check(file, &around()).document.unwrap();
        let again = explain(&document);
        let read = check(&again, &around());
        assert!(read.findings.is_empty(), "{again}{:?}", read.findings);
        assert_eq!(explain(&read.document.unwrap()), again);
        for locale in [Locale::En, Locale::ZhCn] {
            assert_eq!(prose(&document, locale).lines().count(), 3);
        }
    }
}

#[test]
fn the_rows_that_hold_are_taken_as_the_table_says() {
    let rows = ["travel, under 10, a", "any, 5 to 20, b", "meals, any, c"];
    let ask = |more: &str, category: &str, amount: &str| {
        read(&of_rows(more, &rows)).look_up(&[text(category), eur(amount)], Currency::EUR)
    };
    let list = |all: &[&str]| Ok(Value::List(all.iter().map(|one| text(one)).collect()));
    assert_eq!(ask("otherwise: d\n", "Travel ", "7"), Ok(text("a")));
    assert_eq!(ask("otherwise: d\n", "travel", "10"), Ok(text("b")));
    assert_eq!(ask("otherwise: d\n", "travel", "20"), Ok(text("d")));
    assert_eq!(ask("take: all\notherwise: d\n", "meals", "5"), list(&["b", "c"]));
    assert_eq!(ask("take: all\notherwise: d\n", "travel", "20"), list(&["d"]));
    assert_eq!(ask("take: all\notherwise: []\n", "travel", "20"), list(&[]));
}

#[test]
fn what_no_row_is_for_never_passes() {
    // A fraction of a cent lies in no gap that people know of.
    let table = read(&of_rows(
        "take: only\n",
        &["any, up to 9.99, a", "any, from 10, b"],
    ));
    let ask = |value: Value| table.look_up(&[text("travel"), value], Currency::EUR);
    assert_eq!(ask(eur("9.995")), Err(Fault::NoRow("limits".to_owned())));
    assert_eq!(ask(eur("10")), Ok(text("b")));
    assert_eq!(ask(Value::Number(Decimal::TEN)), Ok(text("b")));
    let usd: Currency = "USD".parse().unwrap();
    let dollars = Value::Money(Decimal::TEN, usd);
    assert_eq!(ask(dollars), Err(Fault::OtherCurrency(usd, Currency::EUR)));
    assert!(matches!(ask(text("10")), Err(Fault::Missing(_))));
}

#[test]
fn a_row_for_nothing_takes_what_may_be_empty() {
    let file = of_rows("otherwise: c\n", &["empty, any, a", "travel, [empty, from 5], b"]);
    let ask = |category: Value, amount: Value| read(&file).look_up(&[category, amount], Currency::EUR);
    assert_eq!(ask(Value::Empty, eur("1")), Ok(text("a")));
    assert_eq!(ask(text("  "), eur("1")), Ok(text("a")));
    assert_eq!(ask(text("travel"), Value::Empty), Ok(text("b")));
    assert_eq!(ask(text("meals"), Value::Empty), Ok(text("c")));
}

#[test]
fn a_dated_row_holds_until_the_next_of_its_kind() {
    let file = "table: rates\ngiven: [kind, valid_from]\ngives: [rate]\nrows:\n  - [car, 2026-07-01, 38]\n  - [car, any, 30]\n  - [bike, 2026-01-01, 15]\ntake: only\notherwise: 0\n";
    let ask = |kind: &str, day: &str| {
        let given = [text(kind), Value::Date(day.parse().unwrap())];
        read(file).look_up(&given, Currency::EUR).unwrap().to_string()
    };
    let asked = [
        ("car", "2026-06-30"),
        ("car", "2026-07-01"),
        ("bike", "2025-12-31"),
        ("bike", "2030-01-01"),
    ];
    assert_eq!(asked.map(|(kind, day)| ask(kind, day)), ["30", "38", "0", "15"]);
}

#[test]
fn a_table_serves_whoever_was_checked_against_columns_that_it_still_has() {
    let signature = |given: &str, gives: &str, cells: &str| -> Signature {
        let file = format!(
            "table: t\ngiven: {given}\ngives: {gives}\nrows:\n  - [{cells}]\notherwise: [{}]\n",
            {
                let count = gives.matches(':').count();
                vec!["1"; count].join(", ")
            }
        );
        read(&file).signature.clone()
    };
    let one = signature("{a: text}", "{x: number}", "b, 1");
    let two = signature("{a: text}", "{x: number, y: text}", "b, 1, c");
    let three = signature("{a: text}", "{z: text, x: integer, y: text}", "b, d, 1, c");
    let other = signature("{a: number}", "{x: number}", "1, 1");
    let none = signature("{a: text}", "{x: number}", "empty, 1");
    let perhaps = signature("{a: text}", "{x: number}", "b, empty");
    assert!(one.serves(&one) && none.serves(&one) && three.serves(&two));
    assert!(!two.serves(&one) && !one.serves(&two) && !two.serves(&three) && !other.serves(&one));
    assert!(!one.serves(&none) && !perhaps.serves(&one) && one.serves(&perhaps));
}

/// As many rows as a table may have, as mixed as they can be.
fn mixed(columns: usize, rows: usize, more: &str) -> String {
    let names: Vec<String> = (0..columns).map(|column| format!("c{column}: integer")).collect();
    let mut seed: u64 = 7;
    let mut next = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % 1_000
    };
    let lines: Vec<String> = (0..rows)
        .map(|row| {
            let cells: Vec<String> = (0..columns)
                .map(|_| match next() % 4 {
                    0 => "any".to_owned(),
                    1 => format!("under {}", next()),
                    2 => format!("from {}", next()),
                    _ => {
                        let low = next();
                        format!("{low} to {}", low + 1 + next())
                    }
                })
                .collect();
            format!("  - [{}, {row}]\n", cells.join(", "))
        })
        .collect();
    format!(
        "table: mixed\ngiven: {{{}}}\ngives: [x]\n{more}rows:\n{}",
        names.join(", "),
        lines.concat()
    )
}

#[test]
fn what_takes_too_long_to_look_through_is_told_and_bounded() {
    let found = findings(&mixed(11, 1_000, ""));
    assert!(found.iter().any(|one| one.code == "gap"), "{found:?}");
    for more in ["take: only\n", "otherwise: [0]\n", "take: all\n"] {
        findings(&mixed(11, 1_000, more));
    }
    let codes = |file: &str| -> Vec<&str> { findings(file).iter().map(|one| one.code).collect() };
    assert_eq!(codes(&mixed(2, 1_001, "")), ["too-large"]);
    let many: Vec<String> = (0..1_900).map(|count| format!("t{count}")).collect();
    let many = format!("[{}], any, a", many.join(", "));
    assert_eq!(
        codes(&of_rows("take: all\notherwise: []\n", &[many.as_str(); 10])),
        Vec::<&str>::new()
    );
    assert_eq!(
        codes(&of_rows("take: all\notherwise: []\n", &[many.as_str(); 11])),
        ["too-large"]
    );
}

#[test]
fn the_look_at_the_rows_ends_with_its_deadline() {
    let asked = Cell::new(0);
    let is_over = || {
        asked.set(asked.get() + 1);
        asked.get() >= 20
    };
    let file = mixed(2, 300, "take: only\n");
    let checked = check_within(&file, &Surroundings::default(), &Deadline::new(&is_over));
    assert_eq!(checked.map(|_| ()), Err(TooCostly));
    assert_eq!(asked.get(), 20);
}

#[test]
fn a_workflow_reads_a_table_only_as_what_it_is() {
    let file = "workflow: sample\ntitle: Sample\nowners: {role: finance}\nform:\n  amount: {type: money, required: true}\nsteps:\n  - approval: manager\n    when: amount > table('limits', 'travel', amount).limit\n    by: {manager_of: requester}\n  - end: approved\n";
    let checked = check(file, &around());
    let shown: String = checked
        .findings
        .iter()
        .map(|one| one.display("file", Locale::En))
        .collect();
    assert!(matches!(checked.document, Some(Document::Workflow(_))), "{shown}");
    let unknown = check(file, &Surroundings::default()).findings;
    assert_eq!(
        unknown
            .iter()
            .map(|one| (one.code, one.line, one.column))
            .collect::<Vec<_>>(),
        [("unknown-table", 8, 20)]
    );
}
