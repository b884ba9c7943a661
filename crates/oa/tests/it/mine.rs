//! Deciding by request: the caller's one open task is meant.

use actix_web::http::Method;
use countersign_testkit::{TestDb, for_each_database};
use serde_json::json;

use crate::house::{Answer, House, expense, get, post, send, submit, task, verb};

const TWO_DESKS: &str = r"
workflow: two-desks
title: Two desks
owners: {role: admin}
number: T-{counter}
form:
  note: {type: text, required: true}
steps:
  - parallel: desks
    branches:
      left: [{approval: left, by: {user: bo@acme.example}}]
      right: [{approval: right, by: {user: bo@acme.example}}]
";

const SHARED: &str = r"
workflow: shared
title: Shared
owners: {role: admin}
visible_to: [{role: finance}, {manager_of: requester}]
number: S-{counter}
form:
  note: {type: text, required: true}
steps:
  - approval: manager
    by: {manager_of: requester}
    on_reject: {return_to: requester}
    comment: optional
  - approval: finance
    by: {role: finance}
    need: any
    comment: optional
";

fn path(request: &str, verb: &str) -> String {
    format!("/v1/requests/{request}/{verb}")
}

async fn shared(house: &House, draft: bool) -> String {
    let body = json!({"workflow": "shared", "form": {"note": "a"}, "draft": draft});
    let made = post(house, "ann", "/v1/requests", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json["id"].as_str().unwrap().to_owned()
}

/// Demands the refusal of someone who has no open task, and that its detail says so much.
fn stands(answer: &Answer, state: &str, said: &[&str]) {
    assert_eq!(
        (answer.status, &answer.json["code"], &answer.json["state"]),
        (409, &json!("no_task_of_yours"), &json!(state)),
        "{answer:?}"
    );
    let detail = answer.json["detail"].as_str().unwrap();
    for words in said {
        assert!(detail.contains(words), "{words:?} is missing: {detail}");
    }
}

#[tokio::test]
async fn one_open_task_is_decided_as_if_it_had_been_named() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let id = submit(&house, "1800.00").await;
        let open = task(&house, "bo", &id).await.unwrap();
        let headers = [("if-match", "\"1\""), ("idempotency-key", "once")];
        let approve = path(&id, "approve");
        let body = Some(json!({"comment": "Fine."}));
        let done = send(&house, "bo", Method::POST, &approve, body.clone(), &headers).await;
        assert_eq!(
            (done.status, &done.json["id"], &done.json["decision"]),
            (200, &open["id"], &json!("approved")),
            "{done:?}"
        );
        assert_eq!(
            (&done.json["version"], done.headers["etag"].as_str()),
            (&json!(2), "\"2\""),
            "the answer is the task: {done:?}"
        );
        let again = send(&house, "bo", Method::POST, &approve, body, &headers).await;
        assert_eq!(
            (again.status, &again.json),
            (200, &done.json),
            "the same key is the same answer: {again:?}"
        );
        let silent = post(&house, "dan", &path(&id, "reject"), json!({})).await;
        assert_eq!(
            (silent.status, &silent.json["code"]),
            (422, &json!("comment_needed")),
            "{silent:?}"
        );
        let back = post(
            &house,
            "dan",
            &path(&id, "return"),
            json!({"comment": "Why?", "to": "manager"}),
        )
        .await;
        assert_eq!(
            (back.status, &back.json["decision"], &back.json["next"][0]["step"]),
            (200, &json!("returned"), &json!("manager")),
            "{back:?}"
        );
        let no = post(&house, "bo", &path(&id, "reject"), json!({"comment": "No."})).await;
        assert_eq!(
            (no.status, &no.json["request_status"]),
            (200, &json!("rejected")),
            "{no:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn if_match_is_the_tasks_version() {
    let house = House::new(TestDb::sqlite().await).await;
    let id = submit(&house, "1800.00").await;
    let approve = path(&id, "approve");
    let stale = send(
        &house,
        "bo",
        Method::POST,
        &approve,
        Some(json!({})),
        &[("if-match", "\"7\"")],
    )
    .await;
    assert_eq!(stale.status, 412, "{stale:?}");
    post(&house, "bo", &approve, json!({})).await;
    let edit = json!({"form": {"category": "meals"}});
    let edited = post(&house, "eve", &approve, edit).await;
    assert_eq!(
        (edited.status, &edited.json["request_status"]),
        (200, &json!("approved")),
        "{edited:?}"
    );
}

#[tokio::test]
async fn who_has_no_open_task_is_told_how_the_request_stands() {
    let house = House::new(TestDb::sqlite().await).await;
    let id = submit(&house, "1800.00").await;
    let approve = path(&id, "approve");
    let early = post(&house, "eve", &approve, json!({})).await;
    stands(
        &early,
        "open",
        &["The request is open", "waits at \"Manager\" for Bo"],
    );
    let own = post(&house, "ann", &approve, json!({})).await;
    stands(&own, "open", &["for Bo"]);
    let possible = json!(["withdraw", "comment", "recall", "urge"]);
    assert_eq!(own.json["possible"], possible, "{own:?}");
    post(&house, "bo", &approve, json!({})).await;
    let again = post(&house, "bo", &approve, json!({})).await;
    stands(
        &again,
        "open",
        &["Bo approved \"Manager\" at ", "waits at \"Finance\" for "],
    );
    assert_eq!(again.json["outcome"]["by_name"], "Bo", "{again:?}");
    post(&house, "dan", &approve, json!({})).await;
    let late = post(&house, "eve", &path(&id, "reject"), json!({"comment": "No."})).await;
    stands(
        &late,
        "approved",
        &["The request is approved.", "Dan approved \"Finance\" at "],
    );
    let chinese = post(&house, "eve-zh", &approve, json!({})).await;
    stands(
        &chinese,
        "approved",
        &["您在此申请中没有待办任务。", "申请已通过。"],
    );
    let still = get(&house, "ann", &format!("/v1/tasks?request={id}&status=open")).await;
    assert_eq!(still.json["data"], json!([]), "{still:?}");
}

#[tokio::test]
async fn a_returned_or_withdrawn_request_says_so() {
    let house = House::new(TestDb::sqlite().await).await;
    house.publish("shared", SHARED).await;
    let id = shared(&house, false).await;
    let back = post(&house, "bo", &path(&id, "reject"), json!({})).await;
    assert_eq!(
        (back.status, &back.json["request_status"]),
        (200, &json!("returned")),
        "{back:?}"
    );
    let again = post(&house, "bo", &path(&id, "reject"), json!({})).await;
    stands(
        &again,
        "returned",
        &["Bo rejected \"Manager\"", "The request is returned."],
    );
    let other = post(&house, "dan", &path(&id, "approve"), json!({})).await;
    stands(
        &other,
        "returned",
        &["The request is returned.", "Bo returned \"Manager\""],
    );
    post(&house, "ann", &path(&id, "withdraw"), json!({})).await;
    let gone = post(&house, "dan", &path(&id, "approve"), json!({})).await;
    stands(&gone, "withdrawn", &["The request is withdrawn.", "Ann withdrew"]);
}

#[tokio::test]
async fn several_open_tasks_are_named() {
    let house = House::new(TestDb::sqlite().await).await;
    house.publish("two-desks", TWO_DESKS).await;
    let body = json!({"workflow": "two-desks", "form": {"note": "a"}});
    let made = post(&house, "ann", "/v1/requests", body).await;
    let id = made.json["id"].as_str().unwrap();
    let which = post(&house, "bo", &path(id, "approve"), json!({})).await;
    assert_eq!(
        (which.status, &which.json["code"]),
        (409, &json!("which_task")),
        "{which:?}"
    );
    let open = get(&house, "bo", &format!("/v1/tasks?request={id}&status=open")).await;
    let open = open.json["data"].as_array().unwrap();
    assert_eq!(open.len(), 2);
    for one in open {
        let detail = which.json["detail"].as_str().unwrap();
        assert!(detail.contains(one["id"].as_str().unwrap()), "{detail}");
    }
    post(&house, "bo", &verb(&house, "bo", id, "approve").await, json!({})).await;
    let last = post(&house, "bo", &path(id, "approve"), json!({})).await;
    assert_eq!(last.json["request_status"], "approved", "{last:?}");
}

#[tokio::test]
async fn a_request_that_one_may_not_read_is_not_there() {
    let house = House::new(TestDb::sqlite().await).await;
    let id = submit(&house, "700.00").await;
    let hidden = post(&house, "abe", &path(&id, "approve"), json!({})).await;
    let unknown = path("req_01890000000070008000000000000001", "approve");
    let unknown = post(&house, "abe", &unknown, json!({})).await;
    assert_eq!(unknown.status, 404, "{unknown:?}");
    for member in ["status", "code", "title", "detail"] {
        assert_eq!(
            hidden.json[member], unknown.json[member],
            "{hidden:?} {unknown:?}"
        );
    }
    let mut draft = expense("700.00");
    draft["draft"] = json!(true);
    let draft = post(&house, "ann", "/v1/requests", draft).await;
    let id = draft.json["id"].as_str().unwrap();
    assert_eq!(
        post(&house, "bo", &path(id, "approve"), json!({})).await.status,
        404
    );
    stands(
        &post(&house, "ann", &path(id, "approve"), json!({})).await,
        "draft",
        &["The request is a draft"],
    );
}

#[tokio::test]
async fn who_will_read_a_draft_learns_that_it_is_one_and_nothing_else() {
    let house = House::new(TestDb::sqlite().await).await;
    house.publish("shared", SHARED).await;
    let id = shared(&house, true).await;
    for who in ["bo", "dan"] {
        let early = post(&house, who, &path(&id, "approve"), json!({})).await;
        stands(&early, "draft", &["The request is a draft"]);
        assert_eq!(early.json["possible"], json!([]), "{early:?}");
        assert_eq!(get(&house, who, &format!("/v1/requests/{id}")).await.status, 404);
    }
    for who in ["abe", "cleo"] {
        let hidden = post(&house, who, &path(&id, "approve"), json!({})).await;
        assert_eq!(hidden.status, 404, "{hidden:?}");
    }
}
