//! What grew while the file is open is read by plans that know of it, also by readers that were there before.

use countersign_storage::{Backend, Db};
use countersign_testkit::for_each_database;
use sea_orm::ConnectionTrait as _;

use crate::things::{ACME, make, sql, statement, work};

/// Twelve thousand things of one version, each with a due instant of its own.
const FILL: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) \
    INSERT INTO things (tenant_id, id, version, name, due_at) SELECT ?, 'id ' || i, 1, 'name ' || i, 'due ' || i FROM n";

const FIND: &str =
    "EXPLAIN QUERY PLAN SELECT name FROM things WHERE tenant_id = ? AND due_at = ? AND version = 1";

async fn plan(db: &Db) -> String {
    let reader = db.read(ACME).await.unwrap();
    let asked = statement(&reader, FIND, vec![ACME.0.into(), "due 7".into()]);
    let rows = reader.query_all_raw(asked).await.unwrap();
    rows.iter()
        .map(|row| row.try_get::<String>("", "detail").unwrap())
        .collect()
}

#[tokio::test]
async fn what_grew_is_planned_for_while_the_file_is_open() {
    for_each_database(|db| async move {
        make(&db).await;
        if db.backend() == Backend::Postgres {
            assert_eq!(db.refresh_statistics().await.unwrap(), 0, "it does so itself");
            return;
        }
        let fill = work(|uow| {
            Box::pin(async move {
                let connection = uow.writes().await?;
                for step in [
                    "CREATE INDEX by_due ON things (tenant_id, due_at)",
                    "CREATE INDEX by_version ON things (tenant_id, version)",
                ] {
                    sql(connection, step, vec![]).await?;
                }
                sql(connection, FILL, vec![ACME.0.into()]).await
            })
        });
        assert_eq!(db.write(ACME, fill).await.unwrap(), 12_000);
        assert!(
            plan(&db).await.contains("by_version"),
            "nothing is known yet: {}",
            plan(&db).await
        );
        assert!(db.refresh_statistics().await.unwrap() > 0);
        assert!(plan(&db).await.contains("by_due"), "{}", plan(&db).await);
        assert_eq!(db.refresh_statistics().await.unwrap(), 0, "nothing grew since");
    })
    .await;
}
