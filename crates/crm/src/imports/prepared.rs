//! A file that was read, with its plan, and the rows of it that mean one thing twice. Kept in memory while an import is gone through.

use std::collections::HashMap;
use std::sync::Arc;

use countersign_kernel::cache::{Cache, Weigh};
use countersign_kernel::id::{ImportId, TenantId};
use countersign_platform::files::{self, Shelf};
use countersign_storage::Db;
use countersign_web::{Problem, ProblemKind};
use tokio::sync::Notify;

use super::plan::Plan;
use super::row::file_key;
use super::sheet::{self, Sheet};
use super::store::Model;

/// Bytes of files that were read, about.
const REMEMBERED: usize = 64 * 1024 * 1024;

/// A file ready to be gone through.
#[derive(Debug)]
pub struct Prepared {
    pub sheet: Sheet,
    pub plan: Plan,
    /// Of rows that mean what an earlier one means already, that one's line.
    pub repeats: HashMap<usize, u64>,
}

impl Prepared {
    pub fn new(sheet: Sheet, plan: Plan) -> Self {
        let mut first: HashMap<String, u64> = HashMap::new();
        let mut repeats = HashMap::new();
        for (number, row) in sheet.rows.iter().enumerate() {
            let Some(key) = file_key(&plan, row).filter(|_| row.misread.is_none()) else {
                continue;
            };
            if let Some(line) = first.get(&key) {
                repeats.insert(number, *line);
            } else {
                first.insert(key, row.line);
            }
        }
        Self { sheet, plan, repeats }
    }
}

impl Weigh for Prepared {
    fn bytes(&self) -> usize {
        self.sheet.bytes() + self.repeats.len() * 32
    }
}

/// The files of imports, read once as far as memory allows; in the app's data, and with the worker.
#[derive(Clone)]
pub struct Sheets {
    db: Db,
    shelf: Shelf,
    read: Arc<Cache<ImportId, Arc<Prepared>>>,
    /// Tells the worker of this server that there is something to do.
    pub wake: Arc<Notify>,
}

impl Sheets {
    pub fn new(db: Db, shelf: Shelf) -> Self {
        Self {
            db,
            shelf,
            read: Arc::new(Cache::new(16, REMEMBERED)),
            wake: Arc::default(),
        }
    }

    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The file of an import, read as it was when that began. None: the file is lost.
    pub async fn of(&self, import: &Model) -> Result<Option<Arc<Prepared>>, Problem> {
        if let Some(known) = self.read.get(&import.id) {
            return Ok(Some(known));
        }
        let plan: Plan = serde_json::from_str(&import.plan).map_err(Problem::internal)?;
        let Some(bytes) = self.bytes(import.tenant_id, import).await? else {
            return Ok(None);
        };
        let charset = plan.charset;
        let sheet = off_thread(move || sheet::read(&bytes, charset)).await?;
        let Ok(sheet) = sheet else { return Ok(None) };
        let prepared = Arc::new(off_thread(move || Prepared::new(sheet, plan)).await?);
        self.read.insert(import.id, Arc::clone(&prepared));
        Ok(Some(prepared))
    }

    async fn bytes(&self, tenant: TenantId, import: &Model) -> Result<Option<Vec<u8>>, Problem> {
        let file = {
            let reader = self.db.read(tenant).await?;
            files::facts(&reader, tenant, &[import.file]).await?.pop()
        };
        let Some(file) = file else { return Ok(None) };
        match files::whole(&self.shelf, tenant, &file).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(problem) if problem.kind() == ProblemKind::FileMissing => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}

/// Does what takes long beside those who answer.
pub async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)
}
