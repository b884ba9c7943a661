//! HR submits a request for somebody: both are barred from deciding it, and the history says so.

use countersign_testkit::for_each_database;
use serde_json::json;

use crate::house::{House, expense, get, post, task, user, verb};

const BY_ADA: &str = r"
workflow: signed
title: Signed
owners: {role: finance}
number: S-{counter}
form:
  note: {type: text, required: true}
steps:
  - approval: signed
    by: {user: ada@acme.example}
";

#[tokio::test]
async fn neither_the_requester_nor_who_submitted_it_decides() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("signed", BY_ADA).await;
        let new = json!({"workflow": "signed", "form": {"note": "a"}, "requester": user("ann")});
        let refused = post(&house, "bo", "/v1/requests", new.clone()).await;
        assert_eq!(
            (refused.status, &refused.json["code"]),
            (403, &json!("for_somebody_else")),
            "{refused:?}"
        );
        let made = post(&house, "ada", "/v1/requests", new).await;
        assert_eq!(
            (made.status, &made.json["requester"]),
            (201, &json!(user("ann"))),
            "{made:?}"
        );
        let id = made.json["id"].as_str().unwrap().to_owned();
        assert!(task(&house, "ada", &id).await.is_none(), "ada submitted it");
        let asked = task(&house, "cleo", &id).await.unwrap();
        assert!(
            asked["why"].as_str().unwrap().contains("instead of Ada"),
            "{asked}"
        );
        let handed = json!({"to": user("ada")});
        let handed = post(
            &house,
            "cleo",
            &verb(&house, "cleo", &id, "transfer").await,
            handed,
        )
        .await;
        assert_eq!(
            (handed.status, &handed.json["code"]),
            (403, &json!("restricted")),
            "{handed:?}"
        );
        let seen = get(&house, "ada", &format!("/v1/requests/{id}/history")).await;
        assert!(
            seen.json.to_string().contains("Ada for Ann submitted"),
            "{seen:?}"
        );
        let own = get(&house, "ann", &format!("/v1/requests/{id}")).await;
        assert_eq!(own.status, 200, "it is ann's");
        let back = post(&house, "ann", &format!("/v1/requests/{id}/withdraw"), json!({})).await;
        assert_eq!(back.status, 200, "{back:?}");
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_its_writers_own() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let mut new = expense("700.00");
        (new["requester"], new["draft"]) = (json!(user("ann")), json!(true));
        let refused = post(&house, "ada", "/v1/requests", new).await;
        assert_eq!(
            (refused.status, &refused.json["errors"][0]["pointer"]),
            (422, &json!("/requester")),
            "{refused:?}"
        );
    })
    .await;
}
