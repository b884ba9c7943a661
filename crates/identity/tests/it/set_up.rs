use countersign_identity::{house, set_up};
use countersign_testkit::for_each_database;
use serde_json::json;

use crate::company::{company, nobody};

#[actix_web::test]
async fn the_link_of_a_first_start_works_once() {
    for_each_database(|db| async {
        let company = nobody(db).await;
        let link = set_up::service::link(&company.identity).await.unwrap().unwrap();
        let unused = set_up::service::link(&company.identity).await.unwrap().unwrap();
        let token = |link: &str| link.strip_prefix("http://countersign.test/set-up#").unwrap().to_owned();
        let body = |token: &str, password: &str| {
            json!({"token": token, "tenant": {"slug": "acme", "name": "Acme"}, "name": "Ada", "email": "ada@acme.example", "password": password})
        };
        let someone = company.without_token();
        let page = someone.get("/set-up").await;
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        let short = someone.post("/v1/auth/set-up", body(&token(&link), "short")).await;
        assert_eq!((short.status, short.places()), (422, vec!["/password"]));
        let done = someone.post("/v1/auth/set-up", body(&token(&link), "correct horse battery")).await;
        assert_eq!(done.status, 200, "{done:?}");
        assert_eq!(done.json["shipped"], json!(null), "nothing is published unless asked for");
        let ada = company.with(done.json["access_token"].as_str().unwrap());
        let me = ada.get("/v1/me").await;
        assert_eq!((&me.json["roles"], &me.json["tenant"]["slug"]), (&json!(["admin"]), &json!("acme")));
        for used in [token(&link), token(&unused), "csu_x".to_owned()] {
            let again = someone.post("/v1/auth/set-up", body(&used, "correct horse battery")).await;
            assert_eq!((again.status, again.code()), (401, "set_up_link_invalid"), "{again:?}");
        }
        assert_eq!(set_up::service::link(&company.identity).await.unwrap(), None);
    })
    .await;
}

#[actix_web::test]
async fn what_ships_is_published_when_asked_for_and_told() {
    for_each_database(|db| async {
        let company = nobody(db).await;
        let link = set_up::service::link(&company.identity).await.unwrap().unwrap();
        let token = link.split_once('#').unwrap().1;
        let body = json!({"token": token, "tenant": {"slug": "acme", "name": "Acme"}, "name": "Ada", "email": "ada@acme.example",
            "password": "correct horse battery", "with_workflows": true});
        let done = company.without_token().post("/v1/auth/set-up", body).await;
        assert_eq!(done.status, 200, "{done:?}");
        let leave = json!({"kind": "workflow", "name": "leave", "version": 1});
        assert_eq!(done.json["shipped"], json!({"published": [leave], "refused": []}));
        assert!(done.json["access_token"].is_string(), "{done:?}");
    })
    .await;
}

#[actix_web::test]
async fn a_link_grows_old() {
    for_each_database(|db| async {
        let company = nobody(db).await;
        let link = set_up::service::link(&company.identity).await.unwrap().unwrap();
        company.seconds_pass(86_401);
        let token = link.split_once('#').unwrap().1;
        let body = json!({"token": token, "tenant": {"slug": "acme", "name": "Acme"}, "name": "Ada", "email": "ada@acme.example", "password": "correct horse battery"});
        assert_eq!(company.without_token().post("/v1/auth/set-up", body).await.status, 401);
    })
    .await;
}

#[actix_web::test]
async fn the_servers_own_secrets_stay_the_same() {
    for_each_database(|db| async {
        let company = company(db).await;
        let secret = async |name: &str| {
            house::secret(&company.db, company.identity.entropy(), name)
                .await
                .unwrap()
        };
        let first = secret("cursor").await;
        assert_eq!(secret("cursor").await, first);
        assert_ne!(secret("links").await, first);
    })
    .await;
}
