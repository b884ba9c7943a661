//! An effect happens once, whatever happens to cursors and servers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use countersign_events::{Consumer, Failure, lags};
use countersign_storage::Uow;
use countersign_storage::log::Logged;
use countersign_testkit::for_each_database;
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::bench::{
    Counting, HAPPENED, OTHER, Sql, TENANT, assert_once_and_in_order, effects, happen, read_all, run, until,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_has_one_effect_and_a_record_keeps_its_order() {
    for_each_database(async |db| {
        let running = run(&db, "one", Counting::all());
        happen(&db, 8, 1..=10).await;
        assert!(running.follower().caught_up(Duration::from_secs(20)).await);
        running.stop().await.unwrap();
        assert_once_and_in_order(&db, 80).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_earlier_version_noted_as_done_is_not_done_again() {
    for_each_database(async |db| {
        happen(&db, 4, 1..=10).await;
        for tenant in [TENANT, OTHER] {
            let note = format!(
                "INSERT INTO inbox (tenant_id, consumer, event_id) SELECT tenant_id, 'counting', id FROM log \
                 WHERE kind = '{HAPPENED}' AND version <= 4 ON CONFLICT DO NOTHING"
            );
            db.write(tenant, Sql(note)).await.unwrap();
        }
        let running = run(&db, "one", Counting::all());
        assert!(running.follower().caught_up(Duration::from_secs(20)).await);
        running.stop().await.unwrap();
        assert_eq!(effects(&db).await.len(), 24);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backlog_is_done_in_few_units_also_around_what_fails() {
    for_each_database(async |db| {
        happen(&db, 10, 1..=20).await;
        let fails = |event: &Logged| event.subject.id == Uuid::from_u128(3) && event.version == 7;
        let consumer = Counting {
            judge: Arc::new(move |event| {
                if fails(event) {
                    Err(Failure::Refused("no".into()))
                } else {
                    Ok(())
                }
            }),
        };
        let units = Arc::new(AtomicUsize::new(0));
        let counted = Units {
            consumer,
            begun: Arc::clone(&units),
        };
        let running = run(&db, "one", Arc::new(counted));
        assert!(running.follower().caught_up(Duration::from_secs(20)).await);
        running.stop().await.unwrap();
        assert_eq!(effects(&db).await.len(), 199);
        let units = units.load(Ordering::SeqCst);
        assert!(units < 40, "{units} units of work for 200 events");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_consumer_does_not_want_costs_it_nothing() {
    for_each_database(async |db| {
        let running = run(&db, "one", Arc::new(Deaf));
        happen(&db, 1, 1..=1).await;
        assert!(running.follower().caught_up(Duration::from_secs(20)).await);
        let place = lags(&db).await.unwrap()[0].cursor.clone();
        let before = db.statements();
        happen(&db, 1, 2..=1 + MANY).await;
        until("it has passed them", async || {
            let lag = &lags(&db).await.unwrap()[0];
            lag.behind == 0 && lag.cursor != place
        })
        .await;
        running.stop().await.unwrap();
        let cost = db.statements() - before;
        // Each event is written once; the log is read a few at a time, and the look at the lag reads, too.
        assert!(
            cost < 5 * MANY.unsigned_abs(),
            "{cost} statements for {MANY} events"
        );
    })
    .await;
}

/// Counts the units of work in which its consumer is asked: each begins with a look at the lease.
struct Units {
    consumer: Counting,
    begun: Arc<AtomicUsize>,
}

impl Consumer for Units {
    fn name(&self) -> &'static str {
        self.consumer.name()
    }
    fn wants(&self, kind: &str) -> bool {
        self.consumer.wants(kind)
    }
    fn handle<'a>(&'a self, uow: &'a mut Uow, event: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        if !uow.has_written() {
            self.begun.fetch_add(1, Ordering::SeqCst);
        }
        self.consumer.handle(uow, event)
    }
    fn refused<'a>(
        &'a self,
        uow: &'a mut Uow,
        event: &'a Logged,
        why: &'a str,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        self.consumer.refused(uow, event, why)
    }
}

const MANY: i64 = 200;

/// Wants events of this type, and none of them concerns it.
struct Deaf;

impl Consumer for Deaf {
    fn name(&self) -> &'static str {
        "deaf"
    }
    fn wants(&self, kind: &str) -> bool {
        kind == HAPPENED
    }
    fn concerns(&self, _: &Logged) -> bool {
        false
    }
    fn handle<'a>(&'a self, _: &'a mut Uow, _: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async { Err(Failure::Again("it was asked all the same".to_owned())) })
    }
}

/// Hears of nothing that happened before it first ran.
struct Newcomer(Arc<Counting>);

impl Consumer for Newcomer {
    fn name(&self) -> &'static str {
        "newcomer"
    }
    fn wants(&self, kind: &str) -> bool {
        self.0.wants(kind)
    }
    fn hears_the_past(&self) -> bool {
        false
    }
    fn handle<'a>(&'a self, uow: &'a mut Uow, event: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        self.0.handle(uow, event)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_hears_nothing_of_the_past_hears_of_all_since_it_first_ran() {
    for_each_database(async |db| {
        let newcomer = || Arc::new(Newcomer(Counting::all()));
        happen(&db, 2, 1..=5).await;
        // What an older transaction of the cluster (another test's) holds back counts as not yet happened.
        until("the log shows the past", async || read_all(&db).await.len() == 10).await;
        let running = run(&db, "one", newcomer());
        assert!(running.follower().caught_up(Duration::from_secs(20)).await);
        happen(&db, 2, 6..=8).await;
        running.stop().await.unwrap();
        happen(&db, 2, 9..=10).await;
        let again = run(&db, "two", newcomer());
        assert!(again.follower().caught_up(Duration::from_secs(20)).await);
        again.stop().await.unwrap();
        assert_eq!(effects(&db).await.len(), 10);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_dies_is_replaced_and_nothing_is_done_twice() {
    for_each_database(async |db| {
        happen(&db, 6, 1..=20).await;
        for life in 0..4 {
            // A runtime that is torn down at any await is a server that was killed.
            let handle = db.clone();
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap();
            runtime.spawn(async move {
                let _running = run(&handle, &format!("life {life}"), Counting::all());
                std::future::pending::<()>().await;
            });
            tokio::time::sleep(Duration::from_millis(40 + 20 * life)).await;
            runtime.shutdown_background();
        }
        let running = run(&db, "the last", Counting::all());
        until("all effects", async || effects(&db).await.len() == 120).await;
        running.stop().await.unwrap();
        assert_once_and_in_order(&db, 120).await;
    })
    .await;
}
