//! Two hundred changes by somebody who has the database's own password, by chance, one after the other, and each is
//! found. `AUDIT_ENTRIES` sets how long the log is.

use std::sync::Arc;

use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{Entropy, EventId, TenantId};
use countersign_kernel::time::{Clock, Instant};
use countersign_platform::audit::{Report, Sealing, verify};
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Error, Uow, Work};
use countersign_testkit::{FixedClock, SeededEntropy, TestDb, for_each_database};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend};
use serde_json::json;
use uuid::Uuid;

use crate::house::{ACME, GLOBEX, auditor, shown};

const TAMPERS: usize = 200;
const ROUNDS: i64 = 15;
/// The round after which the last head was signed, and that after which an old copy was made.
const SIGNED: i64 = 12;
const TABLES: [&str; 3] = ["log", "seals", "checkpoints"];

/// A run of entries of one deal.
struct Run {
    first: i64,
    ids: Vec<EventId>,
}

impl Work for Run {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        uow.writes().await?;
        for (version, id) in (self.first..).zip(&self.ids) {
            uow.append(
                ChangeContext {
                    actor: Actor::System,
                    at: Instant::from_millis(1_772_442_000_000 + version),
                    cause: Cause::default(),
                }
                .entry(
                    *id,
                    Link::new("deal", Uuid::from_u128(1)),
                    version,
                    "crm.deal.won",
                )
                .with_body(json!({"thing": {"amount": version}}))
                .with_private(Some(json!({"comment": format!("gladly {version}")}))),
            );
        }
        Ok(())
    }
}

async fn write(db: &TestDb, tenant: TenantId, first: i64, entries: i64) -> EventId {
    let ids: Vec<EventId> = (0..entries).map(|_| EventId(Uuid::now_v7())).collect();
    let last = ids[ids.len() - 1];
    for (place, ids) in ids.chunks(500).enumerate() {
        let run = Run {
            first: first + place as i64 * 500,
            ids: ids.to_vec(),
        };
        db.write(tenant, run).await.unwrap();
    }
    last
}

/// A sealed log, and somebody who has the database's password.
struct Crime<'a> {
    db: &'a TestDb,
    intruder: DatabaseConnection,
    folder: tempfile::TempDir,
    chance: SeededEntropy,
    /// The entries of each round.
    size: i64,
}

impl<'a> Crime<'a> {
    async fn new(db: &'a TestDb, size: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::default());
        let sealing = Sealing::new((**db).clone(), clock, auditor(folder.path()));
        let crime = Self {
            db,
            intruder: Database::connect(db.url()).await.unwrap(),
            folder,
            chance: SeededEntropy::new(13),
            size,
        };
        for round in 0..ROUNDS {
            write(db, GLOBEX, round * 3 + 1, 3).await;
            let last = write(db, ACME, round * size + 1, size).await;
            shown(db, ACME, last).await;
            sealing.seal(ACME).await.unwrap();
            if round + 1 == SIGNED {
                sealing.sign(ACME).await.unwrap();
                crime.copy("old").await;
            }
        }
        crime.copy("true").await;
        crime
    }

    fn on_postgres(&self) -> bool {
        self.intruder.get_database_backend() == DbBackend::Postgres
    }

    fn uuid(&self, id: Uuid) -> String {
        if self.on_postgres() {
            format!("'{id}'::uuid")
        } else {
            format!("x'{}'", id.simple())
        }
    }

    async fn run(&self, steps: impl IntoIterator<Item = String>) {
        let own = format!("tenant_id = {}", self.uuid(ACME.0));
        for step in steps {
            let step = step.replace("$T", &own);
            let done = self.intruder.execute_unprepared(&step).await;
            done.unwrap_or_else(|error| panic!("{step}: {error}"));
        }
    }

    async fn copy(&self, name: &str) {
        self.run(TABLES.map(|table| format!("CREATE TABLE {table}_{name} AS SELECT * FROM {table}")))
            .await;
    }

    /// Puts a copy in the place of what stands there.
    fn put_back(&self, name: &str) -> Vec<String> {
        let over = if self.on_postgres() {
            "OVERRIDING SYSTEM VALUE "
        } else {
            ""
        };
        let clear = TABLES.map(|table| format!("DELETE FROM {table}"));
        let fill = TABLES.map(|table| format!("INSERT INTO {table} {over}SELECT * FROM {table}_{name}"));
        clear.into_iter().chain(fill).collect()
    }

