//! What the main job costs the database, with everything that listens to it.

use std::time::Instant;

use countersign_acceptance::{Caller, Server, until};

use crate::main_job::expense;

const CLIENTS: usize = 8;
const EACH: usize = 4;

/// A figure of `/metrics`, all its rows added up.
async fn figure(server: &Server, name: &str) -> anyhow::Result<f64> {
    let text = reqwest::get(format!("{}/metrics", server.base()))
        .await?
        .text()
        .await?;
    let rows = text.lines().filter(|line| line.starts_with(name));
    Ok(rows
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum())
}

/// Expenses that are approved by the manager and by finance.
async fn approvals(hal: Caller, ivy: Caller, dan: Caller) -> anyhow::Result<()> {
    for _ in 0..EACH {
        let request = expense(&hal, "1800.00").await?;
        ivy.approve(&request).await?.expect(200)?;
        let done = dan.approve(&request).await?.expect(200)?;
        anyhow::ensure!(done.text("/request_status") == "approved", "{done}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_takes_few_commits_with_all_that_listens() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let quiet = async || {
        until("all is heard", 30, async || {
            let behind = figure(&server, "countersign_consumer_behind{").await?;
            Ok((behind == 0.0).then_some(()))
        })
        .await
    };
    quiet().await?;
    let (hal, ivy, dan) = (
        server.sign_in("hal").await?,
        server.sign_in("ivy").await?,
        server.sign_in("dan").await?,
    );
    let (before, began) = (
        figure(&server, "countersign_commits_total").await?,
        Instant::now(),
    );
    let loops: Vec<_> = (0..CLIENTS)
        .map(|_| tokio::spawn(approvals(hal.clone(), ivy.clone(), dan.clone())))
        .collect();
    for each in loops {
        each.await??;
    }
    quiet().await?;
    let commits = figure(&server, "countersign_commits_total").await? - before;
    // Four are the upload, the submission and the decisions. What follows shares commits by the window, and the slower the server is
    // the more windows there are; places and seals are kept, and leases renewed, a few times a second.
    let bound = 6 * CLIENTS * EACH + 30 * usize::try_from(began.elapsed().as_secs() + 1)?;
    anyhow::ensure!(
        commits <= bound as f64,
        "{commits} commits for {} approvals in {:?}: more than {bound}",
        CLIENTS * EACH,
        began.elapsed()
    );
    Ok(())
}
