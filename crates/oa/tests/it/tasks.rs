//! Deciding.

use actix_web::http::Method;
use countersign_testkit::{TestDb, for_each_database};
use serde_json::json;

use crate::house::{House, get, post, send, submit, task, user, verb};

#[tokio::test]
async fn the_inbox_says_why_and_what_may_be_done() {
    let house = House::new(TestDb::sqlite().await).await;
    let id = submit(&house, "700.00").await;
    let task = task(&house, "bo", &id).await.unwrap();
    assert_eq!(task["why"], "Bo, as manager of Ann.");
    assert_eq!(task["requester"], json!(user("ann")));
    assert_eq!(task["amount"], json!({"amount": "700.00", "currency": "EUR"}));
    assert_eq!(
        task["allowed"],
        json!([
            "approve",
            "reject",
            "return",
            "transfer",
            "add_approver",
            "comment"
        ])
    );
    assert!(
        task["due_at"].is_string() && task["version"] == json!(1),
        "{task}"
    );
    let summary = get(&house, "bo", "/v1/tasks/summary").await;
    assert_eq!(
        (&summary.json["open"], &summary.json["late"]),
        (&json!(1), &json!(0)),
        "{summary:?}"
    );
    let seen = get(
        &house,
        "ann",
        &format!("/v1/tasks/{}", task["id"].as_str().unwrap()),
    )
    .await;
    assert_eq!(
        (seen.status, &seen.json["allowed"]),
        (200, &json!([])),
        "the requester looks on"
    );
}

#[tokio::test]
async fn nobody_decides_their_own_request_or_somebody_elses_task() {
    let house = House::new(TestDb::sqlite().await).await;
    let id = submit(&house, "700.00").await;
    let path = verb(&house, "bo", &id, "approve").await;
    assert_eq!(post(&house, "ann", &path, json!({})).await.status, 403);
    assert_eq!(
        post(&house, "eve", &path, json!({})).await.status,
        403,
        "an owner is not asked"
    );
    assert_eq!(post(&house, "abe", &path, json!({})).await.status, 404);
}

#[tokio::test]
async fn the_second_decision_is_told_the_first() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let id = submit(&house, "1800.00").await;
        let path = verb(&house, "bo", &id, "approve").await;
        let first = send(
            &house,
            "bo",
            Method::POST,
            &path,
            Some(json!({})),
            &[("if-match", "\"1\"")],
        )
        .await;
        assert_eq!(
            (first.status, &first.json["version"]),
            (200, &json!(2)),
            "{first:?}"
        );
        let again = send(
            &house,
            "bo",
            Method::POST,
            &path,
            Some(json!({})),
            &[("if-match", "\"1\"")],
        )
        .await;
        assert_eq!(
            (again.status, &again.json["state"]),
            (409, &json!("open")),
            "{again:?}"
        );
        assert_eq!(again.json["outcome"]["decision"], "approved", "{again:?}");
        let (dans, eves) = (
            verb(&house, "dan", &id, "approve").await,
            verb(&house, "eve", &id, "reject").await,
        );
        assert_eq!(post(&house, "dan", &dans, json!({})).await.status, 200);
        let late = send(
            &house,
            "eve",
            Method::POST,
            &eves,
            Some(json!({"comment": "No."})),
            &[("if-match", "\"1\"")],
        )
        .await;
        assert_eq!(
            (late.status, &late.json["state"]),
            (409, &json!("approved")),
            "a colleague's vote is no 412: {late:?}"
        );
        assert_eq!(late.json["outcome"]["by_name"], "Dan", "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn a_transferred_task_is_the_others_and_the_giver_still_finds_the_request() {
    let house = House::new(TestDb::sqlite().await).await;
    let id = submit(&house, "700.00").await;
    let to = user("cleo").to_string();
    let given = post(
        &house,
        "bo",
        &verb(&house, "bo", &id, "transfer").await,
        json!({"to": to, "comment": "Yours."}),
    )
    .await;
    assert_eq!(
        (given.status, &given.json["assignee"]),
        (200, &json!(to)),
        "{given:?}"
    );
    assert!(task(&house, "bo", &id).await.is_none());
    let mine = get(&house, "bo", "/v1/requests").await;
    assert_eq!(mine.json["data"][0]["id"], json!(id), "{mine:?}");
    let done = post(
        &house,
        "cleo",
        &verb(&house, "cleo", &id, "approve").await,
        json!({}),
    )
    .await;
    assert_eq!(done.json["request_status"], "approved", "{done:?}");
}

#[tokio::test]
async fn a_returned_request_comes_again() {
    let house = House::new(TestDb::sqlite().await).await;
    let id = submit(&house, "700.00").await;
    let path = verb(&house, "bo", &id, "return").await;
    let silent = post(&house, "bo", &path, json!({})).await;
    assert_eq!(
        (silent.status, &silent.json["errors"][0]["pointer"]),
        (422, &json!("/comment")),
        "{silent:?}"
    );
    let back = post(&house, "bo", &path, json!({"comment": "Which taxi?"})).await;
    assert_eq!(
        (&back.json["request_status"], &back.json["decision"]),
        (&json!("returned"), &json!("returned")),
        "{back:?}"
    );
    let again = post(
        &house,
        "ann",
        &format!("/v1/requests/{id}/resubmit"),
        json!({"form": {"purpose": "Taxi to the fair"}}),
    )
    .await;
    assert_eq!(
        (&again.json["status"], &again.json["round"]),
        (&json!("open"), &json!(2)),
        "{again:?}"
    );
    let done = post(&house, "bo", &verb(&house, "bo", &id, "approve").await, json!({})).await;
    assert_eq!(done.json["request_status"], "approved", "{done:?}");
}

#[tokio::test]
async fn who_edits_while_deciding_moves_what_the_others_see() {
    let house = House::new(TestDb::sqlite().await).await;
    house.publish("pair", "workflow: pair\ntitle: Pair\nowners: {role: finance}\nnumber: P-{counter}\nform:\n  note: {type: text, required: true}\nsteps:\n  - approval: both\n    by: {role: finance}\n    can_edit: [note]\n").await;
    let made = post(
        &house,
        "ann",
        "/v1/requests",
        json!({"workflow": "pair", "form": {"note": "a"}}),
    )
    .await;
    let id = made.json["id"].as_str().unwrap().to_owned();
    let (dans, eves) = (
        verb(&house, "dan", &id, "approve").await,
        verb(&house, "eve", &id, "approve").await,
    );
    let edited = post(&house, "dan", &dans, json!({"form": {"note": "b"}})).await;
    assert_eq!(edited.status, 200, "{edited:?}");
    let blind = post(&house, "eve", &eves, json!({})).await;
    assert_eq!(blind.status, 428, "{blind:?}");
    let stale = send(
        &house,
        "eve",
        Method::POST,
        &eves,
        Some(json!({})),
        &[("if-match", "\"1\"")],
    )
    .await;
    assert_eq!(stale.status, 412, "{stale:?}");
    let seen = task(&house, "eve", &id).await.unwrap();
    let tag = format!("\"{}\"", seen["version"]);
    let knowing = send(
        &house,
        "eve",
        Method::POST,
        &eves,
        Some(json!({})),
        &[("if-match", &tag)],
    )
    .await;
    assert_eq!(
        (knowing.status, &knowing.json["request_status"]),
        (200, &json!("approved")),
        "{knowing:?}"
    );
}
