//! Forms: everything that is wrong at once, with a place and words; and a schema that agrees.

use countersign_engine::definition::{Document, Workflow};
use countersign_engine::expr::{
    DateRange, Environment, Fault, PersonPart, Reference, RequestPart, Span, Value,
};
use countersign_engine::form::{accept, schema};
use countersign_engine::{check, codes};
use countersign_kernel::id::UserId;
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use countersign_kernel::time::Instant;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use crate::around::{around, file};

pub(crate) struct Submitted;

impl Environment for Submitted {
    fn read(&self, what: &Reference) -> Value {
        match what {
            Reference::Request(RequestPart::SubmittedAt) => {
                Value::Instant("2026-03-02T09:00:00Z".parse().unwrap())
            }
            _ => Value::Empty,
        }
    }
    fn person(&self, _: UserId, _: PersonPart) -> Value {
        Value::Empty
    }
    fn working_days(&self, range: DateRange) -> Result<Decimal, Fault> {
        Ok(range.days())
    }
    fn later(&self, from: Instant, _: Span) -> Result<Instant, Fault> {
        Ok(from)
    }
    fn table(&self, _: &str) -> Option<std::sync::Arc<countersign_engine::definition::Table>> {
        None
    }
    fn currency(&self) -> Currency {
        Currency::EUR
    }
    fn zone(&self) -> chrono_tz::Tz {
        chrono_tz::Europe::Berlin
    }
}

fn workflow(text: &str) -> Workflow {
    let checked = check(text, &around());
    let shown: Vec<String> = checked
        .findings
        .iter()
        .map(|finding| finding.display("file", Locale::En))
        .collect();
    match checked.document {
        Some(Document::Workflow(workflow)) => *workflow,
        _ => panic!("{}", shown.join("\n")),
    }
}

pub(crate) fn of_fields(fields: &str) -> Workflow {
    workflow(&codes::Place::Form.file(fields))
}

fn faults(workflow: &Workflow, sent: &Json) -> Vec<(String, &'static str)> {
    match accept(&workflow.form, sent, &Submitted) {
        Ok(_) => Vec::new(),
        Err(faults) => faults
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect(),
    }
}

