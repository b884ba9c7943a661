//! SQLite's write-ahead log is copied into the file beside the writer.

use std::time::Duration;

use countersign_testkit::TestDb;

use crate::things::{ACME, add, make};

/// Far fewer pages than SQLite waits for before it has a writer copy them.
#[tokio::test]
async fn what_was_committed_stands_in_the_file_soon() {
    let db = TestDb::sqlite().await;
    make(&db).await;
    let things: Vec<String> = (0..20).map(|number| format!("thing {number:02}")).collect();
    for thing in &things {
        db.write(ACME, add(thing)).await.unwrap();
    }
    for _ in 0..100 {
        let file = std::fs::read(db.file().unwrap()).unwrap();
        let stands = |thing: &String| file.windows(thing.len()).any(|bytes| bytes == thing.as_bytes());
        if things.iter().all(stands) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not all was copied in five seconds");
}
