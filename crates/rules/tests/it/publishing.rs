//! Publishing, and asking what is published.

use actix_web::http::Method;
use countersign_events::Actions;
use countersign_kernel::catalogue::Catalogue;
use countersign_testkit::{TestDb, for_each_database};
use serde_json::json;

use crate::house::{House, Sent, get, put, send};

const LOAN: &str = r"workflow: loan
title: {en: Loan, zh-CN: 借用}
owners: {role: finance}
number: LOAN-{counter}
form:
  what: {type: text, label: What, required: true}
  days: {type: integer, required: true, min: 1}
steps:
  - approval: manager
    by: {manager_of: requester}
    when: days > 3
tests:
  - name: A short loan needs nobody
    given: {requester: ann, form: {what: Drill, days: 2}}
    expect: approved
";

async fn house(db: TestDb) -> House {
    House::new(db, Catalogue::new(), &Actions::new()).await
}

#[tokio::test]
async fn versions_follow_each_other_and_are_never_changed() {
    for_each_database(|db| async {
        let house = house(db).await;
        let first = put(&house, "fay", "/v1/workflows/loan", LOAN, &[]).await;
        assert_eq!(
            (first.status, &first.json["version"], &first.json["object"]),
            (201, &json!(1), &json!("workflow")),
            "{first:?}"
        );
        assert_eq!(
            (first.headers["location"].as_str(), first.headers["etag"].as_str()),
            ("/v1/workflows/loan", "\"1\"")
        );
        let next = LOAN.replace("days > 3", "days > 5");
        assert_eq!(
            put(&house, "fay", "/v1/workflows/loan", &next, &[]).await.status,
            428,
            "from the second on a version is named"
        );
        assert_eq!(
            put(
                &house,
                "eve",
                "/v1/workflows/loan",
                &next,
                &[("if-match", "\"7\"")]
            )
            .await
            .status,
            412
        );
        assert_eq!(
            put(
                &house,
                "eve",
                "/v1/workflows/loan",
                &next,
                &[("if-none-match", "*")]
            )
            .await
            .status,
            412
        );
        followed(&house, &next).await;
    })
    .await;
}

async fn followed(house: &House, next: &str) {
    let second = put(house, "eve", "/v1/workflows/loan", next, &[("if-match", "\"1\"")]).await;
    assert_eq!(
        (second.status, &second.json["version"]),
        (200, &json!(2)),
        "{second:?}"
    );
    let same = put(house, "eve", "/v1/workflows/loan", next, &[("if-match", "\"2\"")]).await;
    assert_eq!(
        (same.status, &same.json["version"]),
        (200, &json!(2)),
        "the same file again is no new version"
    );
    let versions = get(house, "ann", "/v1/workflows/loan/versions").await;
    assert_eq!(
        (
            &versions.json["data"][1]["version"],
            &versions.json["data"][1]["text"]
        ),
        (&json!(1), &json!(LOAN)),
        "{versions:?}"
    );
    let known = get(house, "ann", "/v1/workflows").await;
    assert_eq!(
        (&known.json["data"][0]["name"], known.json["data"][0].get("text")),
        (&json!("loan"), None),
        "{known:?}"
    );
}

#[tokio::test]
async fn only_owners_hr_and_admin_publish() {
    let house = house(TestDb::sqlite().await).await;
    assert_eq!(
        put(&house, "ann", "/v1/workflows/loan", LOAN, &[]).await.status,
        403
    );
    assert_eq!(
        put(&house, "fay", "/v1/workflows/loan", LOAN, &[]).await.status,
        201
    );
    let mine = LOAN
        .replace("loan", "mine")
        .replace("{role: finance}", "{user: ann@acme.example}");
    let refused = put(&house, "ann", "/v1/workflows/mine", &mine, &[]).await;
    assert_eq!(
        (refused.status, &refused.json["code"]),
        (403, &json!("not_an_owner")),
        "what a file says of itself gives nobody a right"
    );
    let nonsense = put(
        &house,
        "ann",
        "/v1/workflows/loan",
        "nonsense",
        &[("if-match", "\"1\"")],
    )
    .await;
    assert_eq!(
        (nonsense.status, &nonsense.json["code"]),
        (403, &json!("not_an_owner")),
        "what somebody may not publish is not judged for them"
    );
    // A new version does not make its author an owner: the version in force is asked.
    let grabbed = LOAN.replace("{role: finance}", "{user: ann@acme.example}");
    assert_eq!(
        put(
            &house,
            "ann",
            "/v1/workflows/loan",
            &grabbed,
            &[("if-match", "\"1\"")]
        )
        .await
        .status,
        403
    );
}

