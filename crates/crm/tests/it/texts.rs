//! How names and addresses are found and sorted, in whatever spelling.

use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, house};

impl House {
    /// The names of the records that a search finds.
    async fn found(&self, plural: &str, body: Value) -> Vec<String> {
        self.post("ann", &format!("/v1/{plural}/search"), body)
            .await
            .names()
    }
}

#[actix_web::test]
async fn a_name_is_found_in_every_spelling() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        for (name, low, high) in [
            ("Österreichische Bahn", "österreichische", "ÖSTERREICHISCHE"),
            ("ООО Ромашка", "ооо ромашка", "ООО РОМАШКА"),
            ("Αθήνα Shipping", "αθήνα", "ΑΘΉΝΑ"),
            ("Łódź Textile", "łódź", "ŁÓDŹ"),
            ("Große Straße", "große straße", "GROSSE STRASSE"),
            ("Ｗｉｄｅ Works", "wide", "ＷＩＤＥ"),
            ("A\u{308}rzte", "ärzte", "Ä\u{200b}RZTE"),
        ] {
            house.account("ann", name).await;
            for text in [low, high] {
                let padded = format!(" {text}\u{a0}");
                for body in [
                    json!({ "q": text }),
                    json!({ "q": padded }),
                    json!({ "filter": { "name": { "contains": text } } }),
                    json!({ "filter": { "name": { "starts_with": text } } }),
                ] {
                    assert_eq!(house.found("accounts", body.clone()).await, [name], "{body}");
                }
            }
            for whole in [
                name.to_uppercase(),
                name.to_lowercase(),
                format!("\u{feff}{name} "),
            ] {
                for filter in [json!(whole), json!({ "in": ["other", whole] })] {
                    let body = json!({ "filter": { "name": filter } });
                    assert_eq!(house.found("accounts", body.clone()).await, [name], "{body}");
                }
            }
        }
        let others = json!({ "filter": { "name": { "nin": ["ŁÓDŹ textile", "ärzte"] } } });
        assert_eq!(house.found("accounts", others).await.len(), 5);
        assert!(
            house.found("accounts", json!({ "q": "arzte" })).await.is_empty(),
            "accents count"
        );
    })
    .await;
}

#[actix_web::test]
async fn an_address_is_one_however_it_is_spelt() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let contact = json!({ "name": "Jörg", "email": "Jörg.Bloggs@Bloggs.example" });
        let made = house.post("ann", "/v1/contacts", contact).await.ok(201);
        assert_eq!(made["email"], "Jörg.Bloggs@Bloggs.example", "as it was written");
        for email in [
            json!("jörg.bloggs@bloggs.example"),
            json!("JÖRG.BLOGGS@BLOGGS.EXAMPLE"),
            json!({ "in": ["x@y.example", "jo\u{308}rg.bloggs@bloggs.example"] }),
        ] {
            let body = json!({ "filter": { "email": email } });
            assert_eq!(house.found("contacts", body.clone()).await, ["Jörg"], "{body}");
        }
    })
    .await;
}

#[actix_web::test]
async fn names_are_sorted_for_people_and_pages_lose_none() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let sorted = [
            "3M", "Äbte", "abtei", "Abtei", "Abtei", "Ábtei", "Abtey", "zebra", "Zebra", "Ζήτα", "東京",
        ];
        for name in sorted.iter().rev() {
            house.account("ann", name).await;
        }
        let backwards: Vec<&str> = sorted.iter().rev().copied().collect();
        for limit in [1, 2, 3, 11] {
            for (sort, want) in [("name", sorted.to_vec()), ("-name", backwards.clone())] {
                let (mut walked, mut cursor) = (Vec::new(), Value::Null);
                loop {
                    let body = json!({ "sort": sort, "limit": limit, "cursor": cursor });
                    let page = house.post("ann", "/v1/accounts/search", body).await;
                    walked.extend(page.names());
                    cursor = page.json["next_cursor"].clone();
                    if cursor.is_null() {
                        break;
                    }
                }
                assert_eq!(walked, want, "{sort} by {limit}");
            }
        }
    })
    .await;
}

#[actix_web::test]
async fn a_change_is_found_and_sorted_by_what_it_says_now() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Ärzte").await;
        house.account("ann", "Bäcker").await;
        let renamed = json!({ "name": "ŻUBR" });
        house
            .patch("ann", &crate::house::at(&account), renamed)
            .await
            .ok(200);
        assert_eq!(house.found("accounts", json!({ "q": "żubr" })).await, ["ŻUBR"]);
        assert!(house.found("accounts", json!({ "q": "ärzte" })).await.is_empty());
        assert_eq!(
            house.found("accounts", json!({ "sort": "name" })).await,
            ["Bäcker", "ŻUBR"]
        );
    })
    .await;
}
