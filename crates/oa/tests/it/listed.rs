//! Lists of requests by the fields of their form that a workflow marks with `list: true`.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;
use chrono::TimeDelta;
use countersign_events::{Options, Runner};
use countersign_oa::Listings;
use countersign_rules::definitions::Kind;
use countersign_storage::Db;
use countersign_testkit::{for_each_database, plans};
use serde_json::{Value, json};

use crate::house::{ACME, House, get, post, send, task, verb};

/// Its fields are marked where `MARK` stands.
const BUYING: &str = r#"
workflow: buying
title: Buying
owners: {role: finance}
visible_to: {role: finance}
number: B-{counter}
summary: "{what}"
form:
  what: {type: text, requiredMARK}
  cost: {type: moneyMARK}
  pieces: {type: numberMARK}
  needed_on: {type: dateMARK}
  kind: {type: choice, options: [tool, book]MARK}
  urgent: {type: yes_noMARK}
  why: {type: long_text}
steps:
  - approval: manager
    by: {manager_of: requester}
    can_edit: [cost]
"#;

fn buying(marked: bool) -> String {
    let text = BUYING.replace("requiredMARK", "required: trueMARK");
    text.replace("MARK", if marked { ", list: true" } else { "" })
}

async fn buy(house: &House, form: Value) -> String {
    house.clock.advance(TimeDelta::seconds(1));
    let made = post(
        house,
        "ann",
        "/v1/requests",
        json!({"workflow": "buying", "form": form}),
    )
    .await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json["id"].as_str().unwrap().to_owned()
}

fn euros(amount: &str) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

/// Five requests, named by what they are for; `e` has nothing but that.
async fn five(house: &House) {
    for form in [
        json!({"what": "a", "cost": euros("9.50"), "pieces": 10, "needed_on": "2026-01-09", "kind": "tool", "urgent": true}),
        json!({"what": "B", "cost": euros("100.00"), "pieces": 9.5, "needed_on": "2025-12-31", "kind": "book"}),
        json!({"what": "c", "cost": euros("-20.00"), "pieces": "-0.25", "kind": "tool", "urgent": false}),
        json!({"what": "d", "cost": euros("70.00"), "pieces": 0}),
        json!({"what": "e"}),
    ] {
        buy(house, form).await;
    }
}

/// What the requests of a page are for.
fn names(page: &Value) -> String {
    let rows = page["data"].as_array().unwrap();
    rows.iter()
        .map(|row| row["form"]["what"].as_str().unwrap())
        .collect()
}

/// All pages of a list, of so many rows each.
async fn walk(house: &House, who: &str, query: &str, limit: usize) -> String {
    let (mut found, mut cursor) = (String::new(), String::new());
    for _ in 0..10 {
        let path = format!("/v1/requests?workflow=buying&{query}&limit={limit}{cursor}");
        let page = get(house, who, &path).await;
        assert_eq!(page.status, 200, "{path}: {page:?}");
        found.push_str(&names(&page.json));
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
    panic!("{query} does not end");
}

#[tokio::test]
async fn requests_are_found_and_sorted_by_their_forms() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("buying", &buying(true)).await;
        five(&house).await;
        for (query, expected) in [
            ("form.cost[gte]=9.50", "dBa"),
            ("form.cost[lt]=9.50", "c"),
            ("form.cost[gte]=1%20JPY", ""),
            ("form.cost[ne]=100.00", "dca"),
            ("form.pieces[gt]=9.5", "a"),
            ("form.pieces[lte]=9.50", "dcB"),
            ("form.pieces=-0.25", "c"),
            ("form.needed_on[lte]=2025-12-31", "B"),
            ("form.needed_on[is_null]=true", "edc"),
            ("form.kind=tool", "ca"),
            ("form.kind[ne]=tool", "edB"),
            ("form.kind=tool&form.urgent=true", "a"),
            ("form.urgent=false", "c"),
            ("form.what=b", "B"),
            ("form.what[in]=A,b", "Ba"),
            ("form.what[starts_with]=A", "a"),
            ("form.what[contains]=B", "B"),
            ("status=open&form.what=a", "a"),
        ] {
            assert_eq!(
                walk(&house, "ann", &format!("{query}&sort=-created_at"), 3).await,
                expected,
                "{query}"
            );
        }
        for (sort, expected) in [
            ("form.what", "aBcde"),
            ("-form.what", "edcBa"),
            ("form.cost", "cadBe"),
            ("-form.cost", "Bdace"),
            ("form.pieces", "cdBae"),
            ("-form.pieces", "aBdce"),
            ("form.needed_on", "Ba"),
            ("form.kind", "B"),
        ] {
            for (who, limit) in [("ann", 1), ("ann", 2), ("ada", 1), ("ada", 2), ("eve", 5)] {
                let found = walk(&house, who, &format!("sort={sort}"), limit).await;
                assert_eq!(found.len(), 5, "{sort} {who} {limit}: {found}");
                assert!(found.starts_with(expected), "{sort} {who} {limit}: {found}");
            }
        }
        let count = get(
            &house,
            "ada",
            "/v1/requests?workflow=buying&form.kind=tool&sort=form.cost&count=exact",
        )
        .await;
        assert_eq!(
            (count.json["count"].as_u64(), names(&count.json)),
            (Some(2), "ca".to_owned())
        );
    })
    .await;
}

