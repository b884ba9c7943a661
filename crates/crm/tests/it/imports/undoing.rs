//! Cancelling, taking back, and going on after a death.

use countersign_crm::imports::unit::{Came, Unit};
use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use super::{at, counts};
use crate::house::{house, user};

fn accounts(from: usize, to: usize) -> String {
    let rows: Vec<String> = (from..to).map(|n| format!("Account {n:04}\n")).collect();
    format!("Name\n{}", rows.concat())
}

#[actix_web::test]
async fn what_an_import_made_is_taken_back_unless_it_was_changed_since() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let file = "Id,Name,Account\n1,One,Firm\n2,Two,Firm\n3,Three,Other\n";
        let ask = json!({ "create_missing": true, "source": "old" });
        let done = house.import("ann", "contacts", file, ask.clone()).await;
        assert_eq!(
            (counts(&done), &done["accounts_created"]),
            ([3, 0, 0, 0], &json!(2))
        );
        let two = house.get("ann", "/v1/contacts?q=two").await.ok(200)["data"][0].clone();
        house
            .patch("bo", &crate::house::at(&two), json!({ "phone": "12345" }))
            .await
            .ok(200);
        house.act("abe", &done, "undo", json!({})).await.refused(404, &[]);
        let asked = house.act("ann", &done, "undo", json!({})).await.ok(200);
        assert_eq!(asked["status"], json!("undoing"));
        house.act("ann", &done, "undo", json!({})).await.refused(409, &[]);
        house.importer.turn().await.unwrap();
        let undone = house.get("ann", &at(&done)).await.ok(200);
        assert_eq!(
            (&undone["status"], &undone["deleted"], &undone["left"]),
            (&json!("undone"), &json!(4), &json!(1))
        );
        let left = house
            .get("ann", &format!("{}/rows?outcome=left", at(&done)))
            .await
            .ok(200);
        assert_eq!(
            (&left["data"][0]["record"], &left["data"][0]["errors"][0]["code"]),
            (&two["id"], &json!("changed_since"))
        );
        assert_eq!(house.many("ann", "contacts").await, 1);
        assert_eq!(house.many("ann", "accounts").await, 0);
        // The same file can come in again.
        let again = house.import("ann", "contacts", file, ask).await;
        assert_eq!(counts(&again), [2, 1, 0, 0]);
        let events = house
            .get("ann", &format!("{}?fields=status", at(&done)))
            .await
            .ok(200);
        assert_eq!(events["status"], json!("undone"));
    })
    .await;
}

#[actix_web::test]
async fn an_import_is_cancelled_where_it_is() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let begun = house
            .begin("ann", "accounts", accounts(0, 300), json!({}))
            .await
            .ok(202);
        house
            .act("ann", &begun, "undo", json!({}))
            .await
            .refused(409, &[]);
        let cancelled = house.act("ann", &begun, "cancel", json!({})).await.ok(200);
        assert_eq!(cancelled["status"], json!("cancelled"));
        house.importer.turn().await.unwrap();
        assert_eq!(house.many("ann", "accounts").await, 0);
        house
            .act("ann", &begun, "cancel", json!({}))
            .await
            .refused(409, &[]);
    })
    .await;
}

#[actix_web::test]
async fn so_many_rows_are_one_unit_and_no_row_is_gone_through_twice() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let begun = house
            .begin("ann", "accounts", accounts(0, 250), json!({}))
            .await
            .ok(202);
        let unit = |from| {
            let import: countersign_kernel::id::ImportId = begun["id"].as_str().unwrap().parse().unwrap();
            house.importer.unit(crate::house::ACME, import, from)
        };
        let first: Unit = unit(0).await.unwrap().unwrap();
        let statements = house.db.statements();
        assert_eq!(
            house.db.write(crate::house::ACME, first).await.unwrap(),
            Came::On(100)
        );
        let statements = house.db.statements() - statements;
        assert!(statements < 30, "{statements} statements for 100 new accounts");
        // Another server that had begun the same: its turn is over.
        let late = unit(0).await.unwrap().unwrap();
        assert_eq!(house.db.write(crate::house::ACME, late).await.unwrap(), Came::End);
        let halfway = house.get("ann", &at(&begun)).await.ok(200);
        assert_eq!(
            (&halfway["done"], &halfway["created"]),
            (&json!(100), &json!(100))
        );
        house.importer.turn().await.unwrap();
        let done = house.get("ann", &at(&begun)).await.ok(200);
        assert_eq!(
            (counts(&done), &done["status"]),
            ([250, 0, 0, 0], &json!("completed"))
        );
        let page = house
            .get("ann", &format!("{}/rows?limit=200", at(&begun)))
            .await
            .ok(200);
        assert_eq!(page["data"].as_array().map(Vec::len), Some(200));
        let cursor = page["next_cursor"].as_str().unwrap();
        let rest = house
            .get("ann", &format!("{}/rows?limit=200&cursor={cursor}", at(&begun)))
            .await
            .ok(200);
        assert_eq!(rest["data"].as_array().map(Vec::len), Some(50));
        let told: Vec<Value> = rest["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["row"].clone())
            .collect();
        assert_eq!(
            (told.first(), told.last()),
            (Some(&json!(201)), Some(&json!(250)))
        );
        assert_eq!(done["created_by"], json!(user("ann").to_string()));
    })
    .await;
}
