//! Every pair of commands that share a rule, brought together: `cargo xtask race` says how often.
#![expect(clippy::disallowed_methods, reason = "how often stands in the environment")]

use countersign_acceptance::Server;
use countersign_acceptance::race::{Fixture, pairs};

/// More rounds than that begin in a company of their own.
const MANY: u32 = 100;

/// A company of its own, served by two servers if that is asked for and there can be two.
async fn begin() -> anyhow::Result<Fixture> {
    let mut server = Server::prepare("demo", &["--fresh"]).await?;
    // Pairs that publish names publish one in each round.
    let settings = "[quotas]\ndefinitions_per_tenant = 1000000\n";
    std::fs::write(server.folder().join("countersign.toml"), settings)?;
    server.spawn().await?;
    if std::env::var_os("RACE_TWO_SERVERS").is_some() {
        server.add_peer().await?;
    }
    Fixture::new(server).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "cargo xtask race runs it"]
async fn every_pair_keeps_its_rule() -> anyhow::Result<()> {
    let rounds: u32 = std::env::var("RACE_ROUNDS").map_or(Ok(5), |rounds| rounds.parse())?;
    let mut fixture = begin().await?;
    let mut broken = Vec::new();
    for (place, pair) in pairs().into_iter().enumerate() {
        if place > 0 && rounds > MANY {
            // What the rounds before left behind would be read in each of these.
            fixture = begin().await?;
        }
        match pair.run(&fixture, rounds).await {
            Ok(ends) => println!("{:<55} {ends:?}", pair.name),
            Err(error) => {
                println!("{:<55} BROKEN", pair.name);
                broken.push(format!("{error:#}"));
            }
        }
    }
    anyhow::ensure!(
        broken.is_empty(),
        "{} pairs broke their rule:\n{}",
        broken.len(),
        broken.join("\n")
    );
    Ok(())
}
