//! Which activities and deals are part of somebody's day.

use countersign_kernel::filter::{Filter, List, Noun, sort};
use countersign_kernel::id::UserId;
use countersign_kernel::time::Instant;
use countersign_storage::Conn;
use countersign_storage::filter::{Rows, fetch_through};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{Condition, EntityTrait, QueryFilter};

use super::Span;
use crate::activities::Activity;
use crate::activities::words::ActivityStatus;
use crate::deals::{Deal, Status};
use crate::record::Record;
use crate::record::refusal::Refusal;
use crate::record::store::{Table, column, live};
use crate::record::viewer::Viewer;

/// The first page of a person's open activities that are due within a span, the earliest first.
pub async fn due(
    conn: &Conn,
    viewer: &Viewer,
    owner: UserId,
    span: Span,
    limit: u64,
) -> Result<Rows<Activity>, Refusal> {
    let mut within = Condition::all()
        .add(column::<Activity>("owner").eq(owner))
        .add(column::<Activity>("status").eq(ActivityStatus::Open))
        .add(column::<Activity>("due_at").lte(span.to));
    if let Some(from) = span.from {
        within = within.add(column::<Activity>("due_at").gte(from));
    }
    first(conn, viewer, within, "due_at", limit).await
}

/// The first page of a person's open deals that did not change since an instant, nor did any activity about them.
pub async fn rotting(
    conn: &Conn,
    viewer: &Viewer,
    owner: UserId,
    since: Instant,
    limit: u64,
) -> Result<Rows<Deal>, Refusal> {
    let touched = about_deal(viewer, column::<Activity>("updated_at").gte(since));
    let rotting = open(owner)
        .add(column::<Deal>("updated_at").lt(since))
        .add(Expr::exists(touched).not());
    first(conn, viewer, rotting, "updated_at", limit).await
}

/// The first page of a person's open deals without an open activity.
pub async fn without_next(
    conn: &Conn,
    viewer: &Viewer,
    owner: UserId,
    limit: u64,
) -> Result<Rows<Deal>, Refusal> {
    let next = about_deal(viewer, column::<Activity>("status").eq(ActivityStatus::Open));
    let without = open(owner).add(Expr::exists(next).not());
    first(conn, viewer, without, "updated_at", limit).await
}

fn open(owner: UserId) -> Condition {
    Condition::all()
        .add(column::<Deal>("owner").eq(owner))
        .add(column::<Deal>("status").eq(Status::Open))
}

/// The activities about the deal at hand that the viewer sees.
fn about_deal(viewer: &Viewer, more: Expr) -> SelectStatement {
    Query::select()
        .expr(Expr::cust("1"))
        .from(Alias::new("activities"))
        .cond_where(live::<Activity>(viewer))
        .and_where(column::<Activity>("deal").eq(column::<Deal>("id")))
        .and_where(more)
        .take()
}

/// The first page in the order of a field, with its count.
async fn first<R: Table>(
    conn: &Conn,
    viewer: &Viewer,
    of: Condition,
    by: &str,
    limit: u64,
) -> Result<Rows<R>, Refusal> {
    let noun: &Noun = <R as Record>::NOUN;
    let list = List {
        filter: Filter::everything(),
        sort: sort(noun, by, &[]).unwrap_or_default(),
        after: None,
        limit,
        count: true,
    };
    let query = R::Entity::find().filter(live::<R>(viewer)).filter(of);
    let rows = fetch_through(conn, query, viewer, &list).await?;
    Ok(rows.map(R::from_row))
}
