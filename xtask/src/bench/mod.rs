//! The product over HTTP beside what plain SQL reaches on the same machine in the same run.
//!
//! W1 is an expense of 320 through manager and finance: three durable writes, one finished request. Rounds of
//! product and limit alternate, so that the machine's mood hits both; the ratio of medians is the headline.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;

mod limits;
mod load;
pub(crate) mod server;

/// How to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Seconds of each measured stretch.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Rounds; the median counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Two short rounds: a look, not a figure to quote.
    #[arg(long)]
    quick: bool,
    /// Connections at once.
    #[arg(long, default_values_t = [1, 16])]
    clients: Vec<usize>,
    /// Measure on PostgreSQL too: the URL of an empty database that may be filled (its tables are emptied).
    #[arg(long)]
    database_url: Option<String>,
    /// The server's binary; without it, a release build is made.
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// One line of the table.
#[derive(Serialize)]
struct Row {
    work: String,
    clients: usize,
    /// Finished a second, median of the rounds, and the lowest and highest.
    product: [f64; 3],
    limit: [f64; 3],
    ratio: f64,
    p50_ms: f64,
    p99_ms: f64,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(measure(options))
}

async fn measure(options: &Options) -> anyhow::Result<()> {
    let binary = server::binary(options.binary.as_deref())?;
    let stretch = Duration::from_secs(if options.quick { 4 } else { options.seconds });
    let rounds = if options.quick { 2 } else { options.rounds };
    let mut rows = Vec::new();
    let mut rest = Vec::new();
    for database in [None, options.database_url.as_deref()]
        .into_iter()
        .take(1 + usize::from(options.database_url.is_some()))
    {
        let server = server::Server::start(&binary, database).await?;
        rest.push((server.database_name(), server.ready, server.resident_mib()?));
        for clients in &options.clients {
            rows.push(approvals(&server, database, *clients, rounds, stretch).await?);
        }
        server.stop().await?;
    }
    for (database, ready, resident_mib) in &rest {
        println!(
            "{database}: ready in {:.2} s with the sample company, {resident_mib:.0} MiB at rest",
            ready.as_secs_f64()
        );
    }
    println!(
        "{:<16} {:>7}  {:>26}  {:>26}  {:>6}  {:>8}  {:>8}",
        "work", "clients", "product/s", "limit/s", "ratio", "p50 ms", "p99 ms"
    );
    for row in &rows {
        let spread = |[median, low, high]: [f64; 3]| format!("{median:.0} ({low:.0}-{high:.0})");
        println!(
            "{:<16} {:>7}  {:>26}  {:>26}  {:>5.0}%  {:>8.2}  {:>8.2}",
            row.work,
            row.clients,
            spread(row.product),
            spread(row.limit),
            row.ratio * 100.0,
            row.p50_ms,
            row.p99_ms
        );
    }
    let folder = crate::tidy::root().join("target/bench");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("latest.json");
    std::fs::write(&file, serde_json::to_string_pretty(&rows)?).context("the figures could not be kept")?;
    println!("kept in target/bench/latest.json");
    Ok(())
}

/// W1 in alternating rounds of product and limit.
async fn approvals(
    server: &server::Server,
    database: Option<&str>,
    clients: usize,
    rounds: usize,
    stretch: Duration,
) -> anyhow::Result<Row> {
    let (mut product, mut limit, mut decisions) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        eprintln!(
            "{}: W1, {clients} clients, round {} of {rounds}",
            server.database_name(),
            round + 1
        );
        let seen = load::approvals(server, clients, stretch).await?;
        product.push(seen.finished as f64 / seen.elapsed.as_secs_f64());
        decisions.extend(seen.decisions);
        limit.push(match database {
            None => tokio::task::spawn_blocking(move || limits::sqlite(stretch)).await??,
            Some(url) => limits::postgres(url, clients, stretch)?,
        });
    }
    decisions.sort_unstable();
    let (product, limit) = (spread(product), spread(limit));
    Ok(Row {
        work: format!("W1 {}", server.database_name()),
        clients,
        ratio: product[0] / limit[0],
        product,
        limit,
        p50_ms: share(&decisions, 0.50),
        p99_ms: share(&decisions, 0.99),
    })
}

/// Median, lowest, highest.
fn spread(mut figures: Vec<f64>) -> [f64; 3] {
    figures.sort_by(f64::total_cmp);
    let at = |place: usize| figures.get(place).copied().unwrap_or_default();
    [at(figures.len() / 2), at(0), at(figures.len().saturating_sub(1))]
}

/// The latency below which this share of the sorted decisions lies, in milliseconds.
fn share(sorted: &[Duration], share: f64) -> f64 {
    let place = (sorted.len() as f64 * share) as usize;
    sorted
        .get(place.min(sorted.len().saturating_sub(1)))
        .map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
}
