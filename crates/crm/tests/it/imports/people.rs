//! Accounts, contacts and leads from files.

use countersign_testkit::for_each_database;
use serde_json::json;

use super::{at, counts};
use crate::house::{house, user};

const ACCOUNTS: &str = "Firma;Webseite;Land;Betreuer;Branche\r\n\
    Nordwind GmbH;https://www.nordwind.example/start;Deutschland;bo@acme.example;Wind\r\n\
    \"Müller, Söhne\r\n& Co\";mueller.example;AT;;\r\n\
    Südwind AG;suedwind.example;Atlantis;Nobody;\r\n\
    Ostwind;;CH;ann;\r\n";

#[actix_web::test]
async fn accounts_come_in_are_recognised_and_change_nothing_twice() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let begun = house.begin("ann", "accounts", ACCOUNTS, json!({})).await.ok(202);
        assert_eq!((&begun["status"], &begun["rows"], &begun["done"]), (&json!("running"), &json!(4), &json!(0)));
        assert_eq!((&begun["delimiter"], &begun["encoding"]), (&json!(";"), &json!("UTF-8")));
        assert_eq!((&begun["unmapped"], &begun["match_on"]), (&json!(["Branche"]), &json!("name")));
        assert_eq!(begun["columns"][1], json!({ "name": "Webseite", "field": "domain", "decimal": null, "date_order": null, "example": "https://www.nordwind.example/start" }));
        house.importer.turn().await.unwrap();
        let done = house.get("ann", &at(&begun)).await.ok(200);
        assert_eq!((&done["status"], &done["done"]), (&json!("completed"), &json!(4)));
        assert_eq!(counts(&done), [2, 0, 0, 2]);
        let refused = house.refused_rows("ann", &done).await;
        let told = |line, column: &str, code: &str| (line, column.to_owned(), code.to_owned());
        // A name is one line; two things are wrong with the other.
        assert_eq!(refused, [told(3, "Firma", "control_character"), told(5, "Betreuer", "not_found")]);

        let found = house.get("ann", "/v1/accounts?q=nordwind").await.ok(200);
        let account = &found["data"][0];
        assert_eq!(
            (&account["domain"], &account["country"], &account["owner"]),
            (&json!("nordwind.example"), &json!("DE"), &json!(user("bo").to_string()))
        );
        let before = house.entries().await;
        let again = house.import("ann", "accounts", ACCOUNTS, json!({})).await;
        assert_eq!(counts(&again), [0, 0, 2, 2]);
        assert_eq!(house.entries().await, before, "nothing of it is in the log");

        let changed = ACCOUNTS.replace("nordwind.example/start", "nordwind.eu.example");
        let changed = house.import("ann", "accounts", changed, json!({})).await;
        assert_eq!(counts(&changed), [0, 1, 1, 2]);
        let by_domain = json!({ "match_on": "domain" });
        let renamed = "Name,Domain\nNordwind SE,nordwind.eu.example\n";
        assert_eq!(counts(&house.import("ann", "accounts", renamed, by_domain).await), [0, 1, 0, 0]);
    })
    .await;
}

#[actix_web::test]
async fn a_dry_run_reports_the_same_and_keeps_nothing() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let rows: Vec<String> = (0..250)
            .map(|n| format!("Person {n};p{n}@x.example;Firm {}\n", n % 7))
            .collect();
        let file = format!("Name;E-Mail;Company\n{}Nobody;no address;Firm 1\n", rows.concat());
        let ask = json!({ "create_missing": true, "validate_only": true });
        let before = house.entries().await;
        let dry = house.import("ann", "contacts", &file, ask).await;
        assert_eq!(counts(&dry), [250, 0, 0, 1]);
        assert_eq!(
            (&dry["accounts_created"], &dry["status"]),
            (&json!(7), &json!("completed"))
        );
        assert_eq!(house.entries().await, before);
        assert_eq!(house.many("ann", "contacts").await, 0);
        let rows = house
            .get("ann", &format!("{}/rows?limit=1", at(&dry)))
            .await
            .ok(200);
        assert_eq!(
            rows["data"][0]["record"],
            json!(null),
            "what was rehearsed is nowhere"
        );
        house.act("ann", &dry, "undo", json!({})).await.refused(409, &[]);

        let real = house
            .import("ann", "contacts", &file, json!({ "create_missing": true }))
            .await;
        assert_eq!(counts(&real), counts(&dry));
        assert_eq!(real["accounts_created"], json!(7));
        assert_eq!(
            house.refused_rows("ann", &real).await,
            house.refused_rows("ann", &dry).await
        );
        let again = house
            .import("ann", "contacts", &file, json!({ "create_missing": true }))
            .await;
        assert_eq!(
            (counts(&again), &again["accounts_created"]),
            ([0, 0, 250, 1], &json!(0))
        );
    })
    .await;
}

#[actix_web::test]
async fn the_query_alone_shows_how_a_file_would_be_read() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let file = house.upload("ann", "Mail,Name,Size\nn@x.example,Nora,38\n").await;
        let ask = json!({ "file": file, "kind": "contacts", "mapping": { "Size": null } });
        let shown = house
            .post("ann", "/v1/imports?validate_only=true", ask)
            .await
            .ok(200);
        assert_eq!(
            (&shown["id"], &shown["unmapped"]),
            (&json!(null), &json!(["Size"]))
        );
        assert_eq!(house.get("ann", "/v1/imports").await.ok(200)["data"], json!([]));
        let wrong =
            json!({ "file": file, "kind": "contacts", "mapping": { "Mial": "email", "Name": "nmae" } });
        house
            .post("ann", "/v1/imports", wrong)
            .await
            .refused(422, &["/mapping/Mial", "/mapping/Name"]);
        let theirs = json!({ "file": file, "kind": "contacts" });
        house
            .post("bo", "/v1/imports", theirs)
            .await
            .refused(422, &["/file"]);
    })
    .await;
}

