//! Whoever is asked has somebody else decide too: the step is approved only with them.

use countersign_testkit::{for_each_database, in_step};
use serde_json::{Value, json};

use crate::house::{Answer, House, get, post, task, user};

const CLAIM: &str = "workflow: claim\ntitle: Claim\nowners: {role: finance}\nnumber: C-{counter}\nform:\n  what: {type: text, required: true}\nsteps:\n  - approval: boss\n    by: {manager_of: requester}\n    allow: [transfer, add_approver, remove_approver]\n    deadline: 2 working days\n";

/// A claim of ann's, which bo decides.
async fn claim(house: &House) -> String {
    house.publish("claim", CLAIM).await;
    let new = json!({"workflow": "claim", "form": {"what": "Screen"}});
    let made = post(house, "ann", "/v1/requests", new).await;
    made.json["id"].as_str().unwrap().to_owned()
}

async fn act(house: &House, who: &str, task: &Value, verb: &str, body: Value) -> Answer {
    let path = format!("/v1/tasks/{}/{verb}", task["id"].as_str().unwrap());
    post(house, who, &path, body).await
}

fn code(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.json["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn who_is_added_before_decides_first_and_everybody_sees_who_added_them() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let id = claim(&house).await;
        let (bos, dan) = (task(&house, "bo", &id).await.unwrap(), user("dan"));
        assert!(
            bos["allowed"]
                .as_array()
                .unwrap()
                .contains(&json!("add_approver"))
        );
        let add = json!({"who": dan, "where": "before", "comment": "Is the price right?"});
        let added = act(&house, "bo", &bos, "add-approver", add.clone()).await;
        assert_eq!(added.status, 200, "{added:?}");
        let dans = task(&house, "dan", &id).await.unwrap();
        let expected = json!([{"who": dan, "by": user("bo"), "where": "before", "task": dans["id"]}]);
        assert_eq!(added.json["approvers"], expected);
        assert_eq!(
            (&added.json["waits_for"], &added.json["due_at"]),
            (&dans["id"], &Value::Null)
        );
        assert_eq!(
            added.json["allowed"],
            json!(["add_approver", "remove_approver", "comment"])
        );
        assert_eq!(dans["added"], expected[0]);
        let request = get(&house, "ann", &format!("/v1/requests/{id}")).await;
        assert_eq!(request.json["current"][0]["added"], expected, "{request:?}");
        let early = act(&house, "bo", &bos, "approve", json!({})).await;
        assert_eq!(code(&early), (409, "waits_for_added"), "{early:?}");
        let possible = json!(["comment", "add_approver", "remove_approver"]);
        assert_eq!(early.json["possible"], possible);
        let twice = act(&house, "bo", &bos, "add-approver", add).await;
        assert_eq!(code(&twice), (409, "already_asked"));
        act(&house, "dan", &dans, "approve", json!({})).await;
        let bos = task(&house, "bo", &id).await.unwrap();
        assert_eq!(bos["waits_for"], Value::Null);
        assert!(bos["due_at"].is_string(), "a time of its own again: {bos:#}");
        let done = act(&house, "bo", &bos, "approve", json!({})).await;
        assert_eq!(done.json["request_status"], "approved", "{done:?}");
        let history = get(&house, "ann", &format!("/v1/requests/{id}/history?limit=50")).await;
        let entries = history.json["data"].as_array().unwrap();
        let of = |kind: &str| entries.iter().find(|entry| entry["type"] == kind).unwrap();
        assert_eq!(of("oa.task.approver_added")["comment"], "Is the price right?");
        assert!(of("oa.task.resumed")["text"].is_string());
    })
    .await;
}

#[tokio::test]
async fn who_is_added_after_is_asked_for_with_the_approval_and_may_be_removed() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let id = claim(&house).await;
        let (bos, dan) = (task(&house, "bo", &id).await.unwrap(), user("dan"));
        let requester = json!({"who": user("ann"), "where": "after"});
        let requester = act(&house, "bo", &bos, "add-approver", requester).await;
        assert_eq!(code(&requester), (403, "restricted"));
        let after = json!({"who": dan, "where": "after"});
        let added = act(&house, "bo", &bos, "add-approver", after).await;
        assert_eq!(added.json["decision"], "approved", "{added:?}");
        assert_eq!(added.json["request_status"], "open");
        assert_eq!(added.json["allowed"], json!(["remove_approver"]));
        let removed = act(&house, "bo", &bos, "remove-approver", json!({"who": dan})).await;
        assert_eq!(removed.json["request_status"], "approved", "{removed:?}");
        assert!(task(&house, "dan", &id).await.is_none(), "no longer asked");
        let again = act(&house, "bo", &bos, "remove-approver", json!({"who": dan})).await;
        assert_eq!(code(&again), (409, "task_over"), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn nobody_is_removed_who_decides_at_the_same_time() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let id = claim(&house).await;
        let (bos, dan) = (task(&house, "bo", &id).await.unwrap(), user("dan"));
        act(
            &house,
            "bo",
            &bos,
            "add-approver",
            json!({"who": dan, "where": "beside"}),
        )
        .await;
        let dans = task(&house, "dan", &id).await.unwrap();
        let (said, removed) = in_step(
            &house.db,
            act(&house, "dan", &dans, "approve", json!({})),
            act(&house, "bo", &bos, "remove-approver", json!({"who": dan})),
        )
        .await;
        let outcome = (code(&said), code(&removed));
        assert!(
            outcome == ((200, ""), (409, "added_has_decided")) || outcome == ((409, "task_over"), (200, "")),
            "{said:?} {removed:?}"
        );
        let done = act(&house, "bo", &bos, "approve", json!({})).await;
        assert_eq!(done.json["request_status"], "approved", "{done:?}");
    })
    .await;
}
