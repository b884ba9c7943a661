//! Inbox rows go when nothing can hand out their event again, and not before.

use std::time::Duration;

use countersign_events::trim_inbox;
use countersign_storage::Db;
use countersign_testkit::for_each_database;
use sea_orm::{ConnectionTrait, Statement};

use crate::bench::{Counting, OTHER, Sql, TENANT, assert_once_and_in_order, happen, run};

const CAUGHT_UP: Duration = Duration::from_secs(20);

/// Listens, and notes each event as earlier versions did in the unit of its effect.
async fn listen(db: &Db, owner: &str) {
    let running = run(db, owner, Counting::all());
    assert!(running.follower().caught_up(CAUGHT_UP).await);
    running.stop().await.unwrap();
    for tenant in [TENANT, OTHER] {
        let note = "INSERT INTO inbox (tenant_id, consumer, event_id) SELECT tenant_id, 'counting', id FROM log \
                    WHERE kind = 'test.thing.happened' ON CONFLICT DO NOTHING";
        db.write(tenant, Sql(note.to_owned())).await.unwrap();
    }
}

async fn text(db: &Db, sql: &str) -> String {
    let reader = db.read(TENANT).await.unwrap();
    let statement = Statement::from_string(reader.get_database_backend(), sql);
    let row = reader.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

async fn sql(db: &Db, sql: String) {
    db.write(TENANT, Sql(sql)).await.unwrap();
}

async fn trim(db: &Db, kept: Duration) -> u64 {
    // Ids are of the machine's time, and what is old is told by the database's: let a moment go by.
    tokio::time::sleep(Duration::from_millis(20)).await;
    trim_inbox(db, TENANT, kept).await.unwrap() + trim_inbox(db, OTHER, kept).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_cursor_is_beyond_goes_after_its_time_and_is_never_done_again() {
    for_each_database(async |db| {
        happen(&db, 4, 1..=10).await;
        listen(&db, "one").await;
        assert_eq!(trim(&db, Duration::from_hours(1)).await, 0, "the young stay");
        let place = text(&db, "SELECT cursor FROM consumers WHERE name = 'counting'").await;
        happen(&db, 4, 11..=20).await;
        listen(&db, "two").await;
        // As after a crash: what lies behind this place is handed out again.
        sql(&db, format!("UPDATE consumers SET cursor = '{place}'")).await;
        let gone = trim(&db, Duration::ZERO).await;
        assert!((1..=40).contains(&gone), "what is still to come stays: {gone}");
        listen(&db, "three").await;
        assert_once_and_in_order(&db, 80).await;
        assert_eq!(trim(&db, Duration::ZERO).await, 80, "all of them were noted anew");
        listen(&db, "four").await;
        assert_once_and_in_order(&db, 80).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_parked_or_stands_before_an_unknown_place_stays() {
    for_each_database(async |db| {
        happen(&db, 2, 1..=3).await;
        listen(&db, "one").await;
        let place = text(&db, "SELECT cursor FROM consumers WHERE name = 'counting'").await;
        for unknown in ["NULL", "'damaged'"] {
            sql(&db, format!("UPDATE consumers SET cursor = {unknown}")).await;
            assert_eq!(trim(&db, Duration::ZERO).await, 0);
        }
        let stalled = run(&db, "two", Counting::all());
        tokio::time::sleep(Duration::from_millis(200)).await;
        stalled.stop().await.unwrap();
        assert_once_and_in_order(&db, 6).await;
        let kept = text(&db, "SELECT cursor FROM consumers WHERE name = 'counting'").await;
        assert_eq!(kept, "damaged", "a consumer whose place is damaged does not begin again");
        sql(&db, format!("UPDATE consumers SET cursor = '{place}'")).await;
        let park = "INSERT INTO parked (tenant_id, consumer, event_id, subject_kind, subject_id, version, sequence, attempts, due_at, reason) \
                    SELECT tenant_id, 'counting', id, subject_kind, subject_id, version, seq, 1, '2999-01-01T00:00:00+00:00', '' \
                    FROM log WHERE kind = 'test.thing.happened' AND version = 2";
        db.write(TENANT, Sql(park.into())).await.unwrap();
        // SQLite knows no tenants by itself, so that the one statement parks both records there.
        let parked: i64 = text(&db, "SELECT CAST(count(*) AS text) FROM parked").await.parse().unwrap();
        assert_eq!(trim(&db, Duration::ZERO).await, 6 - parked.unsigned_abs());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_go_in_several_steps() {
    for_each_database(async |db| {
        happen(&db, 1, 1..=450).await;
        listen(&db, "one").await;
        let before = db.statements();
        assert_eq!(trim(&db, Duration::ZERO).await, 450);
        let cost = db.statements() - before;
        assert!(
            (12..=17).contains(&cost),
            "three steps of four statements: {cost}"
        );
    })
    .await;
}
