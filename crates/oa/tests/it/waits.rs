//! A request that waits goes on by itself, on the tenant's business clock, and once.

use chrono::TimeDelta;
use countersign_oa::Timers;
use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{ACME, House, get, post, task, verb};

const CALM: &str = "workflow: calm\ntitle: Calm\nowners: {role: finance}\nnumber: W-{counter}\nform:\n  what: {type: text, required: true}\nsteps:\n  - stage: all\n    stop_when: step('boss').form.dropped == true\n    steps:\n      - parallel: both\n        branches:\n          time:\n            - wait: think\n              after: 2 days\n            - approval: finance\n              by: {role: finance}\n              need: any\n          boss:\n            - task: boss\n              by: {manager_of: requester}\n              form: {dropped: {type: yes_no, required: true}}\n";

async fn calm(house: &House) -> String {
    house.publish("calm", CALM).await;
    let made = post(
        house,
        "ann",
        "/v1/requests",
        json!({"workflow": "calm", "form": {"what": "Desk"}}),
    )
    .await;
    made.json["id"].as_str().unwrap().to_owned()
}

async fn current(house: &House, id: &str) -> Vec<Value> {
    let shown = get(house, "ann", &format!("/v1/requests/{id}")).await;
    shown.json["current"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_wait_is_shown_and_ends_by_itself() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let timers = Timers::new(house.office.clone(), "test");
        let id = calm(&house).await;
        let now = current(&house, &id).await;
        let wait = now.iter().find(|step| step["step"] == "think").unwrap();
        assert_eq!(wait["tasks"], json!([]));
        assert!(wait["due_at"].is_string(), "{wait}");
        house.clock.shift(ACME, TimeDelta::hours(47));
        assert_eq!(timers.fire_due(ACME).await.unwrap(), 0);
        house.clock.shift(ACME, TimeDelta::hours(48));
        assert_eq!(timers.fire_due(ACME).await.unwrap(), 1);
        assert!(task(&house, "dan", &id).await.is_some());
        assert_eq!(timers.fire_due(ACME).await.unwrap(), 0, "once");
    })
    .await;
}

#[tokio::test]
async fn a_stage_that_stops_takes_its_waits_along() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let timers = Timers::new(house.office.clone(), "test");
        let id = calm(&house).await;
        let path = verb(&house, "bo", &id, "complete").await;
        let done = post(&house, "bo", &path, json!({"form": {"dropped": true}})).await;
        assert_eq!(
            (done.status, &done.json["request_status"]),
            (200, &json!("approved")),
            "{done:?}"
        );
        house.clock.shift(ACME, TimeDelta::days(3));
        assert_eq!(timers.fire_due(ACME).await.unwrap(), 0, "nothing is waited for");
    })
    .await;
}
