//! How far behind each consumer is: for metrics, and for `doctor`.

use countersign_kernel::id::TenantId;
use countersign_storage::log;
use countersign_storage::{Db, Error, Uow, WindowCursor, Work, dialect};
use sea_orm::sea_query::{Expr, Func, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait};

use super::store::{consumers, parked};

/// Where one consumer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lag {
    pub consumer: String,
    /// Entries that it has not been handed yet, counted up to a thousand.
    pub behind: u64,
    /// Events that failed, or wait behind one that did.
    pub parked: i64,
    /// The server that holds its lease; none if nobody does.
    pub owner: Option<String>,
}

/// Entries are counted so far.
const COUNTED: u64 = 1_000;

/// Every consumer that has ever run on this database.
pub async fn lags(db: &Db) -> Result<Vec<Lag>, Error> {
    let door = db.door().await?;
    let mut lags = Vec::new();
    for consumer in consumers::Entity::find().all(&*door).await? {
        let cursor = consumer.cursor.as_deref().and_then(WindowCursor::decode);
        let (heads, _) = log::window(&door, cursor.unwrap_or_default(), None, COUNTED).await?;
        let mut query = Query::select();
        query
            .expr_as(Func::count(Expr::col(parked::Column::EventId)), "parked")
            .from(parked::Entity);
        query.and_where(parked::Column::Consumer.eq(consumer.name.as_str()));
        let row = door.query_one(&query).await?;
        let parked = row
            .map(|row| row.try_get("", "parked"))
            .transpose()?
            .unwrap_or_default();
        lags.push(Lag {
            consumer: consumer.name,
            behind: heads.len() as u64,
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
