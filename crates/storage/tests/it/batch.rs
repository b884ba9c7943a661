//! Many units of work at once: one that fails does not touch its neighbours, and nobody waits for nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_storage::{Error, Uow, log};
use countersign_testkit::{TestDb, for_each_database};
use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use tokio::sync::Notify;

use crate::things::{ACME, Add, GLOBEX, add, entry, fresh, insert, logged, make, names, work};

#[tokio::test]
async fn a_refused_unit_does_not_touch_its_neighbours() {
    for_each_database(|db| async move {
        make(&db).await;
        let units = (0..60).map(|number| {
            let db = &db;
            async move {
                let refused = db.write(
                    ACME,
                    work(move |uow| {
                        Box::pin(async move {
                            insert(uow, fresh(), &format!("thing {number:02}")).await?;
                            if number % 3 == 0 {
                                Err(Error::KeyReused)
                            } else {
                                Ok(())
                            }
                        })
                    }),
                );
                (number, refused.await)
            }
        });
        for (number, result) in join_all(units).await {
            assert_eq!(result.is_ok(), number % 3 != 0, "{number}: {result:?}");
        }
        let kept: Vec<_> = (0..60)
            .filter(|number| number % 3 != 0)
            .map(|number| format!("thing {number:02}"))
            .collect();
        assert_eq!(names(&db, ACME, false).await, kept);
        assert_eq!(logged(&db, ACME).await, 40);
    })
    .await;
}

#[tokio::test]
async fn a_failed_statement_takes_back_its_own_unit_only() {
    for_each_database(|db| async move {
        make(&db).await;
        let pairs = (0..20).flat_map(|number| [number, number]);
        let results = join_all(pairs.map(|number| db.write(ACME, add(&format!("thing {number:02}"))))).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 20);
        assert!(
            results
                .iter()
                .filter_map(|result| result.as_ref().err())
                .all(Error::is_unique)
        );
        assert_eq!(names(&db, ACME, false).await.len(), 20);
    })
    .await;
}

/// The log's rows of a batch are written together at its end; one that is refused there must not take the others.
#[tokio::test]
async fn a_refused_log_entry_takes_back_its_own_unit_only() {
    for_each_database(|db| async move {
        make(&db).await;
        let taken = db.write(ACME, add("first")).await.unwrap();
        let units = (0..12).map(|number| {
            let subject = if number == 5 { taken } else { fresh() };
            db.write(
                ACME,
                work(move |uow| {
                    Box::pin(async move {
                        insert(uow, fresh(), &format!("thing {number:02}")).await?;
                        uow.append(entry(subject, 1));
                        Ok(())
                    })
                }),
            )
        });
        for (number, result) in join_all(units).await.into_iter().enumerate() {
            match number {
                5 => assert!(matches!(result, Err(Error::Conflict)), "{result:?}"),
                _ => result.unwrap(),
            }
        }
        assert_eq!(names(&db, ACME, false).await.len(), 12);
    })
    .await;
}

/// A full disk may cost SQLite the whole transaction: then all of the batch hear of it, and the next batch is served.
#[tokio::test]
async fn a_full_disk_is_told_to_all_and_is_over_when_there_is_room() {
    let db = TestDb::sqlite().await;
    make(&db).await;
    let pages = |most: i64| {
        db.write(
            ACME,
            work(move |uow| {
                Box::pin(async move {
                    let pragma = format!("PRAGMA max_page_count = {most}");
                    uow.writes().await?.execute_unprepared(&pragma).await?;
                    Ok(())
                })
            }),
        )
    };
    // Never less than there is.
    pages(1).await.unwrap();
    let long = "long ".repeat(2000);
    let results = join_all((0..40).map(|number| db.write(ACME, add(&format!("{number} {long}"))))).await;
    let refused = results
        .iter()
        .filter(|result| matches!(result, Err(Error::Unavailable { .. })))
        .count();
    assert!(
        refused > 0
            && results
                .iter()
                .all(|result| matches!(result, Ok(_) | Err(Error::Unavailable { .. })))
    );
    assert_eq!(
        names(&db, ACME, false).await.len(),
        40 - refused,
        "who was refused left nothing behind"
    );
    pages(1_000_000).await.unwrap();
    db.write(ACME, add("room again")).await.unwrap();
}

