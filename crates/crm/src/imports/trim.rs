//! Imports that ended long ago are deleted with what is known of their rows; what they made stays.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign_kernel::catalogue::Link;
use countersign_kernel::id::TenantId;
use countersign_platform::files;
use countersign_storage::trim::{STEP, Step, in_steps};
use countersign_storage::{Db, Error, Uow, Work, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{QueryOrder, QuerySelect};

use super::store::{Column, Entity, rows};

/// Deletes a tenant's imports that ended so long ago, in small steps; how many rows that were.
pub async fn trim(db: &Db, tenant: TenantId, kept: Duration) -> Result<u64, Error> {
    in_steps(db, tenant, || Trim { kept }).await
}

struct Trim {
    kept: Duration,
}

impl Work for Trim {
    type Out = Step;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Step, Error> {
        let tenant = uow.tenant();
        let kept_ms = i64::try_from(self.kept.as_millis()).unwrap_or(i64::MAX);
        let conn = uow.writes().await?;
        let oldest = Entity::find()
            .filter(Column::TenantId.eq(tenant))
            .filter(Expr::col(Column::EndedAt).lte(dialect::now_plus(conn, -kept_ms)))
            .filter(Column::DueAt.is_null())
            .order_by_asc(Column::CreatedAt)
            .limit(1)
            .one(conn)
            .await?;
        let Some(import) = oldest else {
            return Ok(Step::default());
        };
        let some = rows::Entity::find()
            .select_only()
            .columns([rows::Column::RowNumber])
            .filter(rows::Column::TenantId.eq(tenant))
            .filter(rows::Column::Import.eq(import.id))
            .order_by_asc(rows::Column::RowNumber)
            .limit(STEP);
        let numbers: BTreeSet<i64> = some.into_tuple::<i64>().all(conn).await?.into_iter().collect();
        if !numbers.is_empty() {
            let deleted = rows::Entity::delete_many()
                .filter(rows::Column::TenantId.eq(tenant))
                .filter(rows::Column::Import.eq(import.id))
                .filter(rows::Column::RowNumber.is_in(numbers))
                .exec(conn)
                .await?;
            return Ok(Step {
                deleted: deleted.rows_affected,
                more: true,
            });
        }
        Entity::delete_many()
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::Id.eq(import.id))
            .exec(conn)
            .await?;
        let link = Link::new("import", import.id.0);
        files::let_go(uow, &BTreeSet::from([import.file]), &link).await?;
        Ok(Step {
            deleted: 1,
            more: true,
        })
    }
}
