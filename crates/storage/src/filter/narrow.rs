//! Lists of few rows: what is looked for is found first, by an index that holds all that is compared, and only then put
//! in order. A list of many rows is read in its order until the page is full.
//!
//! Neither planner knows which of the two a list is, and SQLite weighs indexes without looking at the table: so it is
//! found out by asking, and SQLite is told the index.

use countersign_kernel::filter::{Filter, FilterField, Op, Test};
use countersign_kernel::id::TenantId;
use sea_orm::sea_query::{Alias, ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use uuid::Uuid;

use super::{Scope, member};
use crate::{Conn, Error};

/// The most rows that are few.
pub const FEW: u64 = 1_000;

/// Few rows, among which a page is looked for.
#[derive(Debug, Clone)]
pub struct Among {
    /// The column that holds their ids.
    pub column: &'static str,
    pub ids: Vec<Uuid>,
    /// The index by which SQLite finds them.
    pub index: String,
}

/// Texts that are looked into together, and the index that holds them with the row's id.
struct Searched {
    table: &'static str,
    columns: &'static [&'static str],
    index: &'static str,
}

const fn searched(table: &'static str, columns: &'static [&'static str], index: &'static str) -> Searched {
    Searched {
        table,
        columns,
        index,
    }
}

/// Of the tables that grow with a tenant's work; the first index that holds all the columns of a comparison is taken.
const SEARCHED: &[Searched] = &[
    searched("accounts", &["name", "domain"], "accounts_search"),
    searched("contacts", &["name", "email", "phone"], "contacts_search"),
    searched("deals", &["name"], "deals_by_name_key"),
    searched("deals", &["lost_reason"], "deals_lost_reason"),
    searched("activities", &["subject"], "activities_by_subject_key"),
    searched("leads", &["name", "company", "email", "phone"], "leads_search"),
    searched("products", &["name", "code"], "products_search"),
    searched("requests", &["summary", "number"], "requests_search"),
];

impl Among {
    /// By the primary key (`tenant_id`, `id`).
    pub fn by_id(table: &str, ids: Vec<Uuid>) -> Self {
        Self {
            column: "id",
            ids,
            index: format!("sqlite_autoindex_{table}_1"),
        }
    }

    /// The ids, as often repeated as makes their number one of few: each number is a statement of its own, which
    /// connections keep.
    pub(super) fn bound(&self) -> Vec<Uuid> {
        let number = self.ids.len().next_power_of_two();
        let last = self.ids.last().copied().unwrap_or_default();
        let mut ids = self.ids.clone();
        ids.resize(number, last);
        ids
    }
}

/// The rows that hold what the filter looks for in texts or in members, if it does and they are few.
pub(super) async fn found(
    conn: &Conn,
    tenant: Option<TenantId>,
    scope: &Scope<'_>,
    filter: &Filter,
) -> Result<Option<Among>, Error> {
    let parts = match filter {
        Filter::All(parts) => parts.as_slice(),
        one => std::slice::from_ref(one),
    };
    let looked = parts
        .iter()
        .find_map(|part| Some((part, index_of(scope.table, part)?)));
    let Some(tenant) = tenant else {
        return Ok(None);
    };
    let Some((part, index)) = looked else {
        let Some((test, member)) = member::looked_up(parts) else {
            return Ok(None);
        };
        let select = member::passing(scope, tenant, test, member, FEW + 1);
        let backend = conn.get_database_backend();
        let statement = told(backend, &select, member.table.name, Some(member.table.index));
        return few(conn, scope, statement).await;
    };
    let mut select = Query::select();
    select
        .column(Alias::new("id"))
        .from(Alias::new(scope.table))
        .and_where(scope.named("tenant_id").eq(tenant))
        .cond_where(scope.condition(part))
        .limit(FEW + 1);
    let statement = told(conn.get_database_backend(), &select, scope.table, Some(index));
    few(conn, scope, statement).await
}

/// The rows that a statement finds the ids of, if they are few.
async fn few(conn: &Conn, scope: &Scope<'_>, statement: Statement) -> Result<Option<Among>, Error> {
    let rows = conn.query_all_raw(statement).await?;
    if rows.len() as u64 > FEW {
        return Ok(None);
    }
    let ids = rows.iter().map(|row| row.try_get_by_index(0));
    let ids = ids.collect::<Result<_, _>>()?;
    Ok(Some(Among::by_id(scope.table, ids)))
}

/// The index that holds all that this part of a filter compares, where it looks for a text.
fn index_of(table: &str, part: &Filter) -> Option<&'static str> {
    let tests: Vec<&Test> = match part {
        Filter::Any(parts) => parts.iter().map(of_text).collect::<Option<_>>()?,
        one => vec![of_text(one)?],
    };
    let holds = |searched: &&Searched| {
        let held = |field: &FilterField| searched.columns.contains(&field.column);
        searched.table == table && tests.iter().all(|test| held(&test.field))
    };
    (!tests.is_empty()).then_some(())?;
    SEARCHED.iter().find(holds).map(|searched| searched.index)
}

fn of_text(part: &Filter) -> Option<&Test> {
    match part {
        Filter::Test(test) if test.through.is_none() => {
            matches!(test.op, Op::Contains | Op::StartsWith).then_some(test)
        }
        Filter::Any(parts) => match parts.as_slice() {
            [one] => of_text(one),
            _ => None,
        },
        _ => None,
    }
}

/// The statement of a query over this table; SQLite takes the index that is named.
pub(super) fn told(
    backend: DbBackend,
    select: &SelectStatement,
    table: &str,
    index: Option<&str>,
) -> Statement {
    let mut statement = backend.build(select);
    if let Some(index) = index.filter(|_| backend == DbBackend::Sqlite) {
        let from = format!("FROM \"{table}\"");
        let hinted = format!("{from} INDEXED BY \"{index}\"");
        statement.sql = statement.sql.replacen(&from, &hinted, 1);
    }
    statement
}