/// One tenant's crowd is refused when it takes up half of the queue, and another tenant's change is the next in turn.
#[tokio::test]
async fn a_crowd_is_told_at_once_and_keeps_no_other_tenant_waiting() {
    let db = TestDb::sqlite().await;
    make(&db).await;
    let (go_on, done) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    let waits = Arc::clone(&go_on);
    let first = db.write(
        ACME,
        work(move |_| {
            let waits = Arc::clone(&waits);
            Box::pin(async move {
                waits.notified().await;
                Ok(())
            })
        }),
    );
    let crowd = join_all((0..600).map(|number| {
        let done = Arc::clone(&done);
        let one = work(move |uow: &mut Uow| {
            done.fetch_add(1, Ordering::SeqCst);
            Box::pin(async move { insert(uow, fresh(), &format!("{number}")).await })
        });
        db.write(ACME, one)
    }));
    let before = Arc::clone(&done);
    let other = work(move |uow: &mut Uow| {
        let before = before.load(Ordering::SeqCst);
        Box::pin(async move { insert(uow, fresh(), "other").await.map(|()| before) })
    });
    let other = async {
        let (written, ()) = tokio::join!(db.write(GLOBEX, other), async { go_on.notify_one() });
        written
    };
    let (first, crowd, other) = tokio::join!(first, crowd, other);
    first.unwrap();
    let kept = crowd.iter().filter(|result| result.is_ok()).count();
    assert!((500..600).contains(&kept), "{kept}");
    assert_eq!(names(&db, ACME, false).await.len(), kept);
    assert_eq!(
        other.unwrap(),
        0,
        "who took none of the writer's time is next, although the crowd waited before"
    );
    assert_eq!(db.waiting(), 0);
}

#[tokio::test]
async fn tenants_in_one_batch_stay_apart() {
    for_each_database(|db| async move {
        make(&db).await;
        let units = (0..40).map(|number| {
            let tenant = if number % 2 == 0 { ACME } else { GLOBEX };
            db.write(tenant, add(&format!("thing {}", number / 2)))
        });
        for result in join_all(units).await {
            result.unwrap();
        }
        assert_eq!(names(&db, ACME, false).await.len(), 20);
        assert_eq!(names(&db, GLOBEX, false).await.len(), 20);
        assert_eq!((logged(&db, ACME).await, logged(&db, GLOBEX).await), (20, 20));
    })
    .await;
}

#[tokio::test]
async fn more_entries_than_one_statement_takes_are_kept_whole() {
    for_each_database(|db| async move {
        make(&db).await;
        let id = fresh();
        let many = db.write(
            ACME,
            work(move |uow| {
                Box::pin(async move {
                    insert(uow, id, "anvil").await?;
                    (2..=200).for_each(|version| uow.append(entry(id, version)));
                    Ok(())
                })
            }),
        );
        many.await.unwrap();
        let reader = db.read(ACME).await.unwrap();
        let link = countersign_kernel::catalogue::Link::new("deal", id);
        assert_eq!(
            log::history(&reader, ACME, &link, 0, 500).await.unwrap().len(),
            200
        );
    })
    .await;
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_stop_the_change() {
    for_each_database(|db| async move {
        make(&db).await;
        let id = fresh();
        let gone = db.write(ACME, Add(id, "anvil".to_owned()));
        // It is polled once, which submits it, and dropped.
        let _ = tokio::time::timeout(std::time::Duration::ZERO, gone).await;
        for _ in 0..100 {
            if !names(&db, ACME, false).await.is_empty() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("the change was lost with its caller");
    })
    .await;
}

#[tokio::test]
async fn closing_serves_who_was_admitted_and_lets_the_file_go() {
    let db = TestDb::sqlite().await;
    make(&db).await;
    let units = join_all((0..100).map(|number| db.write(ACME, add(&format!("{number}")))));
    let closing = async {
        tokio::task::yield_now().await;
        db.close().await;
        db.close().await;
    };
    let (results, ()) = tokio::join!(units, closing);
    let kept = results.iter().filter(|result| result.is_ok()).count();
    assert!(
        results
            .iter()
            .all(|result| matches!(result, Ok(_) | Err(Error::Unavailable { .. })))
    );
    assert!(matches!(
        db.write(ACME, add("late")).await,
        Err(Error::Unavailable { .. })
    ));
    let again = countersign_storage::Db::open(countersign_storage::Options::new(db.url()))
        .await
        .unwrap();
    assert_eq!(names(&again, ACME, false).await.len(), kept);
}
