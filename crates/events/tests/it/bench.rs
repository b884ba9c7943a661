//! What the tests share: writers of events, a consumer whose effect can be counted.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use countersign_events::{Consumer, Failure, Options, Runner, Running};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, TenantId};
use countersign_kernel::time::Instant;
use countersign_storage::log::{self, Cause, ChangeContext, Logged, Stored};
use countersign_storage::{Db, Entry, Error, Uow, WindowCursor, Work};
use futures_util::future::BoxFuture;
use serde_json::json;
use uuid::Uuid;

pub(crate) const TENANT: TenantId = TenantId(Uuid::from_u128(0xa));
pub(crate) const OTHER: TenantId = TenantId(Uuid::from_u128(0xb));
pub(crate) const HAPPENED: &str = "test.thing.happened";
pub(crate) const EFFECT: &str = "test.effect.kept";

/// Appends one version of a record.
pub(crate) struct Happen {
    pub(crate) record: Uuid,
    pub(crate) version: i64,
}

impl Work for Happen {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        uow.writes().await?;
        uow.append(entry(self.record, self.version, HAPPENED, None));
        Ok(())
    }
}

fn entry(record: Uuid, version: i64, kind: &str, cause: Option<EventId>) -> Entry {
    ChangeContext {
        actor: Actor::System,
        at: Instant::from_millis(1_772_442_000_000),
        cause: cause.map_or_else(Cause::default, |cause| Cause::event(cause, 0, None)),
    }
    .entry(
        EventId(Uuid::now_v7()),
        Link::new(if kind == EFFECT { "effect" } else { "deal" }, record),
        version,
        kind,
    )
    .with_body(json!({"thing": {}}))
}

/// `versions` events of each of `records` records, written record by record side by side.
pub(crate) async fn happen(db: &Db, records: u128, versions: std::ops::RangeInclusive<i64>) {
    let writers = (0..records).map(|record| {
        let (db, versions) = (db.clone(), versions.clone());
        async move {
            for version in versions {
                let tenant = if record % 2 == 0 { TENANT } else { OTHER };
                db.write(
                    tenant,
                    Happen {
                        record: Uuid::from_u128(record + 1),
                        version,
                    },
                )
                .await
                .unwrap();
            }
        }
    });
    futures_util::future::join_all(writers).await;
}

type Judge = dyn Fn(&Logged) -> Result<(), Failure> + Send + Sync;

/// Keeps an entry of its own for each event: two entries of one cause would be an effect done twice.
#[derive(Clone)]
pub(crate) struct Counting {
    /// Decides what becomes of an event.
    pub(crate) judge: Arc<Judge>,
}

impl Counting {
    pub(crate) fn all() -> Arc<Self> {
        Arc::new(Self {
            judge: Arc::new(|_| Ok(())),
        })
    }
}

impl Consumer for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }
    fn wants(&self, kind: &str) -> bool {
        kind == HAPPENED
    }
    fn handle<'a>(&'a self, uow: &'a mut Uow, event: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            uow.writes().await?;
            uow.append(entry(Uuid::now_v7(), 1, EFFECT, Some(event.id)));
            (self.judge)(event)
        })
    }
    fn refused<'a>(
        &'a self,
        uow: &'a mut Uow,
        event: &'a Logged,
        _: &'a str,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            uow.writes().await?;
            uow.append(entry(Uuid::now_v7(), 1, "test.refusal.kept", Some(event.id)));
            Ok(())
        })
    }
}

pub(crate) fn options() -> Options {
    Options {
        lease: Duration::from_millis(600),
        poll: Duration::from_millis(100),
        first_wait: Duration::from_millis(20),
        keep: Duration::from_millis(50),
        stall: Duration::from_mins(1),
        alone: false,
    }
}

pub(crate) fn run(db: &Db, owner: &str, consumer: Arc<dyn Consumer>) -> Running {
    Runner::new(db.clone(), owner, options())
        .consumer(consumer)
        .spawn()
}

/// The whole log, in order, of both tenants.
pub(crate) async fn read_all(db: &Db) -> Vec<Logged> {
    let mut all = Vec::new();
    for tenant in [TENANT, OTHER] {
        let reader = db.read(tenant).await.unwrap();
        let mut cursor = WindowCursor::default();
        loop {
            let batch = log::window_of_tenant(&reader, tenant, cursor, None, 500)
                .await
                .unwrap();
            if batch.is_end() {
                break;
            }
            cursor = batch.next;
            all.extend(batch.entries.iter().filter_map(Stored::readable));
        }
    }
    all
}

/// How many effects each event has had.
pub(crate) async fn effects(db: &Db) -> HashMap<EventId, usize> {
    let mut effects = HashMap::new();
    for entry in read_all(db).await.iter().filter(|entry| entry.kind == EFFECT) {
        *effects.entry(entry.cause.unwrap()).or_default() += 1;
    }
    effects
}

/// Fails unless every event has had one effect, and those of a record in order.
pub(crate) async fn assert_once_and_in_order(db: &Db, expected: usize) {
    let log = read_all(db).await;
    let effects = effects(db).await;
    let events: Vec<&Logged> = log.iter().filter(|entry| entry.kind == HAPPENED).collect();
    assert_eq!(events.len(), expected);
    let bad: Vec<_> = events
        .iter()
        .map(|event| effects.get(&event.id).copied().unwrap_or_default())
        .filter(|count| *count != 1)
        .collect();
    assert!(
        bad.is_empty(),
        "{} events without exactly one effect: {bad:?}",
        bad.len()
    );
    let by_id: HashMap<EventId, &Logged> = events.iter().map(|event| (event.id, *event)).collect();
    let mut last: HashMap<Uuid, i64> = HashMap::new();
    for effect in log.iter().filter(|entry| entry.kind == EFFECT) {
        let event = by_id[&effect.cause.unwrap()];
        let before = last.insert(event.subject.id, event.version).unwrap_or_default();
        assert_eq!(before + 1, event.version, "the events of a record come in order");
    }
}

pub(crate) async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    for _ in 0..1_000 {
        if done().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(what.is_empty(), "not within 20 s: {what}");
}

/// Changes something behind the runner's back.
pub(crate) struct Sql(pub(crate) String);

impl Work for Sql {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        use sea_orm::ConnectionTrait;
        uow.writes().await?.execute_unprepared(&self.0).await?;
        Ok(())
    }
}
