//! Marking notices as read.

use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{self, EventId, NoticeId, UserId};
use countersign_kernel::time::Instant;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Error, Uow, Work};
use countersign_web::{Expected, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{READ, store};

/// Marks one notice of a person.
pub(super) struct MarkRead {
    pub(super) user: UserId,
    pub(super) notice: NoticeId,
    pub(super) expected: Expected,
    pub(super) at: Instant,
    pub(super) trace: Option<String>,
}

impl Work for MarkRead {
    type Out = store::Model;
    type Error = Problem;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<store::Model, Problem> {
        let found = store::held(uow, self.user, Some(self.notice)).await?.pop();
        let mut row = found.ok_or_else(|| Problem::not_found("notice"))?;
        self.expected.check(row.version)?;
        if row.read_at.is_some() {
            return Ok(row);
        }
        mark(uow, self.user, &[&row], self.at, self.trace.as_ref()).await?;
        row.version += 1;
        row.read_at = Some(self.at.utc());
        row.updated_at = self.at.utc();
        Ok(row)
    }
}

/// Marks all notices of a person; how many were new.
pub(super) struct MarkAllRead {
    pub(super) user: UserId,
    pub(super) at: Instant,
    pub(super) trace: Option<String>,
}

impl Work for MarkAllRead {
    type Out = usize;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<usize, Error> {
        let rows = store::held(uow, self.user, None).await?;
        let rows: Vec<&store::Model> = rows.iter().collect();
        mark(uow, self.user, &rows, self.at, self.trace.as_ref()).await?;
        Ok(rows.len())
    }
}

async fn mark(
    uow: &mut Uow,
    user: UserId,
    rows: &[&store::Model],
    at: Instant,
    trace: Option<&String>,
) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let tenant = uow.tenant();
    store::Entity::update_many()
        .col_expr(store::Column::ReadAt, Expr::value(at.utc()))
        .col_expr(store::Column::UpdatedAt, Expr::value(at.utc()))
        .col_expr(store::Column::Version, Expr::cust("version + 1"))
        .filter(store::Column::TenantId.eq(tenant.0))
        .filter(store::Column::UserId.eq(user.0))
        .filter(store::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(uow.writes().await?)
        .await?;
    let change = ChangeContext {
        actor: Actor::User(user),
        at,
        cause: Cause::request(trace.cloned()),
    };
    for row in rows {
        let event = EventId(id::derive("event", row.id, b"read", at));
        let read = change.entry(event, Link::new("notice", row.id), row.version + 1, READ.name);
        uow.append(read.with_body(json!({"changed": ["read_at"], "previous": {"read_at": null}})));
    }
    Ok(())
}
