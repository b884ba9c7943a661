//! Reads a tenant's whole log against its seals, its signed heads, and what is kept outside of the database.

use chrono::TimeDelta;
use countersign_kernel::id::{EventId, TenantId};
use countersign_kernel::time::Instant;
use countersign_storage::log;
use countersign_storage::{Conn, Error, WindowCursor};

use super::Auditor;
use super::anchor::{Checkpoint, Signature};
use super::chain::{self, Format, Head};
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
    /// A key that signed heads and that this server does not have: it cannot speak for them.
    pub unknown_key: Option<String>,
    /// The first seal in a format above those that this server knows: it cannot speak for what lies under it.
    pub newer_seal: Option<i64>,
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
    /// Entries that stand before the end of the chain, where no seal has seen them.
    Strangers { entries: i64 },
    /// The words of an entry are not those that were sealed, or are gone.
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
            unknown_key: None,
            newer_seal: None,
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

/// What lies under a seal.
struct Under {
    entries: i64,
    head: Head,
    first: Option<EventId>,
    /// The first whose words are not its own.
    unfit: Option<EventId>,
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
        self.report.seals = seal.number;
        if !follows {
            self.found(Bad::Chain { seal: seal.number });
        }
        let format = Format::of(seal.format);
        let is_newer = seal.format > Format::LATEST;
        let next = WindowCursor::decode(&seal.cursor).filter(|_| format.is_some() || is_newer);
        let Some(next) = next else {
            self.found(Bad::Chain { seal: seal.number });
            return Ok(());
        };
        let under = self.read(next, format).await?;
        match format.map(|format| chain::show(&chain::seal(under.head, seal, format))) {
            Some(hash) if under.entries == seal.entries && hash == seal.hash => {}
            Some(_) => self.found(Bad::Entries {
                seal: seal.number,
                sealed: seal.entries,
                found: under.entries,
                first: under.first,
            }),
            None => {
                self.report.newer_seal.get_or_insert(seal.number);
            }
        }
        if let Some(entry) = under.unfit {
            self.found(Bad::Words {
                seal: seal.number,
                entry,
            });
        }
        self.report.entries += under.entries;
        // What follows is judged against what the seal says, so that one edit is told once.
        self.head = chain::read(&seal.hash).unwrap_or(under.head);
        self.cursor = next;
        Ok(())
    }

    /// The entries from here to there, chained as their seal is made; where that is not known, only counted.
    async fn read(&self, to: WindowCursor, format: Option<Format>) -> Result<Under, Error> {
        let mut under = Under {
            entries: 0,
            head: self.head,
            first: None,
            unfit: None,
        };
        let mut place = self.cursor;
        loop {
            let batch = log::between(self.conn, self.tenant, place, to, AT_ONCE).await?;
            if batch.is_end() {
                return Ok(under);
            }
            under.entries += batch.entries.len() as i64;
            if let Some(format) = format {
                under.head = chain::extend(under.head, &batch.entries, format);
            }
            for entry in batch
                .entries
                .iter()
                .filter_map(|stored| stored.entry.as_ref().ok())
            {
                let id = EventId(entry.id);
                under.first.get_or_insert(id);
                if !chain::words_fit(entry) {
                    under.unfit.get_or_insert(id);
                }
            }
            place = batch.next;
        }
    }

    async fn checkpoints(&mut self, auditor: &Auditor) -> Result<(), Error> {
        let mut number = 0;
        loop {
            let rows = store::checkpoints_after(self.conn, self.tenant, number, AT_ONCE).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            number = last.number;
            self.report.checkpoints += rows.len() as i64;
            let heads: Vec<_> = rows
                .into_iter()
                .map(|row| Checkpoint::from_row(self.tenant, row))
                .collect();
            self.heads(&heads, auditor).await?;
        }
    }

    /// What lies outside of the database.
    async fn anchor(&mut self, auditor: &Auditor) -> Result<(), Error> {
        let mut place = 0;
        loop {
            let kept = auditor.anchor.kept(self.tenant, place).await;
            let kept = kept.map_err(Error::broken)?;
            if kept.next == place {
                break;
            }
            place = kept.next;
            self.heads(&kept.heads, auditor).await?;
        }
        let noted = auditor.anchor.noted(self.tenant).await.map_err(Error::broken)?;
        self.heads(noted.as_slice(), auditor).await
    }

    /// Signed heads are those of their seals, and signed by us.
    async fn heads(&mut self, heads: &[Checkpoint], auditor: &Auditor) -> Result<(), Error> {
        let hashes = store::hashes_of(self.conn, self.tenant, heads.iter().map(|head| head.seal)).await?;
        for head in heads {
            let signature = auditor
                .signer
                .verify(&head.key_id, &head.own_message(), &head.signature)
                .await
                .map_err(Error::broken)?;
            let seal = head.seal;
            if hashes.get(&seal) == Some(&head.hash) && head.tenant == self.tenant {
                match signature {
                    Signature::Valid => {}
                    Signature::Forged => self.found(Bad::Checkpoint { seal }),
                    Signature::UnknownKey => {
                        self.report.unknown_key.get_or_insert_with(|| head.key_id.clone());
                    }
                }
            } else if seal > self.report.seals {
                self.found(Bad::Truncated {
                    seal,
                    now: self.report.seals,
                });
            } else {
                self.found(Bad::Checkpoint { seal });
            }
        }
        Ok(())
    }

    /// Every entry that no seal covers, also one that readers may not see yet.
    async fn unsealed(&mut self) -> Result<(), Error> {
        let log = log::after(self.conn, self.tenant, self.cursor).await?;
        self.report.unsealed = log.after;
        let strangers = log.all - log.after - self.report.entries;
        if strangers > 0 {
            self.found(Bad::Strangers { entries: strangers });
        }
        // Either way: the tenant's clock may have been set back since.
        let waits = |at: Instant| (self.now.utc() - at.utc()).abs() >= SEALED_WITHIN;
        self.report.lagging = log.oldest.is_some_and(waits);
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
