//! The grammar as tables: both spellings, what they mean in memory, and how slips are answered.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::id::{AccountId, DealId};
use crate::money::Money;

const ACCOUNT: Relation = Relation {
    kind: "account",
    scope: "crm:accounts:read",
    table: "accounts",
    fields: &[FilterField::text("country")],
};

const FIELDS: &[FilterField] = &[
    FilterField::id("deal"),
    FilterField::text("name").required().sortable().searched(),
    FilterField::choice("status", &["open", "won", "lost"]),
    FilterField::money("amount").sortable(),
    FilterField::new("probability", FilterType::Integer).required(),
    FilterField::date("closes_on").sortable(),
    FilterField::instant("created_at").required().sortable(),
    FilterField::new("hot", FilterType::YesNo),
    FilterField::person("owner", "owner_id"),
    FilterField::record("account", "account", "account_id").through(&ACCOUNT),
];

const NOUN: Noun = Noun {
    object: "deal",
    plural: "deals",
    fields: FIELDS,
    expandable: &[],
    default_sort: "-created_at",
};

const ME: UserId = UserId(Uuid::from_u128(5));

fn around() -> Surroundings<'static> {
    Surroundings {
        me: ME,
        currency: Currency::EUR,
        members: &[],
    }
}

fn short(pairs: &[(&str, &str)]) -> Result<Filter, Vec<Fault>> {
    let params: Vec<Param> = pairs.iter().map(|(name, value)| Param { name, value }).collect();
    query(FIELDS, &params, &["sort", "limit", "expand"], &around())
}

/// A deal in memory: won by me, for 1,000 euros, of a German account, closing on no day.
fn deal(test: &Test) -> Option<Value> {
    Some(match (test.through.map(|field| field.name), test.field.name) {
        (Some("account"), "country") => Value::Text("DE".to_owned()),
        (None, "name") => Value::Text("Acme renewal 50%".to_owned()),
        (None, "status") => Value::Text("won".to_owned()),
        (None, "amount") => Value::Money(Money::new(100_000, Currency::EUR)),
        (None, "probability") => Value::Integer(80),
        (None, "created_at") => Value::Instant("2026-03-02T09:00:00Z".parse().unwrap()),
        (None, "owner") => Value::Id(ME.0),
        _ => return None,
    })
}

#[test]
fn conditions_mean_what_they_say() {
    for (pairs, holds) in [
        (&[][..], true),
        (&[("status", "won")], true),
        (&[("status", "open"), ("status", "won")], true),
        (&[("status", "open"), ("owner", "me")], false),
        (&[("status[ne]", "won")], false),
        (&[("status[in]", "open,won")], true),
        (&[("status[nin]", "open,won")], false),
        (&[("amount", "1000")], true),
        (&[("amount[gte]", "1000.00 EUR")], true),
        (&[("amount[gt]", "1000")], false),
        (&[("amount[lt]", "2000 USD")], false),
        (&[("amount[ne]", "1 USD")], false),
        (&[("amount[ne]", "1")], true),
        (&[("probability[gte]", "80"), ("probability[lt]", "81")], true),
        (&[("name[contains]", "RENEWAL")], true),
        (&[("name[starts_with]", "acme")], true),
        (&[("name[contains]", "50%")], true),
        (&[("name[contains]", "5_%")], false),
        (&[("name", "acme renewal 50%")], false),
        (&[("closes_on[is_null]", "true")], true),
        (&[("closes_on[gt]", "2020-01-01")], false),
        (&[("closes_on[ne]", "2020-01-01")], true),
        (&[("hot", "true")], false),
        (&[("account.country", "DE")], true),
        (&[("account.country[ne]", "DE")], false),
        (&[("created_at[lt]", "2026-03-02T10:00:01+01:00")], true),
    ] {
        assert_eq!(
            short(pairs).map(|filter| filter.holds(&deal)),
            Ok(holds),
            "{pairs:?}"
        );
    }
}

#[test]
fn the_long_form_nests_and_negates() {
    for (json, holds) in [
        (json!({}), true),
        (json!({ "status": "won" }), true),
        (
            json!({ "status": "won", "probability": { "gte": 80, "lt": 80 } }),
            false,
        ),
        (
            json!({ "and": [{ "name": { "starts_with": "A" } }, { "not": { "amount": { "lte": "100" } } }] }),
            true,
        ),
        (
            json!({ "or": [{ "status": "lost" }, { "status": { "in": ["open", "won"] } }] }),
            true,
        ),
        (json!({ "or": [] }), false),
        (json!({ "not": { "closes_on": { "lt": "2020-01-01" } } }), true),
        (json!({ "hot": { "is_null": true } }), true),
        (json!({ "amount": { "gt": 999.99 } }), true),
    ] {
        assert_eq!(
            long(FIELDS, &json, &around()).map(|filter| filter.holds(&deal)),
            Ok(holds),
            "{json}"
        );
    }
}

