//! What is true of all endpoints together stays true whoever makes one.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;
use countersign_storage::{Error, Uow, Work};
use countersign_testkit::{for_each_database, in_step};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::house::{ACME, House, Reply};

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

/// What an attempt does to a delivery's version, kept when it is let go.
struct Attempted {
    done: Arc<Notify>,
    go: Arc<Notify>,
}

impl Work for Attempted {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let conn = uow.writes().await?;
        conn.execute_unprepared("UPDATE deliveries SET version = version + 1")
            .await?;
        self.done.notify_one();
        self.go.notified().await;
        Ok(())
    }
}

#[actix_web::test]
async fn a_delivery_is_not_sent_again_by_who_has_not_seen_its_last_attempt() {
    for_each_database(|db| async move {
        let house = House::new(db).await;
        let (hook, _) = house.endpoint("https://hooks.example/a").await;
        house.won_and_planned().await;
        let delivery = house.delivery(&hook).await;
        let path = format!("{hook}/deliveries/{}/redeliver", delivery["id"].as_str().unwrap());
        let seen = format!("\"{}\"", delivery["version"]);
        let (done, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let attempted = Attempted {
            done: Arc::clone(&done),
            go: Arc::clone(&go),
        };
        let asks = async {
            done.notified().await;
            let headers = [("if-match", seen.as_str())];
            house.call(Method::POST, "ann", &path, None, &headers).await
        };
        let lets_go = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            go.notify_one();
        };
        let (kept, asked, ()) = tokio::join!(house.db.write(ACME, attempted), asks, lets_go);
        kept.unwrap();
        assert_eq!(asked.status, 412, "{asked:?}");
    })
    .await;
}