#[tokio::test]
async fn a_search_takes_the_same_fields() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("buying", &buying(true)).await;
        five(&house).await;
        let filter = json!({"and": [{"workflow": "buying"}, {"or": [{"form.cost": {"gt": "50"}}, {"not": {"form.kind": "tool"}}]}]});
        let found = post(&house, "ann", "/v1/requests/search", json!({"filter": filter, "sort": "form.what"})).await;
        assert_eq!((found.status, names(&found.json)), (200, "Bde".to_owned()), "{found:?}");
        let nobody = post(&house, "zed", "/v1/requests/search", json!({"filter": filter, "sort": "form.what"})).await;
        assert!(nobody.status != 200 || nobody.json["data"] == json!([]), "{nobody:?}");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_told_with_a_remedy() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("buying", &buying(true)).await;
        for (query, place, told) in [
            ("form.cost=1", "form.cost", "workflow=expense"),
            (
                "workflow=buying&workflow=expense&form.cost=1",
                "form.cost",
                "workflow=expense",
            ),
            ("workflow=expense&form.amount=1", "form.amount", "list: true"),
            ("workflow=none&sort=form.amount", "sort", "list: true"),
            ("workflow=buying&form.coast=1", "form.coast", "form.cost"),
            ("workflow=buying&form.why=x", "form.why", "form.what"),
            (
                "workflow=buying&form.cost=much",
                "form.cost",
                "form.cost takes an amount",
            ),
            ("workflow=buying&form.kind=toll", "form.kind", "did you mean tool"),
            (
                "workflow=buying&form.pieces[starts_with]=1",
                "form.pieces[starts_with]",
                "cannot be compared",
            ),
            ("workflow=buying&sort=form.cots", "sort", "form.cost"),
            ("workflow=buying&sort=form.cost,created_at", "sort", "alone"),
        ] {
            let refused = get(&house, "ann", &format!("/v1/requests?{query}")).await;
            let fault = &refused.json["errors"][0];
            assert_eq!(
                (refused.status, fault["parameter"].as_str()),
                (400, Some(place)),
                "{query}: {refused:?}"
            );
            assert!(
                fault["detail"].as_str().unwrap().contains(told),
                "{query}: {fault}"
            );
        }
        for (query, told) in [
            ("sum=form.cost", "workflow=expense"),
            ("workflow=buying&sum=form.kind", "form.cost"),
        ] {
            let refused = get(&house, "ann", &format!("/v1/requests/summary?{query}")).await;
            assert_eq!(refused.status, 400, "{query}: {refused:?}");
            assert!(
                refused.json["errors"][0]["detail"]
                    .as_str()
                    .unwrap()
                    .contains(told),
                "{refused:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn requests_are_counted_and_summed_by_status() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("buying", &buying(true)).await;
        five(&house).await;
        let large = buy(
            &house,
            json!({"what": "f", "cost": euros("92233720368547758.07")}),
        )
        .await;
        let approve = verb(&house, "bo", &large, "approve").await;
        assert_eq!(
            send(&house, "bo", Method::POST, &approve, None, &[]).await.status,
            200
        );
        let path = "/v1/requests/summary?workflow=buying&sum=form.cost";
        let all = get(&house, "ada", path).await;
        let expected = json!({
            "object": "request_summary",
            "data": [
                {"status": "approved", "count": 1, "sums": [euros("92233720368547758.07")]},
                {"status": "open", "count": 5, "sums": [euros("159.50")]},
            ],
            "total": {"count": 6, "sums": [euros("92233720368547917.57")]},
        });
        assert_eq!((all.status, &all.json), (200, &expected), "{all:?}");
        assert_eq!(get(&house, "ann", path).await.json, expected, "of her own");
        assert_eq!(
            get(&house, "cleo", path).await.json["total"]["count"],
            0,
            "nobody's business"
        );
        let some = get(&house, "ada", &format!("{path}&form.pieces[gte]=9.5&status=open")).await;
        assert_eq!(some.json["total"], json!({"count": 2, "sums": [euros("109.50")]}));
        let plain = get(&house, "ada", "/v1/requests/summary?workflow=buying").await;
        assert_eq!(plain.json["total"], json!({"count": 6, "sums": []}));
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_edited_is_listed_as_it_is_now() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("buying", &buying(true)).await;
        let request = buy(&house, json!({"what": "a", "cost": euros("5.00")})).await;
        let held = task(&house, "bo", &request).await.unwrap();
        let path = format!("/v1/tasks/{}/approve", held["id"].as_str().unwrap());
        let edited = post(&house, "bo", &path, json!({"form": {"cost": euros("6.00")}})).await;
        assert_eq!(edited.status, 200, "{edited:?}");
        assert_eq!(walk(&house, "ann", "form.cost=6.00", 5).await, "a");
        assert_eq!(walk(&house, "ann", "form.cost=5.00", 5).await, "");
    })
    .await;
}