#[tokio::test]
async fn what_is_wrong_is_not_published() {
    let house = house(TestDb::sqlite().await).await;
    let wrong = put(
        &house,
        "ada",
        "/v1/workflows/loan",
        &LOAN.replace("manager_of: requester", "manger_of: requester"),
        &[],
    )
    .await;
    assert_eq!(
        (wrong.status, &wrong.json["code"]),
        (422, &json!("definition_has_errors")),
        "{wrong:?}"
    );
    assert!(
        wrong.text.contains("manager_of") && wrong.json["findings"][0]["line"] == json!(10),
        "{wrong:?}"
    );
    let untrue = put(
        &house,
        "ada",
        "/v1/workflows/loan",
        &LOAN.replace("expect: approved", "expect: rejected"),
        &[],
    )
    .await;
    assert_eq!(
        (untrue.status, &untrue.json["code"]),
        (422, &json!("tests_failed")),
        "{untrue:?}"
    );
    let other = put(&house, "ada", "/v1/workflows/lone", LOAN, &[]).await;
    assert!(
        other.status == 422 && other.text.contains("/v1/workflows/loan"),
        "{other:?}"
    );
    assert_eq!(get(&house, "ada", "/v1/workflows/loan").await.status, 404);
    let json = send(
        &house,
        "ada",
        Method::PUT,
        "/v1/workflows/loan",
        Sent::Json(json!({})),
        &[],
    )
    .await;
    assert_eq!(json.status, 415);
}

#[tokio::test]
async fn a_file_is_checked_without_being_kept() {
    let house = house(TestDb::sqlite().await).await;
    let good = send(
        &house,
        "ann",
        Method::POST,
        "/v1/workflows/check",
        Sent::Yaml(LOAN),
        &[],
    )
    .await;
    assert_eq!((good.status, &good.json["ok"]), (200, &json!(true)), "{good:?}");
    let bad = send(
        &house,
        "ann",
        Method::POST,
        "/v1/workflows/check",
        Sent::Yaml("workflow: x\nsteps: [}\n"),
        &[],
    )
    .await;
    assert!(
        bad.status == 200 && bad.json["ok"] == json!(false) && bad.json["findings"][0]["excerpt"].is_string(),
        "{bad:?}"
    );
    assert_eq!(get(&house, "ann", "/v1/workflows/loan").await.status, 404);
}

#[tokio::test]
async fn a_workflow_is_looked_at_from_all_sides() {
    let house = house(TestDb::sqlite().await).await;
    put(&house, "ada", "/v1/workflows/loan", LOAN, &[]).await;
    let form = get(&house, "ann", "/v1/workflows/loan/form").await;
    assert_eq!(form.json["properties"]["what"]["title"], "What", "{form:?}");
    assert_eq!(form.json["x-order"], json!(["what", "days"]), "{form:?}");
    assert_eq!(form.json["properties"]["days"]["x-widget"], "number", "{form:?}");
    let check = "/v1/workflows/loan/form/check";
    for (so_far, complete) in [(json!({}), false), (json!({"what": "Crane", "days": 9}), true)] {
        let body = Sent::Json(json!({"form": so_far}));
        let stands = send(&house, "ann", Method::POST, check, body, &[]).await;
        assert_eq!(
            (stands.status, &stands.json["complete"]),
            (200, &json!(complete)),
            "{stands:?}"
        );
        assert_eq!(
            stands.json["errors"].as_array().unwrap().is_empty(),
            complete,
            "{stands:?}"
        );
        assert_eq!(
            stands.json["fields"][0],
            json!({"pointer": "/form/what", "shown": true, "required": true})
        );
    }
    let picture = get(&house, "ann", "/v1/workflows/loan/diagram").await;
    assert!(
        picture.headers["content-type"] == "image/svg+xml" && picture.text.contains("<svg"),
        "{picture:?}"
    );
    let explained = get(&house, "ann", "/v1/workflows/loan/explain").await;
    assert!(
        explained.json["text"].as_str().unwrap().contains("if_nobody"),
        "{explained:?}"
    );
    let supposed = json!({"form": {"what": "Crane", "days": 9}});
    let said = send(
        &house,
        "ann",
        Method::POST,
        "/v1/workflows/loan/simulate",
        Sent::Json(supposed),
        &[],
    )
    .await;
    assert_eq!(
        (said.status, &said.json["outcome"]),
        (200, &json!("approved")),
        "{said:?}"
    );
    assert_eq!(
        said.json["steps"][0]["who"][0]["user"],
        json!(crate::house::user("fay")),
        "{said:?}"
    );
    let bad = send(
        &house,
        "ann",
        Method::POST,
        "/v1/workflows/loan/simulate",
        Sent::Json(json!({"form": {"days": 0}})),
        &[],
    )
    .await;
    assert!(bad.status == 422 && bad.text.contains("/form/what"), "{bad:?}");
    let near = get(&house, "ann", "/v1/workflows/laon").await;
    assert!(near.status == 404 && near.text.contains("loan"), "{near:?}");
}
