//! Every digit that was sent is judged, kept and shown; and history, draft and request hold the same ones.

use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, get, post};

const DIGITS: &str = r#"
workflow: digits
title: Digits
owners: {role: finance}
summary: "{n} and {twice}"
number: DIG-{counter}
form:
  n: {type: number, required: true}
  i: {type: integer}
  p: {type: percent}
  twice: {type: computed, is: n * 2}
steps:
  - choose: exact
    cases:
      - when: n == 1234567890123456.89 and i is not empty and i == 18446744073709551616
        steps:
          - end: approved
            note: Exactly.
    otherwise: []
  - approval: finance
    by: {role: finance}
"#;

fn sent() -> Value {
    json!({"n": "1234567890123456.89", "i": "18446744073709551616", "p": "0.000000000001"})
}

#[tokio::test]
async fn long_numbers_are_judged_kept_and_shown_digit_for_digit() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("digits", DIGITS).await;
        let body = json!({"workflow": "digits", "form": sent(), "draft": true});
        let draft = post(&house, "ann", "/v1/requests", body).await;
        assert_eq!(draft.status, 201, "{draft:?}");
        let path = format!("/v1/requests/{}", draft.json["id"].as_str().unwrap());
        assert_eq!(get(&house, "ann", &path).await.json["form"], sent());

        let submitted = post(&house, "ann", &format!("{path}/submit"), json!({})).await;
        assert_eq!(
            submitted.json["status"], "approved",
            "judged exactly: {submitted:?}"
        );
        let shown = get(&house, "ann", &path).await.json;
        let mut whole = sent();
        whole["twice"] = json!("2469135780246913.78");
        assert_eq!(shown["form"], whole);
        assert_eq!(shown["summary"], "1234567890123456.89 and 2469135780246913.78");
        let log = house.log(shown["id"].as_str().unwrap()).await;
        let told = format!("{log:?}");
        assert!(
            told.contains("2469135780246913.78") && told.contains("1234567890123456.89"),
            "{told}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_a_decimal_does_not_hold_is_refused_with_its_place() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("digits", DIGITS).await;
        for (name, digits, code) in [
            ("n", "12345678901234567890123456789012345.5", "too_many_digits"),
            ("i", "79228162514264337593543950336", "too_many_digits"),
            ("p", "33.333333333333333333", "invalid_value"),
        ] {
            let mut form = json!({"n": 1});
            form[name] = json!(digits);
            let body = json!({"workflow": "digits", "form": form});
            let refused = post(&house, "ann", "/v1/requests", body).await;
            assert_eq!(refused.status, 422, "{refused:?}");
            let fault = &refused.json["errors"][0];
            assert_eq!(
                (&fault["pointer"], &fault["code"]),
                (&json!(format!("/form/{name}")), &json!(code)),
                "{refused:?}"
            );
        }
    })
    .await;
}
