//! What PostgreSQL's numbers of transactions do to the order of the log: the inversions, and windows that may not part a record.

use std::sync::Arc;

use countersign_storage::{Db, Error, WindowCursor, log};
use countersign_testkit::TestDb;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::things::{ACME, Touch, add, fresh, insert, make, touch, work};
use crate::windows::{follow, follow_to, make_many};

/// Two transactions that overlap: `early` takes its number first, and waits to be let go on.
struct Overlap {
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl Overlap {
    fn new() -> Self {
        Self {
            begun: Arc::default(),
            go_on: Arc::default(),
        }
    }

    /// A unit of work that takes its number, waits, and then makes version 3 of a thing, whose version 2 has the larger number.
    async fn changes_later(&self, db: &Db, thing: Uuid) -> Result<(), Error> {
        let (begun, go_on) = (Arc::clone(&self.begun), Arc::clone(&self.go_on));
        let other = fresh();
        db.write(
            ACME,
            work(move |uow| {
                let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
                Box::pin(async move {
                    insert(uow, other, "other").await?;
                    begun.notify_one();
                    go_on.notified().await;
                    touch(uow, thing, 2).await
                })
            }),
        )
        .await
    }
}

/// The first inversion: a transaction that began earlier commits later. A reader that goes by `seq` would miss it.
#[tokio::test]
async fn a_transaction_that_began_earlier_and_commits_later_is_not_missed() {
    let Some(db) = TestDb::postgres().await else {
        return;
    };
    make(&db).await;
    let overlap = Overlap::new();
    let (early, late) = (fresh(), fresh());
    let (begun, go_on) = (Arc::clone(&overlap.begun), Arc::clone(&overlap.go_on));
    let slow = db.write(
        ACME,
        work(move |uow| {
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            Box::pin(async move {
                insert(uow, early, "early").await?;
                begun.notify_one();
                go_on.notified().await;
                Ok(())
            })
        }),
    );
    let watch = async {
        overlap.begun.notified().await;
        let mut cursor = WindowCursor::default();
        db.write(ACME, crate::things::Add(late, "late".to_owned()))
            .await
            .unwrap();
        let meanwhile = follow(&db, &mut cursor).await;
        assert!(
            meanwhile.is_empty(),
            "what is behind an open transaction waits for it"
        );
        overlap.go_on.notify_one();
        cursor
    };
    let (done, mut cursor) = tokio::join!(slow, watch);
    done.unwrap();
    let mut read: Vec<_> = follow_to(&db, &mut cursor, 2)
        .await
        .iter()
        .map(|logged| logged.subject.id)
        .collect();
    read.sort_unstable();
    let mut both = vec![early, late];
    both.sort_unstable();
    assert_eq!(read, both);
}

/// The second inversion: a record's later version carries the smaller xid. A reader that goes by `(xid, seq)`
/// would see version 3 before version 2.
#[tokio::test]
async fn a_later_version_with_the_smaller_xid_comes_later() {
    let Some(db) = TestDb::postgres().await else {
        return;
    };
    make(&db).await;
    let thing = db.write(ACME, add("thing")).await.unwrap();
    let mut cursor = WindowCursor::default();
    follow_to(&db, &mut cursor, 1).await;
    let overlap = Overlap::new();
    let slow = overlap.changes_later(&db, thing);
    let quick = async {
        overlap.begun.notified().await;
        db.write(ACME, Touch(thing, 1)).await.unwrap();
        assert!(follow(&db, &mut cursor).await.is_empty());
        overlap.go_on.notify_one();
    };
    let (done, ()) = tokio::join!(slow, quick);
    done.unwrap();
    let read = follow_to(&db, &mut cursor, 3).await;
    let versions: Vec<_> = read.iter().filter(|logged| logged.subject.id == thing).collect();
    assert_eq!(
        versions.iter().map(|logged| logged.version).collect::<Vec<_>>(),
        [2, 3]
    );
    assert!(
        versions[0].xid > versions[1].xid,
        "this is the inversion that the test is about"
    );
}

/// The same, while somebody else's transaction with a number between the two holds the horizon between them.
#[tokio::test]
async fn a_window_that_would_split_a_record_waits() {
    let Some(db) = TestDb::postgres().await else {
        return;
    };
    make(&db).await;
    let thing = db.write(ACME, add("thing")).await.unwrap();
    let mut cursor = WindowCursor::default();
    follow_to(&db, &mut cursor, 1).await;
    let overlap = Overlap::new();
    let slow = overlap.changes_later(&db, thing);
    let foreign = sea_orm::Database::connect(db.url()).await.unwrap();
    let between = async {
        overlap.begun.notified().await;
        let transaction = sea_orm::TransactionTrait::begin(&foreign).await.unwrap();
        sea_orm::ConnectionTrait::execute_unprepared(&transaction, "SELECT pg_current_xact_id()")
            .await
            .unwrap();
        db.write(ACME, Touch(thing, 1)).await.unwrap();
        overlap.go_on.notify_one();
        transaction
    };
    let (done, transaction) = tokio::join!(slow, between);
    done.unwrap();
    assert!(
        follow(&db, &mut cursor).await.is_empty(),
        "version 3 does not come without version 2"
    );
    assert!(
        log::held_back_since(&db.across_tenants().await.unwrap())
            .await
            .unwrap()
            .is_some()
    );
    transaction.rollback().await.unwrap();
    let read = follow_to(&db, &mut cursor, 3).await;
    let versions: Vec<_> = read
        .iter()
        .filter(|logged| logged.subject.id == thing)
        .map(|logged| logged.version)
        .collect();
    assert_eq!(versions, [2, 3]);
}

/// Where such a window would end between two versions of a record that were numbered the other way round, it goes on.
#[tokio::test]
async fn a_window_of_a_bounded_size_parts_no_record() {
    let Some(db) = TestDb::postgres().await else {
        return;
    };
    make(&db).await;
    let thing = db.write(ACME, add("thing")).await.unwrap();
    make_many(&db, 1022).await;
    let overlap = Overlap::new();
    let slow = overlap.changes_later(&db, thing);
    let quick = async {
        overlap.begun.notified().await;
        db.write(ACME, Touch(thing, 1)).await.unwrap();
        overlap.go_on.notify_one();
    };
    let (done, ()) = tokio::join!(slow, quick);
    done.unwrap();
    // 1025 entries stand before version 2, the last of them version 3.
    make_many(&db, 100).await;
    let mut cursor = WindowCursor::default();
    let read = follow_to(&db, &mut cursor, 1126).await;
    let versions: Vec<_> = read.iter().filter(|logged| logged.subject.id == thing).collect();
    assert_eq!(
        versions.iter().map(|logged| logged.version).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert!(
        versions[1].xid > versions[2].xid,
        "this is the inversion that the test is about"
    );
}
