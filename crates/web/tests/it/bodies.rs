//! What is refused of a body, and how it is said.

use countersign_testkit::TestDb;
use serde_json::json;

use crate::house::{ANN, House};

#[actix_web::test]
async fn a_body_that_cannot_be_read_is_a_400() {
    let house = House::new(TestDb::sqlite().await).await;
    let deep = |levels: usize| {
        [
            b"{\"name\":".as_slice(),
            &b"[".repeat(levels),
            &b"]".repeat(levels),
            b"}",
        ]
        .concat()
    };
    for body in [
        b"{\"name\": ".to_vec(),
        b"{\"name\":\"x\",}".to_vec(),
        b"{\"name\":NaN}".to_vec(),
        b"{\"name\":\"x\"} {}".to_vec(),
        b"{\"name\":\"\xff\xfe\"}".to_vec(),
        b"{\"name\":\"\\ud800\"}".to_vec(),
        b"{\"name\":\"a\",\"n\\u0061me\":\"b\"}".to_vec(),
        b"{\"name\":\"a\\u0000b\"}".to_vec(),
        b"{\"name\":1e999}".to_vec(),
        deep(40),
        deep(400_000),
    ] {
        house
            .ask(
                "POST",
                "/v1/deals",
                &[("content-type", "application/json")],
                &body,
            )
            .await
            .refused(400, "malformed_body");
    }
    house
        .ask("POST", "/v1/deals", &[("content-type", "application/json")], b"")
        .await
        .refused(400, "malformed_body");
    for body in [json!([]), json!(null), json!("x")] {
        house
            .send("POST", "/v1/deals", &[], body)
            .await
            .refused(400, "wrong_shape");
    }
    let many: serde_json::Map<_, _> = (0..60_000).map(|n| (format!("k{n}"), json!(1))).collect();
    let many = house.send("POST", "/v1/deals", &[], many.into()).await;
    many.refused(400, "wrong_shape");
    assert_eq!(
        many.places().len(),
        100,
        "no answer is longer than what it answers"
    );
}

#[actix_web::test]
async fn faults_of_shape_come_all_at_once_and_before_those_of_form() {
    let house = House::new(TestDb::sqlite().await).await;
    let shape = house
        .send(
            "POST",
            "/v1/deals",
            &[],
            json!({ "nmae": "", "id": "x", "amount": { "amount": 1, "curency": "EUR" }, "tags": [1] }),
        )
        .await;
    shape.refused(400, "wrong_shape");
    assert_eq!(
        shape.places(),
        ["/amount/curency", "/amount/amount", "/id", "/nmae", "/tags/0"]
    );
    let text = shape.json.to_string();
    assert!(
        text.contains("did you mean name")
            && text.contains("did you mean currency")
            && text.contains("set by the server"),
        "{text}"
    );

    let form = json!({ "name": "", "owner": "user_01jczzzzzzzzzzzzzzzzzzzzzz", "amount": { "amount": "1.999", "currency": "EUR" }, "expected_close_on": "2026-02-30", "status": "opne" });
    let form = house.send("POST", "/v1/deals", &[], form).await;
    form.refused(422, "invalid");
    assert_eq!(
        form.places(),
        [
            "/amount/amount",
            "/expected_close_on",
            "/name",
            "/status",
            "/owner"
        ],
        "references to nothing too"
    );
    assert!(form.json.to_string().contains("Did you mean open?"));

    let missing = house
        .send(
            "POST",
            "/v1/deals",
            &[],
            json!({ "account": ANN, "amount": { "amount": "1.00" } }),
        )
        .await;
    missing.refused(422, "invalid");
    assert_eq!(
        missing.places(),
        ["/account", "/amount/currency", "/name", "/owner"]
    );
}

#[actix_web::test]
async fn media_types_and_sizes() {
    let house = House::new(TestDb::sqlite().await).await;
    let body = json!({ "name": "x", "owner": ANN }).to_string();
    for media in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1",
    ] {
        house
            .ask("POST", "/v1/deals", &[("content-type", media)], body.as_bytes())
            .await
            .refused(415, "unsupported_media_type");
    }
    house
        .ask("POST", "/v1/deals", &[], body.as_bytes())
        .await
        .refused(415, "unsupported_media_type");
    let encoded = [("content-type", "application/json"), ("content-encoding", "gzip")];
    house
        .ask("POST", "/v1/deals", &encoded, body.as_bytes())
        .await
        .refused(415, "unsupported_media_type");
    let charset = house
        .ask(
            "POST",
            "/v1/deals",
            &[("content-type", "application/json; charset=utf-8")],
            body.as_bytes(),
        )
        .await;
    assert_eq!(charset.status, 201);
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(1_200_000));
    house
        .ask(
            "POST",
            "/v1/deals",
            &[("content-type", "application/json")],
            large.as_bytes(),
        )
        .await
        .refused(413, "too_large");
}

