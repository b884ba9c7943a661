//! The sandbox's clock.

use countersign_kernel::id::TenantId;
use countersign_kernel::time::Clock as _;
use countersign_platform::sandbox::SandboxClock;
use countersign_storage::{Backend, Error, Uow, Work};
use countersign_testkit::for_each_database;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::house::{ACME, GLOBEX, House};

/// A row for a tenant, as set-up makes it.
struct Founded(TenantId);

impl Work for Founded {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        use sea_orm::sea_query::Query;
        let now = chrono::DateTime::from_timestamp_millis(0).unwrap_or_default();
        let mut insert = Query::insert();
        insert.into_table("tenants");
        insert.columns([
            "id",
            "slug",
            "name",
            "currency",
            "zone",
            "locale",
            "calendar",
            "directory_epoch",
            "definitions_epoch",
            "rights_epoch",
            "clock_offset_ms",
            "version",
            "created_at",
            "updated_at",
        ]);
        insert.values_panic([
            self.0.0.into(),
            "acme".into(),
            "Acme".into(),
            "EUR".into(),
            "UTC".into(),
            "en".into(),
            "default".into(),
            1_i64.into(),
            1_i64.into(),
            1_i64.into(),
            0_i64.into(),
            1_i64.into(),
            now.into(),
            now.into(),
        ]);
        uow.writes().await?.execute(&insert).await?;
        Ok(())
    }
}

#[actix_web::test]
async fn a_tenants_clock_moves_alone_and_what_is_due_fires_first() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        house.db.write(ACME, Founded(ACME)).await.unwrap();
        let moved = house
            .send(
                "ada",
                "PUT",
                "/v1/sandbox/clock",
                json!({"now": "2018-01-05T08:00:00Z"}),
            )
            .await
            .ok(200);
        assert_eq!(moved.json["now"], "2018-01-05T08:00:00.000Z");
        assert_eq!(
            house.world.clock.business(ACME).to_string(),
            "2018-01-05T08:00:00.000Z"
        );
        assert_eq!(house.world.clock.business(GLOBEX), house.world.clock.now());
        assert_eq!(*house.fired.0.lock().unwrap(), [ACME]);
        house
            .send("ada", "PUT", "/v1/sandbox/clock", json!({"now": "soon"}))
            .await
            .refused(422, "invalid");

        let elsewhere = SandboxClock::new(house.world.clock.clone());
        elsewhere.read(&house.db).await.unwrap();
        assert_eq!(
            elsewhere.business(ACME).to_string(),
            "2018-01-05T08:00:00.000Z",
            "another server, and one that starts again, shows the same"
        );
    })
    .await;
}

#[actix_web::test]
async fn a_move_that_is_sent_again_does_not_turn_back_what_came_after_it() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        house.db.write(ACME, Founded(ACME)).await.unwrap();
        let set = async |now: &str, key: &str| {
            let headers = [("content-type", "application/json"), ("idempotency-key", key)];
            let body = json!({ "now": now }).to_string();
            house
                .ask("ada", "PUT", "/v1/sandbox/clock", &headers, body.as_bytes())
                .await
                .ok(200)
        };
        let first = set("2018-01-05T08:00:00Z", "first").await;
        set("2019-01-05T08:00:00Z", "second").await;
        assert_eq!(set("2018-01-05T08:00:00Z", "first").await.json, first.json);
        let shown = house.world.clock.business(ACME).to_string();
        assert_eq!(shown, "2019-01-05T08:00:00.000Z");
    })
    .await;
}

#[actix_web::test]
async fn every_server_follows_a_move_before_it_is_answered() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        house.db.write(ACME, Founded(ACME)).await.unwrap();
        if house.db.backend() == Backend::Sqlite {
            return;
        }
        let elsewhere = SandboxClock::new(house.world.clock.clone());
        let (clock, db) = (elsewhere.clone(), house.db.clone());
        let following = tokio::spawn(async move { clock.follow(&db).await });
        let body = json!({"now": "2018-01-05T08:00:00Z"});
        house.send("ada", "PUT", "/v1/sandbox/clock", body).await.ok(200);
        assert_eq!(elsewhere.business(ACME), house.world.clock.business(ACME));
        assert_ne!(elsewhere.business(ACME), elsewhere.now());
        following.abort();
    })
    .await;
}
