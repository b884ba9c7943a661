//! Files that are small and costly, over HTTP: each is answered, and the server goes on.

use actix_web::http::Method;
use countersign_events::Actions;
use countersign_kernel::catalogue::Catalogue;
use countersign_testkit::TestDb;
use serde_json::{Value, json};

use crate::house::{House, Sent, get, put, send};

const CHECK: &str = "/v1/workflows/check";

#[tokio::test]
async fn a_file_that_is_nested_too_deep_is_answered_with_the_bound_and_its_place() {
    let house = House::new(TestDb::sqlite().await, Catalogue::new(), &Actions::new()).await;
    for file in [
        "[".repeat(3_000) + &"]".repeat(3_000),
        "{a: ".repeat(20_000) + &"}".repeat(20_000),
        "- ".repeat(50_000),
    ] {
        let answer = send(&house, "eve", Method::POST, CHECK, Sent::Yaml(&file), &[]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let found = &answer.json["findings"];
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
        assert_eq!(
            (&found[0]["code"], &found[0]["line"]),
            (&json!("too-large"), &json!(1))
        );
        assert!(found[0]["message"].to_string().contains("64 levels"), "{found}");
        for path in ["/v1/workflows/x", "/v1/calendars/x", "/v1/automations/x"] {
            let answer = put(&house, "ada", path, &file, &[]).await;
            assert_eq!(
                (answer.status, &answer.json["code"]),
                (422, &json!("definition_has_errors")),
                "{path}"
            );
        }
    }
    assert_eq!(get(&house, "eve", "/v1/workflows").await.status, 200);
}

#[tokio::test]
async fn of_many_findings_a_hundred_are_told_and_how_many_more_there_are() {
    let house = House::new(TestDb::sqlite().await, Catalogue::new(), &Actions::new()).await;
    let unknown: Vec<String> = (0..1_500).map(|count| format!("key{count}: value\n")).collect();
    let file = format!("workflow: x\n{}", unknown.concat());
    let answer = send(&house, "eve", Method::POST, CHECK, Sent::Yaml(&file), &[]).await;
    let found = answer.json["findings"].as_array().cloned().unwrap_or_default();
    let last = found.last().cloned().unwrap_or_default();
    assert_eq!((found.len(), &last["code"]), (101, &json!("too-large")));
    assert!(
        last["message"].to_string().contains("at least 1401 more"),
        "{last}"
    );
}

#[tokio::test]
async fn a_form_that_is_nested_too_deep_or_wrong_too_often_is_a_problem() {
    let house = House::new(TestDb::sqlite().await, Catalogue::new(), &Actions::new()).await;
    let file = "workflow: loan\ntitle: Loan\nowners: {role: finance}\nform:\n  what: {type: text, required: true}\nsteps:\n  - approval: manager\n    by: {manager_of: requester}\n";
    assert_eq!(
        put(&house, "ada", "/v1/workflows/loan", file, &[]).await.status,
        201
    );
    let simulate = async |form: Value| {
        let body = Sent::Json(json!({ "form": form }));
        send(
            &house,
            "ann",
            Method::POST,
            "/v1/workflows/loan/simulate",
            body,
            &[],
        )
        .await
    };
    let mut deep = json!("x");
    for _ in 0..40 {
        deep = json!([deep]);
    }
    let answer = simulate(json!({ "what": deep })).await;
    assert_eq!(
        (answer.status, &answer.json["code"]),
        (400, &json!("malformed_body"))
    );
    let many: serde_json::Map<_, _> = (0..20_000).map(|n| (format!("k{n}"), json!(1))).collect();
    let answer = simulate(many.into()).await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.json["errors"].as_array().map(Vec::len),
        Some(100),
        "no answer is longer than what it answers"
    );
}