#[actix_web::test]
async fn leads_and_contacts_are_one_by_their_address_or_else_by_name_and_company() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let leads = "First Name,Last Name,Company,Email,Lead Source,Amount,Notes\n\
            Nora,Nord,Borealis,nora@borealis.example,Trade Show,\"1,200.50\",\"Tall.\nLikes tea.\"\n\
            Ole,Olsen,Alpine,,,,\n\
            Ole,Olsen,Borealis,,,,\n\
            ,,Borealis,x@borealis.example,,,\n\
            Nora,Twice,Borealis,NORA@borealis.example,,,\n";
        let done = house.import("ann", "leads", leads, json!({})).await;
        assert_eq!(counts(&done), [3, 0, 0, 2]);
        let refused = house.refused_rows("ann", &done).await;
        let codes: Vec<_> = refused.iter().map(|(line, _, code)| (*line, code.as_str())).collect();
        assert_eq!(codes, [(6, "required"), (7, "repeated")]);
        let found = house.get("ann", "/v1/leads?q=nora").await.ok(200);
        let nora = &found["data"][0];
        assert_eq!(
            (&nora["source"], &nora["estimated_amount"]["amount"], &nora["notes"]),
            (&json!("trade_show"), &json!("1200.50"), &json!("Tall.\nLikes tea."))
        );
        let again = house.import("ann", "leads", leads, json!({})).await;
        assert_eq!(counts(&again), [0, 0, 3, 2]);
        let lines = "{\"name\": \"Nora Nord\", \"email\": \"nora@borealis.example\", \"status\": \"working\", \"estimated_amount\": {\"amount\": 1200.5}}\n{\"name\": \"New\", \"status\": \"sleepy\"}\n";
        let mapping = json!({ "mapping": { "estimated_amount.amount": "estimated_amount" } });
        let by_lines = house.import("ann", "leads", lines, mapping).await;
        assert_eq!((counts(&by_lines), &by_lines["delimiter"]), ([0, 1, 0, 1], &json!(null)));
    })
    .await;
}

#[actix_web::test]
async fn external_ids_of_the_file_are_those_of_the_api() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let file = "Record ID,Company name,Company Domain Name,Company owner\n7,Acme,acme.example,ann\n8,Bolt,,\n,None,,\n";
        let done = house.import("ann", "accounts", file, json!({})).await;
        assert_eq!((counts(&done), &done["source"]), ([2, 0, 0, 1], &json!("hubspot")));
        let put = house
            .call(
                actix_web::http::Method::PUT,
                "ann",
                "/v1/accounts/by/hubspot/7",
                Some(json!({ "name": "Acme Inc" })),
                &[],
            )
            .await;
        put.ok(200);
        let again = house.import("ann", "accounts", file, json!({})).await;
        assert_eq!(counts(&again), [0, 1, 1, 1]);
        let found = house.get("ann", "/v1/accounts?q=bolt").await.ok(200);
        assert_eq!(house.delete("ann", &crate::house::at(&found["data"][0])).await.status, 204);
        let last = house.import("ann", "accounts", file, json!({})).await;
        let refused = house.refused_rows("ann", &last).await;
        assert_eq!(refused[0], (3, "Record ID".to_owned(), "deleted".to_owned()));
    })
    .await;
}

#[actix_web::test]
async fn who_may_not_write_imports_nothing_and_who_sees_little_finds_little() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let file = "Name,Account\nNora,Hidden\n";
        for (scopes, missing) in [
            ("crm:imports:write", "platform:files:read"),
            ("crm:imports:write+platform:files:read", "crm:accounts:read"),
            (
                "crm:imports:write+platform:files:read+crm:accounts:read",
                "crm:contacts:write",
            ),
        ] {
            let refused = house
                .begin(&format!("ann/{scopes}"), "contacts", file, json!({}))
                .await;
            assert_eq!((refused.status, &refused.json["scope"]), (403, &json!(missing)));
        }
        let hidden = json!({ "name": "Hidden", "visibility": "mine" });
        house.post("abe", "/v1/accounts", hidden).await.ok(201);
        let done = house.import("ann", "contacts", file, json!({})).await;
        assert_eq!(house.refused_rows("ann", &done).await[0].2, "not_found");
        assert_eq!(house.get("abe", &at(&done)).await.status, 404);
        assert_eq!(
            house.get("abe", &format!("{}/refused", at(&done))).await.status,
            404
        );
        house.get("ada", &at(&done)).await.ok(200);
        let abes = house.import("abe", "contacts", file, json!({})).await;
        assert_eq!(counts(&abes), [1, 0, 0, 0]);
        // A colleague's record that is not theirs to give away stays whose it is.
        let theirs = "Name,Owner\nMine now,abe\n";
        house
            .post("bo", "/v1/accounts", json!({ "name": "Mine now" }))
            .await
            .ok(201);
        let done = house.import("ann", "accounts", theirs, json!({})).await;
        assert_eq!(house.refused_rows("ann", &done).await[0].2, "forbidden");
    })
    .await;
}
