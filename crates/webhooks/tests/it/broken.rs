//! One that cannot be read or sent is set aside, visibly, and holds up nobody else.

use countersign_testkit::for_each_database;
use serde_json::json;

use crate::house::House;
use crate::sink::Sink;

/// An endpoint that hears of one kind of deal, and one that hears of all.
async fn two(house: &House, sink: &Sink) -> (String, String) {
    let body = json!({"url": sink.url, "event_types": ["crm.deal.won"], "filter": {"name": {"starts_with": "Pump"}}});
    let made = house.post("/v1/webhooks", body).await.ok(201);
    let (other, _) = house.endpoint(&sink.url).await;
    (format!("/v1/webhooks/{}", made["id"].as_str().unwrap()), other)
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_any_more_parks_and_says_so() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, other) = two(&house, &sink).await;
        // As an upgrade may leave it: the field is no more.
        house
            .sql(r#"UPDATE webhooks SET filter = '{"colour": {"eq": "red"}}' WHERE filter IS NOT NULL"#)
            .await;
        house.won_and_planned().await;
        house.send().await;
        assert_eq!(
            house.delivery(&other).await["status"],
            "succeeded",
            "the others go on"
        );
        let now = house.get(&hook).await;
        assert_eq!(now["status"], "disabled");
        assert_eq!(now["disabled_reason"], "its filter cannot be read any more");
        let parked = house.delivery(&hook).await;
        assert_eq!(parked["status"], "parked");
        assert_eq!(parked["reason"], "its filter cannot be read any more");
        let told = house.logged("platform.notice.sent").await;
        assert!(
            told.private.as_ref().unwrap()["text"]
                .as_str()
                .unwrap()
                .contains("filter")
        );

        // Enabled as it is, it says so again.
        house.post(&format!("{hook}/enable"), json!({})).await.ok(200);
        house.send().await;
        assert_eq!(house.get(&hook).await["status"], "disabled");
        assert_eq!(house.delivery(&hook).await["status"], "parked");

        // A new filter judges what waited.
        house.won_and_planned().await;
        let filter = json!({"filter": {"name": {"eq": "Pumps"}}});
        house.patch(&hook, filter).await.ok(200);
        house.post(&format!("{hook}/enable"), json!({})).await.ok(200);
        house.send().await;
        let got = house.deliveries(&hook).await;
        assert_eq!(got.len(), 2);
        assert!(got.iter().all(|one| one["status"] == "succeeded"), "{got:?}");
    })
    .await;
}

#[tokio::test]
async fn what_a_mended_filter_does_not_let_through_is_not_sent() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = two(&house, &sink).await;
        house
            .sql("UPDATE webhooks SET filter = '{' WHERE filter IS NOT NULL")
            .await;
        house.won_and_planned().await;
        let edit = house.patch(&hook, json!({"payload": "full"})).await;
        assert_eq!(
            edit.status, 422,
            "an edit does not drop the filter: {}",
            edit.json
        );
        assert_eq!(edit.json["errors"][0]["pointer"], "/filter");
        house
            .patch(&hook, json!({"filter": {"name": {"eq": "Valves"}}}))
            .await
            .ok(200);
        house.post(&format!("{hook}/enable"), json!({})).await.ok(200);
        house.send().await;
        assert!(house.deliveries(&hook).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_amount_without_a_currency_means_the_tenants() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let filter = json!({"amount": {"gte": "1000"}});
        let body = json!({"url": sink.url, "event_types": ["crm.deal.won"], "filter": filter});
        let made = house.post("/v1/webhooks", body).await.ok(201);
        house.won_and_planned().await;
        house.send().await;
        let hook = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
        assert_eq!(house.deliveries(&hook).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn event_types_that_cannot_be_read_any_more_park_and_say_so() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, other) = two(&house, &sink).await;
        house
            .sql("UPDATE webhooks SET event_types = '[' WHERE filter IS NOT NULL")
            .await;
        house.won_and_planned().await;
        house.send().await;
        assert_eq!(house.delivery(&other).await["status"], "succeeded");
        assert_eq!(house.delivery(&hook).await["status"], "parked");
        let listed = house.get("/v1/webhooks").await;
        assert_eq!(listed["data"].as_array().unwrap().len(), 2, "the list shows both");
        let edit = house.patch(&hook, json!({"payload": "full"})).await;
        assert_eq!(edit.json["errors"][0]["pointer"], "/event_types", "{}", edit.json);
        house
            .patch(&hook, json!({"event_types": ["crm.deal.won"]}))
            .await
            .ok(200);
        house.post(&format!("{hook}/enable"), json!({})).await.ok(200);
        house.send().await;
        assert_eq!(house.delivery(&hook).await["status"], "succeeded");
    })
    .await;
}

#[tokio::test]
async fn nothing_goes_out_unsigned() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        house.sql("UPDATE webhooks SET secret = 'lost'").await;
        house.won_and_planned().await;
        house.send().await;
        assert!(sink.got().is_empty());
        assert_eq!(house.get(&hook).await["status"], "disabled");
        assert_eq!(house.delivery(&hook).await["status"], "parked");
        let rotated = house
            .post(&format!("{hook}/rotate-secret"), json!({}))
            .await
            .ok(200);
        house.post(&format!("{hook}/enable"), json!({})).await.ok(200);
        house.send().await;
        assert!(sink.got()[0].verifies(rotated["secret"].as_str().unwrap()));
    })
    .await;
}

#[tokio::test]
async fn a_delivery_without_its_event_fails_visibly() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        let mut event = house.won().await;
        event.entry.id = countersign_kernel::id::EventId(uuid::Uuid::from_u128(0xe0));
        house.plan(event, std::time::Duration::ZERO).await;
        house.won_and_planned().await;
        house.send().await;
        let all = house.deliveries(&hook).await;
        let words: Vec<&str> = all.iter().map(|one| one["status"].as_str().unwrap()).collect();
        assert!(
            words.contains(&"failed") && words.contains(&"succeeded"),
            "{all:?}"
        );
        let failed = all.iter().find(|one| one["status"] == "failed").unwrap();
        assert_eq!(failed["reason"], "its event is not in the log");
    })
    .await;
}

#[tokio::test]
async fn a_delivery_whose_endpoint_is_gone_goes_too() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        house.endpoint(&sink.url).await;
        house.won_and_planned().await;
        house.sql("DELETE FROM webhooks").await;
        house.send().await;
        assert_eq!(house.number("SELECT count(*) FROM deliveries").await, 0);
    })
    .await;
}
