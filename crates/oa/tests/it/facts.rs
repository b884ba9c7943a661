//! Facts: what earlier requests come to, looked up at each submission and while a form is filled in.

use chrono::TimeDelta;
use countersign_testkit::{for_each_database, in_step, plans};
use serde_json::{Value, json};

use crate::house::{ACME, Answer, House, get, post, task};

const CLAIM: &str = r#"
workflow: claim
title: Claim
owners: {role: finance}
submitters: everyone
number: C-{counter}
form:
  amount: {type: money, required: true, min: 0.01}
  kind: {type: choice, options: [travel, meals], required: true}
  left: {type: computed, is: 1000 - this_month}
facts:
  this_month: {sum: amount, of: claim, in: month, label: Claimed this month}
  meals: {count: requests, of: claim, in: 90 days, where: other.kind == 'meals' and other.amount > 10}
checks:
  - when: this_month + amount > 1000
    refuse: "{this_month} is claimed this month already, and 1,000 is the limit."
  - when: meals > 0
    warn: There were {meals} meals.
steps:
  - approval: manager
    by: {manager_of: requester}
    when: this_month + amount > 500
  - approval: finance
    by: {role: finance}
    need: any
"#;

fn form(amount: &str, kind: &str) -> Value {
    json!({"amount": {"amount": amount, "currency": "EUR"}, "kind": kind})
}

async fn claim(house: &House, who: &str, amount: &str, kind: &str) -> Answer {
    post(
        house,
        who,
        "/v1/requests",
        json!({"workflow": "claim", "form": form(amount, kind)}),
    )
    .await
}

async fn decide(house: &House, who: &str, request: &Value, verb: &str) {
    let task = task(house, who, request["id"].as_str().unwrap()).await.unwrap();
    let path = format!("/v1/tasks/{}/{verb}", task["id"].as_str().unwrap());
    let done = post(house, who, &path, json!({"comment": "So be it."})).await;
    assert_eq!(done.status, 200, "{done:?}");
}

fn euros(amount: &str) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

#[tokio::test]
async fn claims_of_a_person_and_month_add_up() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("claim", CLAIM).await;
        let first = claim(&house, "ann", "400.00", "travel").await;
        assert_eq!(first.status, 201, "{first:?}");
        assert_eq!(
            first.json["facts"],
            json!({"this_month": euros("0.00"), "meals": 0})
        );
        assert_eq!(first.json["form"]["left"], euros("1000.00"));
        let second = claim(&house, "ann", "101.50", "meals").await;
        assert_eq!(second.json["facts"]["this_month"], euros("400.00"), "{second:?}");
        assert_eq!(second.json["current"][0]["step"], "manager", "over 500 together");

        let over = claim(&house, "ann", "498.51", "meals").await;
        assert_eq!(over.status, 422, "{over:?}");
        assert!(
            over.json.to_string().contains("501.50 EUR is claimed this month"),
            "{over:?}"
        );
        let others = claim(&house, "dan", "600.00", "meals").await;
        assert_eq!(
            others.json["facts"]["this_month"],
            euros("0.00"),
            "they are ann's: {others:?}"
        );

        decide(&house, "dan", &first.json, "reject").await;
        let third = claim(&house, "ann", "10.00", "meals").await;
        assert_eq!(
            third.json["facts"],
            json!({"this_month": euros("101.50"), "meals": 1})
        );
        assert_eq!(third.json["warnings"], json!(["There were 1 meals."]));

        // Sent again, it does not count itself, and counts what came between.
        decide(&house, "dan", &third.json, "return").await;
        let between = claim(&house, "ann", "20.00", "meals").await;
        assert_eq!(between.status, 201, "{between:?}");
        let path = format!("/v1/requests/{}/resubmit", third.json["id"].as_str().unwrap());
        let again = post(&house, "ann", &path, json!({"form": form("11.00", "meals")})).await;
        assert_eq!(
            again.json["facts"],
            json!({"this_month": euros("121.50"), "meals": 2}),
            "{again:?}"
        );
        let path = format!("/v1/requests/{}/history", second.json["id"].as_str().unwrap());
        let history = get(&house, "ann", &path).await.json.to_string();
        assert!(
            history.contains("submitted C-00002. Looked up: Meals: 0; Claimed this month: 400.00 EUR."),
            "{history}"
        );

        house.clock.advance(TimeDelta::days(32));
        let later = claim(&house, "ann", "1000.00", "travel").await;
        assert_eq!(
            later.json["facts"],
            json!({"this_month": euros("0.00"), "meals": 3}),
            "{later:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_form_is_tried_with_what_was_claimed_before() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("claim", CLAIM).await;
        assert_eq!(claim(&house, "ann", "900.00", "meals").await.status, 201);
        let trial = json!({"form": form("100.01", "meals")});
        let checked = post(&house, "ann", "/v1/workflows/claim/form/check", trial.clone()).await;
        assert_eq!(checked.status, 200, "{checked:?}");
        assert_eq!(checked.json["form"]["left"], euros("100.00"));
        assert_eq!(
            checked.json["refused"],
            "900.00 EUR is claimed this month already, and 1,000 is the limit."
        );
        let simulated = post(&house, "ann", "/v1/workflows/claim/simulate", trial).await;
        assert_eq!(simulated.status, 422, "{simulated:?}");
        let fits = post(
            &house,
            "ann",
            "/v1/workflows/claim/simulate",
            json!({"form": form("100.00", "meals")}),
        )
        .await;
        assert_eq!(fits.json["warnings"], json!(["There were 1 meals."]), "{fits:?}");
        assert_eq!(fits.json["steps"][0]["state"], "asked", "the manager's: {fits:?}");

        let draft = json!({"workflow": "claim", "form": form("100.00", "meals"), "draft": true});
        let draft = post(&house, "ann", "/v1/requests", draft).await;
        assert_eq!(
            draft.json.get("facts"),
            None,
            "nothing is looked up for a draft: {draft:?}"
        );
        let path = format!("/v1/requests/{}/submit", draft.json["id"].as_str().unwrap());
        let sent = post(&house, "ann", &path, json!({})).await;
        assert_eq!(sent.json["facts"]["this_month"], euros("900.00"), "{sent:?}");
    })
    .await;
}

