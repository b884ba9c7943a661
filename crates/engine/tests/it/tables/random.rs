//! Random tables against the plainest reading of their rows.

use countersign_engine::Surroundings;
use countersign_engine::check;
use countersign_engine::expr::{Fault, Value};
use countersign_kernel::money::Currency;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::read;

/// What a cell of a row says, plainly.
#[derive(Debug, Clone)]
enum Plain {
    Any,
    Empty,
    Texts(Vec<usize>),
    Under(i64),
    UpTo(i64),
    From(i64),
    Above(i64),
    Between(i64, i64),
    Exactly(i64),
}

/// A column of whole numbers, or of texts.
const COLUMNS: [bool; 3] = [true, true, false];
const TEXTS: [&str; 3] = ["travel", "meals", "other"];
/// Numbers that are asked with; half of them lie between whole ones.
const LOW: i64 = -1;
const HIGH: i64 = 9;

fn cell(numbers: bool) -> BoxedStrategy<Plain> {
    let number = 0..6_i64;
    if numbers {
        prop_oneof![
            2 => Just(Plain::Any),
            1 => Just(Plain::Empty),
            1 => number.clone().prop_map(Plain::Under),
            1 => number.clone().prop_map(Plain::UpTo),
            1 => number.clone().prop_map(Plain::From),
            1 => number.clone().prop_map(Plain::Above),
            1 => number.clone().prop_map(Plain::Exactly),
            2 => (number, 1..4_i64).prop_map(|(low, width)| Plain::Between(low, low + width)),
        ]
        .boxed()
    } else {
        prop_oneof![
            2 => Just(Plain::Any),
            3 => prop::collection::vec(0..2_usize, 1..3).prop_map(Plain::Texts),
        ]
        .boxed()
    }
}

fn rows() -> impl Strategy<Value = Vec<Vec<Plain>>> {
    prop::collection::vec(COLUMNS.map(cell).to_vec(), 1..8)
}

fn written(cell: &Plain) -> String {
    match cell {
        Plain::Any => "any".to_owned(),
        Plain::Empty => "empty".to_owned(),
        Plain::Texts(all) => {
            let all: Vec<&str> = all.iter().map(|one| TEXTS[*one]).collect();
            format!("[{}]", all.join(", "))
        }
        Plain::Under(high) => format!("under {high}"),
        Plain::UpTo(high) => format!("up to {high}"),
        Plain::From(low) => format!("from {low}"),
        Plain::Above(low) => format!("above {low}"),
        Plain::Between(low, high) => format!("{low} to {high}"),
        Plain::Exactly(value) => value.to_string(),
    }
}

fn file(rows: &[Vec<Plain>], more: &str) -> String {
    let lines: Vec<String> = rows
        .iter()
        .enumerate()
        .map(|(place, cells)| {
            let cells: Vec<String> = cells.iter().map(written).collect();
            format!("  - [{}, {place}]\n", cells.join(", "))
        })
        .collect();
    format!(
        "table: t\ngiven: {{a: integer, b: integer, c: text}}\ngives: {{row: integer}}\n{more}rows:\n{}",
        lines.concat()
    )
}

/// Whether a cell holds for a value, read as it stands.
fn holds(cell: &Plain, value: &Value) -> bool {
    let number = |holds: &dyn Fn(Decimal) -> bool| matches!(value, Value::Number(number) if holds(*number));
    match cell {
        Plain::Any => true,
        Plain::Empty => *value == Value::Empty,
        Plain::Texts(all) => matches!(value, Value::Text(text) if all.iter().any(|one| TEXTS[*one] == text)),
        Plain::Under(high) => number(&|value| value < Decimal::from(*high)),
        Plain::UpTo(high) => number(&|value| value <= Decimal::from(*high)),
        Plain::From(low) => number(&|value| value >= Decimal::from(*low)),
        Plain::Above(low) => number(&|value| value > Decimal::from(*low)),
        Plain::Between(low, high) => {
            number(&|value| value >= Decimal::from(*low) && value < Decimal::from(*high))
        }
        Plain::Exactly(exact) => number(&|value| value == Decimal::from(*exact)),
    }
}

fn held(rows: &[Vec<Plain>], given: &[Value]) -> Vec<usize> {
    let all = rows.iter().enumerate();
    all.filter(|(_, cells)| cells.iter().zip(given).all(|(cell, value)| holds(cell, value)))
        .map(|(place, _)| place)
        .collect()
}