#[actix_web::test]
async fn a_verb_takes_an_empty_body_or_none_and_nothing_else() {
    let house = House::new(TestDb::sqlite().await).await;
    let deal = house.deal(json!({})).await;
    let win = format!("/v1/deals/{}/win", deal["id"].as_str().unwrap());
    house
        .send("POST", &win, &[], json!({ "why": 1 }))
        .await
        .refused(400, "wrong_shape");
    assert_eq!(house.ask("POST", &win, &[], b"").await.status, 200);
    let again = house.send("POST", &win, &[], json!({})).await;
    again.refused(409, "deal_not_open");
    assert_eq!(
        (&again.json["state"], &again.json["possible"]),
        (&json!("won"), &json!(["reopen"]))
    );
    let path = format!("/v1/deals/{}", deal["id"].as_str().unwrap());
    let deleted = house.send("DELETE", &path, &[("if-match", "*")], json!({})).await;
    assert_eq!(deleted.status, 204);
}

#[actix_web::test]
async fn a_merge_patch_sets_clears_and_keeps() {
    let house = House::new(TestDb::sqlite().await).await;
    let deal = house.deal(json!({ "expected_close_on": "2027-03-31" })).await;
    let path = format!("/v1/deals/{}", deal["id"].as_str().unwrap());
    house
        .send("PATCH", &path, &[], json!({ "name": "x" }))
        .await
        .refused(428, "version_needed");
    let cleared = house
        .ask(
            "PATCH",
            &path,
            &[
                ("if-match", "\"1\""),
                ("content-type", "application/merge-patch+json"),
            ],
            b"{\"expected_close_on\":null}",
        )
        .await;
    assert_eq!((cleared.status.as_u16(), cleared.header("etag")), (200, "\"2\""));
    assert_eq!(
        (&cleared.json["expected_close_on"], &cleared.json["name"]),
        (&json!(null), &json!("Deal"))
    );
    for tag in ["\"1\"", "W/\"2\"", "\"nonsense\""] {
        house
            .send("PATCH", &path, &[("if-match", tag)], json!({ "name": "x" }))
            .await
            .refused(412, "version_moved");
    }
    house
        .send("PATCH", &path, &[("if-match", "2")], json!({ "name": "x" }))
        .await
        .refused(400, "bad_header");
    house
        .send("PATCH", &path, &[("if-match", "*")], json!({ "name": null }))
        .await
        .refused(422, "invalid");
    house
        .send(
            "PATCH",
            &path,
            &[("if-match", "*")],
            json!({ "status": "won", "amount": { "amount": "1" } }),
        )
        .await
        .refused(400, "wrong_shape");
    assert_eq!(house.get(&path).await.header("etag"), "\"2\"");
}

#[actix_web::test]
async fn nobody_hears_of_a_bad_body_or_id_before_they_are_known() {
    let house = House::new(TestDb::sqlite().await).await;
    let unknown = [("authorization", "Bearer nobody"), ("content-type", "text/plain")];
    for (method, path) in [
        ("POST", "/v1/deals"),
        ("GET", "/v1/deals/42"),
        ("GET", "/v1/deals?nope=1"),
    ] {
        let refused = house.ask(method, path, &unknown, b"x").await;
        refused.refused(401, "unauthenticated");
        assert!(refused.header("www-authenticate").starts_with("Bearer"));
    }
    let open = house
        .ask(
            "POST",
            "/v1/sign-in",
            &[("authorization", "Basic x"), ("content-type", "application/json")],
            b"{",
        )
        .await;
    open.refused(400, "malformed_body");
    let reader = [("authorization", "bearer reader")];
    let refused = house
        .send("POST", "/v1/deals", &reader, json!({ "name": "x", "owner": ANN }))
        .await;
    refused.refused(403, "missing_scope");
    assert!(refused.json.to_string().contains("crm:deals:write"));
    assert_eq!(house.ask("GET", "/v1/deals", &reader, b"").await.status, 200);
}
