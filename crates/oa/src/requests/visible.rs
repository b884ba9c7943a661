//! Whose requests a list may show, and how the database finds them.

use countersign_kernel::id::{TenantId, UserId};
use countersign_storage::filter::FEW;
use countersign_storage::{Conn, Error};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait};
use uuid::Uuid;

use super::store::{Column, Entity, reader};
use crate::tasks::store as tasks;

/// Whose requests a list may show.
#[derive(Debug, Clone)]
pub(crate) enum Visible {
    All,
    /// Their own, those that they are or were asked about, those that they were made readers of, and all of these
    /// workflows but drafts.
    To {
        user: UserId,
        workflows: Vec<String>,
    },
}

impl Visible {
    /// Asked of each row by its keys: whoever sees many finds a page of them in the order of the list.
    pub(crate) fn condition(&self, tenant: TenantId) -> Condition {
        let Self::To { user, workflows } = self else {
            return Condition::all();
        };
        let asked = Query::select()
            .expr(Expr::val(1))
            .from(tasks::Entity)
            .and_where(tasks::Column::TenantId.eq(tenant))
            .and_where(Expr::col((tasks::Entity, tasks::Column::RequestId)).equals((Entity, Column::Id)))
            .and_where(tasks::Column::Assignee.eq(*user))
            .to_owned();
        let reader = Query::select()
            .expr(Expr::val(1))
            .from(reader::Entity)
            .and_where(reader::Column::TenantId.eq(tenant))
            .and_where(Expr::col((reader::Entity, reader::Column::RequestId)).equals((Entity, Column::Id)))
            .and_where(reader::Column::UserId.eq(*user))
            .to_owned();
        let mut open = Condition::any()
            .add(Expr::exists(asked))
            .add(Expr::exists(reader));
        if !workflows.is_empty() {
            open = open.add(Column::Workflow.is_in(workflows.iter().map(String::as_str)));
        }
        let submitted = Condition::all().add(Column::Status.ne("draft")).add(open);
        Condition::any().add(Column::Requester.eq(*user)).add(submitted)
    }

    /// Of a row that hangs on a request: whether that is visible. `request`: the row's column.
    pub(crate) fn of_request(&self, tenant: TenantId, request: impl ColumnTrait) -> Expr {
        let select = Query::select()
            .expr(Expr::val(1))
            .from(Entity)
            .and_where(Column::TenantId.eq(tenant))
            .and_where(Expr::col((Entity, Column::Id)).equals(request.as_column_ref()))
            .cond_where(self.condition(tenant))
            .to_owned();
        is_there(select)
    }

    /// The requests of which they see any, drafts of others among them, where they are few: then they are looked up, not
    /// looked for among all.
    pub(crate) async fn few(&self, conn: &Conn, tenant: TenantId) -> Result<Option<Vec<Uuid>>, Error> {
        let Self::To { user, workflows } = self else {
            return Ok(None);
        };
        let own = Query::select()
            .column(Column::Id)
            .from(Entity)
            .and_where(Column::TenantId.eq(tenant))
            .and_where(Column::Requester.eq(*user))
            .to_owned();
        let asked = Query::select()
            .column(tasks::Column::RequestId)
            .from(tasks::Entity)
            .and_where(tasks::Column::TenantId.eq(tenant))
            .and_where(tasks::Column::Assignee.eq(*user))
            .to_owned();
        let readers = Query::select()
            .column(reader::Column::RequestId)
            .from(reader::Entity)
            .and_where(reader::Column::TenantId.eq(tenant))
            .and_where(reader::Column::UserId.eq(*user))
            .to_owned();
        let of_workflows = workflows.iter().map(|workflow| {
            Query::select()
                .column(Column::Id)
                .from(Entity)
                .and_where(Column::TenantId.eq(tenant))
                .and_where(Column::Workflow.eq(workflow.as_str()))
                .to_owned()
        });
        // Each is cut by itself, so that none is read to its end where they are many.
        let mut all = cut(own);
        for part in [asked, readers].into_iter().chain(of_workflows) {
            all.union(UnionType::Distinct, cut(part));
        }
        let rows = conn.query_all(all.limit(FEW + 1)).await?;
        if rows.len() as u64 > FEW {
            return Ok(None);
        }
        let ids = rows.iter().map(|row| row.try_get_by_index(0));
        Ok(Some(ids.collect::<Result<_, _>>()?))
    }
}

/// Whether a query finds a row. Not `EXISTS`: PostgreSQL answers that for all rows of the table at once, where it means to
/// read many, though a page ends after few.
fn is_there(mut select: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(select.limit(1).to_owned().into())).is_not_null()
}

/// The first rows of a query.
fn cut(mut select: SelectStatement) -> SelectStatement {
    let mut cut = Query::select();
    cut.expr(Expr::cust("*"))
        .from_subquery(select.limit(FEW + 1).to_owned(), Alias::new("part"));
    cut
}
