//! How an endpoint fares. The column is moved by conditions, never written from what was read earlier: attempts run side
//! by side with each other and with edits of the endpoint.

use countersign_storage::{Error, Uow, dialect};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _};

use super::store::{Column, Entity, Model};

/// A success ends a time of failure.
pub(crate) async fn succeeded(
    uow: &mut Uow,
    called: impl Iterator<Item = &Model> + Send,
) -> Result<(), Error> {
    let none: Option<countersign_kernel::time::Instant> = None;
    let any = called.fold(Condition::any(), |any, one| {
        let same = Condition::all()
            .add(Column::Id.eq(one.id))
            .add(Column::Url.eq(one.url.as_str()));
        any.add(same)
    });
    let update = Entity::update_many()
        .col_expr(Column::FailingSince, Expr::value(none))
        .filter(Column::TenantId.eq(uow.tenant()))
        .filter(Column::FailingSince.is_not_null())
        .filter(any);
    update.exec(uow.writes().await?).await?;
    Ok(())
}

/// The first failure after a success begins a time of failure; whether one had begun before.
///
/// What an address answered that is not the endpoint's any more says nothing of it.
pub(crate) async fn failed(uow: &mut Uow, called: &Model) -> Result<bool, Error> {
    let conn = uow.writes().await?;
    let begun = Entity::update_many()
        .col_expr(Column::FailingSince, dialect::now(conn))
        .filter(Column::TenantId.eq(called.tenant_id))
        .filter(Column::Id.eq(called.id))
        .filter(Column::Url.eq(called.url.as_str()))
        .filter(Expr::col(Column::FailingSince).is_null())
        .exec(conn)
        .await?;
    Ok(begun.rows_affected == 0)
}
