//! What a judgement may read besides definition and state: an instant, people, calendars, tables, the tenant's money and
//! zone.

use std::sync::Arc;

use chrono_tz::Tz;
use countersign_engine::Tables;
use countersign_engine::machine::Facts;
use countersign_kernel::actor::{Actor, Publisher};
use countersign_kernel::calendar::Calendars;
use countersign_kernel::directory::Directory;
use countersign_kernel::money::Currency;
use countersign_kernel::time::Instant;
use countersign_storage::Error;

use crate::Snapshot;

/// What stands in a tenant's row: its settings, and the epochs by which snapshots in memory are told from old ones.
#[derive(Debug, Clone, Copy)]
pub struct Ground {
    pub currency: Currency,
    pub zone: Tz,
    pub directory_epoch: i64,
    pub definitions_epoch: i64,
}

impl Ground {
    /// From the columns of the tenant's row.
    pub fn read(
        currency: &str,
        zone: &str,
        directory_epoch: i64,
        definitions_epoch: i64,
    ) -> Result<Self, Error> {
        let currency = currency.parse().map_err(Error::broken)?;
        let zone = zone
            .parse()
            .map_err(|_| Error::broken(format!("the tenant's zone {zone:?} is no IANA name")))?;
        Ok(Self {
            currency,
            zone,
            directory_epoch,
            definitions_epoch,
        })
    }
}

/// Everything at one instant.
#[derive(Debug, Clone)]
pub struct Scene {
    pub now: Instant,
    pub directory: Arc<Directory>,
    pub calendars: Arc<Calendars>,
    pub tables: Arc<Tables>,
    pub currency: Currency,
    pub zone: Tz,
    /// What is published.
    pub newest: Arc<Snapshot>,
}

impl Scene {
    /// As the engine reads it, for this actor and who published.
    pub fn facts(&self, actor: Actor, publisher: Option<Publisher>) -> Facts<'_> {
        Facts {
            now: self.now,
            actor,
            directory: &self.directory,
            calendars: &self.calendars,
            tables: &self.tables,
            currency: self.currency,
            zone: self.zone,
            publisher,
            looked_up: serde_json::Map::new(),
            standings: countersign_engine::Standings::default(),
        }
    }
}