    /// Writes entries again, with other values in some columns.
    fn rewrite(&self, which: &str, keep: bool, values: &[(&str, String)]) -> Vec<String> {
        let over = if self.on_postgres() {
            "OVERRIDING SYSTEM VALUE "
        } else {
            ""
        };
        let mut steps = vec![format!(
            "CREATE TABLE stash AS SELECT * FROM log WHERE $T AND {which}"
        )];
        steps.extend(
            values
                .iter()
                .map(|(column, value)| format!("UPDATE stash SET {column} = {value}")),
        );
        if !keep {
            steps.push(format!("DELETE FROM log WHERE $T AND {which}"));
        }
        steps.push(format!("INSERT INTO log {over}SELECT * FROM stash"));
        steps.push("DROP TABLE stash".to_owned());
        steps
    }

    fn below(&self, end: i64) -> i64 {
        let mut bytes = [0; 8];
        self.chance.fill(&mut bytes);
        (u64::from_le_bytes(bytes) % end.unsigned_abs()) as i64
    }

    /// The version of some entry.
    fn entry(&self) -> i64 {
        self.below(ROUNDS * self.size) + 1
    }

    /// Two that are not the same.
    fn two(one: impl Fn() -> i64) -> (i64, i64) {
        let first = one();
        loop {
            let other = one();
            if other != first {
                return (first, other);
            }
        }
    }

