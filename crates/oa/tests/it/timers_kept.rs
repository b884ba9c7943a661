//! Timers that fired or were called off are kept for a while; those that may fire, always.

use std::time::Duration;

use countersign_oa::trim_timers;
use countersign_storage::{Error, Uow, Work};
use countersign_testkit::for_each_database;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::house::{ACME, House, post, submit, verb};

struct Sql(&'static str);

impl Work for Sql {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        uow.writes().await?.execute_unprepared(self.0).await?;
        Ok(())
    }
}

async fn count(house: &House, condition: &str) -> i64 {
    let reader = house.db.read(ACME).await.unwrap();
    let sql = format!("SELECT count(*) FROM timers WHERE {condition}");
    let statement = Statement::from_string(reader.get_database_backend(), sql);
    let row = reader.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

const MONTH: Duration = Duration::from_hours(30 * 24);

#[tokio::test]
async fn what_ended_goes_after_its_time_and_what_may_fire_stays() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let ended = submit(&house, "700.00").await;
        submit(&house, "700.00").await;
        assert_eq!(count(&house, "due_at IS NOT NULL AND ended_at IS NULL").await, 2);
        post(
            &house,
            "bo",
            &verb(&house, "bo", &ended, "approve").await,
            json!({}),
        )
        .await;
        assert_eq!(count(&house, "due_at IS NULL AND ended_at IS NOT NULL").await, 1);
        let trim = async || trim_timers(&house.db, ACME, MONTH).await.unwrap();
        assert_eq!(trim().await, 0, "the young stay");
        let old = Sql("UPDATE timers SET ended_at = '2001-01-01T00:00:00.000+00:00'");
        house.db.write(ACME, old).await.unwrap();
        assert_eq!(trim().await, 1);
        assert_eq!(
            count(&house, "due_at IS NOT NULL").await,
            1,
            "whatever else its row says"
        );
        assert_eq!(count(&house, "due_at IS NULL").await, 0);
    })
    .await;
}

#[tokio::test]
async fn many_go_in_several_steps() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        submit(&house, "700.00").await;
        // Twice as many each time: ids are made of those that are there.
        for bit in 0..9 {
            let double = match house.db.read(ACME).await.unwrap().get_database_backend() {
                sea_orm::DbBackend::Postgres => "INSERT INTO timers (tenant_id, id, request_id) SELECT tenant_id, gen_random_uuid(), request_id FROM timers",
                _ => "INSERT INTO timers (tenant_id, id, request_id) SELECT tenant_id, randomblob(16), request_id FROM timers",
            };
            house.db.write(ACME, Sql(double)).await.unwrap();
            assert_eq!(count(&house, "true").await, 2 << bit);
        }
        let old = Sql("UPDATE timers SET due_at = NULL, ended_at = '2001-01-01T00:00:00.000+00:00'");
        house.db.write(ACME, old).await.unwrap();
        let before = house.db.statements();
        assert_eq!(trim_timers(&house.db, ACME, MONTH).await.unwrap(), 512);
        assert_eq!(house.db.statements() - before, 6, "three steps of two statements");
    })
    .await;
}
