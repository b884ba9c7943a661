//! Every parser is given what nobody would write: it answers, within its bounds, on the stack of a worker.
//!
//! `FUZZ_TURNS=200000 cargo test -p countersign-engine --test it fuzz` looks for more. What was found goes into
//! `tests/corpus`, small.

use std::sync::{Arc, LazyLock};

use countersign_engine::definition::{Document, Template, Workflow};
use countersign_engine::expr::{Expr, Scope, Slot, Type, Wanted};
use countersign_engine::{Facts, Surroundings, check, people, schema, simulate};
use countersign_kernel::actor::Actor;
use countersign_kernel::calendar::Calendars;
use countersign_kernel::filter::{self, FilterField, FilterType, Noun, Param, Relation};
use countersign_kernel::id::UserId;
use countersign_kernel::money::Currency;
use uuid::Uuid;

use crate::around::{NO_TABLES, around};

fn run(name: &'static str, target: fn(&[u8])) {
    countersign_fuzz::fuzz!().run(name, target).unwrap();
}

static AROUND: LazyLock<Surroundings> = LazyLock::new(around);

#[test]
fn files() {
    run("files", |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let checked = check(&text, &AROUND);
        assert!(checked.findings.len() <= 101);
        let length = |finding: &countersign_engine::finding::Finding| finding.message.en.chars().count();
        assert!(checked.findings.iter().all(|finding| length(finding) <= 1_001));
        schema::plain(&text);
        let _ = people::people(&text, Currency::EUR);
    });
}

fn scope() -> Scope {
    let options: Arc<[String]> = ["travel", "meals"].map(str::to_owned).into();
    let fields = [
        ("amount", Slot::always(Type::Money)),
        ("hours", Slot::maybe(Type::Number)),
        ("purpose", Slot::always(Type::Text)),
        ("category", Slot::always(Type::Choice(options))),
        ("spent_on", Slot::always(Type::Date)),
        ("tags", Slot::always(Type::list(Type::Text))),
    ];
    Scope {
        fields: Arc::new(fields.map(|(name, slot)| (name.to_owned(), slot)).into()),
        requester: true,
        request: true,
        ..Scope::default()
    }
}

#[test]
fn expressions() {
    run("expressions", |bytes| {
        let text = String::from_utf8_lossy(bytes);
        for wanted in [Wanted::YesNo, Wanted::Anything] {
            if let Ok(expr) = Expr::compile(&text, &scope(), &wanted) {
                assert_eq!(expr, expr.clone());
            }
        }
    });
}

#[test]
fn texts() {
    run("texts", |bytes| {
        let _ = Template::compile(&String::from_utf8_lossy(bytes), &scope());
    });
}

/// A workflow that reads what is sent in every way.
static CLAIM: LazyLock<Workflow> = LazyLock::new(|| {
    let file = include_str!("../corpus/files/claim.yaml");
    match check(file, &AROUND) {
        countersign_engine::Checked {
            document: Some(Document::Workflow(workflow)),
            ..
        } => *workflow,
        checked => panic!("{:?}", checked.findings),
    }
});

#[test]
fn forms() {
    run("forms", |bytes| {
        let Ok(form) = serde_json::from_slice(bytes) else {
            return;
        };
        let calendars = Calendars::new(AROUND.calendars.clone());
        let (directory, requester) = (&AROUND.people.directory, AROUND.people.id("ann").unwrap());
        let facts = Facts {
            now: "2026-03-02T09:00:00Z".parse().unwrap(),
            actor: Actor::User(requester),
            directory,
            calendars: &calendars,
            tables: &NO_TABLES,
            currency: Currency::EUR,
            zone: AROUND.zone,
            publisher: None,
            looked_up: serde_json::Map::new(),
            standings: countersign_engine::Standings::default(),
        };
        if let Err(refusal) = simulate(&CLAIM, &form, requester, &facts) {
            assert!(refusal.faults().len() <= 100);
        }
    });
}

const ACCOUNT: Relation = Relation {
    kind: "account",
    scope: "crm:accounts:read",
    table: "accounts",
    fields: &[FilterField::text("country")],
};

const DEALS: Noun = Noun {
    object: "deal",
    plural: "deals",
    fields: &[
        FilterField::text("name").sortable().searched(),
        FilterField::choice("status", &["open", "won", "lost"]),
        FilterField::money("amount").sortable(),
        FilterField::new("probability", FilterType::Integer),
        FilterField::date("closes_on"),
        FilterField::instant("created_at").sortable(),
        FilterField::new("hot", FilterType::YesNo),
        FilterField::person("owner", "owner_id"),
        FilterField::record("account", "account", "account_id").through(&ACCOUNT),
    ],
    expandable: &[],
    default_sort: "-created_at",
};

#[test]
fn filters() {
    run("filters", |bytes| {
        let around = filter::Surroundings {
            me: UserId(Uuid::nil()),
            currency: Currency::EUR,
            members: &[],
        };
        let text = String::from_utf8_lossy(bytes);
        let pairs: Vec<Param> = text
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| Param { name, value })
            .collect();
        let mut read = vec![filter::query(DEALS.fields, &pairs, &["sort"], &around)];
        if let Ok(json) = serde_json::from_slice(bytes) {
            read.push(filter::long(DEALS.fields, &json, &around));
        }
        for filter in read {
            match filter {
                Ok(filter) => {
                    assert!(filter.tests().len() <= 100);
                    assert!(!filter.to_string().is_empty());
                }
                Err(faults) => assert!(faults.len() <= 400),
            }
        }
        let _ = filter::sort(&DEALS, &text, &[]);
    });
}
