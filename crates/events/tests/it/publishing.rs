//! Publishers hear everything, in order, until they have taken it.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use countersign_events::{Failure, Publisher, Runner, Standing};
use countersign_storage::log::Logged;
use countersign_testkit::for_each_database;
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::bench::{HAPPENED, happen, options, until};

#[derive(Default)]
struct Broker {
    heard: Mutex<Vec<(Uuid, i64)>>,
    failures: AtomicUsize,
    /// 1: it was wiped and nobody knows yet.
    wiped: AtomicUsize,
}

impl Publisher for Broker {
    fn name(&self) -> &'static str {
        "broker"
    }
    fn wants(&self, kind: &str) -> bool {
        kind == HAPPENED
    }
    fn publish<'a>(&'a self, events: &'a [Logged]) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            if self.failures.fetch_add(1, Ordering::SeqCst) == 0 {
                return Err(Failure::Again("away".into()));
            }
            self.heard
                .lock()
                .unwrap()
                .extend(events.iter().map(|event| (event.subject.id, event.version)));
            Ok(())
        })
    }
    fn tick(&self) -> BoxFuture<'_, Result<Standing, Failure>> {
        Box::pin(async {
            Ok(if self.wiped.swap(0, Ordering::SeqCst) == 1 {
                Standing::StartOver
            } else {
                Standing::GoOn
            })
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publisher_hears_all_again_after_it_lost_all() {
    for_each_database(async |db| {
        let broker = Arc::new(Broker::default());
        let running = Runner::new(db.clone(), "one", options())
            .publisher(Arc::clone(&broker) as Arc<dyn Publisher>)
            .spawn();
        happen(&db, 4, 1..=5).await;
        until("the first round", async || {
            broker.heard.lock().unwrap().len() == 20
        })
        .await;
        broker.heard.lock().unwrap().clear();
        broker.wiped.store(1, Ordering::SeqCst);
        until("the second round", async || {
            broker.heard.lock().unwrap().len() == 20
        })
        .await;
        tokio::time::timeout(Duration::from_secs(5), running.stop())
            .await
            .unwrap()
            .unwrap();
        let heard = broker.heard.lock().unwrap().clone();
        for record in 1..=4 {
            let versions: Vec<i64> = heard
                .iter()
                .filter(|(id, _)| *id == Uuid::from_u128(record))
                .map(|(_, version)| *version)
                .collect();
            assert_eq!(versions, [1, 2, 3, 4, 5]);
        }
    })
    .await;
}
