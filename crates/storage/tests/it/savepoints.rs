//! A part of a unit of work that fails is taken back by itself; one unit may serve several tenants.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use countersign_storage::{Error, Uow};
use countersign_testkit::for_each_database;

use crate::things::{ACME, GLOBEX, fresh, insert, logged, make, names, touch, work};

/// Adds a thing, twice if `again`: the second time breaks its unique name.
async fn part(uow: &mut Uow, name: &'static str, again: bool, hooks: Arc<AtomicU32>) -> Result<(), Error> {
    let kept = uow.savepoint(|uow| {
        Box::pin(async move {
            insert(uow, fresh(), name).await?;
            uow.after_commit(move || {
                hooks.fetch_add(1, Ordering::SeqCst);
            });
            if again {
                insert(uow, fresh(), name).await?;
            }
            Ok::<_, Error>(())
        })
    });
    assert_eq!(kept.await?.is_err(), again, "{name}");
    Ok(())
}

#[tokio::test]
async fn a_part_that_fails_leaves_nothing_and_the_unit_goes_on() {
    for_each_database(|db| async move {
        make(&db).await;
        let hooks = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&hooks);
        let done = work(move |uow: &mut Uow| {
            let hooks = Arc::clone(&counted);
            Box::pin(async move {
                part(uow, "first", true, Arc::clone(&hooks)).await?;
                part(uow, "second", false, Arc::clone(&hooks)).await?;
                part(uow, "third", true, Arc::clone(&hooks)).await?;
                insert(uow, fresh(), "last").await
            })
        });
        db.write(ACME, done).await.unwrap();
        assert_eq!(names(&db, ACME, false).await, ["last", "second"]);
        assert_eq!(logged(&db, ACME).await, 2, "entries go with their part");
        assert_eq!(hooks.load(Ordering::SeqCst), 1, "and hooks");
    })
    .await;
}

#[tokio::test]
async fn a_part_inside_a_part_is_taken_back_with_it_or_alone() {
    for_each_database(|db| async move {
        make(&db).await;
        let done = work(|uow: &mut Uow| {
            Box::pin(async move {
                let outer = uow.savepoint(|uow| {
                    Box::pin(async move {
                        insert(uow, fresh(), "outer").await?;
                        let inner = uow.savepoint(|uow| {
                            Box::pin(async move {
                                insert(uow, fresh(), "inner").await?;
                                touch(uow, fresh(), 7).await
                            })
                        });
                        assert!(matches!(inner.await?, Err(Error::Conflict)));
                        Ok::<_, Error>(())
                    })
                });
                outer.await??;
                let lost = uow.savepoint(|uow| {
                    Box::pin(async move {
                        let inner = uow.savepoint(|uow| Box::pin(insert(uow, fresh(), "kept for a moment")));
                        inner.await??;
                        Err::<(), _>(Error::Conflict)
                    })
                });
                assert!(lost.await?.is_err());
                Ok(())
            })
        });
        db.write(ACME, done).await.unwrap();
        assert_eq!(names(&db, ACME, false).await, ["outer"]);
        assert_eq!(logged(&db, ACME).await, 1);
    })
    .await;
}

#[tokio::test]
async fn one_unit_serves_two_tenants_and_each_entry_is_its_own() {
    for_each_database(|db| async move {
        make(&db).await;
        let done = work(|uow: &mut Uow| {
            Box::pin(async move {
                insert(uow, fresh(), "of acme").await?;
                uow.enter(GLOBEX).await?;
                insert(uow, fresh(), "of globex").await?;
                uow.enter(ACME).await?;
                insert(uow, fresh(), "of acme too").await
            })
        });
        db.write(ACME, done).await.unwrap();
        assert_eq!(names(&db, ACME, false).await, ["of acme", "of acme too"]);
        assert_eq!(names(&db, GLOBEX, false).await, ["of globex"]);
        assert_eq!((logged(&db, ACME).await, logged(&db, GLOBEX).await), (2, 1));
    })
    .await;
}
