use actix_web::http::Method;
use countersign_testkit::for_each_database;
use serde_json::json;

use crate::company::{Company, company};

const ANN: &str = "ann@acme.example";

fn sessions_of_ann(company: &Company) -> String {
    format!("/v1/users/{}/sessions", company.ann)
}

#[actix_web::test]
async fn an_admin_sees_and_ends_anybodys_session() {
    for_each_database(|db| async {
        let company = company(db).await;
        let (ada, one, two) = (
            company.sign_in("ada@acme.example").await,
            company.sign_in(ANN).await,
            company.sign_in(ANN).await,
        );
        let path = sessions_of_ann(&company);
        let listed = ada.get(&path).await;
        let rows = listed.json["data"].as_array().unwrap();
        assert_eq!(rows.len(), 2, "{listed:?}");
        assert!(
            rows.iter()
                .all(|row| row["user"] == company.ann.to_string() && row["current"] == false)
        );
        assert_eq!(
            one.get(&path).await.json["data"].as_array().unwrap().len(),
            2,
            "her own"
        );

        let mine = one.get("/v1/sessions").await;
        let mine = mine.json["data"].as_array().unwrap().iter();
        let of_one = mine.clone().find(|row| row["current"] == true).unwrap()["id"].clone();
        let ended = ada
            .delete(&format!("/v1/sessions/{}", of_one.as_str().unwrap()))
            .await;
        assert_eq!(ended.status, 204, "{ended:?}");
        assert_eq!((one.me().await, two.me().await), (401, 200));
        assert_eq!(one.refresh(&one.refresh).await.status, 401);

        let third = company.sign_in(ANN).await;
        let all = ada.send(Method::DELETE, &path, None, &[]).await;
        assert_eq!(all.status, 204, "{all:?}");
        assert_eq!(
            (two.me().await, third.me().await, ada.me().await),
            (401, 401, 200)
        );
        assert_eq!(third.refresh(&third.refresh).await.status, 401);
        assert_eq!(ada.get(&path).await.json["data"], json!([]));
        assert_eq!(company.sign_in(ANN).await.me().await, 200);
    })
    .await;
}

#[actix_web::test]
async fn nobody_else_sees_or_ends_them() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in(ANN).await;
        let path = sessions_of_ann(&company);
        let bo = company.sign_in("bo@acme.example").await;
        assert_eq!(bo.get(&path).await.status, 403);
        assert_eq!(bo.delete(&path).await.status, 403);
        let gil = company.sign_in("gil@globex.example").await;
        assert_eq!(gil.get(&path).await.status, 404, "an admin of another company");
        assert_eq!(gil.delete(&path).await.status, 404);
        let session = ann.get("/v1/sessions").await.json["data"][0]["id"].clone();
        let session = format!("/v1/sessions/{}", session.as_str().unwrap());
        assert_eq!(bo.delete(&session).await.status, 404);
        assert_eq!(gil.delete(&session).await.status, 404);
        assert_eq!(ann.me().await, 200);
        assert_eq!(ann.delete(&path).await.status, 204, "she signs out everywhere");
        assert_eq!(ann.me().await, 401);
    })
    .await;
}

#[actix_web::test]
async fn the_keys_of_who_was_disabled_stay_dead_when_they_return() {
    for_each_database(|db| async {
        let company = company(db).await;
        let (ada, ann) = (
            company.sign_in("ada@acme.example").await,
            company.sign_in(ANN).await,
        );
        let mut keys = Vec::new();
        for name in ["Reports", "Stock"] {
            let new = json!({"name": name, "scopes": ["crm:deals:read"]});
            let made = ann.post("/v1/api-keys", new).await;
            keys.push(company.with(made.json["key"].as_str().unwrap()));
        }
        assert_eq!((keys[0].me().await, keys[1].me().await), (200, 200));
        let user = format!("/v1/users/{}", company.ann);
        for verb in ["disable", "enable"] {
            let said = ada.post(&format!("{user}/{verb}"), json!({})).await;
            assert_eq!(said.status, 200, "{said:?}");
            assert_eq!((keys[0].me().await, keys[1].me().await), (401, 401), "{verb}");
        }
        let ann = company.sign_in(ANN).await;
        assert_eq!(ann.get("/v1/api-keys").await.json["data"], json!([]));
        let new = json!({"name": "Reports again", "scopes": ["crm:deals:read"]});
        assert_eq!(ann.post("/v1/api-keys", new).await.status, 201);
    })
    .await;
}
