//! Repetition and rehearsal.

use countersign_testkit::{TestDb, for_each_database};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::house::{ANN, House};

#[actix_web::test]
async fn a_repetition_gives_the_same_bytes_and_does_nothing() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let body = json!({ "name": "Once", "owner": ANN });
        let key = [("idempotency-key", "k 1")];
        let (one, two) = (
            house.send("POST", "/v1/deals", &key, body.clone()).await,
            house.send("POST", "/v1/deals", &key, body.clone()).await,
        );
        assert_eq!(
            (one.status.as_u16(), two.status.as_u16(), &one.raw),
            (201, 201, &two.raw)
        );
        for name in ["location", "etag", "content-type"] {
            assert_eq!(one.header(name), two.header(name));
        }
        assert_eq!(
            (
                one.header("idempotency-replayed"),
                two.header("idempotency-replayed")
            ),
            ("", "true")
        );
        assert_eq!(house.get("/v1/deals?name=Once").await.names(), ["Once"]);
        house
            .send(
                "POST",
                "/v1/deals",
                &key,
                json!({ "name": "Other", "owner": ANN }),
            )
            .await
            .refused(422, "idempotency_key_reused");
        house
            .send("POST", "/v1/deals?validate_only=false", &key, body.clone())
            .await
            .refused(422, "idempotency_key_reused");
        let bo = [("idempotency-key", "k 1"), ("authorization", "Bearer bo")];
        assert_eq!(
            house.send("POST", "/v1/deals", &bo, body.clone()).await.status,
            201,
            "another caller's key is another key"
        );

        let herd = json!({ "name": "Herd", "owner": ANN });
        let herd_key = [("idempotency-key", "herd")];
        let all = join_all((0..16).map(|_| house.send("POST", "/v1/deals", &herd_key, herd.clone()))).await;
        assert!(
            all.iter()
                .all(|seen| seen.status == 201 && seen.raw == all[0].raw || seen.status == 409)
        );
        assert_eq!(house.get("/v1/deals?name=Herd").await.names().len(), 1);
    })
    .await;
}

#[actix_web::test]
async fn a_refusal_is_not_kept_and_secrets_are_not_repeated() {
    let house = House::new(TestDb::sqlite().await).await;
    let key = [("idempotency-key", "k")];
    house
        .send("POST", "/v1/deals", &key, json!({ "name": "", "owner": ANN }))
        .await
        .refused(422, "invalid");
    let body = json!({ "name": "Secret", "owner": ANN });
    assert_eq!(
        house.send("POST", "/v1/deals", &key, body.clone()).await.json["owner"],
        json!(ANN)
    );
    let again = house.send("POST", "/v1/deals", &key, body).await;
    assert_eq!(
        (
            again.status.as_u16(),
            &again.json["owner"],
            &again.json["secret_omitted"]
        ),
        (201, &Value::Null, &json!(true))
    );
    for bad in ["k".repeat(300).as_str(), "", "tab\there"] {
        let refused = house
            .send(
                "POST",
                "/v1/deals",
                &[("idempotency-key", bad)],
                json!({ "name": "x", "owner": ANN }),
            )
            .await;
        refused.refused(400, "bad_header");
        assert_eq!(refused.places(), ["Idempotency-Key"]);
    }
}

#[actix_web::test]
async fn a_key_is_judged_before_the_version() {
    let house = House::new(TestDb::sqlite().await).await;
    let deal = house.deal(json!({})).await;
    let win = format!("/v1/deals/{}/win", deal["id"].as_str().unwrap());
    let headers = [("idempotency-key", "win"), ("if-match", "\"1\"")];
    assert_eq!(house.send("POST", &win, &headers, json!({})).await.status, 200);
    assert_eq!(house.send("POST", &win, &headers, json!({})).await.status, 200);
    house
        .send("POST", &win, &headers[1..], json!({}))
        .await
        .refused(412, "version_moved");
}

#[actix_web::test]
async fn a_rehearsal_keeps_nothing() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let (body, key) = (
            json!({ "name": "Dry", "owner": ANN }),
            [("idempotency-key", "dry")],
        );
        let dry = house
            .send("POST", "/v1/deals?validate_only=true", &key, body.clone())
            .await;
        assert_eq!(
            (
                dry.status.as_u16(),
                &dry.json["name"],
                dry.json.get("id"),
                dry.header("location")
            ),
            (200, &json!("Dry"), None, "")
        );
        assert!(house.get("/v1/deals?name=Dry").await.names().is_empty());
        assert_eq!(
            house
                .send("POST", "/v1/deals", &key, json!({ "name": "Wet", "owner": ANN }))
                .await
                .status,
            201,
            "the key is free"
        );
        house
            .send("POST", "/v1/deals?validate_only=perhaps", &[], body.clone())
            .await
            .refused(400, "bad_parameter");
        house
            .send("POST", "/v1/deals?dryrun=true", &[], body)
            .await
            .refused(400, "bad_parameter");
    })
    .await;
}
