//! Reads a tenant's whole log against its seals, its signed heads, and what is kept outside of the database.

use chrono::TimeDelta;
use countersign_kernel::id::{EventId, TenantId};
use countersign_kernel::time::Instant;
use countersign_storage::log;
use countersign_storage::{Conn, Error, WindowCursor};

use super::Auditor;
use super::anchor::Checkpoint;
use super::chain::{self, Head};
use super::store::{self, checkpoints, seals};

/// Rows read in one go.
const AT_ONCE: u64 = 500;
/// Entries are sealed within a second; later than this, the seals lag.
const SEALED_WITHIN: TimeDelta = TimeDelta::seconds(60);

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Entries under seals.
    pub entries: i64,
    /// Entries that are not sealed yet.
    pub unsealed: i64,
    /// Whether one of them waits longer than it should.
    pub lagging: bool,
    pub seals: i64,
    pub checkpoints: i64,
    /// The first thing that is not as it was sealed.
    pub first_bad: Option<Bad>,
}

/// Something that was touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bad {
    /// Fewer, more, or other entries than were sealed, or in another order.
    Entries {
        seal: i64,
        sealed: i64,
        found: i64,
        first: Option<EventId>,
    },
    /// The words of an entry are not those that were sealed.
    Words { seal: i64, entry: EventId },
    /// A seal that does not follow the one before it.
    Chain { seal: i64 },
    /// A signed head that is not the seal's, or whose signature is none of ours.
    Checkpoint { seal: i64 },
    /// The chain once went further than it does now: its end was cut off, or an old copy put in its place.
    Truncated { seal: i64, now: i64 },
}

/// Verifies all that a tenant's log holds; `now` in the tenant's business time.
pub async fn verify(conn: &Conn, tenant: TenantId, auditor: &Auditor, now: Instant) -> Result<Report, Error> {
    let mut walk = Walk {
        conn,
        tenant,
        now,
        head: chain::origin(tenant),
        cursor: WindowCursor::default(),
        report: Report {
            entries: 0,
            unsealed: 0,
            lagging: false,
            seals: 0,
            checkpoints: 0,
            first_bad: None,
        },
    };
    walk.seals().await?;
    walk.checkpoints(auditor).await?;
    walk.anchor(auditor).await?;
    walk.unsealed().await?;
    Ok(walk.report)
}

struct Walk<'a> {
    conn: &'a Conn,
    tenant: TenantId,
    now: Instant,
    head: Head,
    /// Behind the last seal.
    cursor: WindowCursor,
    report: Report,
}

impl Walk<'_> {
    fn found(&mut self, bad: Bad) {
        self.report.first_bad.get_or_insert(bad);
    }

    async fn seals(&mut self) -> Result<(), Error> {
        loop {
            let seals = store::seals_after(self.conn, self.tenant, self.report.seals, AT_ONCE).await?;
            if seals.is_empty() {
                return Ok(());
            }
            for seal in seals {
                self.seal(&seal).await?;
            }
        }
    }

    async fn seal(&mut self, seal: &seals::Model) -> Result<(), Error> {
        let follows = seal.number == self.report.seals + 1 && seal.prev_hash == chain::show(&self.head);
        if !follows {
            self.found(Bad::Chain { seal: seal.number });
        }
        let Some(next) = WindowCursor::decode(&seal.cursor) else {
            self.found(Bad::Chain { seal: seal.number });
            self.report.seals = seal.number;
            return Ok(());
        };
        let mut head = self.head;
        let mut found = 0;
        let mut first = None;
        let mut place = self.cursor;
        loop {
            let batch = log::between(self.conn, self.tenant, place, next, AT_ONCE).await?;
            if batch.is_end() {
                break;
            }
            found += batch.entries.len() as i64;
            first = first.or(batch.entries.first().map(|entry| entry.id));
            head = chain::extend(head, &batch.entries);
            for entry in batch.entries.iter().filter(|entry| !chain::words_fit(entry)) {
                self.found(Bad::Words {
                    seal: seal.number,
                    entry: entry.id,
                });
            }
            place = batch.next;
        }
        if found != seal.entries || chain::show(&head) != seal.hash {
            self.found(Bad::Entries {
                seal: seal.number,
                sealed: seal.entries,
                found,
                first,
            });
        }
        self.report.entries += found;
        self.report.seals = seal.number;
        // What follows is judged against what the seal says, so that one edit is told once.
        self.head = chain::read(&seal.hash).unwrap_or(head);
        self.cursor = next;
        Ok(())
    }

    async fn checkpoints(&mut self, auditor: &Auditor) -> Result<(), Error> {
        for row in store::all_checkpoints(self.conn, self.tenant).await? {
            self.report.checkpoints += 1;
            let seal = row.number;
            let checkpoint = Checkpoint::from_row(self.tenant, row);
            if !self.stands(&checkpoint, auditor).await? {
                self.found(Bad::Checkpoint { seal });
            }
        }
        Ok(())
    }

    /// Whether a signed head is that of its seal, and signed by us.
    async fn stands(&self, checkpoint: &Checkpoint, auditor: &Auditor) -> Result<bool, Error> {
        let seal = store::seal(self.conn, self.tenant, checkpoint.seal).await?;
        let same = seal.is_some_and(|seal| seal.hash == checkpoint.hash);
        let message = checkpoint.own_message();
        Ok(same
            && auditor
                .signer
                .verify(&checkpoint.key_id, &message, &checkpoint.signature)
                .await
                .map_err(Error::broken)?)
    }

    async fn anchor(&mut self, auditor: &Auditor) -> Result<(), Error> {
        let Some(kept) = auditor.anchor.newest(self.tenant).await.map_err(Error::broken)? else {
            return Ok(());
        };
        if kept.seal > self.report.seals {
            self.found(Bad::Truncated {
                seal: kept.seal,
                now: self.report.seals,
            });
        } else if !self.stands(&kept, auditor).await? {
            self.found(Bad::Checkpoint { seal: kept.seal });
        }
        Ok(())
    }

    /// Every entry that no seal covers, also one that readers may not see yet.
    async fn unsealed(&mut self) -> Result<(), Error> {
        let all = log::count(self.conn, self.tenant).await?;
        self.report.unsealed = Ord::max(all - self.report.entries, 0);
        let oldest = log::oldest_after(self.conn, self.tenant, self.cursor).await?;
        // Either way: the tenant's clock may have been set back since.
        let waits = |at: Instant| (self.now.utc() - at.utc()).abs() >= SEALED_WITHIN;
        self.report.lagging = self.report.unsealed > 0 && oldest.is_some_and(waits);
        Ok(())
    }
}

impl Checkpoint {
    fn from_row(tenant: TenantId, row: checkpoints::Model) -> Self {
        Self {
            tenant,
            seal: row.number,
            hash: row.hash,
            signed_at: Instant::new(row.signed_at),
            key_id: row.key_id,
            signature: row.signature,
        }
    }
}
