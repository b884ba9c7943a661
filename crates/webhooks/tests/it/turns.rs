//! Who waits for whom: one that cannot be sent keeps no other waiting, and an ordered endpoint hears in order.

use std::sync::Arc;
use std::time::Duration;

use countersign_testkit::for_each_database;
use serde_json::json;

use crate::house::House;
use crate::sink::Sink;

#[tokio::test]
async fn a_delivery_that_cannot_be_kept_is_sent_once_and_set_aside() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        house.won_and_planned().await;
        // As a half-restored backup may leave it: its first attempt stands there already.
        house
            .sql(
                "INSERT INTO delivery_attempts (tenant_id, delivery_id, number, at, duration_ms) \
                  SELECT tenant_id, id, 1, created_at, 0 FROM deliveries",
            )
            .await;
        house.won_and_planned().await;
        house.send().await;
        let mut words: Vec<String> = house
            .deliveries(&hook)
            .await
            .iter()
            .map(|one| {
                format!(
                    "{} {}",
                    one["status"].as_str().unwrap(),
                    one["reason"].as_str().unwrap_or_default()
                )
            })
            .collect();
        words.sort();
        assert_eq!(
            words,
            [
                "parked it could not be read or kept: the server's log says why",
                "succeeded "
            ]
        );
        house.sql("UPDATE deliveries SET lease_until = NULL").await;
        assert_eq!(house.send().await, 0, "it waits for the next look");
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_together_is_read_and_kept_together() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        house.won_and_planned().await;
        house.send().await;
        for _ in 0..60 {
            house.won_and_planned().await;
        }
        let before = house.db.statements();
        assert_eq!(house.send().await, 60);
        let cost = house.db.statements() - before;
        assert!(cost < 60 * 4, "{cost} statements for 60 deliveries");
        let all = house.deliveries(&hook).await;
        assert!(all.iter().all(|one| one["status"] == "succeeded"), "{all:?}");
        assert_eq!(house.number("SELECT count(*) FROM delivery_attempts").await, 61);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_set_aside() {
    // PostgreSQL keeps no value of a wrong type.
    let (house, sink) = (
        House::new(countersign_testkit::TestDb::sqlite().await).await,
        Sink::start(204).await,
    );
    house.endpoint(&sink.url).await;
    house.won_and_planned().await;
    house.sql("UPDATE deliveries SET event_seq = 'x'").await;
    house.won_and_planned().await;
    house.send().await;
    let status = |status: &str| format!("SELECT count(*) FROM deliveries WHERE status = '{status}'");
    assert_eq!(house.number(&status("succeeded")).await, 1);
    assert_eq!(house.number(&status("parked")).await, 1);
    // So it is with endpoints: the others go on.
    house.sql("UPDATE webhooks SET since_seq = 'x'").await;
    house.endpoint(&sink.url).await;
    house.won_and_planned().await;
    house.send().await;
    assert_eq!(house.number(&status("succeeded")).await, 2);
}

#[tokio::test]
async fn all_that_is_due_to_an_endpoint_that_fails_waits_at_once() {
    for_each_database(|db| async {
        let (house, dead, sink) = (
            House::new(db).await,
            Sink::start(500).await,
            Sink::start(204).await,
        );
        let (hook, _) = house.endpoint(&dead.url).await;
        for _ in 0..300 {
            house.won_and_planned().await;
        }
        // Five failures open the breaker; the next look at any of them puts all others off.
        house.send().await;
        house.send().await;
        assert_eq!(
            house.send().await,
            0,
            "one look at each would keep others waiting"
        );
        house.endpoint(&sink.url).await;
        house.won_and_planned().await;
        house.send().await;
        assert_eq!(sink.got().len(), 1);
        let waiting = house
            .get(&format!("{hook}/deliveries?status=parked&count=exact&limit=1"))
            .await;
        assert!(waiting["count"].as_i64().unwrap() > 200, "{waiting}");
    })
    .await;
}

#[tokio::test]
async fn a_slow_endpoint_with_a_long_queue_keeps_no_other_waiting() {
    for_each_database(|db| async {
        let (house, slow, sink) = (
            House::new(db).await,
            Sink::start(204).await,
            Sink::start(204).await,
        );
        slow.hold();
        house.endpoint(&slow.url).await;
        for _ in 0..200 {
            house.won_and_planned().await;
        }
        let one_at_a_time = async {
            slow.called(16).await;
            house.endpoint(&sink.url).await;
            house.won_and_planned().await;
            // All that the slow one may have is under way: of its queue nothing is taken, and nothing waits behind it.
            assert_eq!(house.send().await, 1);
            assert_eq!(sink.got().len(), 1);
            slow.open();
        };
        tokio::join!(house.send(), one_at_a_time);
    })
    .await;
}

#[tokio::test]
async fn one_that_failed_to_the_end_is_tried_once_at_a_time() {
    for_each_database(|db| async {
        let (house, dead) = (House::new(db).await, Sink::start(500).await);
        house.endpoint(&dead.url).await;
        for _ in 0..60 {
            house.won_and_planned().await;
        }
        house.send().await;
        // The breaker's time is over, and what it put off is due.
        house.clock.advance(chrono::TimeDelta::seconds(31));
        house.due_now().await;
        dead.hold();
        let before = dead.got().len();
        let trial = async {
            dead.called(before + 1).await;
            tokio::time::sleep(Duration::from_millis(700)).await;
            assert_eq!(
                dead.got().len(),
                before + 1,
                "one attempt finds out whether it is back"
            );
            dead.open();
        };
        tokio::join!(house.send(), trial);
    })
    .await;
}

#[tokio::test]
async fn an_ordered_endpoint_hears_a_records_events_one_by_one_as_soon_as_it_may() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(500).await);
        let body = json!({"url": sink.url, "event_types": ["crm.deal.won"], "ordered": true});
        let made = house.post("/v1/webhooks", body).await.ok(201);
        let hook = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
        let mut events = Vec::new();
        for _ in 0..5 {
            events.push(house.won_and_planned().await.id.to_string());
        }
        house.send().await;
        assert_eq!(sink.got().len(), 1, "the first one alone is tried");
        sink.answer_with(204);
        // Nobody looks at the others in between: each wakes the next.
        house
            .sql("UPDATE deliveries SET due_at = '2090-01-01T00:00:00.000+00:00' WHERE failed = 0")
            .await;
        house
            .sql("UPDATE deliveries SET due_at = '2001-01-01T00:00:00.000+00:00' WHERE failed = 1")
            .await;
        while house.send().await > 0 {}
        let heard: Vec<String> = sink.got()[1..]
            .iter()
            .map(|one| one.header("webhook-id"))
            .collect();
        assert_eq!(heard, events, "{:?}", house.deliveries(&hook).await);
    })
    .await;
}

/// A server's attempts are fewer than what is due: each that ends makes room, and no commit has to come.
#[tokio::test]
async fn what_found_no_room_is_sent_as_soon_as_there_is_some() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        house.endpoint(&sink.url).await;
        for _ in 0..300 {
            house.won_and_planned().await;
        }
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let sending = tokio::spawn(Arc::clone(&house.sender).run(stopped));
        sink.called(300).await;
        stop.send_replace(true);
        sending.await.unwrap();
    })
    .await;
}
