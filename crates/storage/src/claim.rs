//! Work in rows (timers, jobs, deliveries), shared between servers: taken with a lease in the database's own time,
//! so that a dead server's rows are free again within seconds.
//!
//! A table that is claimed from has `tenant_id`, `id`, `due_at`, `lease_owner`, `lease_until`, an index on `due_at`,
//! and what is read and changed across tenants ([`open_door`](countersign_migrations::tenancy::open_door)) to these.

use std::time::Duration;

use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DbBackend, DeriveIden, Statement, Value};
use uuid::Uuid;

use crate::{Conn, Error, Uow, Work, dialect};

/// Which rows are due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Of all tenants, by the database's time.
    Now,
    /// Of all tenants by their business time, which is the database's: those whose clock was moved are left out.
    Unmoved,
    /// Of one tenant, by its business time.
    Of(TenantId, Instant),
}

/// What to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub table: &'static str,
    pub due: Due,
    /// Who takes them; different for each server and each start.
    pub owner: String,
    /// For how long they are out of others' reach.
    pub lease: Duration,
    pub limit: u64,
    /// Rows that are left where they are: those whose column holds one of these ids.
    pub except: Vec<(&'static str, Vec<Uuid>)>,
}

/// A row that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub tenant: TenantId,
    pub id: Uuid,
    pub due_at: Instant,
}

#[derive(Clone, Copy, DeriveIden)]
enum Column {
    TenantId,
    Id,
    LeaseOwner,
}

impl Work for Claim {
    type Out = Vec<Claimed>;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Self::Out, Error> {
        self.take(uow.writes().await?).await
    }
}

impl Claim {
    /// Takes what is due in one statement, the longest due first.
    pub(crate) async fn take(&self, conn: &Conn) -> Result<Vec<Claimed>, Error> {
        let rows = conn
            .query_all_raw(self.statement(conn.get_database_backend()))
            .await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            claimed.push(Claimed {
                tenant: TenantId(row.try_get_by_index(0)?),
                id: row.try_get_by_index(1)?,
                due_at: Instant::new(row.try_get_by_index(2)?),
            });
        }
        claimed.sort_by_key(|row| (row.due_at, row.id));
        Ok(claimed)
    }

    fn statement(&self, backend: DbBackend) -> Statement {
        let (table, limit) = (self.table, self.limit);
        let (now, until) = (
            dialect::now_text(backend, 0),
            dialect::now_text(backend, self.lease.as_millis() as i64),
        );
        let mut values = vec![self.owner.as_str().into()];
        let due = match self.due {
            Due::Now => format!("due_at <= {now}"),
            Due::Unmoved => format!(
                "due_at <= {now} AND NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = {table}.tenant_id \
                 AND t.clock_offset_ms <> 0)"
            ),
            Due::Of(tenant, at) => {
                values.extend([Value::from(tenant.0), at.utc().into()]);
                match backend {
                    DbBackend::Postgres => "tenant_id = $2 AND due_at <= $3".to_owned(),
                    _ => "tenant_id = ? AND due_at <= ?".to_owned(),
                }
            }
        };
        let except = self.except(backend, &mut values);
        let free = format!(
            "SELECT tenant_id, id FROM {table} WHERE {due}{except} AND (lease_until IS NULL OR lease_until < {now}) \
             ORDER BY due_at LIMIT {limit}"
        );
        let sql = match backend {
            // Materialised, so that it is run once: a second run would lock other rows.
            DbBackend::Postgres => format!(
                "WITH free AS MATERIALIZED ({free} FOR UPDATE SKIP LOCKED) \
                 UPDATE {table} SET lease_owner = $1, lease_until = {until} FROM free \
                 WHERE {table}.tenant_id = free.tenant_id AND {table}.id = free.id \
                 RETURNING {table}.tenant_id, {table}.id, {table}.due_at"
            ),
            _ => format!(
                "UPDATE {table} SET lease_owner = ?, lease_until = {until} WHERE (tenant_id, id) IN ({free}) \
                 RETURNING tenant_id, id, due_at"
            ),
        };
        Statement::from_sql_and_values(backend, sql, values)
    }
}

impl Claim {
    /// The condition that leaves rows out, with its values behind those that there are.
    fn except(&self, backend: DbBackend, values: &mut Vec<Value>) -> String {
        let mut conditions = String::new();
        for (column, ids) in self.except.iter().filter(|(_, ids)| !ids.is_empty()) {
            let places = ids.iter().map(|id| {
                values.push(Value::from(*id));
                match backend {
                    DbBackend::Postgres => format!("${}", values.len()),
                    _ => "?".to_owned(),
                }
            });
            let places = places.collect::<Vec<_>>().join(", ");
            conditions.push_str(&format!(" AND {column} NOT IN ({places})"));
        }
        conditions
    }
}

/// Whether the row is still this owner's: asked inside the unit of work that does what was due.
pub async fn held(
    conn: &Conn,
    table: &'static str,
    tenant: TenantId,
    id: Uuid,
    owner: &str,
) -> Result<bool, Error> {
    let mut select = Query::select();
    select
        .column(Column::Id)
        .from(table)
        .and_where(Expr::col(Column::TenantId).eq(tenant.0))
        .and_where(Expr::col(Column::Id).eq(id))
        .and_where(Expr::col(Column::LeaseOwner).eq(owner));
    dialect::for_update(conn, &mut select);
    Ok(conn.query_one(&select).await?.is_some())
}
