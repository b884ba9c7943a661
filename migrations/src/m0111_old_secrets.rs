//! Every secret keeps its promise: several rotations within a day leave several secrets that still sign.
//!
//! `webhooks.old_secrets` is a JSON array of `{"secret", "until"}` and takes the place of `old_secret` and
//! `old_secret_until`, which held the last one alone.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text_null, timestamp_with_time_zone_null};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        alter(manager, |table| table.add_column(text_null("old_secrets"))).await?;
        carry_over(manager).await?;
        for column in ["old_secret", "old_secret_until"] {
            alter(manager, |table| table.drop_column(Alias::new(column))).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        alter(manager, |table| table.add_column(text_null("old_secret"))).await?;
        alter(manager, |table| {
            table.add_column(timestamp_with_time_zone_null("old_secret_until"))
        })
        .await?;
        alter(manager, |table| table.drop_column(Alias::new("old_secrets"))).await
    }
}

async fn alter(
    manager: &SchemaManager<'_>,
    change: impl Fn(&mut TableAlterStatement) -> &mut TableAlterStatement + Send,
) -> Result<(), DbErr> {
    let mut table = Table::alter();
    table.table(Alias::new("webhooks"));
    change(&mut table);
    manager.alter_table(table).await
}

async fn carry_over(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let update = |until: &str| {
        format!(
            r#"UPDATE webhooks SET old_secrets = '[{{"secret":"' || old_secret || '","until":"' || {until} || '"}}]'
               WHERE old_secret IS NOT NULL AND old_secret_until IS NOT NULL"#
        )
    };
    let steps = match manager.get_database_backend() {
        DbBackend::Postgres => vec![
            // The owner of the table sees no row of it otherwise.
            "ALTER TABLE webhooks NO FORCE ROW LEVEL SECURITY".to_owned(),
            update(r#"to_char(old_secret_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"#),
            "ALTER TABLE webhooks FORCE ROW LEVEL SECURITY".to_owned(),
        ],
        _ => vec![update("old_secret_until")],
    };
    for step in steps {
        manager.get_connection().execute_unprepared(&step).await?;
    }
    Ok(())
}
