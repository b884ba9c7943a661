//! A key reads what its scopes name, whichever way it is reached.

use countersign_testkit::for_each_database;
use serde_json::json;

use crate::house::{at, house};

#[actix_web::test]
async fn a_kind_is_expanded_for_those_who_read_it() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let key = "ann/crm:deals:read+crm:contacts:read";
        for path in [
            "/v1/deals?expand=account",
            "/v1/contacts?expand=account",
            "/v1/deals?expand=pipeline",
        ] {
            assert_eq!(house.get(key, path).await.status, 403, "{path}: empty lists too");
        }
        let account = house.account("ann", "Borealis").await;
        let deal = house.deal("ann", &account, "Seats", "1").await;
        let one = format!("{}?expand=account", at(&deal));
        let all = "/v1/deals?expand=account&fields=account";
        for path in [one.as_str(), all] {
            let refused = house.get(key, path).await.ok(403);
            assert_eq!(refused["scope"], "crm:accounts:read", "{path}");
        }
        let reader = format!("{key}+crm:accounts:read");
        let shown = house.get(&reader, all).await.ok(200);
        assert_eq!(shown["data"][0]["account"]["name"], "Borealis");
        house
            .patch("ann", &at(&account), json!({ "visibility": "mine" }))
            .await
            .ok(200);
        let hidden = house.get("hal", all).await.ok(200);
        assert_eq!(
            hidden["data"][0]["account"], account["id"],
            "what is hidden stays an id"
        );
    })
    .await;
}
