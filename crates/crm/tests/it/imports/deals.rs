//! Deals from files: where they stand, whose they are, and how they ended.

use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use super::counts;
use crate::house::{House, house, user};

async fn deal(house: &House, name: &str) -> Value {
    let found = house.get("ann", &format!("/v1/deals?q={name}")).await.ok(200);
    found["data"][0].clone()
}

#[actix_web::test]
async fn deals_find_their_account_stage_and_owner_by_name() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        house.account("ann", "Nordwind").await;
        house.account("ann", "Twins").await;
        house.account("ann", "Twins").await;
        let file = "Deal - Title,Deal - Organization,Deal - Value,Deal - Currency of Value,Deal - Stage,Deal - Owner,Deal - Expected close date\n\
            Forty seats,NORDWIND,1200.50,USD,proposal,bo,2027-03-01\n\
            No such firm,Westwind,1.00,EUR,Proposal,,\n\
            Which firm,Twins,1.00,EUR,Proposal,,\n\
            Misspelt,Nordwind,1.00,EUR,Propsal,,\n\
            Too fine,Nordwind,1.005,EUR,Proposal,,\n\
            No money,Nordwind,1.00,XXX,Proposal,,\n\
            Last day,Nordwind,1.50,EUR,Proposal,,31.02.2027\n";
        let done = house.import("ann", "deals", file, json!({})).await;
        assert_eq!(counts(&done), [1, 0, 0, 6]);
        let refused = house.refused_rows("ann", &done).await;
        let told: Vec<(&str, &str)> = refused.iter().map(|(_, column, code)| (column.as_str(), code.as_str())).collect();
        assert_eq!(
            told,
            [
                ("Deal - Organization", "not_found"),
                ("Deal - Organization", "which_one"),
                ("Deal - Stage", "not_found"),
                ("Deal - Value", "wrong_number"),
                ("Deal - Currency of Value", "unknown_currency"),
                ("Deal - Expected close date", "wrong_date"),
            ]
        );
        let csv = house.get("ann", &format!("{}/refused", super::at(&done))).await;
        assert!(csv.text.contains("Did you mean \"\"Proposal\"\"?"), "{}", csv.text);
        let made = deal(&house, "forty").await;
        assert_eq!(
            (&made["amount"], &made["probability"], &made["owner"], &made["expected_close_on"]),
            (&json!({ "amount": "1200.50", "currency": "USD" }), &json!(50), &json!(user("bo").to_string()), &json!("2027-03-01"))
        );
        let before = house.entries().await;
        assert_eq!(counts(&house.import("ann", "deals", file, json!({})).await), [0, 0, 1, 6]);
        assert_eq!(house.entries().await, before);
        let moved = file.replace("proposal,bo", "Discovery,bo");
        assert_eq!(counts(&house.import("ann", "deals", moved, json!({})).await), [0, 1, 0, 6]);
        assert_eq!(deal(&house, "forty").await["probability"], json!(25));
        let made = house.import("ann", "deals", file, json!({ "create_missing": true })).await;
        assert_eq!((counts(&made), &made["accounts_created"]), ([1, 1, 0, 5], &json!(1)));
    })
    .await;
}

#[actix_web::test]
async fn what_was_won_or_lost_elsewhere_is_so_here_without_being_won_again() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let file = "Deal ref,Name,Account,Stage,Close Date,Amount,Probability (%),Loss Reason\n\
            1,Won one,Nordwind,Closed Won,2017-03-01,1054,90,\n\
            2,Lost one,Nordwind,Closed Lost,2017-03-02,,10,Too dear\n\
            3,Open one,Nordwind,Discovery,2027-05-01,10,30,\n\
            4,Too early,Nordwind,Closed Won,2099-01-01,1,,\n";
        let ask =
            json!({ "create_missing": true, "source": "legacy", "mapping": { "Deal ref": "external_id" } });
        let done = house.import("ann", "deals", file, ask.clone()).await;
        assert_eq!(counts(&done), [3, 0, 0, 1]);
        assert_eq!(house.refused_rows("ann", &done).await[0].2, "in_the_future");
        let won = deal(&house, "won%20one").await;
        assert_eq!(
            (&won["status"], &won["probability"], &won["closed_at"]),
            (&json!("won"), &json!(100), &json!("2017-03-01T12:00:00.000Z"))
        );
        let lost = deal(&house, "lost%20one").await;
        assert_eq!(
            (&lost["status"], &lost["lost_reason"]),
            (&json!("lost"), &json!("Too dear"))
        );
        let open = deal(&house, "open%20one").await;
        assert_eq!(
            (&open["expected_close_on"], &open["probability"]),
            (&json!("2027-05-01"), &json!(30))
        );
        let history = house
            .get("ann", &format!("{}/history", crate::house::at(&won)))
            .await
            .ok(200);
        let kinds: Vec<_> = history["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| &entry["type"])
            .collect();
        assert_eq!(kinds, ["crm.deal.created"]);
        let before = house.entries().await;
        assert_eq!(
            counts(&house.import("ann", "deals", file, ask.clone()).await),
            [0, 0, 3, 1]
        );
        assert_eq!(house.entries().await, before);
        let now_won = file.replace("Discovery,2027-05-01", "Closed Won,2017-05-01");
        let done = house.import("ann", "deals", now_won, ask).await;
        assert_eq!(house.refused_rows("ann", &done).await[0].2, "wrong_state");
    })
    .await;
}

#[actix_web::test]
async fn what_could_be_two_things_is_asked_before_anything_begins() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        house.account("ann", "Nordwind").await;
        let file = "Name;Account;Amount;Close Date\nA;Nordwind;1.234;03/04/2027\n";
        house
            .begin("ann", "deals", file, json!({}))
            .await
            .refused(422, &["/decimal", "/date_order"]);
        let said = json!({ "decimal": "comma", "date_order": "day_month_year" });
        let done = house.import("ann", "deals", file, said).await;
        assert_eq!(counts(&done), [1, 0, 0, 0]);
        let found = house.get("ann", "/v1/deals").await.ok(200);
        assert_eq!(
            (
                &found["data"][0]["amount"]["amount"],
                &found["data"][0]["expected_close_on"]
            ),
            (&json!("1234.00"), &json!("2027-04-03"))
        );
    })
    .await;
}
