//! Events that other systems send.

use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, WON};

fn payment(kind: &str, number: u32) -> Value {
    json!({"type": kind, "data": {"invoice": number, "paid": true}})
}

#[actix_web::test]
async fn what_an_admin_sends_stands_in_the_log_as_it_was_said() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let sent = house
            .send("ada", "POST", "/v1/events", payment("custom.payment.handled", 7))
            .await
            .ok(201);
        let id = sent.json["id"].as_str().unwrap().to_owned();
        assert_eq!(sent.header("location"), format!("/v1/events/{id}"));
        assert_eq!(sent.json["data"], json!({"invoice": 7, "paid": true}));

        let read = house.get("ada", &format!("/v1/events/{id}")).await.ok(200).json;
        assert_eq!(read["type"], "custom.payment.handled");
        assert_eq!(read["data"]["event"], json!({"invoice": 7, "paid": true}));
        assert_eq!(
            (read["data"]["object"].as_str(), read["data"]["id"].as_str()),
            (Some("event"), Some(id.as_str()))
        );
        assert_eq!(read["data"]["url"], format!("/v1/events/{id}"));
        house
            .get("ivy", &format!("/v1/events/{id}"))
            .await
            .refused(404, "event_not_found");
        assert!(house.get("ivy", "/v1/events").await.ok(200).ids().is_empty());
    })
    .await;
}

#[actix_web::test]
async fn a_page_of_them_is_asked_for_by_type_or_area() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        for (number, kind) in ["custom.pay_in.done", "custom.payxin.done", "custom.pay_in.late"]
            .into_iter()
            .zip(1..)
            .map(|(kind, number)| (number, kind))
        {
            house
                .send("ada", "POST", "/v1/events", payment(kind, number))
                .await
                .ok(201);
        }
        house.happen(crate::house::ACME, 1, 1, WON).await;
        let numbers = async |types: &str| {
            let page = house
                .get("ada", &format!("/v1/events?type={types}"))
                .await
                .ok(200);
            let events = page.json["data"].as_array().unwrap().clone();
            events
                .iter()
                .map(|event| event["data"]["event"]["invoice"].as_i64().unwrap_or_default())
                .collect::<Vec<_>>()
        };
        assert_eq!(numbers("custom.pay_in.done").await, [1]);
        assert_eq!(numbers("custom.pay_in.*").await, [1, 3]);
        assert_eq!(numbers("custom.*").await, [1, 2, 3]);
        assert_eq!(numbers("custom.payxin.*,crm.deal.won").await, [2, 0]);
        assert_eq!(numbers("*").await, [1, 2, 3, 0]);
        assert_eq!(numbers("custom.nothing").await, [0_i64; 0]);
        house
            .get("ada", "/v1/events?type=custom.Pay")
            .await
            .refused(400, "bad_parameter");
        let of_type = house
            .get("ada", "/v1/event-types/custom.pay_in.done")
            .await
            .ok(200);
        assert_eq!(of_type.json["name"], "custom.*");
    })
    .await;
}

#[actix_web::test]
async fn what_cannot_be_sent_is_refused_with_its_place() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        for kind in ["crm.deal.won", "custom.", "custom.A", "custom.a b", "payment"] {
            let refused = house.send("ada", "POST", "/v1/events", payment(kind, 1)).await;
            assert_eq!(refused.json["errors"][0]["pointer"], "/type", "{kind}");
        }
        let long = json!({"type": "custom.a", "data": {"text": "x".repeat(65 << 10)}});
        let refused = house.send("ada", "POST", "/v1/events", long).await;
        assert_eq!(refused.json["errors"][0]["pointer"], "/data");
        house
            .send("hal", "POST", "/v1/events", payment("custom.a", 1))
            .await
            .refused(403, "forbidden");
        house
            .send("narrow", "POST", "/v1/events", payment("custom.a", 1))
            .await
            .refused(403, "missing_scope");
        assert!(house.get("ada", "/v1/events").await.ok(200).ids().is_empty());
    })
    .await;
}
