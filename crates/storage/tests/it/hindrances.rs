//! What nobody can do anything about who asks: a full disk, a database that is away or takes no changes.

use std::time::Duration;

use countersign_storage::{Db, Error, Options, Uow, Why};
use countersign_testkit::{TestDb, for_each_database};
use sea_orm::{ConnectionTrait as _, Database};

use crate::things::{ACME, Do, add, logged, make, names, work};

fn why<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Why {
    match outcome {
        Err(Error::Unavailable { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

async fn owner(db: &TestDb, sql: &str) {
    let owner = Database::connect(db.url()).await.unwrap();
    owner.execute_unprepared(sql).await.unwrap();
    owner.close().await.unwrap();
}

/// Runs a statement on the one writing connection of SQLite, which keeps what it sets.
fn on_the_pen(sql: &'static str) -> Do<impl for<'a> Fn(&'a mut Uow) -> crate::things::Running<'a, ()>> {
    work(move |uow: &mut Uow| {
        Box::pin(async move {
            uow.writes().await?.execute_unprepared(sql).await?;
            Ok(())
        })
    })
}

/// Lets the database refuse what is added to the tables that a trial and a thing need, as a full disk does.
async fn fill(db: &TestDb) {
    if db.url().starts_with("postgres") {
        owner(
            db,
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$; \
             CREATE TRIGGER no_room BEFORE INSERT ON things EXECUTE FUNCTION no_room(); \
             CREATE TRIGGER no_room BEFORE INSERT ON idempotency EXECUTE FUNCTION no_room()",
        )
        .await;
    } else {
        // Never less than it has now.
        db.write(ACME, on_the_pen("PRAGMA max_page_count = 1"))
            .await
            .unwrap();
    }
}

async fn make_room(db: &TestDb) {
    if db.url().starts_with("postgres") {
        owner(
            db,
            "DROP TRIGGER no_room ON things; DROP TRIGGER no_room ON idempotency",
        )
        .await;
    } else {
        db.write(ACME, on_the_pen("PRAGMA max_page_count = 1000000"))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_full_disk_is_told_while_it_lasts_and_keeps_nothing_by_halves() {
    for_each_database(|db| async move {
        make(&db).await;
        db.write(ACME, add("before")).await.unwrap();
        assert_eq!(db.hindrance().await, None);
        fill(&db).await;
        let large = "x".repeat(200_000);
        assert_eq!(why(db.write(ACME, add(&large)).await), Why::DiskFull);
        assert_eq!(db.hindrance().await, Some(Why::DiskFull));
        // Reading goes on.
        assert_eq!(names(&db, ACME, false).await, ["before"]);
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        assert_eq!(
            db.hindrance().await,
            Some(Why::DiskFull),
            "a trial does not succeed, either"
        );
        assert_eq!(why(db.try_write().await), Why::DiskFull);

        make_room(&db).await;
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        assert_eq!(db.hindrance().await, None);
        db.write(ACME, add(&large)).await.unwrap();
        assert_eq!(names(&db, ACME, false).await.len(), 2);
        assert_eq!(logged(&db, ACME).await, 2);
    })
    .await;
}

#[tokio::test]
async fn what_a_trial_wrote_is_taken_away() {
    for_each_database(|db| async move {
        for _ in 0..3 {
            db.try_write().await.unwrap();
        }
        let owner = Database::connect(db.url()).await.unwrap();
        let rows = sea_orm::Statement::from_string(
            owner.get_database_backend(),
            "SELECT key FROM idempotency WHERE caller = 'server'",
        );
        assert!(owner.query_all_raw(rows).await.unwrap().is_empty());
        owner.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn whatever_keeps_postgresql_from_working_is_no_fault_of_ours() {
    let Some(db) = TestDb::postgres().await else {
        return;
    };
    make(&db).await;
    owner(
        &db,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = NEW.name; END $$; \
         CREATE TRIGGER refuse BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    .await;
    for (code, expected) in [
        ("08000", Why::Away),
        ("08006", Why::Away),
        ("57P01", Why::Away),
        ("57P03", Why::Away),
        ("57P05", Why::Away),
        ("25006", Why::ReadOnly),
        ("53100", Why::DiskFull),
        ("58030", Why::Disk),
    ] {
        assert_eq!(why(db.write(ACME, add(code)).await), expected, "{code}");
    }
    for code in ["25P03", "25P04", "53000", "53200", "53300", "53400", "57014"] {
        let why = why(db.write(ACME, add(code)).await);
        assert!(matches!(why, Why::Busy(_)), "{code}: {why:?}");
    }
    let fault = db.write(ACME, add("22012")).await;
    assert!(matches!(fault, Err(Error::Broken(_))), "{fault:?}");
}

#[tokio::test]
async fn connections_that_postgresql_ended_because_they_were_idle_are_passed_over() {
    let Some(test) = TestDb::postgres().await else {
        return;
    };
    make(&test).await;
    let name = test.url().rsplit('/').next().unwrap().to_owned();
    let limit = format!("ALTER DATABASE {name} SET idle_session_timeout = '150ms'");
    owner(&test, &limit).await;
    let db = Db::open(Options {
        connections: 2,
        ..Options::new(test.url())
    })
    .await
    .unwrap();
    for round in 0..3 {
        db.write(ACME, add(&format!("round {round}"))).await.unwrap();
        assert_eq!(names(&db, ACME, false).await.len(), round + 1);
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    db.close().await;
}

#[tokio::test]
async fn a_database_that_is_not_accepting_connections_is_away() {
    let Some(test) = TestDb::postgres().await else {
        return;
    };
    make(&test).await;
    let name = test.url().rsplit('/').next().unwrap().to_owned();
    let elsewhere = test.url().replace(&name, "postgres");
    let server = Database::connect(&elsewhere).await.unwrap();
    let say = async |sql: String| server.execute_unprepared(&sql).await.unwrap();
    say(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
    say(format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    ))
    .await;
    assert_eq!(why(test.write(ACME, add("one")).await), Why::Away);
    say(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
    test.write(ACME, add("two")).await.unwrap();
    assert_eq!(names(&test, ACME, false).await, ["two"]);
    server.close().await.unwrap();
}

#[tokio::test]
async fn a_file_is_read_beside_its_server_and_not_written() {
    let test = TestDb::sqlite().await;
    make(&test).await;
    test.write(ACME, add("one")).await.unwrap();
    assert!(Options::is_in_use(test.url()));
    assert!(matches!(
        Db::open(Options::new(test.url())).await,
        Err(Error::Setup(_))
    ));
    let beside = Db::look(Options::new(test.url())).await.unwrap();
    assert_eq!(names(&beside, ACME, false).await, ["one"]);
    let refused = beside.write(ACME, add("two")).await.unwrap_err();
    assert!(refused.to_string().contains("to look only"), "{refused}");
    test.write(ACME, add("three")).await.unwrap();
    assert_eq!(names(&beside, ACME, false).await, ["one", "three"]);
    beside.close().await;
    test.close().await;
    assert!(!Options::is_in_use(test.url()));
}
