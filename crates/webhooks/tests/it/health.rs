//! How an endpoint fares is noted beside edits, and what the server makes of it follows from the event that was sent.

use countersign_kernel::time::Instant;
use countersign_testkit::for_each_database;
use serde_json::json;

use crate::house::House;
use crate::sink::Sink;

const LONG_AGO: &str = "UPDATE webhooks SET failing_since = '2001-01-01T00:00:00.000+00:00'";
const FAILING: &str = "SELECT count(*) FROM webhooks WHERE failing_since IS NOT NULL";

#[tokio::test]
async fn a_success_ends_a_time_of_failure_that_began_during_the_call() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        house.won_and_planned().await;
        sink.hold();
        tokio::join!(house.send(), async {
            sink.called(1).await;
            // Another attempt failed meanwhile.
            house.sql(LONG_AGO).await;
            sink.open();
        });
        assert_eq!(house.number(FAILING).await, 0, "it has just succeeded");
        sink.answer_with(500);
        house.won_and_planned().await;
        house.send().await;
        assert_eq!(house.get(&hook).await["status"], "enabled");
        assert_eq!(house.number(FAILING).await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_attempt_that_began_before_the_endpoint_was_enabled_does_not_give_it_up() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(500).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        house.sql(LONG_AGO).await;
        house.won_and_planned().await;
        sink.hold();
        tokio::join!(house.send(), async {
            sink.called(1).await;
            house.post(&format!("{hook}/disable"), json!({})).await.ok(200);
            house.post(&format!("{hook}/enable"), json!({})).await.ok(200);
            sink.open();
        });
        assert_eq!(
            house.get(&hook).await["status"],
            "enabled",
            "its old failures ended with its enabling"
        );
    })
    .await;
}

#[tokio::test]
async fn an_edit_brings_no_old_state_of_health_back() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        for round in 0..40_u64 {
            house.sql(LONG_AGO).await;
            house.won_and_planned().await;
            tokio::join!(house.send(), async {
                tokio::time::sleep(std::time::Duration::from_micros(round * 150)).await;
                let body = json!({"payload": if round % 2 == 0 { "full" } else { "thin" }});
                house.patch(&hook, body).await.ok(200);
            });
            assert_eq!(house.number(FAILING).await, 0, "round {round}");
        }
    })
    .await;
}

#[tokio::test]
async fn another_address_starts_in_good_health() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(500).await);
        let (hook, _) = house.endpoint("http://127.0.0.1:9/old").await;
        house.sql(LONG_AGO).await;
        house.patch(&hook, json!({"url": sink.url})).await.ok(200);
        house.won_and_planned().await;
        house.send().await;
        assert_eq!(house.get(&hook).await["status"], "enabled");
    })
    .await;
}

#[tokio::test]
async fn five_days_of_failure_are_counted_by_the_database() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(500).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        for clock in ["2026-01-01T00:00:00Z", "2090-01-01T00:00:00Z"] {
            house.clock.set(clock.parse::<Instant>().unwrap());
            house.won_and_planned().await;
            house.send().await;
        }
        assert_eq!(
            house.get(&hook).await["status"],
            "enabled",
            "two failures within seconds"
        );
        house.sql(LONG_AGO).await;
        house.won_and_planned().await;
        house.send().await;
        let given_up = house.get(&hook).await;
        assert_eq!(
            given_up["disabled_reason"], "five days of failure alone",
            "{given_up}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_the_server_logs_follows_from_the_event_that_was_sent() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(410).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let event = house.won_at_depth(3, Some(trace)).await;
        house.plan(event.clone(), std::time::Duration::ZERO).await;
        house.send().await;
        let disabled = house.logged("webhooks.endpoint.disabled").await;
        assert_eq!(disabled.cause, Some(event.id));
        assert_eq!((disabled.depth, disabled.trace.as_deref()), (4, Some(trace)));
        let told = house.logged("platform.notice.sent").await;
        assert_eq!(told.cause, Some(disabled.id));
        assert_eq!((told.depth, told.trace.as_deref()), (5, Some(trace)));
        let text = told.private.as_ref().unwrap()["text"].as_str().unwrap();
        assert!(text.contains("the receiver answered 410"), "{text}");
        assert_eq!(house.get(&hook).await["version"], disabled.version);
    })
    .await;
}
