//! Imports: files whose rows become records, and what became of each row.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::tenancy::{guard, open_door};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: &[&str] = &[
    "CREATE INDEX imports_due ON imports (due_at)",
    "CREATE INDEX imports_by_created_at ON imports (tenant_id, created_at, id)",
    "CREATE INDEX imports_by_creator ON imports (tenant_id, created_by, created_at, id)",
    "CREATE INDEX import_rows_by_outcome ON import_rows (tenant_id, import, outcome, row_number)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(imports()).await?;
        manager.create_table(rows()).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        guard(manager, "imports").await?;
        guard(manager, "import_rows").await?;
        let seen = ["tenant_id", "id", "due_at", "lease_owner", "lease_until"];
        open_door(manager, "imports", &seen, &["lease_owner", "lease_until"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["import_rows", "imports"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn imports() -> TableCreateStatement {
    Table::create()
        .table("imports")
        .col(uuid("tenant_id"))
        .col(uuid("id"))
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(uuid("created_by"))
        // Whoever asked for what is done now, and what their session or key could touch.
        .col(uuid("acts_for"))
        .col(text_null("scopes"))
        .col(uuid_null("api_key"))
        .col(uuid("file"))
        .col(text("kind"))
        .col(text("status"))
        .col(boolean("validate_only"))
        .col(text("plan"))
        // What asked for what is done now.
        .col(uuid("cause"))
        .col(text_null("trace"))
        .col(big_integer("rows"))
        .col(big_integer("done"))
        .col(big_integer("created"))
        .col(big_integer("updated"))
        .col(big_integer("unchanged"))
        .col(big_integer("refused"))
        .col(big_integer("accounts_created"))
        .col(big_integer("deleted"))
        .col(big_integer("kept"))
        .col(text_null("stopped"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(timestamp_with_time_zone_null("due_at"))
        .col(text_null("lease_owner"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .primary_key(Index::create().col("tenant_id").col("id"))
        .to_owned()
}

/// What became of a row of a file; those that changed nothing leave none.
fn rows() -> TableCreateStatement {
    Table::create()
        .table("import_rows")
        .col(uuid("tenant_id"))
        .col(uuid("import"))
        .col(big_integer("row_number"))
        // Whose: a row of deals may have made an account, too.
        .col(text("kind"))
        .col(big_integer("line"))
        .col(text("outcome"))
        .col(uuid_null("record"))
        .col(big_integer_null("version"))
        .col(text_null("faults"))
        .primary_key(
            Index::create()
                .col("tenant_id")
                .col("import")
                .col("row_number")
                .col("kind"),
        )
        .to_owned()
}
