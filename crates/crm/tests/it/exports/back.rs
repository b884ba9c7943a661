//! What leaves in a file and comes back in it.

use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use super::cells;
use crate::house::{House, at, house};
use crate::imports::counts;

/// Parts of texts that spreadsheets, delimiters and writing systems make something of.
const PARTS: &[&str] = &[
    "=",
    "+",
    "-",
    "@",
    "'",
    "''",
    "\"",
    "\"\"",
    ",",
    ";",
    "|",
    "\\",
    "{",
    "}",
    "[",
    "%",
    "&",
    "<",
    "#",
    " ",
    "  ",
    "\u{a0}",
    "\u{3000}",
    "＝",
    "＋",
    "－",
    "＠",
    "א",
    "שלום",
    "\u{202e}",
    "\u{200b}",
    "🙂",
    "👩‍👩‍👧",
    "é",
    "e\u{301}",
    "ß",
    "北京",
    "name",
    "id",
    "sep=;",
    "1",
    "-1.5",
    "1,234",
    "null",
    "true",
    "NaN",
    "acct_",
    "https://",
    "\u{feff}",
];
const LINES: &[&str] = &["\n", "\r\n", "\r", "\t", "\n=", "\t+", "\r-"];

/// Texts put together from parts, the same every time.
struct Texts(u64);

impl Texts {
    fn draw(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    fn text(&mut self, lines: bool) -> String {
        loop {
            let mut text = String::new();
            for _ in 0..=self.draw(4) {
                let of_lines = lines && self.draw(3) == 0;
                let parts = if of_lines { LINES } else { PARTS };
                text.push_str(parts[self.draw(parts.len())]);
            }
            if !text.trim().is_empty() {
                return text;
            }
        }
    }
}

/// Exports a kind in both forms, and imports what came.
async fn comes_back(house: &House, who: &str, kind: &str, query: &str) {
    for format in ["csv", "jsonl"] {
        let path = format!("/v1/{kind}/export?format={format}{query}");
        let file = house.get(who, &path).await;
        assert_eq!(file.status, 200, "{}", file.text);
        let before = house.entries().await;
        let done = house.import(who, kind, &file.text, json!({})).await;
        let refused = house.refused_rows(who, &done).await;
        let rows = done["rows"].as_i64().unwrap();
        assert_eq!(
            counts(&done),
            [0, 0, rows, 0],
            "{kind} {format}: {refused:?}\n{}",
            file.text
        );
        assert!(rows > 0);
        assert_eq!(
            house.entries().await,
            before,
            "{kind} {format}: nothing of it is in the log"
        );
    }
}

#[actix_web::test]
async fn hostile_texts_come_back_as_they_went() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let mut texts = Texts(7);
        let mut accounts: Vec<Value> = ["'", "''", "'=1", "''=1", " =1", "=1 ", "' =x", "＝1", "-", "+49", "a\u{3000}"]
            .iter()
            .map(|name| json!({ "name": name }))
            .collect();
        accounts.extend((0..180).map(|_| json!({ "name": texts.text(false), "domain": "www.acme.example", "country": "NO" })));
        let accounts = house.made("ann", "accounts", &accounts).await;
        comes_back(&house, "ann", "accounts", "").await;
        comes_back(&house, "bo", "accounts", "&fields=visibility,name,id&sort=name").await;

        let contacts: Vec<Value> = (0..150)
            .map(|n| {
                let account = &accounts[n % accounts.len()]["id"];
                json!({ "name": texts.text(false), "email": format!("={n}@x.example"), "phone": "+49 (0) 30-1", "account": account })
            })
            .collect();
        house.made("ann", "contacts", &contacts).await;
        comes_back(&house, "ann", "contacts", "").await;

        let leads: Vec<Value> = (0..150)
            .map(|_| json!({ "name": texts.text(false), "company": texts.text(false), "notes": texts.text(true), "source": "trade_fair" }))
            .collect();
        house.made("ann", "leads", &leads).await;
        comes_back(&house, "ann", "leads", "").await;

        let deals: Vec<Value> = (0..120)
            .map(|n| {
                let account = &accounts[n % accounts.len()]["id"];
                let (amount, currency) = [("1.234", "KWD"), ("1234", "JPY"), ("0.10", "EUR"), ("1234567.89", "USD")][n % 4];
                json!({ "name": texts.text(false), "account": account, "amount": { "amount": amount, "currency": currency }, "expected_close_on": "2027-03-04" })
            })
            .collect();
        let deals = house.made("ann", "deals", &deals).await;
        for (place, deal) in deals.iter().take(40).enumerate() {
            let (verb, body) = match place % 2 {
                0 => ("win", json!({})),
                _ => ("lose", json!({ "reason": texts.text(false) })),
            };
            house.act("ann", deal, verb, body).await.ok(200);
        }
        comes_back(&house, "ann", "deals", "").await;
        comes_back(&house, "ann", "deals", "&fields=id,amount,currency&amount[gte]=0%20KWD").await;
    })
    .await;
}

