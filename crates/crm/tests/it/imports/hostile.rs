//! Files that mean no good, and cells that would be calculated.

use countersign_testkit::for_each_database;
use serde_json::json;

use super::{at, counts};
use crate::house::house;

#[actix_web::test]
async fn files_that_cannot_be_read_are_refused_with_why() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let wide: Vec<String> = (0..10_000).map(|column| format!("c{column}")).collect();
        for (bytes, code) in [
            (b"Name\n".to_vec(), "no_rows"),
            (
                format!("Name\n{}\n", "\"".repeat(1 << 20)).into_bytes(),
                "cell_too_long",
            ),
            (
                format!("Name\n\"{}\"\n", "x".repeat(10 << 20)).into_bytes(),
                "cell_too_long",
            ),
            (
                format!("{}\n1\n", wide.join(",")).into_bytes(),
                "too_many_columns",
            ),
            (b"Name,Name\na,b\n".to_vec(), "repeated_column"),
        ] {
            let refused = house.begin("ann", "accounts", bytes, json!({})).await;
            refused.refused(422, &["/file"]);
            assert_eq!(refused.json["errors"][0]["code"], json!(code));
        }
        let nul = "Name,Country\nA\0B,DE\nSound,\0\nGood,DE\nRagged,DE,x\nName,Country\n";
        let done = house.import("ann", "accounts", nul, json!({})).await;
        assert_eq!(counts(&done), [1, 0, 0, 4]);
        let codes: Vec<String> = house
            .refused_rows("ann", &done)
            .await
            .into_iter()
            .map(|(.., code)| code)
            .collect();
        assert_eq!(
            codes,
            [
                "control_character",
                "control_character",
                "ragged_row",
                "repeated_header"
            ]
        );
        let naughty =
            "Name,Notes\n\"'; DROP TABLE leads; --\",\u{202e}backwards\n\u{feff}\u{200b}Zero,\u{fffd}\n";
        assert_eq!(
            house.import("ann", "leads", naughty, json!({})).await["created"],
            json!(2)
        );
    })
    .await;
}

#[actix_web::test]
async fn refused_rows_come_back_harmless_and_come_in_again_once_mended() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let file = "Name;Telefon;E-Mail\n=cmd|calc;+47 22 00 00 00;nobody\n@SUM;-1;x\nGood;+47 22 00 00 00;good@x.example\n";
        let done = house.import("ann", "contacts", file, json!({})).await;
        assert_eq!(counts(&done), [1, 0, 0, 2]);
        let refused = house.get("ann", &format!("{}/refused", at(&done))).await;
        assert_eq!(refused.headers["content-type"], "text/csv; charset=utf-8");
        let lines: Vec<&str> = refused.text.trim_start_matches('\u{feff}').split("\r\n").collect();
        assert_eq!(lines[0], "Name;Telefon;E-Mail;import_line;import_column;import_value;import_reason");
        assert_eq!(lines[1], "'=cmd|calc;'+47 22 00 00 00;nobody;2;E-Mail;nobody;An e-mail address reads like ann@acme.example.");
        assert!(lines[2].starts_with("'@SUM;'-1;x;3;"), "{}", lines[2]);
        let mended = refused.text.replace(";nobody;2", ";cmd@x.example;2");
        let again = house.import("ann", "contacts", mended, json!({})).await;
        assert_eq!(counts(&again), [1, 0, 0, 1]);
        assert_eq!(again["unmapped"], json!(["import_line", "import_column", "import_value", "import_reason"]));
        let found = house.get("ann", "/v1/contacts?email=cmd@x.example").await.ok(200);
        assert_eq!((&found["data"][0]["name"], &found["data"][0]["phone"]), (&json!("=cmd|calc"), &json!("+47 22 00 00 00")));
    })
    .await;
}
