//! The second lock: on PostgreSQL a query that forgets its tenant still sees one tenant only.

use countersign_kernel::id::TenantId;
use countersign_storage::Error;
use countersign_testkit::TestDb;
use sea_orm::ConnectionTrait;

use crate::things::{ACME, GLOBEX, add, fresh, make, names, sql, statement, work};

async fn two_tenants() -> Option<TestDb> {
    let db = TestDb::postgres().await?;
    make(&db).await;
    db.write(ACME, add("anvil")).await.unwrap();
    db.write(GLOBEX, add("laser")).await.unwrap();
    Some(db)
}

#[tokio::test]
async fn a_query_that_forgets_its_tenant_sees_its_own() {
    let Some(db) = two_tenants().await else { return };
    assert_eq!(names(&db, ACME, true).await, ["anvil"]);
    assert_eq!(names(&db, GLOBEX, true).await, ["laser"]);
    assert!(names(&db, TenantId(fresh()), true).await.is_empty());
}

#[tokio::test]
async fn a_change_that_forgets_its_tenant_changes_its_own() {
    let Some(db) = two_tenants().await else { return };
    let careless = db.write(
        ACME,
        work(|uow| {
            Box::pin(async move { sql(uow.writes().await?, "UPDATE things SET name = 'mine'", vec![]).await })
        }),
    );
    assert_eq!(careless.await.unwrap(), 1);
    assert_eq!(names(&db, GLOBEX, true).await, ["laser"]);
}

#[tokio::test]
async fn nothing_is_written_for_another_tenant() {
    let Some(db) = two_tenants().await else { return };
    let foreign = db.write(
        ACME,
        work(|uow| {
            Box::pin(async move {
                let values = vec![GLOBEX.0.into(), fresh().into()];
                sql(
                    uow.writes().await?,
                    "INSERT INTO things (tenant_id, id, version, name) VALUES (?, ?, 1, 'x')",
                    values,
                )
                .await
            })
        }),
    );
    assert!(matches!(foreign.await, Err(Error::Broken(_))));
}

#[tokio::test]
async fn the_door_shows_its_columns_and_no_others() {
    let Some(db) = two_tenants().await else { return };
    let reader = db.across_tenants().await.unwrap();
    let all = reader
        .query_all_raw(statement(&reader, "SELECT tenant_id, id FROM things", vec![]))
        .await
        .unwrap();
    assert_eq!(all.len(), 2);
    drop(reader);
    for query in [
        "SELECT name FROM things",
        "SELECT body FROM log",
        "SELECT * FROM idempotency",
    ] {
        let reader = db.across_tenants().await.unwrap();
        assert!(
            reader
                .query_all_raw(statement(&reader, query, vec![]))
                .await
                .is_err(),
            "{query}"
        );
    }
}

#[tokio::test]
async fn entries_of_the_log_are_not_changed_nor_deleted() {
    let Some(db) = two_tenants().await else { return };
    for change in ["UPDATE log SET body = '{}'", "DELETE FROM log"] {
        let tamper = db.write(
            ACME,
            work(move |uow| Box::pin(async move { sql(uow.writes().await?, change, vec![]).await })),
        );
        assert!(tamper.await.is_err(), "{change}");
    }
    let erase = db.write(
        ACME,
        work(|uow| {
            Box::pin(async move { sql(uow.writes().await?, "UPDATE log SET private = NULL", vec![]).await })
        }),
    );
    assert_eq!(erase.await.unwrap(), 1, "a person's words can be erased");
}

#[tokio::test]
async fn a_missing_right_to_make_roles_is_explained() {
    let Some(db) = TestDb::postgres().await else {
        return;
    };
    let owner = sea_orm::Database::connect(db.url()).await.unwrap();
    let user = format!("poor_{}", uuid::Uuid::now_v7().simple());
    owner
        .execute_unprepared(&format!("CREATE ROLE {user} LOGIN"))
        .await
        .unwrap();
    let mut address = url::Url::parse(db.url()).unwrap();
    address.set_username(&user).unwrap();
    let poor = countersign_storage::Db::open(countersign_storage::Options::new(address.as_str()))
        .await
        .unwrap();
    let Err(Error::Setup(said)) = poor.migrate().await else {
        panic!("it was let through")
    };
    assert!(
        said.contains("GRANT countersign_app, countersign_door TO") && said.contains(&user),
        "{said}"
    );
    poor.close().await;
    owner
        .execute_unprepared(&format!("DROP ROLE {user}"))
        .await
        .unwrap();
}
