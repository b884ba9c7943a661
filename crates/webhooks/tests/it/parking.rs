//! What waits for a disabled endpoint goes out when it is enabled, whoever was in between.

use std::time::Duration;

use chrono::TimeDelta;
use countersign_kernel::time::Instant;
use countersign_testkit::for_each_database;
use serde_json::json;

use crate::house::{ACME, House};
use crate::sink::Sink;

#[tokio::test]
async fn an_event_that_is_planned_while_its_endpoint_is_enabled_goes_out() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        for _ in 0..10 {
            house.post(&format!("{hook}/disable"), json!({})).await.ok(200);
            let event = house.won().await;
            tokio::join!(
                // Planned as parked; meanwhile the endpoint is enabled.
                house.plan(event, Duration::from_millis(60)),
                async {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    house.post(&format!("{hook}/enable"), json!({})).await.ok(200);
                }
            );
        }
        house.send().await;
        for delivery in house.deliveries(&hook).await {
            assert_eq!(delivery["status"], "succeeded", "{delivery}");
        }
    })
    .await;
}

#[tokio::test]
async fn planning_and_enabling_at_once_leave_nothing_parked() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        for round in 0..40_u64 {
            house.post(&format!("{hook}/disable"), json!({})).await.ok(200);
            let event = house.won().await;
            tokio::join!(
                house.plan(event, Duration::from_micros(round * 50)),
                async {
                    tokio::time::sleep(Duration::from_micros(round % 8 * 300)).await;
                    house.post(&format!("{hook}/enable"), json!({})).await.ok(200);
                },
                async {
                    tokio::time::sleep(Duration::from_micros(round % 5 * 400)).await;
                    house.send().await;
                }
            );
        }
        while house.send().await > 0 {}
        let parked = house
            .number("SELECT count(*) FROM deliveries WHERE status <> 'succeeded'")
            .await;
        assert_eq!(parked, 0, "some wait for ever on an enabled endpoint");
    })
    .await;
}

#[tokio::test]
async fn a_410_disables_although_the_endpoint_was_edited_meanwhile() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(410).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        house.won_and_planned().await;
        sink.hold();
        tokio::join!(house.send(), async {
            sink.called(1).await;
            house.patch(&hook, json!({"payload": "full"})).await.ok(200);
            sink.open();
        });
        let now = house.get(&hook).await;
        assert_eq!(now["status"], "disabled", "{now}");
        assert_eq!(now["payload"], "full", "the edit stands");
        assert_eq!(house.delivery(&hook).await["status"], "parked");
        sink.answer_with(204);
        house.post(&format!("{hook}/enable"), json!({})).await.ok(200);
        house.send().await;
        assert_eq!(house.delivery(&hook).await["status"], "succeeded");
    })
    .await;
}

#[tokio::test]
async fn a_410_of_an_address_that_was_changed_meanwhile_says_nothing_of_the_new_one() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let (gone, here) = (Sink::start(410).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&gone.url).await;
        house.won_and_planned().await;
        gone.hold();
        tokio::join!(house.send(), async {
            gone.called(1).await;
            house.patch(&hook, json!({"url": here.url})).await.ok(200);
            gone.open();
        });
        assert_eq!(house.get(&hook).await["status"], "enabled");
        assert_eq!(house.delivery(&hook).await["status"], "pending");
    })
    .await;
}

#[tokio::test]
async fn what_is_parked_is_looked_at_again_within_six_hours() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        house.post(&format!("{hook}/disable"), json!({})).await.ok(200);
        house.won_and_planned().await;
        assert_eq!(house.delivery(&hook).await["status"], "parked");
        let looked = "SELECT count(*) FROM deliveries WHERE due_at IS NOT NULL";
        assert_eq!(house.number(looked).await, 1, "planned for a disabled endpoint");
        // A look finds it disabled still, and looks again later.
        house.due_now().await;
        assert_eq!((house.send().await, house.send().await), (1, 0));
        assert_eq!(house.number(looked).await, 1, "looked at");
        // Whatever went wrong, an enabled endpoint gets it at the next look.
        house.sql("UPDATE webhooks SET status = 'enabled'").await;
        house.due_now().await;
        house.send().await;
        assert_eq!(house.delivery(&hook).await["status"], "succeeded");
        sink.answer_with(410);
        house.won_and_planned().await;
        house.send().await;
        assert_eq!(house.number(looked).await, 1, "parked by a 410");
    })
    .await;
}

#[tokio::test]
async fn a_delivery_that_is_found_disabled_while_enabling_releases_goes_out() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        for round in 0..60_u64 {
            house.won_and_planned().await;
            house.post(&format!("{hook}/disable"), json!({})).await.ok(200);
            tokio::join!(house.send(), async {
                tokio::time::sleep(Duration::from_micros(round * 100)).await;
                house.post(&format!("{hook}/enable"), json!({})).await.ok(200);
            });
        }
        while house.send().await > 0 {}
        let left = house
            .number("SELECT count(*) FROM deliveries WHERE status <> 'succeeded'")
            .await;
        assert_eq!(left, 0, "some wait for ever on an enabled endpoint");
    })
    .await;
}

#[tokio::test]
async fn clocks_ahead_of_the_database_hold_nothing_back() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        // The server's own clock, and on top the tenant's in the sandbox.
        house
            .clock
            .set("2090-01-01T00:00:00Z".parse::<Instant>().unwrap());
        house.clock.shift(ACME, TimeDelta::days(400));
        house.won_and_planned().await;
        house.send().await;
        let first = house.delivery(&hook).await;
        assert_eq!(first["status"], "succeeded", "{first}");
        let again = format!("{hook}/deliveries/{}/redeliver", first["id"].as_str().unwrap());
        house.post(&again, json!({})).await.ok(200);
        assert_eq!(house.send().await, 1, "redelivered");
        house
            .post(
                &format!("{hook}/replay"),
                json!({"since": "2020-01-01T00:00:00Z"}),
            )
            .await
            .ok(200);
        assert_eq!(house.send().await, 1, "replayed");

        house.post(&format!("{hook}/disable"), json!({})).await.ok(200);
        house.won_and_planned().await;
        house.post(&format!("{hook}/enable"), json!({})).await.ok(200);
        assert_eq!(house.send().await, 1, "released");

        // The wait after a failure is a wait, not an instant of the server's clock.
        sink.answer_with(500);
        house.won_and_planned().await;
        house.send().await;
        let soon = house.soon(Duration::from_secs(7));
        assert_eq!(house.number(&soon).await, 1, "tried again in some five seconds");
    })
    .await;
}

#[tokio::test]
async fn an_open_breaker_holds_back_for_a_while_of_the_databases_time() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(500).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        house
            .clock
            .set("2090-01-01T00:00:00Z".parse::<Instant>().unwrap());
        for _ in 0..6 {
            house.won_and_planned().await;
        }
        house.send().await;
        house.due_now().await;
        house.send().await;
        let late = house.soon(Duration::from_secs(40));
        assert_eq!(
            house.number(&late).await,
            6,
            "{:?}",
            house.deliveries(&hook).await
        );
    })
    .await;
}
