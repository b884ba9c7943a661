//! What takes long is done outside of the unit of work that needs it, which then runs again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use countersign_storage::{Error, Uow};
use countersign_testkit::for_each_database;
use tokio::sync::Notify;

use crate::things::{ACME, add, fresh, insert, logged, make, names, work};

/// Something that one unit of work needs and others do not.
#[derive(Default)]
struct Needed {
    /// Lets the preparation end.
    go_on: Notify,
    ready: AtomicBool,
    runs: AtomicU32,
}

impl Needed {
    async fn get(self: &Arc<Self>, uow: &Uow) -> Result<(), Error> {
        if self.ready.load(Ordering::SeqCst) {
            return Ok(());
        }
        let needed = Arc::clone(self);
        let prepare = async move {
            needed.go_on.notified().await;
            needed.ready.store(true, Ordering::SeqCst);
        };
        uow.reads().prepare(prepare).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_go_on_while_a_unit_waits_for_what_it_needs() {
    for_each_database(|db| async move {
        make(&db).await;
        let needed = Arc::new(Needed::default());
        let needs = Arc::clone(&needed);
        let waits = work(move |uow: &mut Uow| {
            let needs = Arc::clone(&needs);
            Box::pin(async move {
                needs.runs.fetch_add(1, Ordering::SeqCst);
                insert(uow, fresh(), "first").await?;
                needs.get(uow).await?;
                insert(uow, fresh(), "second").await
            })
        });
        let handle = db.clone();
        let waiting = tokio::spawn(async move { handle.write(ACME, waits).await });
        while needed.runs.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        db.write(ACME, add("another")).await.unwrap();
        assert_eq!(names(&db, ACME, false).await, ["another"]);
        assert!(!waiting.is_finished());
        needed.go_on.notify_one();
        waiting.await.unwrap().unwrap();
        assert_eq!(names(&db, ACME, false).await, ["another", "first", "second"]);
        assert_eq!(logged(&db, ACME).await, 3);
        assert_eq!(needed.runs.load(Ordering::SeqCst), 2);
    })
    .await;
}

#[tokio::test]
async fn a_part_that_waits_has_not_failed() {
    for_each_database(|db| async move {
        make(&db).await;
        let needed = Arc::new(Needed::default());
        needed.go_on.notify_one();
        let needs = Arc::clone(&needed);
        let done = work(move |uow: &mut Uow| {
            let needs = Arc::clone(&needs);
            Box::pin(async move {
                needs.runs.fetch_add(1, Ordering::SeqCst);
                let part = uow.savepoint(|uow| {
                    Box::pin(async move {
                        needs.get(uow).await?;
                        insert(uow, fresh(), "part").await
                    })
                });
                if part.await?.is_err() {
                    insert(uow, fresh(), "the part failed").await?;
                }
                Ok(())
            })
        });
        db.write(ACME, done).await.unwrap();
        assert_eq!(names(&db, ACME, false).await, ["part"]);
        assert_eq!(needed.runs.load(Ordering::SeqCst), 2);
    })
    .await;
}

#[tokio::test]
async fn what_is_never_ready_ends() {
    for_each_database(|db| async move {
        make(&db).await;
        let never = work(|uow: &mut Uow| {
            Box::pin(async move {
                insert(uow, fresh(), "never").await?;
                uow.reads().prepare(async {}).await
            })
        });
        let refused = db.write(ACME, never).await;
        assert!(matches!(refused, Err(Error::Unavailable { .. })), "{refused:?}");
        assert!(names(&db, ACME, false).await.is_empty());
        db.write(ACME, add("another")).await.unwrap();
        let reader = db.read(ACME).await.unwrap();
        assert_eq!(
            reader.prepare(async { 7 }).await.unwrap(),
            7,
            "whoever only reads waits for it"
        );
    })
    .await;
}
