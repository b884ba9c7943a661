//! How people stand of whom a step asks one: how many tasks are open of them, and when the step asked them last. It is looked up in
//! the unit of work of a command, or for a simulation. Of tasks and turns, which are another area's, nothing else is read here.

use std::collections::BTreeMap;

use countersign_engine::{Missing, Standing, Standings, State};
use countersign_kernel::id::{TenantId, UserId};
use countersign_storage::{Conn, Error, Rule, RuleLock};
use sea_orm::{ConnectionTrait, Statement, Value};

/// So many people are asked about in one statement.
const AT_ONCE: usize = 500;

/// What two commands come to together that each pick one for a step: the second knows whom the first asks.
pub fn turn_of(workflow: &str, step: &str) -> RuleLock {
    const PICKS: Rule = Rule::named("whom a step asks of many");
    PICKS.exclusive_for(format!("{workflow}/{step}"))
}

/// Adds what is missing. `state`: the request as it is kept, whose own tasks are not counted here.
pub async fn find(
    conn: &Conn,
    tenant: TenantId,
    workflow: &str,
    state: &State,
    missing: &[Missing],
    standings: &mut Standings,
) -> Result<(), Error> {
    for one in missing {
        match &one.standing {
            Standing::Turns => {
                let turns = turns(conn, tenant, workflow, &one.step).await?;
                standings.know_turns(&one.step, turns);
            }
            Standing::OpenTasks(people) => {
                for some in people.chunks(AT_ONCE) {
                    let open = open_tasks(conn, tenant, some).await?;
                    for user in some {
                        let all = open.get(user).copied().unwrap_or_default();
                        let here = state.open_seats().filter(|seat| seat.holder == *user).count();
                        standings.know_open_tasks(*user, all.saturating_sub(here as u32));
                    }
                }
            }
        }
    }
    Ok(())
}

async fn open_tasks(
    conn: &Conn,
    tenant: TenantId,
    people: &[UserId],
) -> Result<BTreeMap<UserId, u32>, Error> {
    let places: Vec<String> = (0..people.len()).map(|place| format!("${}", place + 2)).collect();
    // Counted from the index `tasks_inbox` alone.
    let sql = format!(
        "SELECT assignee, COUNT(*) AS open FROM tasks WHERE tenant_id = $1 AND status = 'open' AND assignee IN ({}) GROUP BY assignee",
        places.join(", ")
    );
    let values = std::iter::once(tenant.0.into()).chain(people.iter().map(|user| user.0.into()));
    let counted = |open: i64| u32::try_from(open).unwrap_or(u32::MAX);
    let rows = rows(conn, sql, values.collect()).await?;
    rows.iter()
        .map(|row| {
            let user = UserId(row.try_get("", "assignee")?);
            Ok((user, counted(row.try_get("", "open")?)))
        })
        .collect()
}

/// A row for each person whom the step ever asked.
async fn turns(
    conn: &Conn,
    tenant: TenantId,
    workflow: &str,
    step: &str,
) -> Result<BTreeMap<UserId, i64>, Error> {
    let sql = "SELECT user_id, turn FROM turns WHERE tenant_id = $1 AND workflow = $2 AND step = $3";
    let values = vec![tenant.0.into(), workflow.into(), step.into()];
    let rows = rows(conn, sql.to_owned(), values).await?;
    rows.iter()
        .map(|row| Ok((UserId(row.try_get("", "user_id")?), row.try_get("", "turn")?)))
        .collect()
}

async fn rows(conn: &Conn, sql: String, values: Vec<Value>) -> Result<Vec<sea_orm::QueryResult>, Error> {
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.query_all_raw(statement).await?)
}
