//! A held request is tried again, goes on without the step, or by a newer version of its workflow: over HTTP.

use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, get, post};

const WORKFLOW: &str = "workflow: stuck
title: Stuck
owners: {role: finance}
form:
  what: {type: text, required: true}
steps:
  - {approval: counsel, title: Counsel, by: {user: nobody@acme.example}}
  - {approval: boss, title: Boss, by: {manager_of: requester}}
";

/// Ann's request, held; its path.
async fn stuck(house: &House) -> String {
    let new = json!({"workflow": "stuck", "form": {"what": "A desk"}});
    let made = post(house, "ann", "/v1/requests", new).await;
    assert_eq!(
        (made.status, &made.json["status"]),
        (201, &json!("held")),
        "{made:?}"
    );
    format!("/v1/requests/{}", made.json["id"].as_str().unwrap())
}

async fn allowed(house: &House, who: &str, path: &str) -> Value {
    get(house, who, path).await.json["allowed"].clone()
}

async fn history(house: &House, path: &str) -> String {
    let page = get(house, "ann", &format!("{path}/history")).await.json;
    let rows = page["data"].as_array().unwrap().clone();
    let texts = rows.iter().map(|row| row["text"].as_str().unwrap().to_owned());
    texts.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn an_owner_goes_on_without_what_is_held_and_says_why() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("stuck", WORKFLOW).await;
        let path = stuck(&house).await;
        assert_eq!(
            allowed(&house, "dan", &path).await,
            json!(["reject", "return", "complete", "comment", "retry", "skip"])
        );
        assert_eq!(
            allowed(&house, "ann", &path).await,
            json!(["withdraw", "comment", "recall", "urge"])
        );
        let why = json!({"comment": "It needs no counsel."});
        for (who, status, code) in [("ann", 403, "own_request"), ("abe", 404, "request_not_found")] {
            let refused = post(&house, who, &format!("{path}/skip"), why.clone()).await;
            assert_eq!(
                (refused.status, &refused.json["code"]),
                (status, &json!(code)),
                "{refused:?}"
            );
        }
        let blank = post(&house, "dan", &format!("{path}/skip"), json!({"comment": " "})).await;
        assert_eq!(
            (blank.status, &blank.json["code"]),
            (422, &json!("comment_needed")),
            "{blank:?}"
        );
        let still = post(&house, "dan", &format!("{path}/retry"), json!({})).await;
        assert_eq!(
            (still.status, &still.json["code"]),
            (409, &json!("still_held")),
            "{still:?}"
        );
        let skipped = post(&house, "dan", &format!("{path}/skip"), why).await;
        assert_eq!(
            (skipped.status, &skipped.json["status"]),
            (200, &json!("open")),
            "{skipped:?}"
        );
        assert_eq!(skipped.json["current"][0]["step"], "boss");
        let told = history(&house, &path).await;
        assert!(
            told.contains("went on without \"Counsel\": It needs no counsel."),
            "{told}"
        );
        let again = post(&house, "dan", &format!("{path}/retry"), json!({})).await;
        assert_eq!(
            (again.status, &again.json["code"]),
            (409, &json!("not_held")),
            "{again:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_newer_version_takes_over_once_it_is_planned() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("stuck", WORKFLOW).await;
        let path = stuck(&house).await;
        let plan = get(&house, "dan", &format!("{path}/move")).await.json;
        assert_eq!(
            (&plan["possible"], &plan["to"]),
            (&json!(false), &json!(1)),
            "{plan}"
        );
        house
            .publish(
                "stuck",
                &WORKFLOW.replace("approval: counsel", "approval: lawyer"),
            )
            .await;
        let plan = get(&house, "dan", &format!("{path}/move")).await.json;
        let reason = "\"Counsel\" does not stand in that version where it stands in this one.";
        assert_eq!(
            (&plan["possible"], &plan["reasons"]),
            (&json!(false), &json!([reason])),
            "{plan}"
        );
        let refused = post(&house, "dan", &format!("{path}/move"), json!({})).await;
        assert_eq!(
            (refused.status, &refused.json["code"]),
            (409, &json!("cannot_move")),
            "{refused:?}"
        );
        house
            .publish("stuck", &WORKFLOW.replace("nobody@acme", "cleo@acme"))
            .await;
        let plan = get(&house, "dan", &format!("{path}/move")).await.json;
        assert_eq!(
            (&plan["possible"], &plan["allowed"], &plan["to"]),
            (&json!(true), &json!(true), &json!(3)),
            "{plan}"
        );
        let unseen = get(&house, "abe", &format!("{path}/move")).await;
        assert_eq!(unseen.status, 404);
        let none = post(&house, "dan", &format!("{path}/move"), json!({"version": 9})).await;
        assert_eq!(
            (none.status, &none.json["code"]),
            (409, &json!("cannot_move")),
            "{none:?}"
        );
        assert!(
            allowed(&house, "dan", &path)
                .await
                .as_array()
                .unwrap()
                .contains(&json!("move"))
        );
        let moved = post(
            &house,
            "dan",
            &format!("{path}/move"),
            json!({"comment": "Cleo does."}),
        )
        .await;
        assert_eq!(
            (moved.status, &moved.json["workflow"]["version"]),
            (200, &json!(3)),
            "{moved:?}"
        );
        assert_eq!(
            (&moved.json["status"], &moved.json["current"][0]["step"]),
            (&json!("open"), &json!("counsel"))
        );
        let told = history(&house, &path).await;
        assert!(
            told.contains("moved the request to version 3 of its workflow: Cleo does."),
            "{told}"
        );
        let decided = post(&house, "cleo", &format!("{path}/approve"), json!({})).await;
        assert_eq!(decided.status, 200, "{decided:?}");
        let after = get(&house, "ann", &path).await.json;
        assert_eq!(
            (&after["current"][0]["step"], &after["workflow"]["version"]),
            (&json!("boss"), &json!(3))
        );
    })
    .await;
}
