//! Whoever reads the log comes to its end, however the entries were split into units of work.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use countersign_events::{Consumer, Failure, Options, Runner, lags};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{Entropy, EventId};
use countersign_kernel::time::Instant;
use countersign_platform::audit::{Sealing, verify};
use countersign_storage::log::{Cause, ChangeContext, Logged};
use countersign_storage::{Entry, Error, Uow, Work};
use countersign_testkit::{FixedClock, SeededEntropy, TestDb, for_each_database};
use futures_util::future::BoxFuture;
use serde_json::json;
use uuid::Uuid;

use crate::house::{ACME, House, WON, auditor, shown};

const LOST: &str = "crm.deal.lost";
const HEARD: &str = "test.won.heard";

/// Sizes around those in which the log is read: 200 by lists, 256 by consumers, 500 by sealer and verifier.
const SIZES: [usize; 17] = [
    1, 2, 199, 200, 201, 255, 256, 257, 400, 499, 500, 501, 512, 600, 768, 1000, 1500,
];

/// One unit of work: a deal of its own is lost so many times, and won at last.
struct Unit {
    deal: Uuid,
    entries: Vec<EventId>,
}

impl Work for Unit {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        uow.writes().await?;
        for (place, id) in self.entries.iter().enumerate() {
            let last = place + 1 == self.entries.len();
            let kind = if last { WON } else { LOST };
            uow.append(entry(
                *id,
                Link::new("deal", self.deal),
                place as i64 + 1,
                kind,
                None,
            ));
        }
        Ok(())
    }
}

fn entry(id: EventId, subject: Link, version: i64, kind: &str, cause: Option<EventId>) -> Entry {
    ChangeContext {
        actor: Actor::System,
        at: Instant::from_millis(1_772_442_000_000),
        cause: cause.map_or_else(Cause::default, |cause| Cause::event(cause, 0, None)),
    }
    .entry(id, subject, version, kind)
    .with_body(json!({"thing": {}}))
}

/// Answers each deal that is won with an entry, which is unique by its deal.
struct Hears;

impl Consumer for Hears {
    fn name(&self) -> &'static str {
        "hears"
    }

    fn wants(&self, kind: &str) -> bool {
        kind == WON
    }

    fn handle<'a>(&'a self, uow: &'a mut Uow, event: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            uow.writes().await?;
            let heard = Link::new("heard", event.subject.id);
            uow.append(entry(EventId(Uuid::now_v7()), heard, 1, HEARD, Some(event.id)));
            Ok(())
        })
    }
}

fn runner(db: &TestDb, owner: usize, folder: &std::path::Path) -> Runner {
    let patience = Options {
        lease: Duration::from_secs(3),
        poll: Duration::from_millis(100),
        keep: Duration::from_millis(20),
        alone: true,
        ..Options::default()
    };
    let clock = Arc::new(FixedClock::default());
    let sealing = Sealing::new((**db).clone(), clock, auditor(folder));
    Runner::new((**db).clone(), format!("server {owner}"), patience)
        .consumer(Arc::new(Hears))
        .publisher(Arc::new(sealing))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_comes_to_the_end_of_the_log() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let (db, folder) = (&house.db, house.folder.path());
        let entropy = SeededEntropy::new(11);
        let mut units = 0;
        let mut cursor = String::new();
        let mut listed = 0;
        let mut written = 0;
        for restart in 0..3 {
            let running = runner(db, restart, folder).spawn();
            // All sizes once over the restarts, in an order by chance, and some of them again.
            let mut sizes: Vec<usize> = SIZES.iter().skip(restart).step_by(3).copied().collect();
            let mut chance = [0; 2];
            entropy.fill(&mut chance);
            let by = usize::from(chance[0]) % sizes.len();
            sizes.rotate_left(by);
            sizes.push(SIZES[usize::from(chance[1]) % SIZES.len()]);
            for size in sizes {
                let unit = Unit {
                    deal: Uuid::from_u128(1_000 + units),
                    entries: (0..size).map(|_| EventId(Uuid::now_v7())).collect(),
                };
                units += 1;
                written += size;
                let last = *unit.entries.last().unwrap();
                db.write(ACME, unit).await.unwrap();
                if chance[0].is_multiple_of(2) {
                    shown(db, ACME, last).await;
                }
            }
            assert!(running.follower().caught_up(Duration::from_mins(1)).await);
            running.stop().await.unwrap();
            for lag in lags(db).await.unwrap() {
                assert_eq!((lag.behind, lag.parked), (0, 0), "{}", lag.consumer);
            }
            // Over HTTP, going on from where the list ended before.
            loop {
                let path = format!("/v1/events?limit=200&type={WON},{LOST}{cursor}");
                let page = house.get("ada", &path).await;
                assert_eq!(page.status, 200, "{}", page.json);
                listed += page.json["data"].as_array().unwrap().len();
                cursor = format!("&cursor={}", page.json["next_cursor"].as_str().unwrap());
                if page.json["has_more"] == false {
                    break;
                }
            }
            assert_eq!(listed, written, "each event is listed once");
        }
        let reader = db.read(ACME).await.unwrap();
        let report = verify(
            &reader,
            ACME,
            &auditor(folder),
            Instant::from_millis(1_772_442_000_000),
        )
        .await
        .unwrap();
        let log =
            countersign_storage::log::after(&reader, ACME, countersign_storage::WindowCursor::default())
                .await
                .unwrap();
        assert_eq!(
            (report.entries, report.unsealed, report.first_bad),
            (log.all, 0, None)
        );
        let mut heard = BTreeSet::new();
        for unit in 0..units {
            let subject = Link::new("heard", Uuid::from_u128(1_000 + unit));
            let once = countersign_storage::log::history(&reader, ACME, &subject, 0, 5)
                .await
                .unwrap();
            assert_eq!(once.len(), 1, "every deal won is heard of once");
            heard.insert(once[0].cause);
        }
        assert_eq!(heard.len(), units as usize);
    })
    .await;
}
