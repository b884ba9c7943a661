//! What the office works with: definitions, people, records, files. Made once, where everything is put together.

use std::sync::Arc;

use countersign_identity::Directories;
use countersign_kernel::id::TenantId;
use countersign_kernel::time::{Clock, Instant};
use countersign_rules::Definitions;
use countersign_rules::scene::{Ground, Scene};
use countersign_storage::{Conn, Db};

use crate::error::Error;
use crate::records::Records;

/// In actix's app data as `web::Data<Office>`; workers and actions hold clones.
#[derive(Clone)]
pub struct Office {
    pub(crate) db: Db,
    pub(crate) definitions: Arc<Definitions>,
    pub(crate) directories: Arc<Directories>,
    pub(crate) records: Arc<dyn Records>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Office {
    pub fn new(
        db: Db,
        definitions: Arc<Definitions>,
        directories: Arc<Directories>,
        records: Arc<dyn Records>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            db,
            definitions,
            directories,
            records,
            clock,
        }
    }

    /// What a judgement reads, as fresh as the tenant's row says.
    pub(crate) async fn scene_in(
        &self,
        conn: &Conn,
        tenant: TenantId,
        ground: &Ground,
        now: Instant,
    ) -> Result<Scene, Error> {
        let directory = self
            .directories
            .directory_in(conn, tenant, ground.directory_epoch)
            .await?;
        let newest = self
            .definitions
            .snapshot_in(conn, tenant, ground.definitions_epoch)
            .await?;
        Ok(Scene {
            now,
            directory,
            calendars: Arc::clone(&newest.calendars),
            tables: Arc::clone(&newest.tables),
            currency: ground.currency,
            zone: ground.zone,
            newest,
        })
    }
}
