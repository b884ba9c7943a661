//! Whatever is done to the log behind the server's back is found.

use std::sync::Arc;

use countersign_kernel::id::TenantId;
use countersign_kernel::time::Clock;
use countersign_platform::audit::{Auditor, Bad, Keys, Report, Sealing, verify};
use countersign_testkit::{FixedClock, TestDb, for_each_database};
use sea_orm::{ConnectionTrait, Database, DbBackend};
use uuid::Uuid;

use crate::house::{ACME, GLOBEX, House, WON, auditor, happen, unseen};

/// A log under three seals, the last of which is signed. Each has a tenant of its own.
struct Sealed<'a> {
    db: &'a TestDb,
    tenant: TenantId,
    folder: tempfile::TempDir,
    sealing: Sealing,
}

impl<'a> Sealed<'a> {
    async fn new(db: &'a TestDb, tenant: u128) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sealing = Sealing::new(
            (**db).clone(),
            Arc::new(FixedClock::default()),
            auditor(folder.path()),
        );
        let sealed = Self {
            db,
            tenant: TenantId(Uuid::from_u128(tenant)),
            folder,
            sealing,
        };
        for round in 0..3 {
            for version in 1..=4 {
                unseen(db, sealed.tenant, 1, round * 5 + version, WON).await;
                unseen(db, GLOBEX, tenant, round * 5 + version, WON).await;
            }
            sealed.append(round * 5 + 5).await;
            sealed.sealing.seal(sealed.tenant).await.unwrap();
        }
        sealed.sealing.sign(sealed.tenant).await.unwrap();
        sealed
    }

    async fn append(&self, version: i64) {
        happen(self.db, self.tenant, 1, version, WON).await;
    }

    async fn report(&self) -> Report {
        let reader = self.db.read(self.tenant).await.unwrap();
        let now = FixedClock::default().now();
        verify(&reader, self.tenant, &auditor(self.folder.path()), now)
            .await
            .unwrap()
    }

    /// As somebody who has the database's own password.
    async fn tamper(&self, steps: &[&str]) {
        let intruder = Database::connect(self.db.url()).await.unwrap();
        let tenant = match intruder.get_database_backend() {
            DbBackend::Postgres => format!("'{}'", self.tenant.0),
            _ => format!("x'{}'", self.tenant.0.simple()),
        };
        for step in steps {
            intruder
                .execute_unprepared(&step.replace("$T", &format!("tenant_id = {tenant}")))
                .await
                .unwrap();
        }
        intruder.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_untouched_log_verifies_and_says_what_is_not_sealed_yet() {
    for_each_database(async |db| {
        let sealed = Sealed::new(&db, 1).await;
        let report = sealed.report().await;
        assert_eq!(
            report,
            Report {
                entries: 15,
                unsealed: 0,
                lagging: false,
                seals: 3,
                checkpoints: 1,
                first_bad: None,
                unknown_key: None,
                newer_seal: None,
            }
        );
        sealed.append(16).await;
        let report = sealed.report().await;
        assert_eq!((report.unsealed, report.lagging), (1, false));
        let late = FixedClock::default().now().plus(chrono::TimeDelta::minutes(2));
        let reader = db.read(sealed.tenant).await.unwrap();
        let auditor = auditor(sealed.folder.path());
        let report = verify(&reader, sealed.tenant, &auditor, late).await.unwrap();
        drop(reader);
        assert_eq!((report.unsealed, report.lagging), (1, true));
    })
    .await;
}

/// What an intruder does, and what is found.
const TAMPERINGS: &[(&str, &[&str], &str)] = &[
    (
        "edit",
        &["UPDATE log SET body = replace(body, 'open', 'lost') WHERE $T AND version = 6"],
        "entries",
    ),
    (
        "another actor",
        &["UPDATE log SET actor = 'system' WHERE $T AND version = 6"],
        "entries",
    ),
    (
        "backdate",
        &["UPDATE log SET at = (SELECT min(at) FROM log) WHERE $T AND version = 6"],
        "entries",
    ),
    ("delete", &["DELETE FROM log WHERE $T AND version = 6"], "entries"),
    (
        "delete the last",
        &["DELETE FROM log WHERE $T AND version = 15"],
        "entries",
    ),
    (
        "reorder",
        &[
            "UPDATE log SET version = 1006 WHERE $T AND version = 6",
            "UPDATE log SET version = 6 WHERE $T AND version = 7",
            "UPDATE log SET version = 7 WHERE $T AND version = 1006",
        ],
        "entries",
    ),
    (
        "other words",
        &["UPDATE log SET private = '{\"comment\":\"never\"}' WHERE $T AND version = 6"],
        "words",
    ),
    (
        "words gone",
        &["UPDATE log SET private = NULL WHERE $T AND version = 6"],
        "words",
    ),
    (
        "a body that is no JSON",
        &["UPDATE log SET body = '{' WHERE $T AND version = 6"],
        "entries",
    ),
    (
        "a seal backdated",
        &["UPDATE seals SET sealed_at = (SELECT min(at) FROM log) WHERE $T AND number = 2"],
        "entries",
    ),
    (
        "an older format",
        &["UPDATE seals SET format = 1 WHERE $T AND number = 2"],
        "entries",
    ),
    (
        "a seal taken out",
        &["DELETE FROM seals WHERE $T AND number = 2"],
        "chain",
    ),
    (
        "a seal changed",
        &["UPDATE seals SET prev_hash = hash WHERE $T AND number = 3"],
        "chain",
    ),
    (
        "another signature",
        &["UPDATE checkpoints SET signature = 'x' WHERE $T"],
        "checkpoint",
    ),
    (
        "cut off, with its seals and signatures",
        &[
            "DELETE FROM log WHERE $T AND version > 10",
            "DELETE FROM seals WHERE $T AND number > 2",
            "DELETE FROM checkpoints WHERE $T",
        ],
        "truncated",
    ),
];

/// An entry put into the stretch that a seal covers: on SQLite into a place that became free, on PostgreSQL into a
/// transaction's.
const INSERTIONS: (&str, &str) = (
    "INSERT INTO log (seq, tenant_id, id, subject_kind, subject_id, version, kind, format, at, actor, depth, links, body) \
     SELECT (SELECT max(seq) FROM log WHERE $T AND version < 15) + 1, tenant_id, id, subject_kind, subject_id, 99, kind, format, at, actor, depth, links, body \
     FROM log WHERE $T AND version = 6",
    "INSERT INTO log (tenant_id, id, subject_kind, subject_id, version, kind, format, at, actor, depth, links, body, xid) \
     SELECT tenant_id, id, subject_kind, subject_id, 99, kind, format, at, actor, depth, links, body, xid FROM log WHERE $T AND version = 6",
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tampering_is_found() {
    for_each_database(async |db| {
        for ((what, steps, code), tenant) in TAMPERINGS.iter().zip(1..) {
            let sealed = Sealed::new(&db, tenant).await;
            sealed.tamper(steps).await;
            let found = sealed.report().await.first_bad;
            assert_eq!(found.as_ref().map(word), Some(*code), "{what}: {found:?}");
        }
        let sealed = Sealed::new(&db, 100).await;
        if db.file().is_some() {
            sealed
                .tamper(&["DELETE FROM log WHERE NOT $T", INSERTIONS.0])
                .await;
        } else {
            sealed.tamper(&[INSERTIONS.1]).await;
        }
        assert_eq!(
            sealed.report().await.first_bad.as_ref().map(word),
            Some("entries"),
            "insert"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_cut_off_within_the_last_minute_is_remembered_when_the_chain_goes_on() {
    for_each_database(async |db| {
        for (tenant, restarted) in [(1, false), (2, true)] {
            let sealed = Sealed::new(&db, tenant).await;
            sealed.append(16).await;
            sealed.sealing.seal(sealed.tenant).await.unwrap();
            let cut = [
                "DELETE FROM log WHERE $T AND version > 15",
                "DELETE FROM seals WHERE $T AND number > 3",
            ];
            sealed.tamper(&cut).await;
            let found = sealed.report().await.first_bad;
            assert_eq!(found.as_ref().map(word), Some("truncated"));
            // The next entries take the places of those that are gone.
            let again = Sealing::new(
                (*db).clone(),
                Arc::new(FixedClock::default()),
                auditor(sealed.folder.path()),
            );
            let sealing = if restarted { &again } else { &sealed.sealing };
            for version in 16..=18 {
                sealed.append(version).await;
                sealing.seal(sealed.tenant).await.unwrap();
            }
            let report = sealed.report().await;
            assert_eq!(report.unsealed, 0, "what is left is sealed");
            assert_eq!(report.first_bad.as_ref().map(word), Some("checkpoint"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_without_the_key_says_so_and_does_not_cry_wolf() {
    let db = TestDb::sqlite().await;
    let sealed = Sealed::new(&db, 1).await;
    let signer = Arc::new(Keys::new(None, Vec::new()));
    let keyless = Auditor {
        signer,
        ..auditor(sealed.folder.path())
    };
    let clock = Arc::new(FixedClock::default());
    let reader = db.read(sealed.tenant).await.unwrap();
    let report = verify(&reader, sealed.tenant, &keyless, clock.now())
        .await
        .unwrap();
    assert_eq!((&report.first_bad, report.entries), (&None, 15));
    assert!(report.unknown_key.is_some());
    drop(reader);
    // It seals, should it have to, and signs nothing.
    sealed.append(16).await;
    let sealing = Sealing::new((*db).clone(), clock, keyless);
    sealing.seal(sealed.tenant).await.unwrap();
    sealing.sign(sealed.tenant).await.unwrap();
    let report = sealed.report().await;
    assert_eq!((report.seals, report.checkpoints, report.first_bad), (4, 1, None));
}

#[tokio::test]
async fn a_seal_of_a_newer_format_is_no_crime() {
    for_each_database(async |db| {
        let sealed = Sealed::new(&db, 1).await;
        sealed
            .tamper(&["UPDATE seals SET format = 3 WHERE $T AND number = 3"])
            .await;
        let report = sealed.report().await;
        assert_eq!((report.newer_seal, &report.first_bad), (Some(3), &None));
        assert_eq!((report.entries, report.unsealed), (15, 0));
        // What this server can speak for, it still does.
        sealed.tamper(&["DELETE FROM log WHERE $T AND version = 2"]).await;
        assert!(matches!(
            sealed.report().await.first_bad,
            Some(Bad::Entries { seal: 1, .. })
        ));
    })
    .await;
}

fn word(bad: &Bad) -> &'static str {
    match bad {
        Bad::Entries { .. } => "entries",
        Bad::Words { .. } => "words",
        Bad::Strangers { .. } => "strangers",
        Bad::Chain { .. } => "chain",
        Bad::Checkpoint { .. } => "checkpoint",
        Bad::Truncated { .. } => "truncated",
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sealers_make_one_chain() {
    for_each_database(async |db| {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::default());
        let sealers: Vec<Sealing> = (0..4)
            .map(|_| Sealing::new((*db).clone(), clock.clone(), auditor(folder.path())))
            .collect();
        let writing = async {
            for version in 1..=60 {
                unseen(&db, ACME, 1, version, WON).await;
            }
        };
        let sealing = futures_util::future::join_all(sealers.iter().map(async |sealer| {
            for _ in 0..15 {
                sealer.seal(ACME).await.unwrap();
            }
        }));
        futures_util::future::join(writing, sealing).await;
        let reader = db.read(ACME).await.unwrap();
        let report = verify(&reader, ACME, &auditor(folder.path()), clock.now())
            .await
            .unwrap();
        assert_eq!(report.first_bad, None);
    })
    .await;
}

#[actix_web::test]
async fn the_audit_is_for_admins() {
    let house = House::new(TestDb::sqlite().await).await;
    house.happen(ACME, 1, 1, WON).await;
    house.happen(GLOBEX, 1, 1, WON).await;
    house.get("hal", "/v1/audit").await.refused(403, "forbidden");
    house
        .get("hal", "/v1/audit/verify")
        .await
        .refused(403, "forbidden");
    house
        .get("narrow", "/v1/audit/verify")
        .await
        .refused(403, "missing_scope");
    let list = house.get("ada", "/v1/audit?type=crm.deal.won").await.ok(200);
    assert_eq!(
        (
            list.ids().len(),
            list.json["data"][0]["words"]["comment"].as_str()
        ),
        (1, Some("gladly"))
    );
    let report = house.get("ada", "/v1/audit/verify").await.ok(200);
    assert_eq!(
        (report.json["ok"].as_bool(), report.json["unsealed"].as_i64()),
        (Some(true), Some(1))
    );
}