/// Every combination of whole numbers, texts, and of nothing where a row is for that.
fn combinations(rows: &[Vec<Plain>]) -> Vec<Vec<Value>> {
    let numbers = |column: usize| {
        let mut all: Vec<Value> = (LOW..=HIGH).map(|number| Value::Number(number.into())).collect();
        if rows.iter().any(|cells| matches!(cells[column], Plain::Empty)) {
            all.push(Value::Empty);
        }
        all
    };
    let texts: Vec<Value> = TEXTS.iter().map(|text| Value::Text((*text).to_owned())).collect();
    let mut all = Vec::new();
    for a in numbers(0) {
        for b in numbers(1) {
            for c in &texts {
                all.push(vec![a.clone(), b.clone(), c.clone()]);
            }
        }
    }
    all
}

/// The first finding of a code, by the line of its row.
fn found(file: &str, code: &str) -> Vec<usize> {
    let findings = check(file, &Surroundings::default()).findings;
    let of = findings.iter().filter(|finding| finding.code == code);
    of.map(|finding| finding.line).collect()
}

/// The line of a row in a file whose head has one line more.
fn line(row: usize) -> usize {
    row + 6
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_table_gives_what_a_walk_over_its_rows_gives(
        rows in rows(), a in -2..16_i64, b in -2..16_i64, c in 0..3_usize, nothing in 0..4_u8,
    ) {
        let half = |number: i64| Value::Number(Decimal::new(number * 5, 1));
        let a = if nothing == 0 { Value::Empty } else { half(a) };
        let given = [a, half(b), Value::Text(TEXTS[c].to_owned())];
        let held = held(&rows, &given);
        // Every table is taken in the one way in which it may overlap and repeat itself.
        let all = read(&file(&rows, "take: all\notherwise: []\n"));
        let row = |place: &usize| Value::Number((*place).into());
        let wanted = Value::List(held.iter().map(row).collect());
        prop_assert_eq!(all.look_up(&given, Currency::EUR), Ok(wanted));
        let first = check(&file(&rows, "otherwise: [-1]\n"), &Surroundings::default()).document;
        if let Some(countersign_engine::definition::Document::Table(first)) = first {
            let wanted = held.first().map_or(Value::Number(Decimal::NEGATIVE_ONE), row);
            prop_assert_eq!(first.look_up(&given, Currency::EUR), Ok(wanted));
        }
        let only = check(&file(&rows, "take: only\notherwise: [-1]\n"), &Surroundings::default()).document;
        if let Some(countersign_engine::definition::Document::Table(only)) = only {
            let given_whole = given.iter().all(|value| !matches!(value, Value::Number(number) if !number.fract().is_zero()));
            let found = only.look_up(&given, Currency::EUR);
            prop_assert!(!given_whole || held.len() < 2);
            let wanted = match held.as_slice() {
                [] => Ok(Value::Number(Decimal::NEGATIVE_ONE)),
                [one] => Ok(row(one)),
                _ => Err(Fault::SeveralRows("t".to_owned())),
            };
            prop_assert_eq!(found, wanted);
        }
    }

    #[test]
    fn gaps_overlaps_and_rows_never_reached_are_those_of_every_combination(rows in rows()) {
        let all = combinations(&rows);
        let gap = all.iter().any(|given| held(&rows, given).is_empty());
        prop_assert_eq!(!found(&file(&rows, "take: all\n"), "gap").is_empty(), gap);

        let reached = |row: usize| all.iter().any(|given| held(&rows, given).first() == Some(&row));
        let never: Vec<usize> = (0..rows.len()).filter(|row| !reached(*row)).map(line).collect();
        prop_assert_eq!(found(&file(&rows, "otherwise: [0]\n"), "never-reached"), never);

        let twice = |row: usize| all.iter().any(|given| {
            let held = held(&rows, given);
            held.contains(&row) && held.first() != Some(&row)
        });
        let overlapping: Vec<usize> = (0..rows.len()).filter(|row| twice(*row)).map(|row| line(row) + 1).collect();
        prop_assert_eq!(found(&file(&rows, "take: only\notherwise: [0]\n"), "overlap"), overlapping);
    }
}
