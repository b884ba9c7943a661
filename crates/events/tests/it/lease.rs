//! One server at a time: a frozen one that wakes up past its lease can keep nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use countersign_events::{Consumer, Failure};
use countersign_storage::log::Logged;
use countersign_storage::{Backend, Db, Options, Uow};
use countersign_testkit::for_each_database;
use futures_util::future::BoxFuture;

use crate::bench::{Counting, HAPPENED, assert_once_and_in_order, effects, happen, run, until};

/// Freezes its whole server when it is first asked what it wants.
struct Freezing {
    frozen: mpsc::SyncSender<()>,
    thaw: std::sync::Mutex<mpsc::Receiver<()>>,
    tried: Arc<AtomicBool>,
}

impl Consumer for Freezing {
    fn name(&self) -> &'static str {
        "counting"
    }
    fn wants(&self, kind: &str) -> bool {
        let _ = self.frozen.try_send(());
        let _ = self.thaw.lock().unwrap().recv();
        kind == HAPPENED
    }
    fn handle<'a>(&'a self, uow: &'a mut Uow, event: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        self.tried.store(true, Ordering::SeqCst);
        Box::pin(async move { Counting::all().handle(uow, event).await })
    }
}

/// Has the name and wants nothing: it does nothing that could hide a missing fence.
struct Indifferent;

impl Consumer for Indifferent {
    fn name(&self) -> &'static str {
        "counting"
    }
    fn wants(&self, _: &str) -> bool {
        false
    }
    fn handle<'a>(&'a self, _: &'a mut Uow, _: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_server_keeps_nothing_after_its_lease() {
    for_each_database(async |db| {
        happen(&db, 3, 1..=2).await;
        let (frozen, is_frozen) = mpsc::sync_channel(1);
        let (thaw, thawed) = mpsc::channel();
        let tried = Arc::new(AtomicBool::new(false));
        let consumer = Freezing {
            frozen,
            thaw: std::sync::Mutex::new(thawed),
            tried: Arc::clone(&tried),
        };
        let (handle, url) = (db.clone(), db.url().to_owned());
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        // One thread for all of that server: when it is frozen, so is its heartbeat.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                // Connections are driven by the runtime that made them: those of a frozen one are of no use to others.
                let own = match handle.backend() {
                    Backend::Postgres => Db::open(Options::new(url)).await.unwrap(),
                    Backend::Sqlite => handle,
                };
                let _running = run(&own, "frozen", Arc::new(consumer));
                let _ = ended.await;
            });
        });
        tokio::task::spawn_blocking(move || is_frozen.recv())
            .await
            .unwrap()
            .unwrap();

        let other = run(&db, "other", Arc::new(Indifferent));
        assert!(
            other.follower().caught_up(Duration::from_secs(40)).await,
            "the lease is taken over"
        );
        drop(thaw);
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(
            !tried.load(Ordering::SeqCst),
            "the fence is asked before the consumer"
        );
        assert!(effects(&db).await.is_empty());
        other.stop().await.unwrap();
        let _ = end.send(());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_share_a_consumer_and_the_second_takes_over() {
    for_each_database(async |db| {
        let first = run(&db, "first", Counting::all());
        happen(&db, 2, 1..=5).await;
        assert!(first.follower().caught_up(Duration::from_secs(20)).await);
        let second = run(&db, "second", Counting::all());
        happen(&db, 2, 6..=10).await;
        until("the first's effects", async || effects(&db).await.len() == 20).await;
        first.stop().await.unwrap();
        happen(&db, 2, 11..=15).await;
        until("the second's effects", async || effects(&db).await.len() == 30).await;
        second.stop().await.unwrap();
        assert_once_and_in_order(&db, 30).await;
    })
    .await;
}
