use countersign_storage::Db;
use countersign_testkit::{TestDb, for_each_database};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::house::{House, at, house};

impl House {
    /// The names of all deals, page by page.
    async fn walk(&self, query: &str) -> Vec<String> {
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get("ann", &format!("/v1/deals?{query}{cursor}")).await;
            walked.extend(page.names());
            match page.json["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return walked,
            }
        }
    }
}

/// Four deals: two of a German account, two of a French one.
async fn four_deals(db: &Db) -> House {
    let house = house(db).await;
    let (german, french) = (
        house.account("ann", "Deutsch").await,
        house.account("ann", "Français").await,
    );
    house
        .patch("ann", &at(&french), json!({ "country": "FR" }))
        .await
        .ok(200);
    let rows = [
        ("a", "90.00", &german),
        ("b", "100.00", &german),
        ("c", "1000.00", &french),
        ("d", "1000.01", &french),
    ];
    for (name, amount, account) in rows {
        house.deal("ann", account, &format!("dx {name}"), amount).await;
    }
    house
}

#[actix_web::test]
async fn lists_are_filtered_and_sorted() {
    for_each_database(|db| async move {
        let house = four_deals(&db).await;
        for (condition, want) in [
            ("amount[gte]=1000&sort=amount", vec!["dx c", "dx d"]),
            ("amount[lt]=100", vec!["dx a"]),
            ("amount[gte]=1%20USD", vec![]),
            ("account.country=DE&sort=name", vec!["dx a", "dx b"]),
            ("sort=-amount", vec!["dx d", "dx c", "dx b", "dx a"]),
            ("name[contains]=%20D", vec!["dx d"]),
            ("owner=me&sort=name&limit=2", vec!["dx a", "dx b"]),
            ("expected_close_on[is_null]=false", vec![]),
            ("q=%20X%20B%20", vec!["dx b"]),
            ("status=won", vec![]),
        ] {
            assert_eq!(
                house.get("ann", &format!("/v1/deals?{condition}")).await.names(),
                want,
                "{condition}"
            );
        }
        let search = json!({ "filter": { "not": { "amount": { "lte": "1000" } } } });
        assert_eq!(
            house.post("ann", "/v1/deals/search", search).await.names(),
            ["dx d"]
        );
        let bad = [
            "amuont=1",
            "status=opne",
            "account.contry=DE",
            "sort=nmae",
            "limit=0",
            "expand=ownr",
            "fields=nmae",
        ];
        for bad in bad.iter().chain(&["group_by=stage"]) {
            assert_eq!(
                house.get("ann", &format!("/v1/deals?{bad}")).await.status,
                400,
                "{bad}"
            );
        }
    })
    .await;
}

#[actix_web::test]
async fn lists_are_walked_counted_and_expanded() {
    for_each_database(|db| async move {
        let house = four_deals(&db).await;
        let path = "/v1/deals?name=dx%20c&expand=account,pipeline&fields=name,account,pipeline";
        let row = house.get("ann", path).await.ok(200)["data"][0].clone();
        assert_eq!(row["account"]["name"], json!("Français"));
        assert_eq!(row["pipeline"]["stages"][0]["name"], json!("Qualification"));
        assert_eq!(row.as_object().unwrap().len(), 4, "what was named, and object");
        let walked = house.walk("sort=-amount,created_at&limit=3").await;
        assert_eq!(walked, ["dx d", "dx c", "dx b", "dx a"]);
        assert_eq!(
            house.get("ann", "/v1/deals?count=exact&limit=1").await.ok(200)["count"],
            json!(4)
        );
    })
    .await;
}

/// SQLite keeps a text in a column of numbers; no other row is hidden by one.
#[actix_web::test]
async fn a_row_that_cannot_be_read_hides_no_other() {
    let db = TestDb::sqlite().await;
    let house = four_deals(&db).await;
    let owner = sea_orm::Database::connect(db.url()).await.unwrap();
    for broken in ["dx b", "dx d"] {
        let damage = format!("UPDATE deals SET version = 'two' WHERE name = '{broken}'");
        owner.execute_unprepared(&damage).await.unwrap();
    }
    let mut seen = Vec::new();
    let mut path = "/v1/deals?sort=name&limit=2".to_owned();
    loop {
        let page = house.get("ann", &path).await.ok(200);
        seen.extend(
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|deal| deal["name"].clone()),
        );
        if page["has_more"] == false {
            break;
        }
        let cursor = page["next_cursor"].as_str().unwrap();
        path = format!("/v1/deals?sort=name&limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["dx a", "dx c"]);
}

#[actix_web::test]
async fn what_a_row_says_and_nobody_knows_is_no_permission() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Open").await;
        let (open, other) = (
            house.deal("ann", &account, "open", "1").await,
            house.deal("ann", &account, "other", "1").await,
        );
        let owner = sea_orm::Database::connect(db.url()).await.unwrap();
        for (set, back) in [
            ("visibility = 'line'", "visibility = 'tenant'"),
            ("status = 'frozen'", "status = 'open'"),
        ] {
            let change = |set: &str| format!("UPDATE deals SET {set} WHERE name = 'other'");
            owner.execute_unprepared(&change(set)).await.unwrap();
            // Not hal's either way; ada sees everything that can be read.
            for who in ["hal", "ada"] {
                assert_eq!(
                    house.get(who, "/v1/deals").await.names(),
                    ["open"],
                    "{who}: {set}"
                );
                let seen = house.get(who, &at(&other)).await;
                assert!(
                    [404, 500].contains(&seen.status),
                    "{who}: {set}: {:?}",
                    seen.status
                );
            }
            owner.execute_unprepared(&change(back)).await.unwrap();
        }
        house.get("hal", &at(&open)).await.ok(200);
        owner.close().await.unwrap();
    })
    .await;
}

/// Amounts of two currencies have no order: those of one stand together, on every page.
#[actix_web::test]
async fn amounts_are_sorted_within_their_currency() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Kuwaiti").await["id"].clone();
        let deal = |amount: Value| json!({ "name": amount["amount"].as_str().unwrap_or("none"), "account": account, "amount": amount });
        for (amount, currency) in [("90.00", "EUR"), ("10.000", "KWD"), ("110.00", "EUR"), ("12.000", "KWD")] {
            let amount = json!({ "amount": amount, "currency": currency });
            house.post("ann", "/v1/deals", deal(amount)).await.ok(201);
        }
        house.post("ann", "/v1/deals", deal(Value::Null)).await.ok(201);
        let up = ["90.00", "110.00", "10.000", "12.000", "none"];
        let down = ["12.000", "10.000", "110.00", "90.00", "none"];
        for limit in 1..=5 {
            assert_eq!(house.walk(&format!("sort=amount&limit={limit}")).await, up, "{limit}");
            assert_eq!(house.walk(&format!("sort=-amount&limit={limit}")).await, down, "{limit}");
        }
    })
    .await;
}
