//! What is true of all endpoints together stays true whoever makes one.

use actix_web::http::Method;
use countersign_testkit::{for_each_database, in_step};
use serde_json::{Value, json};

use crate::house::{House, Reply};

async fn make(house: &House) -> Reply {
    let body = json!({"url": "https://hooks.example/a", "event_types": ["crm.deal.won"]});
    house
        .call(Method::POST, "ann", "/v1/webhooks", Some(body), &[])
        .await
}

#[actix_web::test]
async fn two_who_make_the_last_endpoint_at_once_make_one() {
    for_each_database(|db| async move {
        let house = House::new(db).await;
        for _ in 0..99 {
            make(&house).await.ok(201);
        }
        let (one, other) = in_step(&house.db, make(&house), make(&house)).await;
        let (won, lost) = if one.status == 201 {
            (one, other)
        } else {
            (other, one)
        };
        assert_eq!(
            (won.status, lost.status, &lost.json["code"]),
            (201, 409, &Value::from("too_many_webhooks")),
            "{lost:?}"
        );
    })
    .await;
}
