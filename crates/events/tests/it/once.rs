//! An effect happens once, whatever happens to cursors and servers.

use std::time::Duration;

use countersign_testkit::for_each_database;

use crate::bench::{Counting, Sql, TENANT, assert_once_and_in_order, effects, happen, run, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_has_one_effect_and_a_record_keeps_its_order() {
    for_each_database(async |db| {
        let running = run(&db, "one", Counting::all());
        happen(&db, 8, 1..=10).await;
        assert!(running.follower().caught_up(Duration::from_secs(20)).await);
        running.stop().await.unwrap();
        assert_once_and_in_order(&db, 80).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_handed_out_again_is_not_done_again() {
    for_each_database(async |db| {
        happen(&db, 4, 1..=10).await;
        for round in 0..3 {
            let running = run(&db, &format!("round {round}"), Counting::all());
            assert!(running.follower().caught_up(Duration::from_secs(20)).await);
            running.stop().await.unwrap();
            db.write(TENANT, Sql("UPDATE consumers SET cursor = NULL".into()))
                .await
                .unwrap();
        }
        assert_once_and_in_order(&db, 40).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_dies_is_replaced_and_nothing_is_done_twice() {
    for_each_database(async |db| {
        happen(&db, 6, 1..=20).await;
        for life in 0..4 {
            // A runtime that is torn down at any await is a server that was killed.
            let handle = db.clone();
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap();
            runtime.spawn(async move {
                let _running = run(&handle, &format!("life {life}"), Counting::all());
                std::future::pending::<()>().await;
            });
            tokio::time::sleep(Duration::from_millis(40 + 20 * life)).await;
            runtime.shutdown_background();
        }
        let running = run(&db, "the last", Counting::all());
        until("all effects", async || effects(&db).await.len() == 120).await;
        running.stop().await.unwrap();
        assert_once_and_in_order(&db, 120).await;
    })
    .await;
}