#[test]
fn faults_name_their_place_and_the_nearest_word() {
    let account = AccountId(Uuid::nil()).to_string();
    for (name, value, code, words) in [
        ("statsu", "open", "unknown_parameter", "status"),
        ("expnad", "x", "unknown_parameter", "expand"),
        (
            "password_hash[starts_with]",
            "a",
            "unknown_parameter",
            "password_hash",
        ),
        ("account.contry", "DE", "unknown_parameter", "account.country"),
        ("account.owner.email", "x", "unknown_parameter", "account.owner"),
        ("name.first", "x", "unknown_parameter", "name"),
        ("amount[gtee]", "1", "unknown_operator", "gte"),
        ("amount[contains]", "1", "unknown_operator", "contains"),
        ("status[lt]", "open", "unknown_operator", "in"),
        ("status", "opne", "bad_value", "open"),
        ("amount", "1.999", "bad_value", "amount"),
        ("amount", "1 XAU", "bad_value", "XAU"),
        ("probability", "many", "bad_value", "probability"),
        ("closes_on", "2026-02-30", "bad_value", "closes_on"),
        ("created_at", "yesterday", "bad_value", "created_at"),
        ("hot", "yes", "bad_value", "true"),
        ("closes_on[is_null]", "perhaps", "bad_value", "is_null"),
        ("owner", account.as_str(), "bad_value", "account"),
    ] {
        let faults = short(&[(name, value)]).unwrap_err();
        let [fault] = faults.as_slice() else {
            unreachable!("one condition, one fault")
        };
        assert_eq!((fault.place.as_str(), fault.code), (name, code));
        assert!(
            fault.detail.en.contains(words) && fault.detail.zh.contains(words),
            "{name}: {:?}",
            fault.detail
        );
    }
    assert_eq!(
        short(&[("a", "1"), ("status", "won"), ("b", "1")])
            .unwrap_err()
            .len(),
        2,
        "all at once"
    );
}

#[test]
fn the_long_form_is_bounded_and_points_at_its_faults() {
    let faults = long(
        FIELDS,
        &json!({ "and": [{ "nmae": "x" }, { "not": { "amount": { "gtee": 1 } } }, 7] }),
        &around(),
    )
    .unwrap_err();
    let places: Vec<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
    assert_eq!(places, ["/and/0/nmae", "/and/1/not/amount/gtee", "/and/2"]);
    let deep = (0..40).fold(json!({ "status": "won" }), |inner, _| json!({ "not": inner }));
    assert!(long(FIELDS, &deep, &around()).is_err());
    let wide = json!({ "or": vec![json!({ "status": "won" }); 101] });
    assert_eq!(long(FIELDS, &wide, &around()).unwrap_err().len(), 1);
    for value in [
        json!(null),
        json!([1]),
        json!({ "gt": 1_234_567_890_123_456_u64 }),
        json!({ "lt": 1e30 }),
    ] {
        assert!(
            long(FIELDS, &json!({ "amount": value }), &around()).is_err(),
            "{value}"
        );
    }
}

#[test]
fn an_order_ends_with_the_id() {
    let names = |text: &str| {
        sort(&NOUN, text, &[]).map(|keys| {
            keys.iter()
                .map(|key| (key.field.name, key.descending))
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(
        names("-amount,created_at"),
        Ok(vec![("amount", true), ("created_at", false), ("id", false)])
    );
    assert_eq!(names("-created_at"), Ok(vec![("created_at", true), ("id", true)]));
    assert_eq!(names("-id"), Ok(vec![("id", true)]));
    for text in [
        "",
        "nmae",
        "--amount",
        "status",
        "name,name",
        "amount;drop",
        "account.country",
    ] {
        assert_eq!(sort(&NOUN, text, &[]).unwrap_err().place, "sort", "{text}");
    }
}

#[test]
fn keys_of_cursors_come_back_as_they_went() {
    let shown = json!({ "id": DealId(Uuid::from_u128(9)), "name": "x", "amount": { "amount": "12.30", "currency": "EUR" },
        "closes_on": "2027-03-31", "created_at": "2026-03-02T09:00:00.123Z", "probability": 3, "hot": true });
    for field in FIELDS.iter().filter(|field| !shown[field.name].is_null()) {
        let value = Value::of_view(field, &shown[field.name]).unwrap();
        assert_eq!(Value::of_key(field, &value.to_key()), Some(value));
    }
}

proptest! {
    #[test]
    fn nothing_that_can_be_written_breaks_the_reader(name in ".{0,20}", value in ".{0,20}") {
        let _ = short(&[(&name, &value)]);
        let _ = sort(&NOUN, &value, &[]);
    }

    #[test]
    fn not_turns_a_filter_round(status in "open|won|lost", least in 0_i64..200) {
        let filter = long(FIELDS, &json!({ "or": [{ "status": status }, { "probability": { "gte": least } }] }), &around()).unwrap();
        prop_assert_eq!(!filter.holds(&deal), Filter::Not(Box::new(filter)).holds(&deal));
    }
}
