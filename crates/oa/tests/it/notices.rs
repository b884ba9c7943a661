//! Who is told of a decision, and of a deadline that passed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use countersign_events::{Options, Runner, Running};
use countersign_identity::people::Profile;
use countersign_identity::people::service::Create;
use countersign_kernel::id::UserId;
use countersign_oa::{Notices, Timers};
use countersign_storage::Db;
use countersign_testkit::{TestDb, for_each_database};
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{ACME, House, get, post, submit, task, user, verb};
use crate::leavers::{disable, occasion, patch};

const CLAIM: &str = r#"
workflow: claim
title: {en: Claim, zh-CN: 申请}
owners: {role: finance}
summary: "{what}"
number: CLM-{counter}
form:
  what: {type: text, required: true}
steps:
  - approval: manager
    title: {en: Manager, zh-CN: 主管}
    by: {manager_of: requester}
    deadline: 2 working days
    if_late: notify
  - approval: second
    by: {manager_of: requester}
    when: what == 'twice'
    deadline: 2 working days
    if_late: {escalate_to: {user: bo@acme.example}}
"#;

/// The consumer of notices, as a server runs it.
fn listening(house: &House) -> Running {
    Runner::new(
        Db::clone(&house.db),
        Uuid::from_u128(1).to_string(),
        Options::default(),
    )
    .consumer(Arc::new(Notices::new(house.office.clone())))
    .spawn()
}

async fn heard(running: &Running) {
    assert!(running.follower().caught_up(Duration::from_secs(20)).await);
}

async fn start(db: TestDb) -> (House, Running) {
    let house = House::new(db).await;
    house.publish("claim", CLAIM).await;
    let running = listening(&house);
    heard(&running).await;
    (house, running)
}

async fn claim(house: &House, what: &str) -> String {
    let body = json!({"workflow": "claim", "form": {"what": what}});
    let made = post(house, "ann", "/v1/requests", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json["id"].as_str().unwrap().to_owned()
}

async fn decide(house: &House, who: &str, request: &str, what: &str, body: Value) {
    let done = post(house, who, &verb(house, who, request, what).await, body).await;
    assert_eq!(done.status, 200, "{done:?}");
}

/// What each person is told of a request, oldest first.
async fn told(house: &House, request: &str) -> BTreeMap<&'static str, Vec<String>> {
    let mut all = BTreeMap::new();
    for who in ["cleo", "bo", "ann", "abe", "eve", "dan", "ada"] {
        let list = get(house, who, "/v1/notices?sort=created_at").await;
        assert_eq!(list.status, 200, "{list:?}");
        let notices = list.json["data"].as_array().unwrap().iter();
        let texts: Vec<String> = notices
            .filter(|notice| notice["about"] == request)
            .map(|notice| notice["text"].as_str().unwrap().to_owned())
            .collect();
        if !texts.is_empty() {
            all.insert(who, texts);
        }
    }
    all
}

