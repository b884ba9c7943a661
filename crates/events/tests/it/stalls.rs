//! Who is behind the log and does not move is named, and no longer once it moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_events::{Failure, Options, Publisher, Runner, lags};
use countersign_storage::log::Logged;
use countersign_testkit::for_each_database;
use futures_util::future::BoxFuture;

use crate::bench::{Counting, happen, options, until};

/// Panics or fails for as long as it is told to.
struct Away {
    away: Arc<AtomicBool>,
    panics: bool,
}

impl Publisher for Away {
    fn name(&self) -> &'static str {
        "away"
    }
    fn wants(&self, _: &str) -> bool {
        true
    }
    fn publish<'a>(&'a self, _: &'a [Logged]) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            if self.away.load(Ordering::SeqCst) {
                assert!(!self.panics, "as a fault of ours would");
                return Err(Failure::Again("the other side is away".to_owned()));
            }
            Ok(())
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_that_stands_still_is_named_until_it_moves() {
    for_each_database(async |db| {
        for panics in [false, true] {
            let away = Arc::new(AtomicBool::new(true));
            let publisher = Away {
                away: Arc::clone(&away),
                panics,
            };
            let patience = Options {
                stall: Duration::from_millis(300),
                ..options()
            };
            let running = Runner::new((*db).clone(), format!("one {panics}"), patience)
                .publisher(Arc::new(publisher))
                .consumer(Counting::all())
                .spawn();
            let version = if panics { 2 } else { 1 };
            happen(&db, 1, version..=version).await;
            let stalls = running.stalls();
            until("it is named", async || {
                stalls.now().iter().any(|stall| stall.consumer == "away")
            })
            .await;
            until("the other goes on", async || {
                stalls.now().iter().all(|stall| stall.consumer == "away")
            })
            .await;
            let lag = lags(&db).await.unwrap();
            let away_lag = lag.iter().find(|lag| lag.consumer == "away").unwrap();
            assert!(away_lag.behind > 0);
            away.store(false, Ordering::SeqCst);
            until("it is named no longer", async || stalls.now().is_empty()).await;
            assert!(running.follower().caught_up(Duration::from_secs(20)).await);
            running.stop().await.unwrap();
            assert!(lags(&db).await.unwrap().iter().all(|lag| lag.behind == 0));
        }
    })
    .await;
}
