//! Expressions: what they are worth, and that nothing that is written makes them fall over.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Datelike;
use countersign_engine::definition::{Signature, Table};
use countersign_engine::expr::{
    DateRange, Environment, Expr, FUNCTIONS, Fault, PersonPart, Reference, RequestPart, Scope, Slot, Span,
    StepPart, Type, Value, Wanted,
};
use countersign_kernel::id::UserId;
use countersign_kernel::money::Currency;
use countersign_kernel::time::{Date, Instant};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::around::around;

/// A world of fixed values; Monday to Friday are worked.
struct World;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn user(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

fn line(amount: &str, category: &str) -> Value {
    Value::Group(BTreeMap::from([
        ("amount".to_owned(), Value::Money(decimal(amount), Currency::EUR)),
        ("category".to_owned(), Value::Text(category.to_owned())),
    ]))
}

impl Environment for World {
    fn read(&self, what: &Reference) -> Value {
        match what {
            Reference::Field(name) => match name.as_str() {
                "amount" => Value::Money(decimal("1800.00"), Currency::EUR),
                "count_of" => Value::Number(decimal("3")),
                "zero" => Value::Number(Decimal::ZERO),
                "discount" => Value::Percent(decimal("12.5")),
                "category" => Value::Text("travel".to_owned()),
                "purpose" => Value::Text("A Taxi to Kiel".to_owned()),
                "spent_on" => Value::Date(date("2026-03-02")),
                "dates" => Value::DateRange(DateRange {
                    start: date("2026-03-02"),
                    end: date("2026-03-10"),
                    start_half: true,
                    end_half: false,
                }),
                "urgent" => Value::YesNo(true),
                "lines" => Value::List(vec![line("10.00", "travel"), line("32.50", "meals")]),
                "tags" => Value::List(vec![Value::Text("a".to_owned()), Value::Text("b".to_owned())]),
                "nothing" => Value::List(Vec::new()),
                "blank" => Value::Text("   ".to_owned()),
                _ => Value::Empty,
            },
            Reference::Requester => Value::Person(user(1)),
            Reference::Request(RequestPart::SubmittedAt) => {
                Value::Instant("2026-03-03T08:00:00Z".parse().unwrap())
            }
            Reference::Request(RequestPart::Round) => Value::Number(Decimal::ONE),
            Reference::Step(_, StepPart::Approved) => Value::YesNo(true),
            Reference::Step(_, StepPart::By) => Value::Person(user(2)),
            Reference::Now => Value::Instant("2026-03-05T08:00:00Z".parse().unwrap()),
            Reference::Today => Value::Date(date("2026-03-05")),
            _ => Value::Empty,
        }
    }

    fn person(&self, who: UserId, part: PersonPart) -> Value {
        match part {
            PersonPart::Email => Value::Text(format!("p{}@example.com", who.0.as_u128())),
            PersonPart::Manager if who == user(1) => Value::Person(user(2)),
            PersonPart::Roles => Value::List(vec![Value::Text("finance".to_owned())]),
            _ => Value::Empty,
        }
    }

    fn working_days(&self, range: DateRange) -> Result<Decimal, Fault> {
        let days = range
            .start
            .iter_days()
            .take_while(|day| *day <= range.end)
            .filter(|day| day.weekday().num_days_from_monday() < 5);
        let halves = i64::from(range.start_half) + i64::from(range.end_half);
        Ok(Decimal::from(days.count()) - Decimal::new(halves * 5, 1))
    }

    fn later(&self, from: Instant, span: Span) -> Result<Instant, Fault> {
        match span {
            Span::Clock(millis) => Ok(from.plus(chrono::TimeDelta::milliseconds(millis))),
            _ => Err(Fault::NoCalendar),
        }
    }

    fn table(&self, name: &str) -> Option<Arc<Table>> {
        around().tables.get(name).cloned()
    }
    fn currency(&self) -> Currency {
        Currency::EUR
    }

    fn zone(&self) -> chrono_tz::Tz {
        chrono_tz::Europe::Berlin
    }
}

fn tables() -> BTreeMap<String, Signature> {
    let limits = around().tables.get("limits").unwrap().signature.clone();
    [("limits".to_owned(), limits)].into()
}

fn scope() -> Scope {
    let options: Arc<[String]> = ["travel", "meals"].map(str::to_owned).into();
    let group = BTreeMap::from([
        ("amount".to_owned(), Slot::always(Type::Money)),
        ("category".to_owned(), Slot::always(Type::Choice(options.clone()))),
    ]);
    let fields = [
        ("amount", Slot::always(Type::Money)),
        ("count_of", Slot::always(Type::Number)),
        ("zero", Slot::always(Type::Number)),
        ("missing", Slot::maybe(Type::Number)),
        ("discount", Slot::always(Type::Percent)),
        ("category", Slot::always(Type::Choice(options))),
        ("purpose", Slot::always(Type::Text)),
        ("blank", Slot::always(Type::Text)),
        ("spent_on", Slot::always(Type::Date)),
        ("dates", Slot::always(Type::DateRange)),
        ("urgent", Slot::always(Type::YesNo)),
        ("lines", Slot::always(Type::list(Type::Group(Arc::new(group))))),
        ("tags", Slot::always(Type::list(Type::Text))),
        ("nothing", Slot::always(Type::list(Type::Number))),
    ];
    Scope {
        fields: Arc::new(fields.map(|(name, slot)| (name.to_owned(), slot)).into()),
        requester: true,
        request: true,
        steps: Some(Arc::new(vec!["manager".to_owned()])),
        tables: Arc::new(tables()),
        ..Scope::default()
    }
}

fn value(text: &str) -> Result<Value, Fault> {
    let expr = Expr::compile(text, &scope(), &Wanted::Anything)
        .unwrap_or_else(|troubles| panic!("{text}: {troubles:#?}"));
    expr.eval(&World)
}

#[test]
fn every_function_does_what_its_example_says() {
    for function in &FUNCTIONS {
        assert_eq!(
            value(function.example),
            Ok(Value::YesNo(true)),
            "{}",
            function.example
        );
    }
}

#[test]
fn a_half_goes_away_from_zero_wherever_something_is_rounded() {
    for text in [
        "round(2.5) == 3 and round(-2.5) == -3 and round(3.5) == 4 and round(-0.5) == -1",
        "round(317.50 * 0.19, 2) == 60.33 and round(12.50 * 0.01, 2) == 0.13 and round(2.449) == 2",
        "round(1 / 8, 2.0) == 0.13",
        "round(12.5%) == 13% and round(0.125 EUR, 2) == 0.13 EUR and round(-0.125 EUR, 2) == -0.13 EUR",
        "1 hour * (1 / 3) == 20 minutes and 1 working hour * (1 / 8) == 8 working minutes",
    ] {
        assert_eq!(value(text), Ok(Value::YesNo(true)), "{text}");
    }
}

#[test]
fn conditions_hold_or_not() {
    let table = [
        ("amount > 500", true),
        ("amount == 1800", true),
        ("amount == 1800.00 EUR", true),
        ("amount * 10% == 180", true),
        ("amount / 3 * 3 == 1800", true),
        ("amount between 100 and 1800", true),
        ("amount between 100 and 1799.99", false),
        ("not amount > 500 and urgent", false),
        ("not (amount > 5000) and urgent", true),
        ("amount > 5000 or category == 'travel' and count_of == 3", true),
        ("if amount > 500 then urgent else false", true),
        ("1 + 2 * 3 == 7", true),
        ("-2 + 5 == 3", true),
        ("0.1 + 0.2 == 0.3", true),
        ("discount > 12%", true),
        ("category in ['meals', 'travel']", true),
        ("not category in ['meals']", true),
        ("tags contains 'a'", true),
        ("purpose contains 'taxi'", true),
        ("purpose starts with 'a ｔａｘｉ'", true),
        ("purpose contains ' TAXI\u{200b} '", true),
        ("'Zürich' == 'ZU\u{308}RICH '", true),
        ("'Straße' in ['other', 'STRASSE']", true),
        ("'Zürich' == 'Zurich'", false),
        ("'Αθήνας' != 'ΑΘΉΝΑΣ'", false),
        ("purpose starts with 'A Taxi'", true),
        ("purpose matches '.*Kiel'", true),
        ("purpose matches 'Kiel'", false),
        ("spent_on < '2026-03-03'", true),
        ("spent_on > request.submitted_at", false),
        ("spent_on + 90 days == '2026-05-31'", true),
        ("spent_on + 5 working days == '2026-03-09'", true),
        ("now - request.submitted_at == 2 days", true),
        ("dates.days == 8.5", true),
        ("dates.working_days == 6.5", true),
        ("dates.start == spent_on", true),
        ("missing is empty", true),
        ("missing == 5", false),
        ("missing != 5", true),
        ("missing is not empty and missing > 5", false),
        ("missing is empty or missing > 5", true),
        ("(if missing is empty then 0 else missing) + 1 == 1", true),
        ("blank is empty", true),
        ("blank == '   '", false),
        ("count(nothing) == 0 and sum(nothing) == 0", true),
        ("max(nothing) is empty", true),
        ("any(nothing, item > 1)", false),
        ("all(nothing, item > 1)", true),
        ("sum(lines, line.amount) == 42.50", true),
        ("max(lines, x.amount) == 32.50", true),
        ("requester.manager == step('manager').by", true),
        ("requester.roles contains 'finance'", true),
        ("requester.department == 'Sales'", false),
        ("requester.manager.email == 'p2@example.com'", true),
        ("step('manager').approved", true),
    ];
    for (text, wanted) in table {
        assert_eq!(value(text), Ok(Value::YesNo(wanted)), "{text}");
    }
}

#[test]
fn what_is_left_to_fail_says_why() {
    assert_eq!(value("count_of / zero == 1"), Err(Fault::DivisionByZero));
    assert_eq!(
        value("9999999999999999999999999999 * 99999 > 1"),
        Err(Fault::Overflow)
    );
    assert!(matches!(value("amount > 5 USD"), Err(Fault::OtherCurrency(..))));
}

#[test]
fn conditions_tell_what_is_filled_in() {
    let sound = |text: &str| Expr::compile(text, &scope(), &Wanted::YesNo).is_ok();
    for text in [
        "missing is not empty and missing > 5",
        "missing is empty or missing > 5",
        "if missing is empty then false else missing > 5",
        "missing == 5 and missing < 9",
        "not (missing is empty) and missing > 5",
    ] {
        assert!(sound(text), "{text}");
    }
    for text in [
        "missing > 5",
        "missing is not empty or missing > 5",
        "missing is empty and missing > 5",
        "missing + 1 == 2",
        "missing != 5 and missing > 1",
    ] {
        assert!(!sound(text), "{text}");
    }
}

/// The world, with much in it.
struct Long;

impl Environment for Long {
    fn read(&self, what: &Reference) -> Value {
        match what {
            Reference::Field(name) if name == "nothing" => {
                Value::List(vec![Value::Number(Decimal::ONE); 2_000])
            }
            Reference::Field(name) if name == "purpose" => Value::Text("a".repeat(100_000)),
            Reference::Field(name) if name == "tags" => {
                Value::List(vec![Value::Text("a".repeat(100_000)); 100])
            }
            other => World.read(other),
        }
    }
    fn person(&self, who: UserId, part: PersonPart) -> Value {
        World.person(who, part)
    }
    fn working_days(&self, range: DateRange) -> Result<Decimal, Fault> {
        World.working_days(range)
    }
    fn later(&self, from: Instant, span: Span) -> Result<Instant, Fault> {
        World.later(from, span)
    }
    fn table(&self, name: &str) -> Option<Arc<Table>> {
        around().tables.get(name).cloned()
    }
    fn currency(&self) -> Currency {
        Currency::EUR
    }
    fn zone(&self) -> chrono_tz::Tz {
        chrono_tz::Europe::Berlin
    }
}

#[test]
fn what_takes_long_is_not_judged_to_its_end() {
    let contains = ["purpose contains 'b'"; 70].join(" or ");
    let copies = format!("any(tags, {})", ["item == 'b'"; 10].join(" or "));
    for text in [
        contains.as_str(),
        copies.as_str(),
        "any(nothing, any(nothing, item > 5))",
        "any(nothing, item in nothing)",
        "purpose matches '((a?){300})*'",
        "working_days_between('0001-01-01', '9999-12-31') > 5",
    ] {
        let expr = Expr::compile(text, &scope(), &Wanted::YesNo)
            .unwrap_or_else(|troubles| panic!("{text}: {troubles:#?}"));
        assert_eq!(expr.eval(&Long), Err(Fault::TooLong), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_fall_over(text in "\\PC{0,60}") {
        let _ = Expr::compile(&text, &scope(), &Wanted::Anything);
    }

    #[test]
    fn words_of_the_language_in_any_order_are_read_or_refused(words in prop::collection::vec(prop::sample::select(vec![
        "amount", "missing", "and", "or", "not", "(", ")", "[", "]", ",", "==", "<", "+", "-", "*", "/", "5", "10%", "500 EUR", "2 days",
        "'a'", "is empty", "in", "between", "if", "then", "else", "sum", "lines", "line.amount", "category", "dates.days", "requester.manager", ".", "empty",
    ]), 1..14)) {
        let text = words.join(" ");
        match Expr::compile(&text, &scope(), &Wanted::Anything) {
            Ok(expr) => { let _ = expr.eval(&World); }
            Err(troubles) => {
                prop_assert!(!troubles.is_empty(), "{}", text);
                let length = text.chars().count();
                for trouble in troubles {
                    prop_assert!(trouble.from <= trouble.to && trouble.to <= length, "{}: {:?}", text, trouble);
                }
            }
        }
    }
}
