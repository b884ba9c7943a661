//! Deliveries and their attempts are kept for thirty days, and go in small steps.

use std::time::Duration;

use countersign_testkit::for_each_database;
use countersign_webhooks::deliveries::trim;
use serde_json::json;

use crate::house::{ACME, House};
use crate::sink::Sink;

const ROWS: &str =
    "SELECT (SELECT count(*) FROM deliveries) * 1000 + (SELECT count(*) FROM delivery_attempts)";

#[tokio::test]
async fn what_is_done_with_is_deleted_after_its_time_and_nothing_else() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        house.won_and_planned().await;
        house.send().await;
        sink.answer_with(500);
        house.won_and_planned().await;
        house.send().await;
        house.post(&format!("{hook}/disable"), json!({})).await.ok(200);
        house.won_and_planned().await;
        // One succeeded, one to be tried again, one parked; two attempts.
        assert_eq!(
            trim::trim(&house.db, ACME).await.unwrap(),
            0,
            "their time is not over"
        );
        assert_eq!(house.number(ROWS).await, 3002);
        let (soon, late) = (
            house.expiring(Duration::from_hours(24 * 29)),
            house.expiring(Duration::from_hours(24 * 31)),
        );
        assert_eq!((house.number(&soon).await, house.number(&late).await), (0, 3));

        house
            .sql("UPDATE deliveries SET expires_at = '2001-01-01T00:00:00.000+00:00'")
            .await;
        assert_eq!(trim::trim(&house.db, ACME).await.unwrap(), 2);
        assert_eq!(house.number(ROWS).await, 1001, "what is still to be tried stays");
        assert_eq!(house.delivery(&hook).await["status"], "pending");
    })
    .await;
}

#[tokio::test]
async fn many_go_in_several_steps() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        house.post(&format!("{hook}/disable"), json!({})).await.ok(200);
        for _ in 0..450 {
            house.won_and_planned().await;
        }
        house
            .sql("UPDATE deliveries SET expires_at = '2001-01-01T00:00:00.000+00:00'")
            .await;
        assert_eq!(trim::trim(&house.db, ACME).await.unwrap(), 450);
        assert_eq!(house.number(ROWS).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_again_is_kept_anew() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        house.won_and_planned().await;
        house.send().await;
        house
            .sql("UPDATE deliveries SET expires_at = '2001-01-01T00:00:00.000+00:00'")
            .await;
        house
            .post(
                &format!("{hook}/replay"),
                json!({"since": "2020-01-01T00:00:00Z"}),
            )
            .await
            .ok(200);
        house.send().await;
        assert_eq!(trim::trim(&house.db, ACME).await.unwrap(), 0);
    })
    .await;
}
