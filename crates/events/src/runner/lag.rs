//! How far behind each consumer is: for metrics, and for `doctor`.

use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use countersign_storage::log;
use countersign_storage::{Db, Error, Uow, WindowCursor, Work, dialect};
use sea_orm::sea_query::{Expr, Func, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait};

use super::store::{consumers, parked};

/// Where one consumer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lag {
    pub consumer: String,
    /// Entries of the log that its cursor has not passed, counted up to a million. Also those that no reader may see
    /// yet: PostgreSQL holds them back while an older transaction is open.
    pub behind: u64,
    /// Where it stands, as text: it has moved when this has changed.
    pub cursor: String,
    /// When it last moved; database time.
    pub moved_at: Option<Instant>,
    /// Events that failed, or wait behind one that did.
    pub parked: i64,
    /// The server that holds its lease; none if nobody does.
    pub owner: Option<String>,
}

/// Entries are counted so far.
const COUNTED: u64 = 1_000_000;

/// Every consumer that has ever run on this database.
pub async fn lags(db: &Db) -> Result<Vec<Lag>, Error> {
    let reader = db.across_tenants().await?;
    let mut lags = Vec::new();
    for consumer in consumers::Entity::find().all(&*reader).await? {
        let cursor = consumer.cursor.as_deref().and_then(WindowCursor::decode);
        let cursor = cursor.unwrap_or_default();
        let behind = log::behind(&reader, cursor, COUNTED).await?;
        let mut query = Query::select();
        query
            .expr_as(Func::count(Expr::col(parked::Column::EventId)), "parked")
            .from(parked::Entity);
        query.and_where(parked::Column::Consumer.eq(consumer.name.as_str()));
        let row = reader.query_one(&query).await?;
        let parked = row
            .map(|row| row.try_get("", "parked"))
            .transpose()?
            .unwrap_or_default();
        lags.push(Lag {
            consumer: consumer.name,
            behind,
            cursor: cursor.encode(),
            moved_at: consumer.moved_at.map(Instant::new),
            parked,
            owner: consumer.lease_owner,
        });
    }
    Ok(lags)
}

/// Makes every parked event of a consumer due at once, in one tenant.
pub async fn release(db: &Db, tenant: TenantId, consumer: &str) -> Result<(), Error> {
    db.write(
        tenant,
        Release {
            consumer: consumer.to_owned(),
        },
    )
    .await
}

struct Release {
    consumer: String,
}

impl Work for Release {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let tenant = uow.tenant();
        let conn = uow.writes().await?;
        let mut update = Query::update();
        update
            .table(parked::Entity)
            .value(parked::Column::DueAt, dialect::now(conn))
            .and_where(parked::Column::TenantId.eq(tenant.0))
            .and_where(parked::Column::Consumer.eq(self.consumer.as_str()));
        conn.execute(&update).await?;
        Ok(())
    }
}
