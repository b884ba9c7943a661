//! Reading the log as it grows: nothing missed, nothing twice, and a record's versions in order.

use countersign_storage::{Db, Logged, WindowCursor, log};
use countersign_testkit::{TestDb, for_each_database};

use crate::things::{ACME, GLOBEX, Touch, add, fresh, insert, make, work};

/// Reads on from the cursor until it stays, a few entries at a time.
pub(crate) async fn follow(db: &Db, cursor: &mut WindowCursor) -> Vec<Logged> {
    let mut read = Vec::new();
    loop {
        let reader = db.across_tenants().await.unwrap();
        let batch = log::window(&reader, *cursor, None, 3).await.unwrap();
        drop(reader);
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

/// A unit of work that makes so many things, an entry for each.
pub(crate) async fn make_many(db: &Db, count: usize) {
    let ids: Vec<_> = (0..count).map(|_| fresh()).collect();
    db.write(
        ACME,
        work(move |uow| {
            let ids = ids.clone();
            Box::pin(async move {
                for id in ids {
                    insert(uow, id, &id.to_string()).await?;
                }
                Ok(())
            })
        }),
    )
    .await
    .unwrap();
}

/// A reader that is far behind goes by small windows: what is put in order to read some of it does not grow with the log.
#[tokio::test]
async fn a_reader_far_behind_takes_windows_of_a_bounded_size() {
    let Some(db) = TestDb::postgres().await else {
        return;
    };
    make(&db).await;
    for _ in 0..30 {
        make_many(&db, 100).await;
    }
    let mut windows = std::collections::BTreeMap::<_, usize>::new();
    let mut cursor = WindowCursor::default();
    for _ in 0..1000 {
        let batch = log::window(&db.across_tenants().await.unwrap(), cursor, None, 256)
            .await
            .unwrap();
        if batch.is_end() && windows.values().sum::<usize>() == 3000 {
            break;
        }
        *windows.entry(batch.window.to).or_default() += batch.entries.len();
        cursor = batch.next;
    }
    assert_eq!(windows.values().sum::<usize>(), 3000);
    assert!(windows.len() >= 3, "{windows:?}");
    assert!(windows.values().all(|entries| *entries <= 1100), "{windows:?}");
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
