//! A database of any size, to measure reading on: copies of what the server itself wrote, under ids, instants, names
//! and amounts of their own, with their entries in the log.
//!
//! Nobody is told of copies: what listens to the log goes on behind them, so their timelines are empty and they start
//! no automation. The audit seals them when the server starts.

mod copies;
mod prototypes;
mod store;
mod template;

use std::path::PathBuf;
use std::time::Instant;

use crate::bench::server::{self, Server};
use copies::{Kind, Prototype};
use store::Store;

/// How much of what.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The database: a new one, or that of `countersign demo`, whose server is not running.
    #[arg(long)]
    database_url: String,
    #[arg(long, default_value_t = 100_000)]
    accounts: usize,
    #[arg(long, default_value_t = 100_000)]
    contacts: usize,
    /// Of 20 owners, in 4 stages and 4 currencies.
    #[arg(long, default_value_t = 100_000)]
    deals: usize,
    /// Requests that are decided, or wait for finance.
    #[arg(long, default_value_t = 100_000)]
    requests: usize,
    /// Requests that wait for one person, Bo.
    #[arg(long, default_value_t = 100_000)]
    open: usize,
    /// The server's binary; without it, a release build is made.
    #[arg(long)]
    binary: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(fill(options))
}

async fn fill(options: &Options) -> anyhow::Result<()> {
    let url = absolute(&options.database_url)?;
    let binary = server::binary(options.binary.as_deref())?;
    let server = Server::launch(&binary, Some(&url), &["--rate-limits", "off"]).await?;
    let made = prototypes::make(&server).await?;
    server.stop().await?;
    let mut store = Store::open(&url).await?;
    let alone = |id| (id, None);
    let below = |(id, account)| (id, Some(account));
    let accounts: Vec<_> = made.accounts.into_iter().map(alone).collect();
    let accounts = copy(&mut store, &Kind::ACCOUNT, &accounts, options.accounts, &[]).await?;
    let contacts: Vec<_> = made.contacts.into_iter().map(below).collect();
    copy(&mut store, &Kind::CONTACT, &contacts, options.contacts, &accounts).await?;
    let deals: Vec<_> = made.deals.into_iter().map(below).collect();
    copy(&mut store, &Kind::DEAL, &deals, options.deals, &accounts).await?;
    for (requests, number) in [(made.others, options.requests), (made.open, options.open)] {
        let requests: Vec<_> = requests.into_iter().map(alone).collect();
        copy(&mut store, &Kind::REQUEST, &requests, number, &[]).await?;
    }
    pass_by(&mut store).await?;
    tell(&mut store).await
}

/// So many copies of these in turn; the ids of the copies. `accounts`: what they belong to.
async fn copy(
    store: &mut Store,
    kind: &Kind,
    prototypes: &[(uuid::Uuid, Option<uuid::Uuid>)],
    number: usize,
    accounts: &[uuid::Uuid],
) -> anyhow::Result<Vec<uuid::Uuid>> {
    let began = Instant::now();
    let mut read = Vec::new();
    for (id, account) in prototypes {
        read.push(Prototype::read(store, kind, *id, *account).await?);
    }
    let made = copies::write(store, &read, number, accounts).await?;
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{number} {} in {seconds:.1} s, {:.0} a second",
        kind.plural,
        number as f64 / seconds
    );
    Ok(made)
}

/// What listens to the log goes on behind the copies; the sealer alone takes them in.
async fn pass_by(store: &mut Store) -> anyhow::Result<()> {
    let end = match store {
        Store::Sqlite(_) => "(SELECT MAX(seq) || '.' || MAX(seq) || '.' || MAX(seq) FROM log)",
        Store::Postgres(_) => "(SELECT MAX(xid) + 1 || '.' || MAX(xid) + 1 || '.0' FROM log)",
    };
    let sql = format!("UPDATE consumers SET cursor = {end} WHERE name <> 'sealer'");
    store.run(&sql).await
}

/// Tells the planner of PostgreSQL what is there, as its daemon would sooner or later.
async fn tell(store: &mut Store) -> anyhow::Result<()> {
    if matches!(store, Store::Postgres(_)) {
        store.run("VACUUM (ANALYZE)").await?;
    }
    Ok(())
}

/// The server starts in a folder of its own.
fn absolute(url: &str) -> anyhow::Result<String> {
    let Some(path) = url.strip_prefix("sqlite:") else {
        return Ok(url.to_owned());
    };
    let path = std::path::absolute(path.strip_prefix("//").unwrap_or(path))?;
    Ok(format!("sqlite:{}", path.display()))
}