fn pairs<'a>(found: &'a [(String, &'static str)]) -> Vec<(&'a str, &'static str)> {
    found
        .iter()
        .map(|(pointer, code)| (pointer.as_str(), *code))
        .collect()
}

#[test]
fn a_field_is_called_by_its_label_in_the_language_of_the_sentence() {
    let workflow = of_fields("kind: {type: text, required: true, label: {en: Kind of leave, zh-CN: 假别}}");
    let missing = accept(&workflow.form, &json!({}), &Submitted).unwrap_err();
    let told = [Locale::En, Locale::ZhCn].map(|locale| missing[0].text.get(locale).to_owned());
    assert_eq!(told, ["`Kind of leave` is needed.", "需要填写 `假别`。"]);
}

#[test]
fn all_that_is_wrong_comes_at_once() {
    let expense = workflow(&file("expense.yaml"));
    let sent = json!({"purpos": "Taxi", "amount": {"amount": "12.345", "currency": "EUR"}, "category": "meal", "spent_on": "02.03.2026"});
    let found = faults(&expense, &sent);
    assert_eq!(
        pairs(&found),
        [
            ("/purpos", "unknown_field"),
            ("/amount/amount", "invalid_amount"),
            ("/category", "unknown_option"),
            ("/spent_on", "invalid_value"),
            ("/purpose", "required")
        ]
    );
}

#[test]
fn money_is_strict_and_kept_in_its_scale() {
    let expense = workflow(&file("expense.yaml"));
    let sent = |amount: Json| json!({"purpose": "Taxi", "amount": amount, "category": "travel", "spent_on": "2026-03-01", "receipt": ["r.pdf"]});
    let kept = accept(&expense.form, &sent(json!({"amount": "42.5"})), &Submitted).unwrap();
    assert_eq!(kept["amount"], json!({"amount": "42.50", "currency": "EUR"}));
    for (amount, pointer, code) in [
        (json!(42.5), "/amount", "invalid_value"),
        (
            json!({"amount": 42.5, "currency": "EUR"}),
            "/amount/amount",
            "invalid_value",
        ),
        (
            json!({"amount": "42.50", "currency": "USD"}),
            "/amount/currency",
            "other_currency",
        ),
        (
            json!({"amount": "42.50", "currency": "ZZZ"}),
            "/amount/currency",
            "unknown_currency",
        ),
        (
            json!({"amount": "42.50", "currency": "EUR", "cents": 1}),
            "/amount/cents",
            "unknown_field",
        ),
        (
            json!({"amount": "0.00", "currency": "EUR"}),
            "/amount",
            "too_small",
        ),
    ] {
        assert_eq!(
            pairs(&faults(&expense, &sent(amount.clone()))),
            [(pointer, code)],
            "{amount}"
        );
    }
}

#[test]
fn required_follows_from_other_fields() {
    let expense = workflow(&file("expense.yaml"));
    let sent = |amount: &str| json!({"purpose": "Taxi", "amount": {"amount": amount, "currency": "EUR"}, "category": "travel", "spent_on": "2026-03-01"});
    assert!(faults(&expense, &sent("25.00")).is_empty());
    assert_eq!(
        pairs(&faults(&expense, &sent("25.01"))),
        [("/receipt", "required")]
    );
}

#[test]
fn every_type_takes_what_it_is_and_refuses_the_rest() {
    let table = [
        ("text", json!("a"), json!(5)),
        ("long_text", json!("a\nb"), json!(["a"])),
        ("number", json!(1.5), json!("many")),
        ("integer", json!(3), json!(1.5)),
        ("percent", json!(10), json!("ten")),
        ("date", json!("2026-03-02"), json!("2026-02-30")),
        (
            "date_time",
            json!("2026-03-02T09:00:00+01:00"),
            json!("2026-03-02 09:00"),
        ),
        (
            "date_range",
            json!({"start": "2026-03-02", "end": "2026-03-06"}),
            json!({"start": "2026-03-06", "end": "2026-03-02"}),
        ),
        ("yes_no", json!(true), json!("yes")),
        (
            "person",
            json!(UserId(uuid::Uuid::from_u128(7)).to_string()),
            json!("ann"),
        ),
        (
            "people",
            json!([UserId(uuid::Uuid::from_u128(7)).to_string()]),
            json!("ann"),
        ),
        ("department", json!("Sales"), json!(1)),
        ("file", json!(["file_01"]), json!("r.pdf")),
        ("email", json!("ann@example.com"), json!("ann@")),
        ("phone", json!("+49 30 123456"), json!("call me")),
        (
            "url",
            json!("https://example.com/a"),
            json!("javascript:alert(1)"),
        ),
    ];
    for (kind, good, bad) in table {
        let workflow = of_fields(&format!("it: {{type: {kind}}}"));
        assert!(
            faults(&workflow, &json!({"it": good})).is_empty(),
            "{kind} {good}: {:?}",
            faults(&workflow, &json!({"it": good}))
        );
        assert!(!faults(&workflow, &json!({"it": bad})).is_empty(), "{kind} {bad}");
    }
}

#[test]
fn lists_groups_and_computed_fields_work_together() {
    let workflow = of_fields(
        "lines:\n  type: list\n  required: true\n  max_count: 3\n  fields:\n    what: {type: text, required: true}\n    cost: {type: number, required: true, min: 0}\naddress:\n  type: group\n  fields:\n    town: {type: text, required: true}\ntotal: {type: computed, is: \"sum(lines, line.cost)\"}\nnote: {type: text, show_when: total > 100, required: true}",
    );
    let line = |what: Json, cost: Json| json!({"what": what, "cost": cost});
    let kept = accept(
        &workflow.form,
        &json!({"lines": [line(json!("a"), json!(10)), line(json!("b"), json!(32.5))]}),
        &Submitted,
    )
    .unwrap();
    assert_eq!(kept["total"], json!(42.5));
    assert_eq!(
        pairs(&faults(
            &workflow,
            &json!({"lines": [line(json!(""), json!(-1))]})
        )),
        [("/lines/0/what", "required"), ("/lines/0/cost", "too_small")]
    );
    assert_eq!(
        pairs(&faults(&workflow, &json!({"lines": []}))),
        [("/lines", "required")]
    );
    assert_eq!(
        pairs(&faults(
            &workflow,
            &json!({"lines": [line(json!("a"), json!(200))]})
        )),
        [("/note", "required")]
    );
    assert_eq!(
        pairs(&faults(
            &workflow,
            &json!({"lines": [line(json!("a"), json!(1))], "note": "x"})
        )),
        [("/note", "hidden")]
    );
    assert_eq!(
        pairs(&faults(
            &workflow,
            &json!({"lines": [line(json!("a"), json!(1))], "total": 1})
        )),
        [("/total", "computed")]
    );
    assert_eq!(
        pairs(&faults(
            &workflow,
            &json!({"lines": [line(json!("a"), json!(1))], "address": {}})
        )),
        [("/address/town", "required")]
    );
}

#[test]
fn every_digit_that_was_sent_is_kept_or_the_form_is_refused() {
    let workflow = of_fields(
        "  n: {type: number, default: 1}\n  i: {type: integer}\n  p: {type: percent, default: 1234567890123456.55}\n  third: {type: computed, is: n / 3}\n",
    );
    let kept = |sent: Json| Json::Object(accept(&workflow.form, &sent, &Submitted).unwrap());
    let form = kept(json!({"n": "1234567890123456.89", "i": "18446744073709551616"}));
    let third = "411522630041152.29666666666667";
    assert_eq!(
        form,
        json!({"n": "1234567890123456.89", "i": "18446744073709551616", "p": "1234567890123456.55", "third": third})
    );
    assert_eq!(kept(json!({"n": 1e-7}))["n"], json!(1e-7));
    let schema = schema(&workflow.form, Locale::En);
    assert!(jsonschema::draft202012::new(&schema).unwrap().is_valid(&form));
    for (sent, code) in [
        (json!({"n": "0.1234567890123"}), "invalid_value"),
        (json!({"n": 0.300_000_000_000_000_04}), "invalid_value"),
        (json!({"n": 1e-40}), "too_many_digits"),
        (json!({"n": "1_000"}), "invalid_value"),
        (json!({"n": "99999999999999999999999999999.5"}), "too_many_digits"),
        (json!({"i": "79228162514264337593543950336"}), "too_many_digits"),
        (json!({"p": 1e300}), "too_many_digits"),
    ] {
        let at = format!("/{}", sent.as_object().unwrap().keys().next().unwrap());
        assert_eq!(pairs(&faults(&workflow, &sent)), [(at.as_str(), code)], "{sent}");
    }
}

#[test]
fn a_schema_agrees_with_what_is_accepted() {
    for (name, sent) in [
        (
            "expense.yaml",
            json!({"purpose": "Taxi", "amount": {"amount": "20.00", "currency": "EUR"}, "category": "travel", "spent_on": "2026-03-01"}),
        ),
        (
            "leave.yaml",
            json!({"kind": "annual", "dates": {"start": "2026-03-02", "end": "2026-03-06", "end_half": true}}),
        ),
        (
            "travel-claim.yaml",
            json!({"purpose": "Train", "amount": {"amount": "20.00", "currency": "EUR"}, "administration": true}),
        ),
    ] {
        let workflow = workflow(&file(name));
        for locale in [Locale::En, Locale::ZhCn] {
            let schema = schema(&workflow.form, locale);
            let validator = jsonschema::draft202012::new(&schema).unwrap();
            assert!(validator.is_valid(&sent), "{name}");
            let kept = Json::Object(accept(&workflow.form, &sent, &Submitted).unwrap());
            assert!(validator.is_valid(&kept), "{name}");
            for field in sent.as_object().unwrap().keys() {
                let mut broken = sent.clone();
                broken[field] = json!({"surely": "not"});
                assert!(
                    !validator.is_valid(&broken) && !faults(&workflow, &broken).is_empty(),
                    "{name}/{field}"
                );
            }
        }
    }
}
