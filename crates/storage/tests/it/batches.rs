//! Every split of the log into units is read to its end, whatever the reader takes at once.

use countersign_storage::{WindowCursor, log};
use countersign_testkit::for_each_database;

use crate::things::{ACME, fresh, insert, make};
use crate::windows::follow_to;

/// A unit of work with so many entries.
struct Many(Vec<uuid::Uuid>);

impl countersign_storage::Work for Many {
    type Out = ();
    type Error = countersign_storage::Error;

    async fn run<'a>(&'a self, uow: &'a mut countersign_storage::Uow) -> Result<(), Self::Error> {
        for id in &self.0 {
            insert(uow, *id, &id.to_string()).await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_batch_that_ends_where_its_window_does_is_not_the_end_of_the_log() {
    for_each_database(|db| async move {
        make(&db).await;
        // The reader takes three at a time: windows of one, two and three batches, and one more or less.
        let sizes = [3, 1, 6, 2, 9, 4, 3, 3, 7, 12, 5, 8];
        let mut cursor = WindowCursor::default();
        let mut places = Vec::new();
        for size in sizes {
            let ids: Vec<_> = (0..size).map(|_| fresh()).collect();
            db.write(ACME, Many(ids)).await.unwrap();
            let read = follow_to(&db, &mut cursor, size).await;
            places.extend(read.iter().map(|logged| logged.seq));
            // As after a restart: what is kept is the text.
            cursor = WindowCursor::decode(&cursor.encode()).unwrap();
            let reader = db.across_tenants().await.unwrap();
            assert_eq!(log::behind(&reader, cursor, 100).await.unwrap(), 0);
            let all = log::behind(&reader, WindowCursor::default(), 1_000)
                .await
                .unwrap();
            assert_eq!(all, places.len() as u64);
        }
        assert!(places.is_sorted_by(|one, next| one < next));
        let reader = db.read(ACME).await.unwrap();
        let (mut again, mut place) = (Vec::new(), WindowCursor::default());
        loop {
            let batch = log::between(&reader, ACME, place, cursor, 3).await.unwrap();
            if batch.is_end() {
                break;
            }
            again.extend(batch.entries.iter().map(|logged| logged.seq));
            place = batch.next;
        }
        assert_eq!(again, places, "what was read can be read again");
    })
    .await;
}
