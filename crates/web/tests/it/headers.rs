//! What is true of every answer.

use countersign_testkit::TestDb;
use serde_json::json;

use crate::house::House;

const ABSENT: &str = "/v1/deals/deal_01jczzzzzzzzzzzzzzzzzzzzzz";

#[actix_web::test]
async fn paths_methods_and_media() {
    let house = House::new(TestDb::sqlite().await).await;
    house.get("/v1/dealz").await.refused(404, "no_such_path");
    house.get(ABSENT).await.refused(404, "deal_not_found");
    house.get("/v1/deals/42").await.refused(404, "deal_not_found");
    let other = house.get("/v1/deals/acct_01jczzzzzzzzzzzzzzzzzzzzzz").await;
    other.refused(404, "deal_not_found");
    assert!(other.json.to_string().contains("account"));
    let wrong = house.ask("DELETE", "/v1/deals", &[], b"").await;
    wrong.refused(405, "method_not_allowed");
    assert_eq!(wrong.header("allow"), "GET, HEAD, POST, OPTIONS");
    house
        .ask("GET", "/v1/deals", &[("accept", "application/xml")], b"")
        .await
        .refused(406, "not_acceptable");
    house
        .ask("POST", "/v1/deals", &[("accept", "application/xml")], b"")
        .await
        .refused(406, "not_acceptable");
    for accept in ["*/*", "application/*", "text/html, application/json;q=0.5"] {
        assert_eq!(
            house
                .ask("GET", "/v1/deals", &[("accept", accept)], b"")
                .await
                .status,
            200
        );
    }
    assert_eq!(
        house
            .ask("GET", "/v1/picture", &[("accept", "image/*")], b"")
            .await
            .status,
        200
    );
    house
        .ask("GET", "/v1/picture", &[("accept", "application/json")], b"")
        .await
        .refused(406, "not_acceptable");
    let options = house.ask("OPTIONS", "/v1/deals", &[], b"").await;
    assert_eq!(
        (options.status.as_u16(), options.header("allow")),
        (204, "GET, HEAD, POST, OPTIONS")
    );
}

#[actix_web::test]
async fn a_broken_handler_is_a_problem_like_any_other() {
    let house = House::new(TestDb::sqlite().await).await;
    let broken = house
        .ask("GET", "/v1/panic", &[("x-request-id", "bar-1")], b"")
        .await;
    broken.refused(500, "internal");
    assert_eq!(
        (broken.header("x-request-id"), broken.json["retryable"] == true),
        ("bar-1", true)
    );
    assert!(!broken.json.to_string().contains("breaks"));
}

#[actix_web::test]
async fn ids_of_requests_security_and_cors() {
    let house = House::new(TestDb::sqlite().await).await;
    let seen = house
        .ask(
            "GET",
            ABSENT,
            &[("x-request-id", "bar-1235"), ("origin", "https://evil.example")],
            b"",
        )
        .await;
    assert_eq!(
        (seen.header("x-request-id"), &seen.json["request_id"]),
        ("bar-1235", &json!("bar-1235"))
    );
    assert_eq!(
        (
            seen.header("x-content-type-options"),
            seen.header("cache-control"),
            seen.header("access-control-allow-origin")
        ),
        ("nosniff", "no-store", "")
    );
    let wild = house
        .ask("GET", "/v1/deals", &[("x-request-id", "<script>")], b"")
        .await;
    assert_eq!(wild.header("x-request-id").len(), 32);
    assert_ne!(
        wild.header("x-request-id"),
        house.get("/v1/deals").await.header("x-request-id")
    );
    let ours = [
        ("origin", "http://localhost:5173"),
        ("access-control-request-method", "POST"),
        ("authorization", ""),
    ];
    let preflight = house.ask("OPTIONS", "/v1/deals", &ours, b"").await;
    assert_eq!(
        (
            preflight.status.as_u16(),
            preflight.header("access-control-allow-origin")
        ),
        (204, "http://localhost:5173")
    );
    assert!(
        preflight
            .header("access-control-allow-headers")
            .to_lowercase()
            .contains("authorization")
    );
    let read = house.ask("GET", "/v1/deals", &ours[..1], b"").await;
    assert!(read.header("access-control-expose-headers").contains("ETag"));
}

#[actix_web::test]
async fn problems_speak_the_callers_language() {
    let house = House::new(TestDb::sqlite().await).await;
    let english = house.get(ABSENT).await;
    for headers in [
        [("accept-language", "zh-CN"), ("authorization", "Bearer ann")],
        [("x-other", ""), ("authorization", "Bearer zhou")],
    ] {
        let chinese = house.ask("GET", ABSENT, &headers, b"").await;
        assert_eq!(
            (chinese.header("content-language"), &chinese.json["code"]),
            ("zh-CN", &english.json["code"])
        );
        assert!(chinese.json["detail"].as_str().unwrap().contains("商机"));
    }
    let unknown = house.ask("GET", ABSENT, &[("accept-language", "xx")], b"").await;
    assert_eq!(unknown.json["detail"], english.json["detail"]);
}

#[actix_web::test]
async fn a_foreign_record_reads_like_an_absent_one() {
    let house = House::new(TestDb::sqlite().await).await;
    let deal = house.deal(json!({})).await;
    let gil = [("authorization", "Bearer gil"), ("x-request-id", "same")];
    let foreign = house
        .ask(
            "GET",
            &format!("/v1/deals/{}", deal["id"].as_str().unwrap()),
            &gil,
            b"",
        )
        .await;
    let absent = house.ask("GET", ABSENT, &gil, b"").await;
    let bare = |seen: &crate::house::Seen| {
        let mut json = seen.json.clone();
        json.as_object_mut().unwrap().remove("instance");
        json
    };
    assert_eq!(bare(&foreign), bare(&absent));
}

#[actix_web::test]
async fn a_header_of_one_value_is_refused_when_it_comes_twice() {
    let house = House::new(TestDb::sqlite().await).await;
    for (name, first, second) in [
        ("Authorization", "Bearer ann", "Bearer gil"),
        ("Authorization", "Bearer ann", "Bearer ann"),
        ("Content-Type", "application/json", "text/plain"),
        ("Content-Encoding", "identity", "gzip"),
    ] {
        let lower = name.to_lowercase();
        let twice = [(lower.as_str(), first), (lower.as_str(), second)];
        for (method, body) in [("GET", ""), ("POST", "{}")] {
            let answer = house.ask(method, "/v1/deals", &twice, body.as_bytes()).await;
            answer.refused(400, "bad_header");
            assert_eq!(answer.places(), [name]);
            assert_eq!(answer.json["detail"], format!("Send {name} once."));
        }
    }
}

#[actix_web::test]
async fn the_list_of_if_match_may_stand_in_several_lines() {
    let house = House::new(TestDb::sqlite().await).await;
    let deal = house.deal(json!({})).await;
    let path = format!("/v1/deals/{}", deal["id"].as_str().unwrap());
    let lines = [("if-match", "\"7\""), ("if-match", "\"1\"")];
    let changed = house.send("PATCH", &path, &lines, json!({"name": "Other"})).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
}
