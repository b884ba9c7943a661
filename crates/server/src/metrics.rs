//! `/metrics`: figures for operators, as Prometheus text.

use std::fmt::Write as _;

use countersign_storage::Db;

/// Whether the database answers a question.
pub(crate) async fn database_answers(db: &Db) -> bool {
    let asked = async { countersign_storage::log::newest(&*db.door().await?).await };
    let answered = tokio::time::timeout(std::time::Duration::from_secs(2), asked).await;
    matches!(answered, Ok(Ok(_)))
}

/// All figures; what cannot be read is left out.
pub(crate) async fn text(db: &Db) -> String {
    let mut text = String::new();
    let mut gauge = |name: &str, about: &str, rows: &[(String, f64)]| {
        let _ = writeln!(text, "# HELP {name} {about}\n# TYPE {name} gauge");
        for (labels, value) in rows {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    };
    let plain = |value: f64| vec![(String::new(), value)];
    gauge(
        "countersign_statements_total",
        "Statements since the start.",
        &plain(db.statements() as f64),
    );
    gauge(
        "countersign_writes_waiting",
        "Units of work that wait for the writer.",
        &plain(db.waiting() as f64),
    );
    if let Some(bytes) = resident_bytes() {
        gauge("process_resident_memory_bytes", "Resident memory.", &plain(bytes));
    }
    if let Ok(lags) = countersign_events::lags(db).await {
        let row = |consumer: &str, value: f64| (format!("{{consumer=\"{consumer}\"}}"), value);
        let behind: Vec<_> = lags
            .iter()
            .map(|lag| row(&lag.consumer, lag.behind as f64))
            .collect();
        gauge(
            "countersign_consumer_behind",
            "Entries of the log that a consumer has not had.",
            &behind,
        );
        let parked: Vec<_> = lags
            .iter()
            .map(|lag| row(&lag.consumer, lag.parked as f64))
            .collect();
        gauge(
            "countersign_consumer_parked",
            "Events that failed and wait to be tried again.",
            &parked,
        );
    }
    text
}

/// Resident memory of this process; only where the system tells it.
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024.0)
}
