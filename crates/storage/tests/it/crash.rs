//! A server that is killed: nothing that it confirmed is lost, and the file opens again.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use countersign_storage::{Db, Options};
use countersign_testkit::TestDb;
use futures_util::future::join_all;

use crate::things::{ACME, add, make, names};

const FILE: &str = "COUNTERSIGN_TEST_CRASH_FILE";

/// Not a test of its own: the server that is killed by the one below.
#[tokio::test]
#[ignore = "run by a_killed_server_loses_nothing_that_it_confirmed"]
async fn writes_until_it_is_killed() {
    let Ok(url) = std::env::var(FILE) else { return };
    let db = Db::open(Options::new(url)).await.unwrap();
    for round in 0.. {
        let units = (0..16).map(|number| {
            let name = format!("{round}-{number}");
            let db = &db;
            async move {
                db.write(ACME, add(&name)).await.unwrap();
                let mut out = std::io::stdout().lock();
                writeln!(out, "confirmed {name}").unwrap();
                out.flush().unwrap();
            }
        });
        join_all(units).await;
    }
}

#[tokio::test]
async fn a_killed_server_loses_nothing_that_it_confirmed() {
    let db = TestDb::sqlite().await;
    make(&db).await;
    db.close().await;
    for round in 0..3 {
        let confirmed = confirmed_before_the_kill(db.url());
        assert!(confirmed.len() > 100, "round {round}");
        let again = Db::open(Options::new(db.url())).await.unwrap();
        again.migrate().await.unwrap();
        let kept: std::collections::HashSet<_> = names(&again, ACME, false).await.into_iter().collect();
        for name in confirmed {
            assert!(kept.contains(&name), "{name} was confirmed and is gone");
        }
        clear(&again).await;
        again.close().await;
    }
}

/// Starts a server, waits until it has confirmed some, kills it, and reads what it had said.
fn confirmed_before_the_kill(url: &str) -> Vec<String> {
    let mut server = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::writes_until_it_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(FILE, url)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut confirmed = Vec::new();
    for line in BufReader::new(server.stdout.take().unwrap()).lines() {
        let Ok(line) = line else { break };
        if let Some(name) = line.strip_prefix("confirmed ") {
            confirmed.push(name.to_owned());
        }
        if confirmed.len() == 120 {
            // SIGKILL: no destructor runs. What it says until then is read all the same.
            server.kill().unwrap();
        }
    }
    server.wait().unwrap();
    confirmed
}

async fn clear(db: &Db) {
    let all = crate::things::work(|uow| {
        Box::pin(async move {
            crate::things::sql(
                uow.writes().await?,
                "DELETE FROM things WHERE tenant_id = ?",
                vec![ACME.0.into()],
            )
            .await
        })
    });
    db.write(ACME, all).await.unwrap();
}
