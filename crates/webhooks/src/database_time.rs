//! The database's time: what is due for machines is due by it, whatever the clocks of servers and tenants show.

use countersign_kernel::time::Instant;
use countersign_storage::{Conn, Error, dialect};
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::Query;

/// Now, by the database.
pub async fn now(conn: &Conn) -> Result<Instant, Error> {
    let mut select = Query::select();
    select.expr(dialect::now(conn));
    let row = conn.query_one(&select).await?;
    let row = row.ok_or_else(|| Error::broken("the database does not tell the time"))?;
    Ok(Instant::new(row.try_get_by_index(0)?))
}
