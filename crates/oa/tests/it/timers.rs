//! Deadlines fire by themselves, on the tenant's business clock.

use chrono::TimeDelta;
use countersign_oa::Timers;
use countersign_testkit::for_each_database;
use sea_orm::{ConnectionTrait, Database, DbBackend};
use serde_json::json;

use crate::house::{ACME, House, get, post, submit, task, verb};

#[tokio::test]
async fn who_is_late_has_company() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let timers = Timers::new(house.office.clone(), "test");
        let id = submit(&house, "700.00").await;
        assert_eq!(timers.fire_due(ACME).await.unwrap(), 0, "it is not late yet");
        house.clock.shift(ACME, TimeDelta::days(3));
        assert_eq!(timers.fire_due(ACME).await.unwrap(), 1);
        assert!(task(&house, "cleo", &id).await.is_some() && task(&house, "bo", &id).await.is_some());
        let history = get(&house, "ann", &format!("/v1/requests/{id}/history")).await;
        assert!(
            history.json["data"]
                .as_array()
                .unwrap()
                .iter()
                .any(|entry| entry["type"] == "oa.timer.fired"),
            "{history:?}"
        );
        assert_eq!(timers.fire_due(ACME).await.unwrap(), 0, "once");
    })
    .await;
}

#[tokio::test]
async fn timers_that_should_have_fired_are_counted() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let ten = std::time::Duration::from_mins(10);
        let late = async || {
            Timers::late(&house.db.across_tenants().await.unwrap(), ten)
                .await
                .unwrap()
        };
        submit(&house, "700.00").await;
        let owner = Database::connect(house.db.url()).await.unwrap();
        let due = |at: &str| format!("UPDATE timers SET due_at = '{at}' WHERE due_at IS NOT NULL");
        owner
            .execute_unprepared(&due("2999-01-01T00:00:00+00:00"))
            .await
            .unwrap();
        assert_eq!(late().await, None);
        owner
            .execute_unprepared(&due("2026-01-01T00:00:00+00:00"))
            .await
            .unwrap();
        let (count, since) = late().await.unwrap();
        assert_eq!(
            (count, since.to_string()),
            (1, "2026-01-01T00:00:00.000Z".to_owned())
        );
        owner.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn who_decided_in_time_is_left_alone() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let id = submit(&house, "700.00").await;
        post(&house, "bo", &verb(&house, "bo", &id, "approve").await, json!({})).await;
        house.clock.shift(ACME, TimeDelta::days(30));
        assert_eq!(
            Timers::new(house.office.clone(), "test")
                .fire_due(ACME)
                .await
                .unwrap(),
            0
        );
    })
    .await;
}

#[tokio::test]
async fn one_that_cannot_fire_holds_up_no_other() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let mut requests = Vec::new();
        for _ in 0..3 {
            requests.push(submit(&house, "700.00").await);
        }
        // What the first says can no longer be read, as after a damaged disk.
        let (_, first) = countersign_kernel::id::any(&requests[0]).unwrap();
        let owner = Database::connect(house.db.url()).await.unwrap();
        let id = match owner.get_database_backend() {
            DbBackend::Postgres => format!("'{first}'"),
            _ => format!("x'{}'", first.simple()),
        };
        let damage = format!("UPDATE requests SET state = '{{' WHERE id = {id}");
        assert_eq!(
            owner.execute_unprepared(&damage).await.unwrap().rows_affected(),
            1
        );
        house.clock.shift(ACME, TimeDelta::days(3));
        let timers = Timers::new(house.office.clone(), "test");
        assert_eq!(timers.fire_due(ACME).await.unwrap(), 3, "all were looked at");
        for request in &requests[1..] {
            assert!(task(&house, "cleo", request).await.is_some(), "the others fired");
        }
        owner.close().await.unwrap();
    })
    .await;
}

/// Runs this as the database's owner.
async fn by_hand(house: &House, sql: &str) {
    let owner = Database::connect(house.db.url()).await.unwrap();
    owner.execute_unprepared(sql).await.unwrap();
    owner.close().await.unwrap();
}

#[tokio::test]
async fn a_clock_that_was_set_back_and_forth_fires_at_once() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let timers = Timers::new(house.office.clone(), "test");
        let id = submit(&house, "700.00").await;
        // By the machine's time the deadline is long over, by the tenant's it is days ahead.
        house.clock.shift(ACME, TimeDelta::days(-1));
        by_hand(&house, "UPDATE tenants SET clock_offset_ms = -86400000").await;
        assert_eq!(timers.turn().await.unwrap(), 0);
        house.clock.shift(ACME, TimeDelta::days(3));
        by_hand(&house, "UPDATE tenants SET clock_offset_ms = 259200000").await;
        assert_eq!(
            timers.turn().await.unwrap(),
            1,
            "nobody holds it until a lease ends"
        );
        assert!(task(&house, "cleo", &id).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn what_the_database_calls_due_fires_on_a_server_whose_clock_is_behind() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let timers = Timers::new(house.office.clone(), "test");
        let id = submit(&house, "700.00").await;
        // The clock of this server shows March, that of the database a later month.
        assert_eq!(timers.turn().await.unwrap(), 1);
        assert!(task(&house, "cleo", &id).await.is_some());
    })
    .await;
}
