use countersign_testkit::for_each_database;
use futures_util::future::join_all;
use serde_json::json;

use crate::company::{Company, PASSWORD, Said, company};

#[actix_web::test]
async fn signing_in_gives_tokens_that_the_server_knows() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in("Ann@ACME.example").await;
        let me = ann.get("/v1/me").await;
        assert_eq!(me.status, 200, "{me:?}");
        assert_eq!(me.json["email"], "ann@acme.example");
        assert_eq!(me.json["object"], "user");
        assert_eq!(me.json["tenant"]["slug"], "acme");
        assert!(
            me.json["scopes"]
                .as_array()
                .unwrap()
                .contains(&json!("crm:deals:read"))
        );
        assert_eq!(company.without_token().me().await, 401);
        let sessions = ann.get("/v1/sessions").await;
        assert_eq!(sessions.json["data"][0]["current"], true, "{sessions:?}");
    })
    .await;
}

/// Everything of an answer that may not tell people apart.
fn text(said: &Said) -> (u16, String) {
    let mut json = said.json.clone();
    json.as_object_mut().unwrap().remove("request_id");
    (said.status, json.to_string())
}

#[actix_web::test]
async fn a_failed_sign_in_tells_nothing() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let disabled = ada
            .post(&format!("/v1/users/{}/disable", company.bo), json!({}))
            .await;
        assert_eq!(disabled.status, 200, "{disabled:?}");
        let login = |email: &'static str, password: &'static str, tenant: Option<&'static str>| {
            let company = &company;
            async move {
                let before = company.db.statements();
                let body = json!({"email": email, "password": password, "tenant": tenant});
                let said = company.without_token().post("/v1/auth/login", body).await;
                (text(&said), company.db.statements() - before)
            }
        };
        let wrong = login("ann@acme.example", "wrong-password", None).await;
        assert_eq!(wrong.0.0, 401);
        assert_eq!(
            wrong,
            login("nobody@acme.example", "wrong-password", None).await,
            "equal in text, status and work"
        );
        assert_eq!(
            wrong,
            login("bo@acme.example", PASSWORD, None).await,
            "a disabled person"
        );
        let named = login("ann@acme.example", PASSWORD, Some("globex")).await;
        assert_eq!(named, login("ann@acme.example", PASSWORD, Some("nowhere")).await);
        assert_eq!(named.0, wrong.0);
    })
    .await;
}

#[actix_web::test]
async fn an_address_in_two_tenants_names_one() {
    for_each_database(|db| async {
        let company = company(db).await;
        company
            .person(company.globex, "ann@acme.example", None, &[])
            .await;
        let login = async |tenant: Option<&str>, password: &str| {
            let body = json!({"email": "ann@acme.example", "password": password, "tenant": tenant});
            company.without_token().post("/v1/auth/login", body).await
        };
        let asked = login(None, PASSWORD).await;
        assert_eq!(
            (asked.status, asked.places()),
            (422, vec!["/tenant"]),
            "{asked:?}"
        );
        assert_eq!(asked.json["possible"], json!(["acme", "globex"]));
        assert_eq!(
            login(None, "wrong-password").await.status,
            401,
            "only who knows the password is told"
        );
        let told = login(Some("globex"), PASSWORD).await;
        let me = company
            .with(told.json["access_token"].as_str().unwrap())
            .get("/v1/me")
            .await;
        assert_eq!(me.json["tenant"]["slug"], "globex");
    })
    .await;
}

fn heir(said: &Said) -> String {
    assert_eq!(said.status, 200, "{said:?}");
    said.json["refresh_token"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn many_tabs_refresh_at_once_and_stay_signed_in() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in("ann@acme.example").await;
        let answers = join_all((0..16).map(|_| ann.refresh(&ann.refresh))).await;
        let heirs: Vec<String> = answers.iter().map(heir).collect();
        assert!(
            heirs
                .iter()
                .all(|found| *found == heirs[0] && *found != ann.refresh),
            "one heir"
        );
        assert_eq!(
            company
                .with(answers[3].json["access_token"].as_str().unwrap())
                .me()
                .await,
            200
        );

        // The fast tab goes on; the slow one comes with the old token nine seconds later.
        let next = heir(&ann.refresh(&heirs[0]).await);
        company.seconds_pass(9);
        assert_eq!(heir(&ann.refresh(&ann.refresh).await), heirs[0]);
        assert_eq!(heir(&ann.refresh(&heirs[0]).await), next);
        assert_eq!(ann.me().await, 200);
    })
    .await;
}

