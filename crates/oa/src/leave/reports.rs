//! Sums over many people's leave.

use countersign_kernel::id::{TenantId, UserId};
use countersign_kernel::time::Date;
use countersign_storage::{Conn, Error};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

/// Sums of one report.
pub(super) const SUMS_MAX: usize = 200_000;

/// What somebody has set aside or taken of a type in a month.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct MonthOfLeave {
    pub person: UserId,
    pub leave_type: String,
    /// `reserved` or `taken`.
    pub status: String,
    /// `2026-03`.
    pub month: String,
    /// Thousandths.
    pub amount: i64,
}

/// Leave between two days, of these people or of everybody: a sum for each person, type, status and month; at most [`SUMS_MAX`] and one.
pub(super) async fn months(
    conn: &Conn,
    tenant: TenantId,
    people: Option<&[UserId]>,
    (from, until): (Date, Date),
) -> Result<Vec<MonthOfLeave>, Error> {
    // PostgreSQL knows no list of nothing.
    if people.is_some_and(<[UserId]>::is_empty) {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = vec![tenant.0.into(), from.into(), until.into()];
    let named = people.map_or_else(String::new, |people| {
        values.extend(people.iter().map(|person| Value::from(person.0)));
        let places: Vec<String> = (4..4 + people.len()).map(|place| format!("${place}")).collect();
        format!(" AND l.person IN ({})", places.join(", "))
    });
    let sql = format!(
        "SELECT l.person, l.leave_type, l.status, substr(CAST(d.day AS TEXT), 1, 7) AS month, \
         CAST(SUM(d.amount) AS BIGINT) AS amount \
         FROM leave_days d JOIN leaves l ON l.tenant_id = d.tenant_id AND l.id = d.leave_id \
         WHERE d.tenant_id = $1 AND d.day >= $2 AND d.day <= $3 AND l.status IN ('reserved', 'taken'){named} \
         GROUP BY l.person, l.leave_type, l.status, substr(CAST(d.day AS TEXT), 1, 7) \
         ORDER BY l.person, l.leave_type, l.status, 4 LIMIT {}",
        SUMS_MAX + 1
    );
    let rows = conn
        .query_all_raw(Statement::from_sql_and_values(
            conn.get_database_backend(),
            sql,
            values,
        ))
        .await?;
    let read = rows.iter().map(|row| MonthOfLeave::from_query_result(row, ""));
    Ok(read.collect::<Result<_, _>>()?)
}
