//! Reading the log as it grows: nothing missed, nothing twice, and a record's versions in order.

use std::sync::Arc;

use countersign_storage::{Db, Logged, WindowCursor, log};
use countersign_testkit::{TestDb, for_each_database};
use tokio::sync::Notify;

use crate::things::{ACME, GLOBEX, Touch, add, fresh, insert, make, touch, work};

/// Reads on from the cursor until it stays, a few entries at a time.
pub(crate) async fn follow(db: &Db, cursor: &mut WindowCursor) -> Vec<Logged> {
    let mut read = Vec::new();
    loop {
        let door = db.door().await.unwrap();
        let batch = log::window(&door, *cursor, None, 3).await.unwrap();
        drop(door);
        if batch.is_end() {
            *cursor = batch.began;
            return read;
        }
        let loaded = log::load(db, &batch.entries).await.unwrap();
        read.extend(loaded.iter().map(|stored| stored.parse().unwrap()));
        *cursor = batch.next;
    }
}

/// Reads on until so many have come. A long transaction anywhere in the cluster (another test's) holds readers back
/// for a while.
pub(crate) async fn follow_to(db: &Db, cursor: &mut WindowCursor, count: usize) -> Vec<Logged> {
    let mut read = Vec::new();
    for _ in 0..1000 {
        read.extend(follow(db, cursor).await);
        if read.len() >= count {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(read.len(), count);
    read
}

#[tokio::test]
async fn a_reader_gets_everything_once_in_order() {
    for_each_database(|db| async move {
        make(&db).await;
        let mut cursor = WindowCursor::default();
        let mut read = Vec::new();
        for round in 0..5 {
            for number in 0..4 {
                let tenant = if number % 2 == 0 { ACME } else { GLOBEX };
                let id = db.write(tenant, add(&format!("{round} {number}"))).await.unwrap();
                db.write(tenant, Touch(id, 1)).await.unwrap();
            }
            read.extend(follow_to(&db, &mut cursor, 8).await);
        }
        let mut places: Vec<_> = read.iter().map(|logged| logged.seq).collect();
        places.dedup();
        assert_eq!(places.len(), 40);
        for logged in read.iter().filter(|logged| logged.version == 2) {
            let first = read
                .iter()
                .position(|other| other.subject == logged.subject)
                .unwrap();
            assert_eq!(read[first].version, 1);
        }
        assert!(follow(&db, &mut cursor).await.is_empty());
        assert_eq!(WindowCursor::decode(&cursor.encode()), Some(cursor));
    })
    .await;
}

#[tokio::test]
async fn from_now_on_leaves_out_what_was() {
    for_each_database(|db| async move {
        make(&db).await;
        db.write(ACME, add("before")).await.unwrap();
        follow_to(&db, &mut WindowCursor::default(), 1).await;
        let mut cursor = log::newest(&db.read(ACME).await.unwrap()).await.unwrap();
        assert!(follow(&db, &mut cursor).await.is_empty());
        let id = db.write(ACME, add("after")).await.unwrap();
        let read = follow_to(&db, &mut cursor, 1).await;
        assert_eq!(read[0].subject.id, id);
    })
    .await;
}

#[tokio::test]
async fn a_reader_of_some_kinds_passes_over_the_others() {
    for_each_database(|db| async move {
        make(&db).await;
        for name in ["a", "b", "c", "d"] {
            db.write(ACME, add(name)).await.unwrap();
        }
        follow_to(&db, &mut WindowCursor::default(), 4).await;
        let reader = db.read(ACME).await.unwrap();
        let kinds = ["test.thing.won"];
        let batch = log::window_of_tenant(&reader, ACME, WindowCursor::default(), Some(&kinds), 10)
            .await
            .unwrap();
        assert!(batch.is_end());
        let batch = log::window_of_tenant(&reader, ACME, batch.next, None, 10)
            .await
            .unwrap();
        assert!(batch.is_end(), "the cursor is behind what was passed over");
    })
    .await;
}

#[test]
fn only_what_a_cursor_wrote_is_read_as_one() {
    let cursor = WindowCursor {
        from: 7,
        to: 9,
        seq: 3,
    };
    assert_eq!(WindowCursor::decode(&cursor.encode()), Some(cursor));
    for text in ["", "1", "1.2", "1.2.3.4", "2.1.0", "-1.2.3", "a.b.c"] {
        assert_eq!(WindowCursor::decode(text), None, "{text}");
    }
}

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
    let (begun, go_on) = (Arc::clone(&overlap.begun), Arc::clone(&overlap.go_on));
    let other = fresh();
    let slow = db.write(
        ACME,
        work(move |uow| {
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            Box::pin(async move {
                // This takes the smaller xid …
                insert(uow, other, "other").await?;
                begun.notify_one();
                go_on.notified().await;
                // … and then changes the thing, after the other transaction has.
                touch(uow, thing, 2).await
            })
        }),
    );
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
    let (begun, go_on) = (Arc::clone(&overlap.begun), Arc::clone(&overlap.go_on));
    let slow = db.write(
        ACME,
        work(move |uow| {
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            Box::pin(async move {
                insert(uow, fresh(), "other").await?;
                begun.notify_one();
                go_on.notified().await;
                touch(uow, thing, 2).await
            })
        }),
    );
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
        log::held_back_since(&db.door().await.unwrap())
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

#[tokio::test]
async fn many_writers_and_a_reader_at_once() {
    for_each_database(|db| async move {
        make(&db).await;
        let things =
            futures_util::future::join_all((0..8).map(|number| db.write(ACME, add(&format!("{number}")))))
                .await;
        let writing = futures_util::future::join_all(things.into_iter().map(|thing| {
            let db = &db;
            async move {
                let thing = thing.unwrap();
                for version in 1..=20 {
                    db.write(ACME, Touch(thing, version)).await.unwrap();
                }
            }
        }));
        let mut read = Vec::new();
        let mut cursor = WindowCursor::default();
        tokio::pin!(writing);
        loop {
            let done = futures_util::FutureExt::now_or_never(&mut writing).is_some();
            read.extend(follow(&db, &mut cursor).await);
            if done {
                break;
            }
        }
        let rest = 8 + 8 * 20 - read.len();
        read.extend(follow_to(&db, &mut cursor, rest).await);
        let mut versions = std::collections::HashMap::new();
        for logged in &read {
            let before = versions.insert(logged.subject.id, logged.version).unwrap_or(0);
            assert_eq!(logged.version, before + 1, "a record's versions come in order");
        }
    })
    .await;
}
