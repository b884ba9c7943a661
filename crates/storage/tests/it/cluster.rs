//! The log in another cluster than the one that it was written in.

use countersign_storage::{WindowCursor, log};
use countersign_testkit::TestDb;

use crate::things::{ACME, add, make};
use crate::windows::follow_to;

/// As after a dump that was restored elsewhere: what is there was numbered by a cluster that had counted much further.
#[tokio::test]
async fn a_log_that_came_from_another_cluster_is_heard_on() {
    let Some(db) = TestDb::postgres().await else {
        return;
    };
    make(&db).await;
    let mut cursor = WindowCursor::default();
    let elsewhere = 5_000_000_000_i64;
    for moves in 1..=2 {
        db.write(ACME, add(&format!("heard there {moves}")))
            .await
            .unwrap();
        follow_to(&db, &mut cursor, 1).await;
        db.write(ACME, add(&format!("not heard there {moves}")))
            .await
            .unwrap();

        let owner = sea_orm::Database::connect(db.url()).await.unwrap();
        for step in [
            format!("UPDATE log SET xid = xid + {elsewhere}"),
            format!("UPDATE log_cluster SET system_identifier = {moves}"),
        ] {
            sea_orm::ConnectionTrait::execute_unprepared(&owner, &step)
                .await
                .unwrap();
        }
        let further = |number: i64| if number == 0 { 0 } else { number + elsewhere };
        cursor = WindowCursor {
            from: further(cursor.from),
            to: further(cursor.to),
            ..cursor
        };
        let reader = db.across_tenants().await.unwrap();
        let deaf = log::window(&reader, cursor, None, 3).await.unwrap();
        assert!(deaf.is_end(), "this is what the test is about");
        drop(reader);

        // A server starts there, and what it writes comes after all that was written before.
        db.migrate().await.unwrap();
        db.migrate().await.unwrap();
        db.write(ACME, add(&format!("here {moves}"))).await.unwrap();
        let read = follow_to(&db, &mut cursor, 2).await;
        assert!(read[0].xid < read[1].xid);
        follow_to(&db, &mut WindowCursor::default(), 3 * moves as usize).await;
        owner.close().await.unwrap();
    }
}
