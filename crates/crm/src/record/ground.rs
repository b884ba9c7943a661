//! What the rules stand on: the few facts beside a record that judging or showing it takes, looked up before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{NaiveTime, TimeDelta};
use chrono_tz::Tz;
use countersign_kernel::calendar::civil_instant;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{
    AccountId, ContactId, DealId, LeadId, PipelineId, PriceBookId, ProductId, StageId,
};
use countersign_kernel::time::{Date, Instant};

use super::change::By;
use super::viewer::Viewer;
use crate::activities::shape::NextActivity;
use crate::deals::contract::Contract;
use crate::deals::lines::Line;
use crate::pipelines::Pipeline;
use crate::price_book_entries::PriceBookEntry;
use crate::price_books::PriceBook;
use crate::products::Product;

/// What has to be looked up.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Whether these are there and to be seen.
    pub accounts: BTreeSet<AccountId>,
    /// The same of contacts and deals, and what accounts they are of.
    pub contacts: BTreeSet<ContactId>,
    pub deals: BTreeSet<DealId>,
    pub leads: BTreeSet<LeadId>,
    /// Whether these are there, seen or not: what comes back hangs on them.
    pub parents: BTreeSet<AccountId>,
    /// Whose contracts are shown.
    pub contracts_of: BTreeSet<AccountId>,
    /// Whose next activity is shown.
    pub next_of: BTreeSet<DealId>,
    /// Whether these are there, and what they are.
    pub products: BTreeSet<ProductId>,
    pub price_books: BTreeSet<PriceBookId>,
    /// Whether the standard price books are needed (one for each currency: they are few).
    pub standard_books: bool,
    /// What these cost today in the wanted price books (which wants the zone).
    pub prices_of: BTreeSet<ProductId>,
    /// The keys of codes that no two products may have.
    pub codes: BTreeSet<String>,
    /// Where entries may stand in each other's way.
    pub entries_of: BTreeSet<(PriceBookId, ProductId)>,
    /// Whose lines are told or compared.
    pub lines_of: BTreeSet<DealId>,
    /// Whether a date has to become an instant.
    pub zone: bool,
    /// Whether pipelines are needed (all of a tenant's: they are few).
    pub pipelines: bool,
    /// Whose stages are counted for deals that stand in them.
    pub deals_in: BTreeSet<PipelineId>,
}

/// The snapshot that pure rules read.
#[derive(Debug, Clone)]
pub struct Ground {
    pub now: Instant,
    pub viewer: Arc<Viewer>,
    pub directory: Arc<Directory>,
    /// Of the wanted accounts, those that are there and to be seen.
    pub accounts: BTreeSet<AccountId>,
    /// Of the wanted contacts and deals the same, each with its account.
    pub contacts: BTreeMap<ContactId, Option<AccountId>>,
    pub deals: BTreeMap<DealId, Option<AccountId>>,
    pub leads: BTreeSet<LeadId>,
    /// Of the parents, those that are there.
    pub parents: BTreeSet<AccountId>,
    pub contracts: BTreeMap<AccountId, Vec<(DealId, Contract)>>,
    /// Of the deals whose contracts these are, those that the viewer sees.
    pub shown: BTreeSet<DealId>,
    /// The next activities that the viewer sees.
    pub next: BTreeMap<DealId, NextActivity>,
    /// Of the wanted products, those that are there.
    pub products: BTreeMap<ProductId, Product>,
    /// The same of price books, the standard ones among them where they are wanted.
    pub price_books: BTreeMap<PriceBookId, PriceBook>,
    pub prices: BTreeMap<(PriceBookId, ProductId), PriceBookEntry>,
    pub lines: BTreeMap<DealId, Arc<Vec<Line>>>,
    /// The tenant's zone.
    pub zone: Tz,
    pub pipelines: BTreeMap<PipelineId, Pipeline>,
    /// Stages in which deals stand, and how many.
    pub standing: BTreeMap<StageId, u64>,
}

impl Ground {
    pub fn default_pipeline(&self) -> Option<&Pipeline> {
        self.pipelines.values().find(|pipeline| pipeline.is_default)
    }

    pub fn pipeline(&self, id: PipelineId) -> Option<&Pipeline> {
        self.pipelines
            .get(&id)
            .filter(|pipeline| pipeline.meta.deleted_at.is_none())
    }

    /// The pipeline that has this stage.
    pub fn pipeline_of(&self, stage: StageId) -> Option<&Pipeline> {
        let live = |pipeline: &&Pipeline| pipeline.meta.deleted_at.is_none();
        let mut live = self.pipelines.values().filter(live);
        live.find(|pipeline| pipeline.stage(stage).is_some())
    }

    /// The day that it is where the company is.
    pub fn today(&self) -> Date {
        day_of(self.now, self.zone)
    }

    /// The last instant of a day.
    pub fn end_of(&self, day: Date) -> Instant {
        end_of(day, self.zone)
    }
}

/// The day that it is in a zone.
pub fn day_of(now: Instant, zone: Tz) -> Date {
    now.utc().with_timezone(&zone).date_naive()
}

/// The last instant of a day in a zone.
pub fn end_of(day: Date, zone: Tz) -> Instant {
    let next = day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN);
    civil_instant(zone, next).plus(TimeDelta::milliseconds(-1))
}

impl Ground {
    /// Nothing looked up: for what needs nothing.
    pub fn bare(by: &By) -> Self {
        Self {
            now: by.change.at,
            viewer: Arc::new(Viewer::server(by.tenant)),
            directory: Arc::default(),
            accounts: BTreeSet::new(),
            contacts: BTreeMap::new(),
            deals: BTreeMap::new(),
            leads: BTreeSet::new(),
            parents: BTreeSet::new(),
            contracts: BTreeMap::new(),
            shown: BTreeSet::new(),
            next: BTreeMap::new(),
            products: BTreeMap::new(),
            price_books: BTreeMap::new(),
            prices: BTreeMap::new(),
            lines: BTreeMap::new(),
            zone: Tz::UTC,
            pipelines: BTreeMap::new(),
            standing: BTreeMap::new(),
        }
    }
}
