//! One unit of work: kept whole or not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use countersign_kernel::catalogue::Link;
use countersign_storage::{Error, log};
use countersign_testkit::{TestDb, for_each_database};
use sea_orm::ConnectionTrait;

use crate::things::{ACME, Touch, add, entry, fresh, insert, logged, make, names, sql, touch, work};

#[tokio::test]
async fn what_is_kept_is_read_back_with_its_history() {
    for_each_database(|db| async move {
        make(&db).await;
        let id = db.write(ACME, add("anvil")).await.unwrap();
        db.write(ACME, Touch(id, 1)).await.unwrap();
        assert_eq!(names(&db, ACME, false).await, ["anvil"]);
        let reader = db.read(ACME).await.unwrap();
        let history = log::history(&reader, ACME, &Link::new("deal", id), 0, 10)
            .await
            .unwrap();
        assert_eq!(
            history.iter().map(|logged| logged.version).collect::<Vec<_>>(),
            [1, 2]
        );
        let first = entry(id, 1);
        assert_eq!(
            (&history[0].links, &history[0].body, history[0].at),
            (&first.links, &first.body, first.at)
        );
        assert_eq!(
            log::entry(&reader, ACME, history[1].id).await.unwrap().unwrap(),
            history[1]
        );
    })
    .await;
}

