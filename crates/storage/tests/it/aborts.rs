//! Callers that go away: nothing of theirs is left on a connection that others use next.

use std::time::Duration;

use countersign_storage::{Db, Options, log};
use countersign_testkit::TestDb;

use crate::things::{ACME, add, make};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_goes_away_leaves_no_transaction_behind() {
    let Some(test) = TestDb::postgres().await else {
        return;
    };
    make(&test).await;
    // Two connections, so that each is used by readers and writers in turn.
    let db = Db::open(Options {
        connections: 2,
        ..Options::new(test.url())
    })
    .await
    .unwrap();
    let hanging_up = (0..4_u64).map(|caller| {
        let db = db.clone();
        tokio::spawn(async move {
            for round in 0..250_u64 {
                // From a moment after the call to about the time that the answer takes.
                let patience = Duration::from_micros((caller * 977 + round * 131) % 1_500);
                let call = async {
                    if round.is_multiple_of(2) {
                        log::last_seq(&db.read(ACME).await.unwrap(), ACME).await.unwrap();
                    } else {
                        log::newest(&db.across_tenants().await.unwrap()).await.unwrap();
                    }
                };
                let _ = tokio::time::timeout(patience, call).await;
            }
        })
    });
    let hanging_up: Vec<_> = hanging_up.collect();
    let mut written = 0;
    while hanging_up.iter().any(|task| !task.is_finished()) {
        db.write(ACME, add(&format!("beside {written}"))).await.unwrap();
        written += 1;
    }
    for task in hanging_up {
        task.await.unwrap();
    }
    assert!(written > 0);
    let reader = db.read(ACME).await.unwrap();
    let log = log::after(&reader, ACME, countersign_storage::WindowCursor::default())
        .await
        .unwrap();
    drop(reader);
    assert_eq!(log.all, written);
    db.close().await;
}