fn only(who: &'static str, text: &str) -> BTreeMap<&'static str, Vec<String>> {
    BTreeMap::from([(who, vec![text.to_owned()])])
}

#[tokio::test]
async fn the_requester_is_told_of_each_decision_once_and_nobody_else() {
    for_each_database(|db| async {
        let (house, running) = start(db).await;
        let approved = claim(&house, "Lamp").await;
        decide(&house, "bo", &approved, "approve", json!({"comment": "Fine."})).await;
        let rejected = claim(&house, "Throne").await;
        decide(&house, "bo", &rejected, "reject", json!({"comment": "No need."})).await;
        let returned = claim(&house, "Desk").await;
        decide(&house, "bo", &returned, "return", json!({"comment": "Which one?"})).await;
        heard(&running).await;
        let expected = [
            (&approved, "Claim CLM-00001 (Lamp) was approved by Bo. Reason: Fine."),
            (&rejected, "Claim CLM-00002 (Throne) was rejected by Bo. Reason: No need."),
            (
                &returned,
                "Claim CLM-00003 (Desk) was returned to you by Bo, to be changed and submitted again. Reason: Which one?",
            ),
        ];
        for (request, text) in expected {
            assert_eq!(told(&house, request).await, only("ann", text));
        }
        running.stop().await.unwrap();
        from_the_beginning(&house).await;
        let again = listening(&house);
        heard(&again).await;
        for (request, text) in expected {
            assert_eq!(told(&house, request).await, only("ann", text), "and no second time");
        }
        again.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn those_who_are_asked_are_urged_once_an_hour() {
    for_each_database(|db| async {
        let (house, running) = start(db).await;
        let claimed = claim(&house, "Lamp").await;
        let path = format!("/v1/requests/{claimed}/urge");
        let urged = post(&house, "ann", &path, json!({"comment": "It is dark here."})).await;
        assert_eq!(urged.status, 200, "{urged:?}");
        let again = post(&house, "ann", &path, json!({})).await;
        assert_eq!(
            (again.status, &again.json["code"]),
            (409, &json!("urged_already")),
            "{again:?}"
        );
        let other = post(&house, "bo", &path, json!({})).await;
        assert_eq!(
            (other.status, &other.json["code"]),
            (403, &json!("not_the_requester")),
            "{other:?}"
        );
        heard(&running).await;
        let text = "Claim CLM-00001 (Lamp) waits for your decision in \"Manager\". Ann reminds you: \"It is dark here.\"";
        assert_eq!(told(&house, &claimed).await, only("bo", text));
        house.clock.shift(ACME, TimeDelta::hours(1));
        let later = post(&house, "ann", &path, json!({})).await;
        assert_eq!(later.status, 200, "{later:?}");
        running.stop().await.unwrap();
    })
    .await;
}

/// As after a crash in which the place in the log was lost with all that was heard.
async fn from_the_beginning(house: &House) {
    let owner = Database::connect(house.db.url()).await.unwrap();
    let reset = "UPDATE consumers SET cursor = '0.0.0', sequence = 0 WHERE name = 'oa.notices'";
    let done = owner.execute_unprepared(reset).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
    owner.close().await.unwrap();
}

#[tokio::test]
async fn nobody_is_told_of_what_they_did_themselves() {
    for_each_database(|db| async {
        let (house, running) = start(db).await;
        let withdrawn = claim(&house, "Lamp").await;
        let done = post(
            &house,
            "ann",
            &format!("/v1/requests/{withdrawn}/withdraw"),
            json!({}),
        )
        .await;
        assert_eq!(done.status, 200, "{done:?}");
        // Approved by rule in the very answer to its submission.
        let small = submit(&house, "42.00").await;
        heard(&running).await;
        for request in [&withdrawn, &small] {
            assert_eq!(told(&house, request).await, BTreeMap::new());
        }
        running.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_requester_is_told_what_goes_back_to_an_earlier_step() {
    for_each_database(|db| async {
        let (house, running) = start(db).await;
        let request = claim(&house, "twice").await;
        decide(&house, "bo", &request, "approve", json!({})).await;
        let back = json!({"to": "manager", "comment": "Once more."});
        decide(&house, "bo", &request, "return", back).await;
        heard(&running).await;
        let text = "Claim CLM-00001 (twice) was returned to \"Manager\" by Bo. Reason: Once more.";
        assert_eq!(told(&house, &request).await, only("ann", text));
        running.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn who_submitted_for_somebody_is_told_of_the_end_too() {
    for_each_database(|db| async {
        let (house, running) = start(db).await;
        let body = json!({"workflow": "claim", "form": {"what": "Lamp"}, "requester": user("ann")});
        let made = post(&house, "ada", "/v1/requests", body).await;
        assert_eq!(made.status, 201, "{made:?}");
        let request = made.json["id"].as_str().unwrap().to_owned();
        decide(&house, "bo", &request, "approve", json!({})).await;
        heard(&running).await;
        let text = vec!["Claim CLM-00001 (Lamp) was approved by Bo.".to_owned()];
        let both = BTreeMap::from([("ada", text.clone()), ("ann", text)]);
        assert_eq!(told(&house, &request).await, both);
        running.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn of_a_deadline_that_passed_hear_who_is_late_the_requester_and_the_owners_once() {
    for_each_database(|db| async {
        let (house, running) = start(db).await;
        let timers = Timers::new(house.office.clone(), "test");
        patch(&house, "dan", json!({"locale": "zh-CN"})).await;
        let request = claim(&house, "Lamp").await;
        house.clock.shift(ACME, TimeDelta::days(3));
        assert_eq!(timers.fire_due(ACME).await.unwrap(), 1);
        assert_eq!(timers.fire_due(ACME).await.unwrap(), 0);
        heard(&running).await;
        let others = "Claim CLM-00001 (Lamp) is late: Bo has not decided in \"Manager\", which was due 2026-03-04 10:00.";
        let expected = BTreeMap::from([
            (
                "bo",
                vec!["Claim CLM-00001 (Lamp) waits for your decision in \"Manager\", which was due 2026-03-04 10:00.".to_owned()],
            ),
            ("ann", vec![others.to_owned()]),
            ("eve", vec![others.to_owned()]),
            (
                "dan",
                vec!["申请 CLM-00001（Lamp）已逾期：Bo 尚未在“主管”审批（截止时间 2026-03-04 10:00）。".to_owned()],
            ),
        ]);
        assert_eq!(told(&house, &request).await, expected);
        running.stop().await.unwrap();
        from_the_beginning(&house).await;
        let again = listening(&house);
        heard(&again).await;
        assert_eq!(told(&house, &request).await, expected, "and no second time");
        again.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn late_is_an_event_that_says_what_is_late_and_since_when() {
    for_each_database(|db| async {
        let (house, running) = start(db).await;
        let request = claim(&house, "Lamp").await;
        let task = task(&house, "bo", &request).await.unwrap();
        house.clock.shift(ACME, TimeDelta::days(3));
        Timers::new(house.office.clone(), "test")
            .fire_due(ACME)
            .await
            .unwrap();
        let log = house.log(&request).await;
        let late: Vec<_> = log.iter().filter(|entry| entry.kind == "oa.task.late").collect();
        assert_eq!(late.len(), 1);
        let thing = countersign_events::thing(late[0]);
        assert_eq!(
            (&thing["id"], &thing["task"], &thing["step"], &thing["due"]),
            (&json!(request), &task["id"], &json!("manager"), &task["due_at"])
        );
        running.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn where_nobody_can_join_whoever_is_late_they_are_told_so() {
    for_each_database(|db| async {
        let (house, running) = start(db).await;
        disable(&house, "dan").await;
        let request = claim(&house, "twice").await;
        decide(&house, "bo", &request, "approve", json!({})).await;
        house.clock.shift(ACME, TimeDelta::days(3));
        let timers = Timers::new(house.office.clone(), "test");
        assert_eq!(timers.fire_due(ACME).await.unwrap(), 1);
        heard(&running).await;
        let told = told(&house, &request).await;
        assert_eq!(
            told.keys().copied().collect::<Vec<_>>(),
            ["ann", "bo", "eve"],
            "{told:?}"
        );
        assert!(
            told["eve"][0].ends_with("Nobody was found to take part instead."),
            "{told:?}"
        );
        running.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn not_more_than_a_hundred_are_told_those_nearest_first() {
    for_each_database(|db| async {
        let (house, running) = start(db).await;
        for number in 0..110_u128 {
            hire(&house, UserId(Uuid::from_u128(0x10 + number)), number).await;
        }
        let request = claim(&house, "Lamp").await;
        house.clock.shift(ACME, TimeDelta::days(3));
        Timers::new(house.office.clone(), "test")
            .fire_due(ACME)
            .await
            .unwrap();
        heard(&running).await;
        let owner = Database::connect(house.db.url()).await.unwrap();
        let count =
            sea_orm::Statement::from_string(owner.get_database_backend(), "SELECT count(*) FROM notices");
        let row = owner.query_one_raw(count).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 100);
        owner.close().await.unwrap();
        let told = told(&house, &request).await;
        assert!(told.contains_key("bo") && told.contains_key("ann"), "{told:?}");
        running.stop().await.unwrap();
    })
    .await;
}

async fn hire(house: &House, id: UserId, number: u128) {
    let profile = Profile {
        name: format!("Clerk {number}"),
        email: format!("clerk{number}@acme.example"),
        manager: None,
        department: None,
        title: None,
        grade: None,
        country: None,
        cost_center: None,
        limit_minor: None,
        locale: None,
    };
    let work = Create {
        id,
        profile,
        roles: vec!["finance".to_owned()],
        password: None,
        occasion: occasion(house),
        directories: (*house.directories).clone(),
    };
    house.db.write(ACME, work).await.unwrap();
}
