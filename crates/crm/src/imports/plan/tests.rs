#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use countersign_kernel::id::FileId;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::imports::sheet;

fn plan(kind: &str, text: &str, more: serde_json::Value) -> Result<Plan, Vec<String>> {
    let mut ask = json!({ "file": FileId(Uuid::nil()), "kind": kind });
    ask.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let ask: NewImport = serde_json::from_value(ask).unwrap();
    let sheet = sheet::read(text.as_bytes(), None).unwrap();
    Plan::make(&sheet, &ask, Currency::EUR)
        .map_err(|faults| faults.into_iter().map(|fault| fault.code.into_owned()).collect())
}

fn fields(plan: &Plan) -> Vec<&str> {
    plan.columns
        .iter()
        .map(|column| column.field.as_deref().unwrap_or("-"))
        .collect()
}

#[test]
fn columns_tell_their_fields_unless_they_are_said() {
    let text = "Vorname;Nachname;E-Mail;Firma;Schuhgröße\nNora;Nord;n@x.example;Borealis;38\n";
    let made = plan("contacts", text, json!({})).unwrap();
    assert_eq!(
        fields(&made),
        ["first_name", "last_name", "email", "account", "-"]
    );
    assert_eq!(made.match_on, MatchOn::Email);
    assert_eq!(made.column_of("name"), Some("Nachname"));
    let said = json!({ "mapping": { "Firma": null, "Schuhgröße": "phone" } });
    assert_eq!(
        fields(&plan("contacts", text, said).unwrap()),
        ["first_name", "last_name", "email", "-", "phone"]
    );
    let wrong = json!({ "mapping": { "Frima": "account", "Firma": "acount", "Nachname": "email", "E-Mail": "email" } });
    let codes = plan("contacts", text, wrong).unwrap_err();
    assert_eq!(codes, ["unknown_field", "unknown_column", "repeated"]);
    assert_eq!(plan("deals", "Foo\nx\n", json!({})).unwrap_err(), ["no_key"]);
    let wrong = json!({ "match_on": "domain" });
    assert_eq!(plan("contacts", text, wrong).unwrap_err(), ["bad_value"]);
}

#[test]
fn ids_are_of_a_system_that_is_said_or_told() {
    let hubspot = "Record ID,Company name,Company Domain Name\n1,Acme,acme.example\n";
    let made = plan("accounts", hubspot, json!({})).unwrap();
    assert_eq!(
        (made.match_on, made.source.as_deref()),
        (MatchOn::ExternalId, Some("hubspot"))
    );
    assert_eq!(
        plan("accounts", "Id,Name\n1,A\n", json!({})).unwrap_err(),
        ["missing"]
    );
    let said = json!({ "source": "erp" });
    assert_eq!(
        plan("accounts", "Id,Name\n1,A\n", said)
            .unwrap()
            .source
            .as_deref(),
        Some("erp")
    );
    let by_name = json!({ "match_on": "name" });
    assert_eq!(
        fields(&plan("accounts", "Id,Name\n1,A\n", by_name).unwrap()),
        ["-", "name"]
    );
}

#[test]
fn what_could_be_two_things_is_asked_and_what_tells_by_itself_is_not() {
    let deals = |rows: &str, more| plan("deals", &format!("Name;Amount;Close date\n{rows}"), more);
    assert_eq!(
        deals("A;1.234;03/04/2026\n", json!({})).unwrap_err(),
        ["ambiguous_decimal", "ambiguous_date"]
    );
    let told = deals("A;1.234;03/04/2026\nB;1.234,50;25/12/2026\n", json!({})).unwrap();
    assert_eq!(
        (told.columns[1].decimal, told.columns[2].date_order),
        (Some(DecimalMark::Comma), Some(DateOrder::DayMonthYear))
    );
    let said = json!({ "decimal": "point", "date_order": "month_day_year" });
    let said = deals("A;1.234;03/04/2026\n", said).unwrap();
    assert_eq!(
        (said.columns[1].decimal, said.columns[2].date_order),
        (Some(DecimalMark::Point), Some(DateOrder::MonthDayYear))
    );
    let plain = deals("A;1234;2026-04-03\n", json!({})).unwrap();
    assert_eq!(
        (plain.columns[1].decimal, plain.columns[2].date_order),
        (None, None)
    );
    assert_eq!(
        deals("A;1.234;\nB;1,5;\nC;1.5;\n", json!({})).unwrap_err(),
        ["ambiguous_decimal"]
    );
}

#[test]
fn ids_of_the_records_themselves_are_told_from_those_of_other_systems() {
    let ours = "id,name,account_name,external_ids\ncont_01jc0000000000000000000000,Nora,Acme,erp:1\n,New,,\n";
    let made = plan("contacts", ours, json!({})).unwrap();
    assert_eq!(
        (made.match_on, fields(&made)),
        (MatchOn::Id, vec!["id", "name", "account", "-"])
    );
    assert_eq!(
        plan("contacts", "id,name\n4711,Nora\n", json!({})).unwrap_err(),
        ["missing"]
    );
    let theirs = plan("contacts", "id,name\n4711,Nora\n", json!({ "source": "erp" })).unwrap();
    assert_eq!(fields(&theirs), ["external_id", "name"]);
    // An account's id is none of a contact's.
    let other = "id,name\nacct_01jc0000000000000000000000,Nora\n";
    assert_eq!(plan("contacts", other, json!({})).unwrap_err(), ["missing"]);
    let by_name = plan("accounts", other, json!({ "match_on": "name" })).unwrap();
    assert_eq!(
        (by_name.match_on, fields(&by_name)),
        (MatchOn::Name, vec!["-", "name"])
    );
    let said = plan("accounts", "name,external_id.erp,account name\nA,1,\n", json!({})).unwrap();
    assert_eq!(
        (said.match_on, said.source.as_deref()),
        (MatchOn::ExternalId, Some("erp"))
    );
    let swapped = plan(
        "contacts",
        "account_name,account,name\nAcme,acct_01jc0000000000000000000000,A\n",
        json!({}),
    );
    assert_eq!(fields(&swapped.unwrap()), ["-", "account", "name"]);
    let none = json!({ "match_on": "id" });
    assert_eq!(plan("accounts", "name\nA\n", none).unwrap_err(), ["no_key"]);
}