#[actix_web::test]
async fn a_stolen_token_used_again_ends_the_family() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in("ann@acme.example").await;
        let other = company.sign_in("ann@acme.example").await;
        let next = heir(&ann.refresh(&ann.refresh).await);
        company.seconds_pass(11);
        let theft = ann.refresh(&ann.refresh).await;
        assert_eq!((theft.status, theft.code()), (401, "session_ended"), "{theft:?}");
        assert_eq!(
            ann.refresh(&next).await.status,
            401,
            "the thief's heir is dead too"
        );
        assert_eq!(ann.me().await, 401, "and the access token");
        assert_eq!(other.me().await, 200, "another sign-in lives on");
    })
    .await;
}

#[actix_web::test]
async fn a_guess_ends_nothing() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in("ann@acme.example").await;
        let (names, secret) = ann.refresh.rsplit_once('_').unwrap();
        let guess = format!("{names}_{}", secret.chars().rev().collect::<String>());
        for forged in [guess.as_str(), "csr_x", "", "not a token"] {
            assert_eq!(ann.refresh(forged).await.status, 401, "{forged}");
        }
        company.seconds_pass(60);
        assert_eq!(ann.me().await, 200);
        heir(&ann.refresh(&ann.refresh).await);
    })
    .await;
}

#[actix_web::test]
async fn signing_out_works_on_the_next_request() {
    for_each_database(|db| async {
        let company = company(db).await;
        let (one, two) = (
            company.sign_in("ann@acme.example").await,
            company.sign_in("ann@acme.example").await,
        );
        assert_eq!((one.me().await, two.me().await), (200, 200));
        let out = one
            .post("/v1/auth/logout", json!({"refresh_token": one.refresh}))
            .await;
        assert_eq!(out.status, 204, "{out:?}");
        assert_eq!((one.me().await, two.me().await), (401, 200));
        assert_eq!(one.refresh(&one.refresh).await.status, 401);
        let again = one
            .post("/v1/auth/logout", json!({"refresh_token": one.refresh}))
            .await;
        assert_eq!(again.status, 204, "told alike");

        let mine = two.get("/v1/sessions").await;
        let id = mine.json["data"][0]["id"].as_str().unwrap();
        let bo = company.sign_in("bo@acme.example").await;
        assert_eq!(
            bo.delete(&format!("/v1/sessions/{id}")).await.status,
            404,
            "somebody else's"
        );
        assert_eq!(two.delete(&format!("/v1/sessions/{id}")).await.status, 204);
        assert_eq!(two.me().await, 401);
    })
    .await;
}

#[actix_web::test]
async fn disabling_and_roles_work_on_the_next_request() {
    for_each_database(|db| async {
        let company = company(db).await;
        let (ada, ann) = (
            company.sign_in("ada@acme.example").await,
            company.sign_in("ann@acme.example").await,
        );
        let path = format!("/v1/users/{}", company.ann);
        assert_eq!(
            ann.post("/v1/users", json!({"name": "x", "email": "x@acme.example"}))
                .await
                .status,
            403
        );
        let made = ada.patch(&path, json!({"roles": ["admin"]})).await;
        assert_eq!(made.status, 200, "{made:?}");
        assert_eq!(
            ann.post("/v1/users", json!({"name": "x", "email": "x@acme.example"}))
                .await
                .status,
            201
        );
        ada.patch(&path, json!({"roles": []})).await;
        assert_eq!(
            ann.post("/v1/users", json!({"name": "y", "email": "y@acme.example"}))
                .await
                .status,
            403
        );

        let disabled = ada.post(&format!("{path}/disable"), json!({})).await;
        assert_eq!(
            (disabled.status, &disabled.json["status"]),
            (200, &json!("disabled")),
            "{disabled:?}"
        );
        assert_eq!(ann.me().await, 401);
        assert_eq!(ann.refresh(&ann.refresh).await.status, 401);
        let twice = ada.post(&format!("{path}/disable"), json!({})).await;
        assert_eq!(
            (twice.status, &twice.json["state"], &twice.json["possible"]),
            (409, &json!("disabled"), &json!(["enable"]))
        );
        assert_eq!(ada.post(&format!("{path}/enable"), json!({})).await.status, 200);
        assert_eq!(
            ann.refresh(&ann.refresh).await.status,
            401,
            "an old sign-in stays ended"
        );
        assert_eq!(company.sign_in("ann@acme.example").await.me().await, 200);
    })
    .await;
}

#[actix_web::test]
async fn a_known_caller_costs_at_most_one_statement() {
    use countersign_storage::Backend;
    use countersign_web::Authenticate as _;
    for_each_database(|db| async {
        let company: Company = company(db).await;
        let ann = company.sign_in("ann@acme.example").await;
        let token = ann.token.clone().unwrap();
        company.identity.authenticate(&token).await.unwrap();
        let before = company.db.statements();
        for _ in 0..10 {
            company.identity.authenticate(&token).await.unwrap();
        }
        let most = if company.db.backend() == Backend::Sqlite {
            0
        } else {
            10
        };
        assert!(
            company.db.statements() - before <= most,
            "{}",
            company.db.statements() - before
        );
    })
    .await;
}
