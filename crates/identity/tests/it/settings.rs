//! The settings of a tenant: who publishes what.

use actix_web::http::Method;
use countersign_testkit::{for_each_database, in_step};
use serde_json::json;

use crate::company::company;

#[actix_web::test]
async fn who_publishes_what_is_kept_and_told() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let rights = |settings: &crate::company::Said| settings.json["publishing"]["rights"].clone();
        let before = ada.get("/v1/settings").await;
        assert_eq!(rights(&before), json!([]), "{before:?}");
        let finance = json!([{"role": "finance", "names": ["expense-*", "payment"], "kinds": ["workflow"]}]);
        let given = ada
            .patch("/v1/settings", json!({"publishing": {"rights": finance}}))
            .await;
        assert_eq!(
            (given.status, rights(&given)),
            (200, finance.clone()),
            "{given:?}"
        );
        let same = ada
            .patch("/v1/settings", json!({"publishing": {"rights": finance}}))
            .await;
        assert_eq!(same.etag(), given.etag(), "nothing changed");
        let other = ada
            .patch("/v1/settings", json!({"name": "Acme Again", "publishing": {}}))
            .await;
        assert_eq!(rights(&other), finance, "what is absent stays");
        let all = json!({"publishing": {"rights": [{"role": "legal", "names": ["*"]}]}});
        let all = ada.patch("/v1/settings", all).await;
        assert_eq!(
            rights(&all),
            json!([{"role": "legal", "names": ["*"], "kinds": []}])
        );
        let none = ada.patch("/v1/settings", json!({"publishing": null})).await;
        assert_eq!((none.status, rights(&none)), (200, json!([])), "{none:?}");
        let ann = company.sign_in("ann@acme.example").await;
        let refused = ann
            .patch("/v1/settings", json!({"publishing": {"rights": finance}}))
            .await;
        assert_eq!(refused.status, 403, "{refused:?}");
    })
    .await;
}

#[actix_web::test]
async fn rights_to_publish_that_say_nothing_are_refused_with_their_place() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let wrong = ada
            .patch(
                "/v1/settings",
                json!({"publishing": {"rights": [
                    {"role": "finanse", "names": ["expense-*"]},
                    {"role": "finance", "names": ["Expense"]},
                    {"role": "legal", "names": ["a"], "kinds": ["table", "table"]},
                    {"role": "legal", "names": ["b"]},
                    {"role": "legal", "names": ["b"]},
                ]}}),
            )
            .await;
        let at = |place: &str| format!("/publishing/rights/{place}");
        assert_eq!(
            (wrong.status, wrong.places()),
            (
                422,
                ["0/role", "1/names/0", "2/kinds/1", "4"]
                    .map(at)
                    .iter()
                    .map(String::as_str)
                    .collect()
            ),
            "{wrong:?}"
        );
        let kinds = json!({"publishing": {"rights": [{"role": "legal", "names": ["a"], "kinds": ["leave_types", "form"]}]}});
        let unknown = ada.patch("/v1/settings", kinds).await;
        assert_eq!(
            (unknown.status, unknown.places()),
            (422, vec!["/publishing/rights/0/kinds/1"])
        );
        let many: Vec<_> = (0..51)
            .map(|number| json!({"role": "legal", "names": [format!("n{number}")]}))
            .collect();
        let many = ada
            .patch("/v1/settings", json!({"publishing": {"rights": many}}))
            .await;
        assert_eq!(
            (many.status, many.places()),
            (422, vec!["/publishing/rights"]),
            "{many:?}"
        );
        let empty = ada
            .patch(
                "/v1/settings",
                json!({"publishing": {"rights": [{"role": "legal", "names": []}]}}),
            )
            .await;
        assert_eq!(
            (empty.status, empty.places()),
            (422, vec!["/publishing/rights/0/names"]),
            "{empty:?}"
        );
    })
    .await;
}

#[actix_web::test]
async fn a_role_that_the_settings_name_stays() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let role = ada.post("/v1/roles", json!({"name": "auditor"})).await;
        let path = format!("/v1/roles/{}", role.id());
        let rights = |role: &str| json!({"publishing": {"rights": [{"role": role, "names": ["audit"]}]}});
        let (named, gone) = in_step(
            &company.db,
            ada.patch("/v1/settings", rights("auditor")),
            ada.delete(&path),
        )
        .await;
        let both = (named.status, gone.status);
        assert!(both == (200, 409) || both == (422, 204), "{named:?} {gone:?}");
        let role = ada.post("/v1/roles", json!({"name": "reviser"})).await;
        let path = format!("/v1/roles/{}", role.id());
        ada.patch("/v1/settings", rights("reviser")).await;
        let stays = ada.send(Method::DELETE, &path, None, &[("if-match", "*")]).await;
        assert_eq!((stays.status, stays.code()), (409, "role_in_use"), "{stays:?}");
        ada.patch("/v1/settings", json!({"publishing": {"rights": null}}))
            .await;
        let gone = ada.delete(&path).await;
        assert_eq!(gone.status, 204, "{gone:?}");
    })
    .await;
}
