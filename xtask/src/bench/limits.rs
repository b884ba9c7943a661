//! The same work as plain SQL: no HTTP, no rules, no rights. A bound, which no product reaches whole.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rusqlite::{Connection, params};

/// Finished requests a second in SQLite (WAL, FULL), one writer, a commit for each of three steps.
pub(crate) fn sqlite(stretch: Duration) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let db = Connection::open(folder.path().join("limit.db"))?;
    db.execute_batch(include_str!("limit-sqlite.sql"))?;
    let began = Instant::now();
    let mut finished = 0_u32;
    while began.elapsed() < stretch {
        one(&db, i64::from(finished % 99_000))?;
        finished += 1;
    }
    Ok(f64::from(finished) / began.elapsed().as_secs_f64())
}

fn one(db: &Connection, person: i64) -> anyhow::Result<()> {
    let act = |sql: &str, values: &[&dyn rusqlite::ToSql]| -> anyhow::Result<i64> {
        db.prepare_cached(sql)?.execute(values)?;
        Ok(db.last_insert_rowid())
    };
    const REQUEST: &str = "insert into req(tenant,flow,requester,amount,status,data) values(1,'expense',?,320,'manager','{\"title\":\"taxi and hotel\"}')";
    const TASK: &str = "insert into task(req,step,assignee,status) values(?,?,?,'open')";
    const AUDIT: &str = "insert into audit(req,actor,act,data) values(?,?,?,?)";
    const OUTBOX: &str = "insert into outbox(topic,body) values(?,?)";
    const DONE: &str =
        "update task set status='done',decided=current_timestamp,comment='ok' where id=? and status='open'";
    const MOVED: &str = "update req set status=?,rev=rev+1 where id=? and rev=?";
    let transaction = db.unchecked_transaction()?;
    let request = act(REQUEST, params![person])?;
    let first = act(TASK, params![request, "manager", person])?;
    act(AUDIT, params![request, person, "created", "{\"amount\":320}"])?;
    act(OUTBOX, params!["request.created", "{\"amount\":320}"])?;
    transaction.commit()?;
    let transaction = db.unchecked_transaction()?;
    act(DONE, params![first])?;
    let second = act(TASK, params![request, "finance", person])?;
    act(MOVED, params!["finance", request, 0])?;
    act(
        AUDIT,
        params![request, person, "approved", "{\"step\":\"manager\"}"],
    )?;
    act(OUTBOX, params!["task.approved", "{\"step\":\"manager\"}"])?;
    transaction.commit()?;
    let transaction = db.unchecked_transaction()?;
    act(DONE, params![second])?;
    act(MOVED, params!["approved", request, 1])?;
    act(
        AUDIT,
        params![request, person, "approved", "{\"step\":\"finance\"}"],
    )?;
    act(OUTBOX, params!["request.approved", "{\"amount\":320}"])?;
    transaction.commit()?;
    Ok(())
}

/// Finished requests a second in PostgreSQL, as pgbench reaches them with prepared statements.
pub(crate) fn postgres(url: &str, clients: usize, stretch: Duration) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let schema = folder.path().join("schema.sql");
    let script = folder.path().join("w1.sql");
    std::fs::write(&schema, include_str!("limit-postgres.sql"))?;
    std::fs::write(&script, include_str!("limit-postgres-w1.sql"))?;
    let made = Command::new("psql")
        .args(["--quiet", "--no-psqlrc", "--file"])
        .arg(&schema)
        .arg(url)
        .output();
    let made = made.context("psql is needed to measure PostgreSQL's limit")?;
    anyhow::ensure!(
        made.status.success(),
        "psql: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    let ran = Command::new(pgbench())
        .args([
            "-n",
            "-M",
            "prepared",
            "-j",
            "2",
            "-c",
            &clients.to_string(),
            "-T",
            &stretch.as_secs().to_string(),
            "-f",
        ])
        .arg(&script)
        .arg(url)
        .output()
        .context("pgbench is needed to measure PostgreSQL's limit")?;
    let said = String::from_utf8_lossy(&ran.stdout);
    anyhow::ensure!(
        ran.status.success(),
        "pgbench: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let line = said
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .context("pgbench said no tps")?;
    Ok(line.split(' ').next().unwrap_or_default().parse()?)
}

/// Debian keeps pgbench beside the server, not on the path.
fn pgbench() -> std::path::PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let found = versions
        .map(|version| version.path().join("bin/pgbench"))
        .find(|path| path.exists());
    found.unwrap_or_else(|| "pgbench".into())
}
