//! Whether table and store of bytes agree: for `doctor`, a page at a time.

use countersign_kernel::id::{FileId, TenantId};
use countersign_kernel::time::Instant;
use countersign_storage::Db;

use super::listing::{self, Listing, SHELVES, is_content};
use super::shelf::Fault;
use super::sweep::{SweepError, UNDER_WAY};
use super::{Shelf, store};

/// Rows or names in one page.
const PAGE: usize = 500;

/// Names that are told of each kind of difference.
const TOLD: usize = 5;

/// A kind of difference: how often, and the first places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    pub count: u64,
    pub first: Vec<String>,
}

/// What was compared, and what differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Rows that were looked at.
    pub files: u64,
    /// Files whose bytes are not in the store.
    pub missing: Differences,
    /// Files whose bytes have another size than they were uploaded with.
    pub other_size: Differences,
    /// Bytes, older than a day, that no file names.
    pub unnamed: Differences,
    /// Folders of tenants that the database does not know.
    pub strangers: Differences,
}

impl Differences {
    fn add(&mut self, what: impl ToString) {
        self.count += 1;
        if self.first.len() < TOLD {
            self.first.push(what.to_string());
        }
    }
}

/// Compares the rows of all these tenants (which are all that there are) with the bytes.
pub async fn compare(
    db: &Db,
    shelf: &Shelf,
    tenants: &[TenantId],
    now: Instant,
) -> Result<Comparison, SweepError> {
    let mut told = Comparison::default();
    for tenant in tenants {
        rows(db, shelf, *tenant, &mut told).await?;
        bytes(db, shelf, *tenant, now, &mut told).await?;
    }
    for tenant in listing::tenants(shelf).await? {
        if !tenants.contains(&tenant) {
            told.strangers.add(tenant);
        }
    }
    Ok(told)
}

async fn rows(db: &Db, shelf: &Shelf, tenant: TenantId, told: &mut Comparison) -> Result<(), SweepError> {
    let mut after = None;
    loop {
        let page = store::page(&*db.read(tenant).await?, tenant, after, PAGE as u64).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.id);
        told.files += page.len() as u64;
        let mut faults = Vec::new();
        for row in page {
            if let Some(fault) = shelf.fault(tenant, &row.sha256, row.size).await? {
                faults.push((row.id, fault));
            }
        }
        if faults.is_empty() {
            continue;
        }
        // A sweep may have deleted file and bytes since the page was read.
        let ids: Vec<_> = faults.iter().map(|(id, _)| *id).collect();
        let there = store::still_there(&*db.read(tenant).await?, tenant, &ids).await?;
        for (id, fault) in faults.into_iter().filter(|(id, _)| there.contains(id)) {
            match fault {
                Fault::Missing => told.missing.add(FileId(id)),
                Fault::OtherSize(_) => told.other_size.add(FileId(id)),
            }
        }
    }
}

async fn bytes(
    db: &Db,
    shelf: &Shelf,
    tenant: TenantId,
    now: Instant,
    told: &mut Comparison,
) -> Result<(), SweepError> {
    let before = now.plus(-UNDER_WAY);
    for byte in 0..SHELVES {
        let mut listing = Listing::contents(shelf, tenant, byte).await?;
        loop {
            let found = listing.next(PAGE).await?;
            if found.is_empty() {
                break;
            }
            let old = found.into_iter().filter(|one| one.written < before);
            let old: Vec<String> = old.map(|one| one.name).filter(|name| is_content(name)).collect();
            if old.is_empty() {
                continue;
            }
            let named = store::named(&*db.read(tenant).await?, tenant, &old).await?;
            for name in old.iter().filter(|name| !named.contains(*name)) {
                told.unnamed.add(name);
            }
        }
    }
    Ok(())
}