#[tokio::test]
async fn an_error_keeps_nothing_and_runs_no_hook() {
    for_each_database(|db| async move {
        make(&db).await;
        let hooks = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&hooks);
        let refused = db.write(
            ACME,
            work(move |uow| {
                let counted = Arc::clone(&counted);
                Box::pin(async move {
                    insert(uow, fresh(), "anvil").await?;
                    uow.after_commit(move || {
                        counted.fetch_add(1, Ordering::SeqCst);
                    });
                    Err::<(), _>(Error::KeyReused)
                })
            }),
        );
        assert!(matches!(refused.await, Err(Error::KeyReused)));
        assert!(names(&db, ACME, false).await.is_empty());
        assert_eq!(hooks.load(Ordering::SeqCst), 0);
        assert_eq!(logged(&db, ACME).await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_abandoned_unit_answers_and_keeps_nothing() {
    for_each_database(|db| async move {
        make(&db).await;
        let answer = db.write(
            ACME,
            work(|uow| {
                Box::pin(async move {
                    insert(uow, fresh(), "anvil").await?;
                    uow.abandon();
                    Ok(42)
                })
            }),
        );
        assert_eq!(answer.await.unwrap(), 42);
        assert!(names(&db, ACME, false).await.is_empty());
        db.write(ACME, add("anvil")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_moved_version_and_a_second_of_something_unique_are_conflicts() {
    for_each_database(|db| async move {
        make(&db).await;
        let id = db.write(ACME, add("anvil")).await.unwrap();
        db.write(ACME, Touch(id, 1)).await.unwrap();
        assert!(matches!(db.write(ACME, Touch(id, 1)).await, Err(Error::Conflict)));
        let second = db.write(ACME, add("anvil")).await.unwrap_err();
        assert!(
            second.is_unique_in("things", "name") && !second.is_unique_in("log", "name"),
            "{second:?}"
        );
        assert!(second.is_conflict());
    })
    .await;
}

#[tokio::test]
async fn one_version_is_logged_once_whatever_the_row_says() {
    for_each_database(|db| async move {
        make(&db).await;
        let id = db.write(ACME, add("anvil")).await.unwrap();
        let again = db.write(
            ACME,
            work(move |uow| {
                Box::pin(async move {
                    uow.append(entry(id, 1));
                    Ok(())
                })
            }),
        );
        assert!(matches!(again.await, Err(Error::Conflict)));
    })
    .await;
}

#[tokio::test]
async fn of_many_who_change_one_version_one_succeeds() {
    for_each_database(|db| async move {
        make(&db).await;
        let id = db.write(ACME, add("anvil")).await.unwrap();
        let tries = (0..16).map(|_| db.write(ACME, Touch(id, 1)));
        let done = futures_util::future::join_all(tries).await;
        assert_eq!(done.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(
            done.iter()
                .all(|result| matches!(result, Ok(()) | Err(Error::Conflict)))
        );
    })
    .await;
}

/// Two units that take the same two rows in opposite order: one is sent back by the database, and runs again.
#[tokio::test]
async fn a_deadlock_is_run_again_and_nobody_sees_it() {
    for_each_database(|db| async move {
        make(&db).await;
        let one = db.write(ACME, add("one")).await.unwrap();
        let two = db.write(ACME, add("two")).await.unwrap();
        let rename = |first: uuid::Uuid, second: uuid::Uuid| {
            db.write(
                ACME,
                work(move |uow| {
                    Box::pin(async move {
                        for id in [first, second] {
                            let text =
                                "UPDATE things SET version = version + 1 WHERE tenant_id = ? AND id = ?";
                            let values = vec![uow.tenant().0.into(), id.into()];
                            sql(uow.writes().await?, text, values).await?;
                            tokio::time::sleep(Duration::from_millis(100)).await;
                        }
                        Ok(())
                    })
                }),
            )
        };
        let (left, right) = tokio::join!(rename(one, two), rename(two, one));
        left.unwrap();
        right.unwrap();
        db.write(ACME, Touch(one, 3)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_unit_of_work_has_five_seconds() {
    for_each_database(|db| async move {
        make(&db).await;
        let slow = db.write(
            ACME,
            work(|uow| {
                Box::pin(async move {
                    insert(uow, fresh(), "anvil").await?;
                    tokio::time::sleep(Duration::from_mins(1)).await;
                    Ok(())
                })
            }),
        );
        let quick = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            db.write(ACME, add("bellows")).await
        };
        let (slow, quick) = tokio::join!(slow, quick);
        assert!(matches!(slow, Err(Error::Unavailable { .. })), "{slow:?}");
        quick.unwrap();
        assert_eq!(names(&db, ACME, false).await, ["bellows"]);
    })
    .await;
}

#[tokio::test]
async fn a_unit_that_goes_on_after_a_failed_statement_is_not_kept() {
    for_each_database(|db| async move {
        make(&db).await;
        db.write(ACME, add("anvil")).await.unwrap();
        let stubborn = db.write(
            ACME,
            work(|uow| {
                Box::pin(async move {
                    insert(uow, fresh(), "bellows").await?;
                    let _ = insert(uow, fresh(), "anvil").await;
                    Ok(())
                })
            }),
        );
        assert!(matches!(stubborn.await, Err(Error::Broken(_))));
        assert_eq!(names(&db, ACME, false).await, ["anvil"]);
    })
    .await;
}

#[tokio::test]
async fn a_panic_answers_as_a_fault_and_the_next_is_served() {
    for_each_database(|db| async move {
        make(&db).await;
        let panics = db.write(
            ACME,
            work(|uow| {
                Box::pin(async move {
                    insert(uow, fresh(), "anvil").await?;
                    panic!("the panic of this test");
                    #[expect(unreachable_code, reason = "it names the answer's type")]
                    Ok(())
                })
            }),
        );
        assert!(matches!(panics.await, Err(Error::Broken(_))));
        db.write(ACME, add("anvil")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_change_goes_through_writes_only() {
    for_each_database(|db| async move {
        make(&db).await;
        let sly = db.write(
            ACME,
            work(|uow| {
                Box::pin(async move {
                    sql(
                        uow.reads(),
                        "DELETE FROM things WHERE tenant_id = ?",
                        vec![uow.tenant().0.into()],
                    )
                    .await
                })
            }),
        );
        assert!(matches!(sly.await, Err(Error::Broken(_))));
        let with = "WITH gone AS (SELECT 1) DELETE FROM things";
        let slyer = db.write(
            ACME,
            work(move |uow| Box::pin(async move { sql(uow.reads(), with, vec![]).await })),
        );
        assert!(matches!(slyer.await, Err(Error::Broken(_))));
        let reader = db.read(ACME).await.unwrap();
        assert!(sql(&reader, "DELETE FROM things", vec![]).await.is_err());
        let with = "WITH gone AS (SELECT 1) delete from things";
        assert!(
            sql(&reader, with, vec![]).await.is_err(),
            "the database itself refuses what a reader changes"
        );
    })
    .await;
}

#[tokio::test]
async fn statements_are_counted_and_transaction_control_is_not() {
    for_each_database(|db| async move {
        make(&db).await;
        let id = db.write(ACME, add("anvil")).await.unwrap();
        let before = db.statements();
        let counted = db.write(
            ACME,
            work(move |uow| {
                Box::pin(async move {
                    touch(uow, id, 1).await?;
                    touch(uow, id, 2).await?;
                    Ok(uow.statements())
                })
            }),
        );
        assert_eq!(counted.await.unwrap(), 2);
        assert_eq!(
            db.statements() - before,
            3,
            "two updates, and the log's rows in one"
        );
    })
    .await;
}

#[tokio::test]
async fn a_second_server_over_one_file_is_refused_in_words() {
    let db = TestDb::sqlite().await;
    let options = countersign_storage::Options::new(db.url());
    let Err(Error::Setup(said)) = countersign_storage::Db::open(options.clone()).await else {
        panic!("it was opened")
    };
    assert!(said.contains("another server is using"), "{said}");
    db.close().await;
    countersign_storage::Db::open(options).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_second_way_to_the_same_file_is_refused_too() {
    let db = TestDb::sqlite().await;
    let way = db.folder().unwrap().join("other.db");
    std::os::unix::fs::symlink(db.file().unwrap(), &way).unwrap();
    let url = format!("sqlite://{}", way.display());
    assert!(matches!(
        countersign_storage::Db::open(countersign_storage::Options::new(url)).await,
        Err(Error::Setup(_))
    ));
}

/// A unique index over an expression is named otherwise by SQLite; callers ask in one way.
#[tokio::test]
async fn a_unique_index_over_an_expression_is_recognised() {
    for_each_database(|db| async move {
        make(&db).await;
        let owner = sea_orm::Database::connect(db.url()).await.unwrap();
        let index = "CREATE UNIQUE INDEX things_lower_name ON things (tenant_id, lower(name))";
        owner.execute_unprepared(index).await.unwrap();
        owner.close().await.unwrap();
        db.write(ACME, add("anvil")).await.unwrap();
        let second = db.write(ACME, add("ANVIL")).await.unwrap_err();
        assert!(second.is_unique_in("things", "name"), "{second:?}");
    })
    .await;
}

#[tokio::test]
async fn whoever_follows_the_log_is_woken() {
    for_each_database(|db| async move {
        make(&db).await;
        let mut woken = db.woken();
        let wait = async { tokio::time::timeout(Duration::from_secs(2), woken.wait()).await };
        let (woke, added) = tokio::join!(wait, db.write(ACME, add("anvil")));
        added.unwrap();
        woke.unwrap();
    })
    .await;
}

#[tokio::test]
async fn another_server_is_woken_too() {
    let Some(db) = TestDb::postgres().await else {
        return;
    };
    make(&db).await;
    let other = countersign_storage::Db::open(countersign_storage::Options::new(db.url()))
        .await
        .unwrap();
    let mut woken = other.woken();
    // The first look, when it began to listen.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let _ = tokio::time::timeout(Duration::from_millis(50), woken.wait()).await;
    db.write(ACME, add("anvil")).await.unwrap();
    tokio::time::timeout(Duration::from_secs(2), woken.wait())
        .await
        .unwrap();
    other.close().await;
}

/// Idle connections that the database has closed (it was restarted) do not become anybody's error.
#[tokio::test]
async fn a_restarted_database_is_found_again() {
    let Some(db) = TestDb::postgres().await else {
        return;
    };
    make(&db).await;
    let all = (0..8).map(|number| db.write(ACME, add(&format!("{number}"))));
    futures_util::future::join_all(all)
        .await
        .into_iter()
        .for_each(|result| assert!(result.is_ok()));
    let owner = sea_orm::Database::connect(db.url()).await.unwrap();
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    owner.execute_unprepared(end).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    db.write(ACME, add("after")).await.unwrap();
    assert_eq!(names(&db, ACME, false).await.len(), 9);
    db.across_tenants().await.unwrap();
    owner.close().await.unwrap();
}
