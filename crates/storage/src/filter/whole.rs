//! Lists that are gone through from the first row to the last, page by page, while others change what is in them.

use std::collections::HashMap;

use countersign_kernel::filter::{List, SortKey};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

use super::related::NoRelations;
use super::{Among, Related, Rows, Scope, narrow, readable};
use crate::{Conn, Error};

/// What is gone through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whole {
    /// So many rows, in an order that no change moves them in: each page goes on behind the last row of the one before.
    ByKey(u64),
    /// These rows: one that changes meanwhile might else stand behind where it stood, and come twice, or before, and never come.
    ByIds(Vec<Uuid>),
}

impl Whole {
    /// How many rows.
    pub fn rows(&self) -> u64 {
        match self {
            Self::ByKey(rows) => *rows,
            Self::ByIds(ids) => ids.len() as u64,
        }
    }
}

/// What is gone through of a list, from its first row; at most one row more than `most`.
pub async fn whole<E>(
    conn: &Conn,
    select: Select<E>,
    related: &dyn Related,
    list: &List,
    most: u64,
) -> Result<Whole, Error>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    let table = E::default();
    let scope = Scope {
        table: table.table_name(),
        backend: conn.get_database_backend(),
        related,
    };
    let by_key = list.sort.iter().all(stays);
    let among = narrow::found(conn, related.tenant(), &scope, &list.filter).await?;
    let mut filtered = select.filter(scope.condition(&list.filter));
    if let Some(among) = &among {
        if among.ids.is_empty() {
            return Ok(Whole::ByKey(0));
        }
        filtered = filtered.filter(scope.named(among.column).is_in(among.bound()));
    }
    let index = among.as_ref().map(|among| among.index.as_str());
    if by_key {
        return Ok(Whole::ByKey(count(conn, filtered, index, most + 1).await?));
    }
    let from_the_first = List {
        after: None,
        limit: most,
        ..list.clone()
    };
    let ids = scope.page(filtered, &from_the_first);
    let ids = ids.select_only().expr(scope.named("id")).into_query();
    let rows = conn
        .query_all_raw(narrow::told(scope.backend, &ids, scope.table, index))
        .await?;
    let ids = rows.iter().map(|row| row.try_get_by_index(0));
    Ok(Whole::ByIds(ids.collect::<Result<_, _>>()?))
}

/// Whether nothing that happens to a row changes this of it.
fn stays(key: &SortKey) -> bool {
    key.member.is_none() && matches!(key.field.name, "id" | "created_at")
}

/// Those of these rows that `select` has, in the order of their ids here.
pub async fn of_ids<E>(conn: &Conn, select: Select<E>, ids: &[Uuid]) -> Result<Rows<E::Model>, Error>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    let table = E::default();
    let scope = Scope {
        table: table.table_name(),
        backend: conn.get_database_backend(),
        related: &NoRelations,
    };
    let bound = Among::by_id(scope.table, ids.to_vec()).bound();
    let query = select.filter(scope.named("id").is_in(bound)).into_query();
    let mut found = conn.query_all_raw(scope.backend.build(&query)).await?;
    let place: HashMap<Uuid, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    found.sort_by_key(|row| {
        let id = row.try_get::<Uuid>("", "id").ok();
        id.and_then(|id| place.get(&id).copied())
    });
    let rows = readable(scope.table, found.iter());
    Ok(Rows {
        left_out: found.len() - rows.len(),
        rows,
        more: false,
        count: None,
    })
}

/// How many rows there are, counted up to `most`.
pub(super) async fn count<E: EntityTrait>(
    conn: &Conn,
    select: Select<E>,
    index: Option<&str>,
    most: u64,
) -> Result<u64, Error> {
    let mut inner = select.into_query();
    inner
        .clear_selects()
        .expr(Expr::cust("1"))
        .clear_order_by()
        .limit(most);
    let mut outer = Query::select();
    outer
        .expr(Func::count(Expr::cust("*")))
        .from_subquery(inner, Alias::new("counted"));
    let table = E::default();
    let outer = narrow::told(conn.get_database_backend(), &outer, table.table_name(), index);
    let row = conn.query_one_raw(outer).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(count.unsigned_abs())
}
