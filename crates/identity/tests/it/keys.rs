use actix_web::http::Method;
use countersign_testkit::for_each_database;
use serde_json::json;

use crate::company::{Caller, company};

async fn make(maker: &Caller<'_>, body: serde_json::Value) -> (String, String) {
    let said = maker.post("/v1/api-keys", body).await;
    assert_eq!(said.status, 201, "{said:?}");
    let key = said.json["key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("csk_"));
    (said.id(), key)
}

#[actix_web::test]
async fn a_key_has_its_makers_rights_as_far_as_its_scopes_go() {
    for_each_database(|db| async {
        let company = company(db).await;
        let (ada, ann) = (
            company.sign_in("ada@acme.example").await,
            company.sign_in("ann@acme.example").await,
        );
        let (_, reading) = make(&ada, json!({"name": "r", "scopes": ["identity:users:read"]})).await;
        let (_, writing) = make(&ada, json!({"name": "w", "scopes": ["identity:users:write"]})).await;
        let (_, of_ann) = make(&ann, json!({"name": "a", "scopes": ["identity:users:write"]})).await;
        let new = json!({"name": "x", "email": "x@acme.example"});

        assert_eq!(company.with(&reading).get("/v1/users").await.status, 200);
        let refused = company.with(&reading).post("/v1/users", new.clone()).await;
        assert_eq!((refused.status, refused.code()), (403, "missing_scope"));
        assert!(
            refused.json["detail"]
                .as_str()
                .unwrap()
                .contains("identity:users:write")
        );
        assert_eq!(
            company.with(&writing).get("/v1/users").await.status,
            200,
            "write covers read"
        );
        assert_eq!(
            company.with(&of_ann).post("/v1/users", new.clone()).await.code(),
            "forbidden",
            "ann is no admin"
        );
        assert_eq!(company.with(&writing).post("/v1/users", new).await.status, 201);

        let me = company.with(&reading).get("/v1/me").await;
        assert_eq!(me.json["scopes"], json!(["identity:users:read"]));
        let unknown = ada
            .post(
                "/v1/api-keys",
                json!({"name": "x", "scopes": ["identity:usres:read"]}),
            )
            .await;
        assert_eq!((unknown.status, unknown.places()), (422, vec!["/scopes/0"]));
        assert!(
            unknown.json["detail"]
                .as_str()
                .unwrap()
                .contains("identity:users:read")
        );
    })
    .await;
}

#[actix_web::test]
async fn keys_end_by_revocation_expiry_and_with_their_maker() {
    for_each_database(|db| async {
        let company = company(db).await;
        let (ada, ann) = (
            company.sign_in("ada@acme.example").await,
            company.sign_in("ann@acme.example").await,
        );
        let scopes = json!(["identity:users:read", "identity:keys:write"]);
        let (id, revoked) = make(&ann, json!({"name": "revoked", "scopes": scopes})).await;
        let (_, expiring) = make(
            &ann,
            json!({"name": "expiring", "scopes": scopes, "expires_at": "2026-03-02T09:05:00Z"}),
        )
        .await;
        let (_, lasting) = make(&ann, json!({"name": "lasting", "scopes": scopes})).await;
        for key in [&revoked, &expiring, &lasting] {
            assert_eq!(company.with(key).me().await, 200);
        }
        assert_eq!(
            company
                .with(&lasting)
                .post("/v1/api-keys", json!({"name": "x", "scopes": scopes}))
                .await
                .status,
            403
        );

        let listed = ann.get("/v1/api-keys").await;
        assert_eq!(listed.json["data"].as_array().unwrap().len(), 3);
        assert!(
            !String::from_utf8_lossy(&listed.bytes).contains("csk_"),
            "shown once"
        );
        assert_eq!(
            ada.get(&format!("/v1/api-keys/{id}")).await.json["last_used_at"],
            "2026-03-02T09:00:00.000Z"
        );
        company.identity.tend().await.unwrap();
        assert_eq!(
            ada.get(&format!("/v1/api-keys/{id}")).await.json["last_used_at"],
            "2026-03-02T09:00:00.000Z"
        );

        let bo = company.sign_in("bo@acme.example").await;
        assert_eq!(
            bo.get(&format!("/v1/api-keys/{id}")).await.status,
            404,
            "somebody else's"
        );
        assert_eq!(bo.delete(&format!("/v1/api-keys/{id}")).await.status, 404);
        assert_eq!(ann.delete(&format!("/v1/api-keys/{id}")).await.status, 204);
        assert_eq!(company.with(&revoked).me().await, 401);
        company.seconds_pass(300);
        assert_eq!(company.with(&expiring).me().await, 401);
        assert_eq!(company.with(&lasting).me().await, 200);
        ada.post(&format!("/v1/users/{}/disable", company.ann), json!({}))
            .await;
        assert_eq!(company.with(&lasting).me().await, 401);
    })
    .await;
}

#[actix_web::test]
async fn a_repeated_request_makes_one_key_and_shows_it_once() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in("ann@acme.example").await;
        let body = json!({"name": "k", "scopes": ["crm:deals:read"]});
        let ask = async || {
            ann.send(
                Method::POST,
                "/v1/api-keys",
                Some(body.clone()),
                &[("idempotency-key", "one")],
            )
            .await
        };
        let (first, second) = (ask().await, ask().await);
        assert_eq!((first.status, second.status), (201, 201));
        assert_eq!(first.id(), second.id());
        assert!(first.json["key"].is_string() && second.json["key"].is_null());
        assert_eq!(second.json["secret_omitted"], true);
        let rehearsal = ann
            .send(
                Method::POST,
                "/v1/api-keys?validate_only=true",
                Some(body.clone()),
                &[],
            )
            .await;
        assert_eq!((rehearsal.status, rehearsal.json.get("id")), (200, None));
        assert_eq!(
            ann.get("/v1/api-keys").await.json["data"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    })
    .await;
}

#[actix_web::test]
async fn unknown_keys_let_nobody_in() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in("ann@acme.example").await;
        let (_, key) = make(&ann, json!({"name": "k", "scopes": ["crm:deals:read"]})).await;
        let (id, secret) = key.rsplit_once('_').unwrap();
        let other = secret.chars().rev().collect::<String>();
        for forged in [
            "csk_abc_def".to_owned(),
            format!("{id}_{other}"),
            format!("{id}_"),
            key.replace("csk", "csx"),
        ] {
            assert_eq!(company.with(&forged).me().await, 401, "{forged}");
        }
    })
    .await;
}

#[actix_web::test]
async fn people_and_departments_are_expanded_for_keys_that_read_them() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let (_, departments) = make(
            &ada,
            json!({"name": "d", "scopes": ["identity:departments:read"]}),
        )
        .await;
        let (_, users) = make(&ada, json!({"name": "u", "scopes": ["identity:users:read"]})).await;
        for (key, path, scope) in [
            (&departments, "/v1/departments?expand=head", "identity:users:read"),
            (&departments, "/v1/me?expand=manager", "identity:users:read"),
            (&users, "/v1/users?expand=department", "identity:departments:read"),
        ] {
            let refused = company.with(key).get(path).await;
            assert_eq!((refused.status, refused.code()), (403, "missing_scope"), "{path}");
            assert_eq!(refused.json["scope"], scope, "{path}");
        }
        assert_eq!(
            company.with(&users).get("/v1/users?expand=manager").await.status,
            200
        );
        assert_eq!(
            company.with(&users).get("/v1/me?expand=manager").await.status,
            200
        );
    })
    .await;
}