    async fn seals(&self) -> i64 {
        let count = sea_orm::Statement::from_string(
            self.intruder.get_database_backend(),
            "SELECT count(*) FROM seals_true",
        );
        let row = self.intruder.query_one_raw(count).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    async fn report(&self) -> Report {
        let reader = self.db.read(ACME).await.unwrap();
        let now = FixedClock::default().now();
        verify(&reader, ACME, &auditor(self.folder.path()), now)
            .await
            .unwrap()
    }

    /// A field of an entry.
    fn edit_entry(&self) -> Vec<String> {
        let (version, other) = Self::two(|| self.entry());
        let id = self.uuid(Uuid::from_u128(0x99));
        let of_other =
            |column: &str| format!("(SELECT {column} FROM log_true WHERE $T AND version = {other})");
        let values = [
            ("id", id.clone()),
            ("subject_kind", "'account'".to_owned()),
            ("subject_id", id.clone()),
            ("version", "version + 1000000".to_owned()),
            ("kind", "'crm.deal.lost'".to_owned()),
            ("format", "2".to_owned()),
            ("at", of_other("at")),
            ("actor", "'automation:x'".to_owned()),
            ("actor", "'nobody at all'".to_owned()),
            ("on_behalf_of", id.clone()),
            ("cause", id),
            ("depth", "depth + 1".to_owned()),
            ("trace", "''".to_owned()),
            (
                "links",
                "'[{\"kind\":\"deal\",\"id\":\"00000000-0000-0000-0000-000000000001\"}]'".to_owned(),
            ),
            ("body", "replace(body, 'amount', 'Amount')".to_owned()),
            ("body", "'{'".to_owned()),
            ("body", of_other("body")),
            ("private", of_other("private")),
            ("private", "NULL".to_owned()),
            ("private", "'{'".to_owned()),
            ("xid", "xid + 1".to_owned()),
            ("xid", "0 - xid - 1".to_owned()),
            ("tenant_id", self.uuid(GLOBEX.0)),
        ];
        let (column, value) = &values[self.below(values.len() as i64) as usize];
        vec![format!(
            "UPDATE log SET {column} = {value} WHERE $T AND version = {version}"
        )]
    }

    fn insert_entry(&self) -> Vec<String> {
        let version = self.entry();
        let made = vec![
            ("version", (version + 1_000_000).to_string()),
            ("id", self.uuid(Uuid::from_u128(0x77))),
        ];
        let which = format!("version = {version}");
        // A place before the beginning; one of another tenant's entries; on PostgreSQL also the next, in a transaction that
        // is long over.
        let other = self.uuid(GLOBEX.0);
        let place = self.below(3 * ROUNDS) + 1;
        let of_other = format!("(SELECT seq FROM log_true WHERE tenant_id = {other} AND version = {place})");
        let (before, seq) = match self.below(3) {
            0 => (vec![], "-5".to_owned()),
            1 if self.on_postgres() => (vec![], "(SELECT max(seq) + 1 FROM log_true)".to_owned()),
            _ => (
                vec![format!(
                    "DELETE FROM log WHERE tenant_id = {other} AND version = {place}"
                )],
                of_other,
            ),
        };
        let values = [made, vec![("seq", seq)]].concat();
        before
            .into_iter()
            .chain(self.rewrite(&which, true, &values))
            .collect()
    }

    fn swap_entries(&self) -> Vec<String> {
        let (one, other) = Self::two(|| self.entry());
        let which = format!("version IN ({one}, {other})");
        let swapped = format!(
            "(SELECT t.COLUMN FROM log_true t WHERE t.tenant_id = stash.tenant_id AND t.version = {} - stash.version)",
            one + other
        );
        let of = |column: &str| (swapped.replace("COLUMN", column), column.to_owned());
        let pairs: Vec<(String, String)> = ["seq", "xid"].map(of).into();
        let values: Vec<(&str, String)> = pairs
            .iter()
            .map(|(value, column)| (column.as_str(), value.clone()))
            .collect();
        self.rewrite(&which, false, &values)
    }

    /// The end of the log; with its seals, and with what was signed of them.
    fn cut_off(&self) -> Vec<String> {
        let round = self.below(ROUNDS - 1) + 1;
        let mut steps = vec![format!(
            "DELETE FROM log WHERE $T AND version > {}",
            round * self.size
        )];
        // Each seal holds 500 entries at most.
        let seals = round * ((self.size + 499) / 500);
        if self.below(3) > 0 {
            steps.push(format!("DELETE FROM seals WHERE $T AND number > {seals}"));
            steps.push(format!("DELETE FROM checkpoints WHERE $T AND number > {seals}"));
        }
        steps
    }

    async fn edit_seal(&self) -> Vec<String> {
        let seals = self.seals().await;
        let (number, other) = Self::two(|| self.below(seals) + 1);
        let of_other =
            |column: &str| format!("(SELECT {column} FROM seals_true WHERE $T AND number = {other})");
        let values = [
            ("number", "number + 1000".to_owned()),
            ("number", "0 - number".to_owned()),
            ("entries", "entries + 1".to_owned()),
            ("cursor", of_other("cursor")),
            ("cursor", "'x'".to_owned()),
            ("prev_hash", "'x'".to_owned()),
            ("hash", of_other("hash")),
            ("hash", "'x'".to_owned()),
            ("sealed_at", "(SELECT min(at) FROM log_true)".to_owned()),
            ("format", "1".to_owned()),
            ("format", "3".to_owned()),
            ("tenant_id", self.uuid(GLOBEX.0)),
        ];
        let (column, value) = &values[self.below(values.len() as i64) as usize];
        vec![format!(
            "UPDATE seals SET {column} = {value} WHERE $T AND number = {number}"
        )]
    }

    fn edit_signature(&self) -> Vec<String> {
        let values = [
            ("hash", "'x'"),
            ("key_id", "'x'"),
            ("signature", "'x'"),
            ("number", "number - 1"),
            ("signed_at", "(SELECT min(at) FROM log_true)"),
        ];
        let (column, value) = values[self.below(values.len() as i64) as usize];
        vec![format!("UPDATE checkpoints SET {column} = {value} WHERE $T")]
    }

    async fn tamper(&self, kind: usize) -> Vec<String> {
        match kind % 10 {
            0..=2 => self.edit_entry(),
            3 => vec![format!("DELETE FROM log WHERE $T AND version = {}", self.entry())],
            4 => self.insert_entry(),
            5 => self.swap_entries(),
            6 => self.cut_off(),
            7 => self.edit_seal().await,
            8 if kind.is_multiple_of(4) => self.edit_signature(),
            8 => vec![format!(
                "DELETE FROM seals WHERE $T AND number = {}",
                self.below(self.seals().await) + 1
            )],
            _ => self.put_back("old"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_tampers_by_chance_are_all_found() {
    let entries: i64 = std::env::var("AUDIT_ENTRIES")
        .map_or(Ok(450), |text| text.parse())
        .unwrap();
    for_each_database(|db| async move {
        let crime = Crime::new(&db, entries / ROUNDS).await;
        let sealed = crime.report().await;
        assert_eq!((sealed.entries, sealed.unsealed), (entries / ROUNDS * ROUNDS, 0));
        assert_eq!((&sealed.first_bad, &sealed.unknown_key), (&None, &None));
        for kind in 0..TAMPERS {
            let steps = crime.tamper(kind).await;
            crime.run(steps.clone()).await;
            let found = crime.report().await;
            assert!(
                found.first_bad.is_some() || found.unknown_key.is_some() || found.newer_seal.is_some(),
                "not found: {steps:#?}\n{found:?}"
            );
            crime.run(crime.put_back("true")).await;
        }
        assert_eq!(crime.report().await, sealed);
        crime.intruder.close().await.unwrap();
    })
    .await;
}
