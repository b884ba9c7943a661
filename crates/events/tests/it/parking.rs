//! What fails waits with its record, and holds up nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_events::{Failure, lags};
use countersign_testkit::{TestDb, for_each_database};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::bench::{Counting, assert_once_and_in_order, effects, happen, read_all, run, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_record_waits_and_the_others_go_on() {
    for_each_database(async |db| {
        let broken = Arc::new(AtomicBool::new(true));
        let seen = Arc::clone(&broken);
        let consumer = Counting {
            judge: Arc::new(move |event| {
                let fails = event.subject.id == Uuid::from_u128(1)
                    && event.version >= 2
                    && seen.load(Ordering::SeqCst);
                if fails {
                    Err(Failure::Again("the other side is away".into()))
                } else {
                    Ok(())
                }
            }),
        };
        let running = run(&db, "one", Arc::new(consumer));
        happen(&db, 4, 1..=5).await;
        // 3 records whole, and the first event of the broken one.
        until("all but the parked", async || effects(&db).await.len() == 16).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(effects(&db).await.len(), 16);
        let lag = lags(&db).await.unwrap();
        assert_eq!((lag[0].consumer.as_str(), lag[0].parked), ("counting", 4));

        broken.store(false, Ordering::SeqCst);
        until("the parked too", async || effects(&db).await.len() == 20).await;
        running.stop().await.unwrap();
        assert_once_and_in_order(&db, 20).await;
        assert_eq!(lags(&db).await.unwrap()[0].parked, 0);
    })
    .await;
}

/// What somebody with the database's password runs.
async fn damage(db: &TestDb, statement: &str) {
    let owner = sea_orm::Database::connect(db.url()).await.unwrap();
    owner.execute_unprepared(statement).await.unwrap();
    owner.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_cannot_be_read_waits_with_its_record_and_the_others_go_on() {
    for_each_database(async |db| {
        happen(&db, 4, 1..=3).await;
        damage(&db, "CREATE TABLE kept AS SELECT id, body FROM log WHERE version = 2").await;
        // The second event of two records: one of them is mended, the other one is lost.
        damage(&db, "UPDATE log SET body = '{' WHERE version = 2 AND subject_id IN (SELECT subject_id FROM log WHERE version = 1 ORDER BY seq LIMIT 2)").await;
        let running = run(&db, "one", Counting::all());
        until("all but what stands behind", async || effects(&db).await.len() == 8).await;
        until("parked", async || lags(&db).await.unwrap()[0].parked == 4).await;
        damage(&db, "UPDATE log SET body = (SELECT body FROM kept WHERE kept.id = log.id) WHERE seq = (SELECT min(seq) FROM log WHERE body = '{')").await;
        damage(&db, "DELETE FROM log WHERE body = '{'").await;
        until("the mended record", async || effects(&db).await.len() == 10).await;
        happen(&db, 6, 4..=4).await;
        until("what comes later", async || effects(&db).await.len() == 15).await;
        running.stop().await.unwrap();
        let lag = lags(&db).await.unwrap();
        assert_eq!(lag[0].parked, 3, "the lost one waits, with those behind it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_kept_instead_of_the_effect() {
    for_each_database(async |db| {
        let consumer = Counting {
            judge: Arc::new(|event| {
                if event.version == 2 {
                    Err(Failure::Refused("no".into()))
                } else {
                    Ok(())
                }
            }),
        };
        let running = run(&db, "one", Arc::new(consumer));
        happen(&db, 2, 1..=3).await;
        assert!(running.follower().caught_up(Duration::from_secs(20)).await);
        running.stop().await.unwrap();
        assert_eq!(
            effects(&db).await.len(),
            4,
            "what was written before the refusal is undone"
        );
        let refusals = read_all(&db)
            .await
            .iter()
            .filter(|entry| entry.kind == "test.refusal.kept")
            .count();
        assert_eq!(refusals, 2);
    })
    .await;
}
