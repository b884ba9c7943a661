//! Steps that are work, people in copy, reminders: as the API shows them.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use countersign_events::{Options, Runner};
use countersign_oa::{Notices, Timers};
use countersign_storage::Db;
use countersign_testkit::for_each_database;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{ACME, House, get, post, task, verb};

const ORDER: &str = r"
workflow: order
title: Order
owners: {role: finance}
submitters: everyone
form:
  what: {type: text, required: true}
steps:
  - approval: manager
    by: {manager_of: requester}
    remind: {every: 1 day, at_most: 2}
  - cc: to-hal
    to: {user: abe@acme.example}
  - task: fetch
    title: Fetch it
    by: requester
    form:
      weight: {type: number, required: true, min: 1, label: Weight}
      who: {type: person}
  - approval: heavy
    when: step('fetch').form.weight is not empty and step('fetch').form.weight > 100
    by: {role: finance}
    need: any
";

async fn order(house: &House) -> String {
    let body = json!({"workflow": "order", "form": {"what": "A desk"}});
    let made = post(house, "ann", "/v1/requests", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json["id"].as_str().unwrap().to_owned()
}

async fn kinds(house: &House, request: &str) -> Vec<String> {
    let log = house.log(request).await;
    log.iter().map(|entry| entry.kind.clone()).collect()
}

#[tokio::test]
async fn work_is_done_with_what_its_form_asks_and_decides_what_follows() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("order", ORDER).await;
        let request = order(&house).await;
        let unseen = get(&house, "abe", &format!("/v1/requests/{request}")).await;
        assert_eq!(unseen.status, 404, "not yet in copy");
        let approve = verb(&house, "bo", &request, "approve").await;
        assert_eq!(post(&house, "bo", &approve, json!({})).await.status, 200);

        let seen = get(&house, "abe", &format!("/v1/requests/{request}")).await;
        assert_eq!(seen.status, 200, "whoever is in copy may read it");
        let fetch = task(&house, "ann", &request).await.unwrap();
        let expected = json!(["task", "open", ["complete", "transfer", "comment"], Value::Null]);
        assert_eq!(
            json!([fetch["kind"], fetch["status"], fetch["allowed"], fetch["answers"]]),
            expected
        );
        assert_eq!(fetch["form"]["properties"]["weight"]["title"], "Weight");

        let path = format!("/v1/tasks/{}", fetch["id"].as_str().unwrap());
        let no = post(&house, "ann", &format!("{path}/approve"), json!({})).await;
        assert_eq!(
            (no.status, &no.json["code"]),
            (403, &json!("not_for_this_task")),
            "{no:?}"
        );
        let empty = post(&house, "ann", &format!("{path}/complete"), json!({})).await;
        assert_eq!(
            (empty.status, &empty.json["errors"][0]["pointer"]),
            (422, &json!("/form/weight"))
        );
        let nobody = json!({"form": {"weight": 250, "who": "user_01m8m09ng7e5a94bw55yjb01zs"}});
        let lost = post(&house, "ann", &format!("{path}/complete"), nobody).await;
        assert_eq!(
            (lost.status, &lost.json["errors"][0]["pointer"]),
            (422, &json!("/form/who")),
            "{lost:?}"
        );

        let body = json!({"comment": "By truck.", "form": {"weight": 250}});
        let done = post(&house, "ann", &format!("{path}/complete"), body).await;
        assert_eq!(done.status, 200, "{done:?}");
        assert_eq!(done.json["decision"], "completed");
        assert_eq!(done.json["answers"], json!({"weight": 250}));
        assert!(
            task(&house, "dan", &request).await.is_some(),
            "heavy: finance is asked"
        );

        let log = house.log(&request).await;
        let done = log
            .iter()
            .rev()
            .find(|entry| entry.kind == "oa.task.decided")
            .unwrap();
        let thing = countersign_events::thing(done);
        assert_eq!(
            (&thing["decision"], &thing["answers"]),
            (&json!("completed"), &json!({"weight": 250}))
        );
        let history = get(&house, "abe", &format!("/v1/requests/{request}/history")).await;
        let told = history.json["data"].as_array().unwrap().iter();
        let told: Vec<&str> = told.map(|entry| entry["text"].as_str().unwrap()).collect();
        assert!(told.iter().any(|text| text.starts_with("In copy: ")), "{told:?}");
        assert!(
            told.iter()
                .any(|text| text.contains("(Weight: 250)") && text.contains("By truck.")),
            "{told:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_is_asked_is_reminded_so_often_and_whoever_is_in_copy_is_told() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("order", ORDER).await;
        let running = Runner::new(
            Db::clone(&house.db),
            Uuid::from_u128(1).to_string(),
            Options::default(),
        )
        .consumer(Arc::new(Notices::new(house.office.clone())))
        .spawn();
        assert!(running.follower().caught_up(Duration::from_secs(20)).await);
        let request = order(&house).await;
        let timers = Timers::new(house.office.clone(), "test");
        for (day, expected) in [(1, 1), (2, 1), (3, 0)] {
            house.clock.shift(ACME, TimeDelta::hours(25 * day));
            assert_eq!(timers.fire_due(ACME).await.unwrap(), expected);
        }
        // Whoever has answered since is not reminded.
        assert!(running.follower().caught_up(Duration::from_secs(20)).await);
        let reminded = |kinds: Vec<String>| kinds.iter().filter(|kind| *kind == "oa.task.reminded").count();
        assert_eq!(reminded(kinds(&house, &request).await), 2);
        let approve = verb(&house, "bo", &request, "approve").await;
        assert_eq!(post(&house, "bo", &approve, json!({})).await.status, 200);
        assert!(running.follower().caught_up(Duration::from_secs(20)).await);
        let notices = |who: &'static str| {
            let house = &house;
            async move {
                let page = get(house, who, "/v1/notices").await;
                let all = page.json["data"].as_array().cloned().unwrap_or_default();
                all.iter()
                    .map(|one| one["text"].as_str().unwrap_or_default().to_owned())
                    .collect::<Vec<_>>()
            }
        };
        let bo = notices("bo").await;
        assert_eq!(
            bo.iter()
                .filter(|text| text.contains("waits for your decision"))
                .count(),
            2,
            "{bo:?}"
        );
        let hal = notices("abe").await;
        assert!(
            hal.iter()
                .any(|text| text.starts_with("You are in copy of Order")),
            "{hal:?}"
        );
        running.stop().await.unwrap();
    })
    .await;
}
