//! What facts say of earlier requests: their forms, found in the unit of work that a submission is judged in, or while a form is
//! filled in. Of requests, which are another area's, nothing else is read here.

use std::collections::BTreeMap;

use countersign_engine::lookup::{Earlier, LOOKED_AT_MOST};
use countersign_kernel::id::{RequestId, TenantId, UserId};
use countersign_storage::{Conn, Error, Rule, RuleLock};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use serde_json::{Map, Value as Json};

/// The forms that were found for each fact.
pub type Found = BTreeMap<String, Vec<Map<String, Json>>>;

/// What two submissions for one person come to together: the second knows of the first.
pub fn turn_of(requester: UserId) -> RuleLock {
    const SUBMISSIONS: Rule = Rule::named("the facts of a person's submissions");
    SUBMISSIONS.exclusive_for(requester.to_string())
}

/// The forms of the requests that these facts are about, but of the one that is submitted.
pub async fn find(
    conn: &Conn,
    tenant: TenantId,
    wanted: &[Earlier],
    submitted: Option<RequestId>,
) -> Result<Found, Error> {
    let mut found = Found::new();
    for one in wanted {
        found.insert(one.fact.clone(), forms(conn, tenant, one, submitted).await?);
    }
    Ok(found)
}

async fn forms(
    conn: &Conn,
    tenant: TenantId,
    wanted: &Earlier,
    submitted: Option<RequestId>,
) -> Result<Vec<Map<String, Json>>, Error> {
    let form = fields(conn.get_database_backend(), &wanted.fields);
    let statuses: Vec<String> = (0..wanted.statuses.len())
        .map(|place| format!("${}", place + 6))
        .collect();
    let sql = format!(
        "SELECT {form} AS form FROM requests WHERE tenant_id = $1 AND requester = $2 AND workflow = $3 AND submitted_at >= $4 \
         AND id <> $5 AND status IN ({}) LIMIT {}",
        statuses.join(", "),
        LOOKED_AT_MOST + 1
    );
    let submitted = submitted.map_or_else(uuid::Uuid::nil, |id| id.0);
    let mut values: Vec<Value> = vec![
        tenant.0.into(),
        wanted.requester.0.into(),
        wanted.workflow.as_str().into(),
        wanted.since.into(),
        submitted.into(),
    ];
    values.extend(wanted.statuses.iter().map(|status| status.word().into()));
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let rows = conn.query_all_raw(statement).await?;
    let read = |row: &sea_orm::QueryResult| {
        let text: String = row.try_get("", "form")?;
        serde_json::from_str(&text).map_err(Error::broken)
    };
    rows.iter().map(read).collect()
}

/// A JSON object of these fields of a form. Their names are letters, digits and `_`.
fn fields(backend: DbBackend, names: &[String]) -> String {
    let one = |name: &String| match backend {
        DbBackend::Sqlite => format!("'{name}', state -> '$.form.\"{name}\"'"),
        _ => format!("'{name}', state::json -> 'form' -> '{name}'"),
    };
    let all: Vec<String> = names.iter().map(one).collect();
    match backend {
        DbBackend::Sqlite => format!("json_object({})", all.join(", ")),
        _ => format!("json_build_object({})::text", all.join(", ")),
    }
}