#[tokio::test]
async fn requests_from_before_the_mark_are_listed_too() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("buying", &buying(false)).await;
        five(&house).await;
        // More than are caught up with in one unit of work.
        for _ in 0..200 {
            buy(
                &house,
                json!({"what": "z", "cost": euros("1.00"), "pieces": 1, "needed_on": "2026-01-01"}),
            )
            .await;
        }
        house.publish("buying", &buying(true)).await;
        let running = Runner::new(Db::clone(&house.db), "test", Options::default())
            .consumer(Arc::new(Listings::new(house.office.clone())))
            .spawn();
        let mut found = String::new();
        for _ in 0..200 {
            found = walk(&house, "ada", "sort=-form.cost", 100).await;
            if found.len() == 205 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert_eq!(found, format!("Bda{}ce", "z".repeat(200)));
        running.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn no_list_by_forms_reads_or_sorts_a_whole_table() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish_as(Kind::Workflow, "buying", &buying(true)).await;
        five(&house).await;
        house.db.start_recording();
        let mut faults = Vec::new();
        for query in [
            "form.cost[gte]=1",
            "form.cost[gte]=1&sort=form.cost",
            "sort=form.cost",
            "sort=-form.cost",
            "sort=-form.cost&status=open",
            "form.kind=tool&count=exact",
            "form.what[starts_with]=a",
            "form.what=a&sort=form.needed_on",
        ] {
            for who in ["ada", "ann", "eve"] {
                house.db.recorded();
                let page = get(
                    &house,
                    who,
                    &format!("/v1/requests?workflow=buying&{query}&limit=2"),
                )
                .await;
                assert_eq!(page.status, 200, "{query}: {page:?}");
                for sql in house.db.recorded() {
                    let fault = plans::fault_of(&house.db, ACME, &sql, &["requests", "request_values"]).await;
                    faults.extend(fault.map(|fault| format!("{who} {query}: {fault}")));
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    })
    .await;
}