#[tokio::test]
async fn two_claims_at_one_instant_do_not_both_slip_under_the_limit() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("claim", CLAIM).await;
        for round in 0..5 {
            let (one, other) = if round % 2 == 0 {
                in_step(
                    &house.db,
                    claim(&house, "ann", "600.00", "travel"),
                    claim(&house, "ann", "600.00", "travel"),
                )
                .await
            } else {
                tokio::join!(
                    claim(&house, "ann", "600.00", "travel"),
                    claim(&house, "ann", "600.00", "travel")
                )
            };
            let mut statuses = [one.status, other.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 422], "{one:?} {other:?}");
            house.clock.advance(TimeDelta::days(32));
        }
    })
    .await;
}

#[tokio::test]
async fn each_fact_is_one_statement_from_an_index() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("claim", CLAIM).await;
        for _ in 0..3 {
            assert_eq!(claim(&house, "ann", "10.00", "meals").await.status, 201);
        }
        house.db.start_recording();
        assert_eq!(claim(&house, "ann", "10.00", "meals").await.status, 201);
        let looked: Vec<String> = house
            .db
            .recorded()
            .into_iter()
            .filter(|sql| sql.contains("submitted_at >="))
            .collect();
        assert_eq!(looked.len(), 2, "{looked:?}");
        for sql in looked {
            let fault = plans::fault_of(&house.db, ACME, &sql, &["requests"]).await;
            assert_eq!(fault, None);
        }
    })
    .await;
}

#[tokio::test]
async fn a_held_request_does_not_move_to_a_version_that_looks_up_more() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let old = "workflow: gift\ntitle: Gift\nowners: {role: finance}\nform:\n  amount: {type: money, required: true}\nsteps:\n  - approval: counsel\n    by: {user: nobody@acme.example}\n";
        house.publish("gift", old).await;
        let body = json!({"workflow": "gift", "form": {"amount": euros("5.00")}});
        let made = post(&house, "ann", "/v1/requests", body).await;
        assert_eq!(made.json["status"], "held", "{made:?}");
        let fact = "facts:\n  gifts: {count: requests, of: gift, in: year}\n";
        house.publish("gift", &format!("{}{fact}", old.replace("user: nobody@acme.example", "role: finance"))).await;
        let path = format!("/v1/requests/{}/move", made.json["id"].as_str().unwrap());
        let plan = get(&house, "dan", &path).await.json;
        assert_eq!(plan["possible"], false, "{plan}");
        assert!(plan.to_string().contains("`gifts` is looked up at a submission there"), "{plan}");
    })
    .await;
}
