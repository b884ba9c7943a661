//! `/metrics`: figures for operators, as Prometheus text.

pub(crate) mod access;

use std::fmt::Write as _;

use countersign_events::{Lag, Stall};
use countersign_storage::{Db, log};
use countersign_web::World;

use crate::housekeeping;

/// Whether the database answers a question.
pub(crate) async fn database_answers(db: &Db) -> bool {
    let asked = async { log::newest(&*db.across_tenants().await?).await };
    let answered = tokio::time::timeout(std::time::Duration::from_secs(2), asked).await;
    matches!(answered, Ok(Ok(_)))
}

/// All figures; what cannot be read is left out.
pub(crate) async fn text(world: &World, caches: &[(&str, u64)], stalls: &[Stall]) -> String {
    let db = &world.db;
    let mut text = String::new();
    counter(
        &mut text,
        "countersign_statements_total",
        "Statements since the start.",
        &plain(db.statements() as f64),
    );
    counter(
        &mut text,
        "countersign_commits_total",
        "Transactions that changed something, committed since the start.",
        &plain(db.commits() as f64),
    );
    gauge(
        &mut text,
        "countersign_writes_waiting",
        "Units of work that wait for the writer.",
        &plain(db.waiting() as f64),
    );
    if let Some(bytes) = resident_bytes() {
        let name = "process_resident_memory_bytes";
        gauge(&mut text, name, "Resident memory.", &plain(bytes));
    }
    let caches: Vec<_> = caches
        .iter()
        .map(|(cache, bytes)| (format!("{{cache=\"{cache}\"}}"), *bytes as f64))
        .collect();
    gauge(
        &mut text,
        "countersign_cache_bytes",
        "Memory that a cache takes up, about.",
        &caches,
    );
    trimmed(&mut text);
    if let Ok(lags) = countersign_events::lags(db).await {
        consumers(&mut text, &lags, stalls);
    }
    if let Ok(reader) = db.across_tenants().await
        && let Ok(since) = log::held_back_since(&reader).await
    {
        let now = world.clock.now();
        let seconds = since.map_or(0, |since| Ord::max(now.millis() - since.millis(), 0)) as f64 / 1_000.0;
        gauge(
            &mut text,
            "countersign_log_held_back_seconds",
            "For how long an open transaction has kept entries from the consumers; 0 if none does.",
            &plain(seconds),
        );
    }
    text
}

/// How much of what is old was deleted.
fn trimmed(text: &mut String) {
    let rows: Vec<_> = housekeeping::trimmed()
        .map(|(what, rows)| (format!("{{what=\"{what}\"}}"), rows as f64))
        .collect();
    counter(
        text,
        "countersign_trimmed_rows_total",
        "Rows deleted since the start because their time was over.",
        &rows,
    );
}

/// How far each consumer of the log is.
fn consumers(text: &mut String, lags: &[Lag], stalls: &[Stall]) {
    let rows = |value: &dyn Fn(&Lag) -> f64| -> Vec<_> {
        lags.iter()
            .map(|lag| (format!("{{consumer=\"{}\"}}", lag.consumer), value(lag)))
            .collect()
    };
    gauge(
        text,
        "countersign_consumer_behind",
        "Entries of the log that a consumer has not had.",
        &rows(&|lag| lag.behind as f64),
    );
    gauge(
        text,
        "countersign_consumer_parked",
        "Events that failed and wait to be tried again.",
        &rows(&|lag| lag.parked as f64),
    );
    let stalled_seconds = |lag: &Lag| {
        let stall = stalls.iter().find(|stall| stall.consumer == lag.consumer);
        stall.map_or(0.0, |stall| stall.since.elapsed().as_secs_f64())
    };
    gauge(
        text,
        "countersign_consumer_stalled_seconds",
        "For how long a consumer has been behind without moving; 0 if it moves.",
        &rows(&stalled_seconds),
    );
}

fn gauge(text: &mut String, name: &str, about: &str, rows: &[(String, f64)]) {
    figure(text, name, "gauge", about, rows);
}

/// What only grows, from the start on.
fn counter(text: &mut String, name: &str, about: &str, rows: &[(String, f64)]) {
    figure(text, name, "counter", about, rows);
}

fn figure(text: &mut String, name: &str, kind: &str, about: &str, rows: &[(String, f64)]) {
    let _ = writeln!(text, "# HELP {name} {about}\n# TYPE {name} {kind}");
    for (labels, value) in rows {
        let _ = writeln!(text, "{name}{labels} {value}");
    }
}

fn plain(value: f64) -> Vec<(String, f64)> {
    vec![(String::new(), value)]
}

/// Resident memory of this process; only where the system tells it.
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024.0)
}