#[actix_web::test]
async fn what_is_not_the_readers_to_change_comes_back_unchanged() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let nora = json!({ "name": "Nora", "account": account["id"], "email": "nora@borealis.example" });
        house.post("ann", "/v1/contacts", nora).await.ok(201);
        house.deal("ann", &account, "Seats", "1").await;
        house
            .patch("ann", &at(&account), json!({ "visibility": "mine" }))
            .await
            .ok(200);
        // The account is nothing to hal, and stays where it stands.
        comes_back(&house, "hal", "contacts", "").await;
        comes_back(&house, "hal", "deals", "").await;

        for (name, verb, body) in [
            ("Ole", "disqualify", json!({ "reason": "no" })),
            ("Per", "convert", json!({})),
        ] {
            let lead =
                json!({ "name": name, "company": "Alpine", "email": format!("{name}@alpine.example") });
            let lead = house.post("ann", "/v1/leads", lead).await.ok(201);
            house.act("ann", &lead, verb, body).await.ok(200);
        }
        comes_back(&house, "ann", "leads", "").await;
        let said = "name,status\nPer,disqualified\nNew,converted\n";
        let done = house.import("ann", "leads", said, json!({})).await;
        assert_eq!(counts(&done), [0, 0, 0, 2], "how a lead ends is not imported");
    })
    .await;
}

#[actix_web::test]
async fn what_is_changed_in_the_sheet_changes_its_record_and_nothing_else() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let made = house
            .made(
                "ann",
                "accounts",
                &["Acme", "Acme", "Bolt"].map(|name| json!({ "name": name })),
            )
            .await;
        let file = house
            .get(
                "ann",
                "/v1/accounts/export?sort=created_at&fields=id,name,country",
            )
            .await
            .text;
        let id = |place: usize| made[place]["id"].as_str().unwrap().to_owned();
        let changed = file.replacen("Acme", "Acme SE", 1)
            + ",Newcomer,NO\r\n,bolt,\r\n"
            + &format!("{},Nobody,\r\n", id(0).replace('0', "1"));
        let done = house.import("ann", "accounts", &changed, json!({})).await;
        let refused = house.refused_rows("ann", &done).await;
        assert_eq!(counts(&done), [1, 1, 2, 2], "{refused:?}");
        assert_eq!(done["match_on"], json!("id"));
        // A row without an id is told by its name; one record is told by one row.
        assert_eq!(
            refused,
            [
                (6, "-".to_owned(), "repeated".to_owned()),
                (7, "id".to_owned(), "not_found".to_owned())
            ]
        );
        let renamed = cells(
            &house
                .get("ann", "/v1/accounts/export?fields=id,name&name=acme%20se")
                .await
                .text,
        );
        assert_eq!(
            renamed.len(),
            2,
            "of two that are called alike the one is changed that is meant"
        );

        house
            .delete("ann", &format!("/v1/accounts/{}", id(2)))
            .await
            .ok(204);
        let gone = house
            .import(
                "ann",
                "accounts",
                &format!("id,name\n{},Bolt\n", id(2)),
                json!({}),
            )
            .await;
        assert_eq!(
            house.refused_rows("ann", &gone).await,
            [(2, "id".to_owned(), "deleted".to_owned())]
        );
        // Ids of another system stand under the same word.
        let theirs = house
            .import(
                "ann",
                "accounts",
                "id,name\n4711,Other\n",
                json!({ "source": "erp" }),
            )
            .await;
        assert_eq!(
            (counts(&theirs), &theirs["match_on"]),
            ([1, 0, 0, 0], &json!("external_id"))
        );
    })
    .await;
}

#[actix_web::test]
async fn the_ids_of_another_system_lead_back_too() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        for (source, id) in [("erp", "=4711"), ("erp", "4712"), ("hubspot", "9")] {
            let path = format!("/v1/accounts/by/{source}/{}", id.replace('=', "%3D"));
            let body = json!({ "name": format!("{source} {id}") });
            house
                .call(actix_web::http::Method::PUT, "ann", &path, Some(body), &[])
                .await
                .ok(201);
        }
        let file = house
            .exported(
                "ann",
                "/v1/accounts/export?sort=name&fields=name,external_ids,external_id.erp",
            )
            .await;
        assert_eq!(
            file,
            [
                ["name", "external_ids", "external_id.erp"],
                ["erp =4711", "erp:=4711", "'=4711"],
                ["erp 4712", "erp:4712", "4712"],
                ["hubspot 9", "hubspot:9", ""]
            ]
        );
        let path = "/v1/accounts/export?fields=external_id.erp,name,country&name[starts_with]=erp";
        for format in ["csv", "jsonl"] {
            let file = house.get("ann", &format!("{path}&format={format}")).await.text;
            let done = house.import("ann", "accounts", &file, json!({})).await;
            assert_eq!((counts(&done), &done["source"]), ([0, 0, 2, 0], &json!("erp")));
        }
    })
    .await;
}
