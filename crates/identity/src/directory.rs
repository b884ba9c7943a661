//! The organisation as a snapshot in memory: loaded once for each epoch, shared by everyone who decides.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use countersign_kernel::directory::{Department, Directory, Person};
use countersign_kernel::id::{DepartmentId, TenantId};
use countersign_storage::{Backend, Conn, Db, Error};

use crate::memory::Memory;
use crate::people::{self, Status};
use crate::tenants::{self, Epochs};
use crate::{departments, roles};

/// Gives everyone the directory of a tenant as it is now.
#[derive(Clone)]
pub struct Directories {
    db: Db,
    memory: Arc<Memory>,
}

impl Directories {
    pub fn new(db: Db, memory: Arc<Memory>) -> Self {
        Self { db, memory }
    }

    /// The directory as it is now, read on a connection of its own if it must be read: for callers that hold none.
    pub async fn directory(&self, tenant: TenantId) -> Result<Arc<Directory>, Error> {
        match self.known(tenant) {
            Some(known) => Ok(known),
            None => self.directory_on(&*self.db.read(tenant).await?, tenant).await,
        }
    }

    /// The directory as it is now, read on this connection: whoever holds one does not wait for a second.
    pub async fn directory_on(&self, conn: &Conn, tenant: TenantId) -> Result<Arc<Directory>, Error> {
        if let Some(known) = self.known(tenant) {
            return Ok(known);
        }
        let epochs = self.read(conn, tenant).await?;
        self.directory_in(conn, tenant, epochs.directory).await
    }

    /// The directory that this process knows to be the newest, without asking.
    fn known(&self, tenant: TenantId) -> Option<Arc<Directory>> {
        let epochs = self.owned(tenant)?;
        self.memory
            .directory(tenant)
            .filter(|known| known.epoch == epochs.directory)
    }

    /// The directory at an epoch that was read on this connection; remembered when that is durable.
    pub async fn directory_in(
        &self,
        conn: &Conn,
        tenant: TenantId,
        epoch: i64,
    ) -> Result<Arc<Directory>, Error> {
        if let Some(known) = self.memory.directory(tenant).filter(|known| known.epoch == epoch) {
            return Ok(known);
        }
        let directory = Arc::new(load(conn, tenant, epoch).await?);
        let (memory, kept) = (Arc::clone(&self.memory), Arc::clone(&directory));
        conn.when_durable(move || memory.keep_directory(tenant, kept));
        Ok(directory)
    }

    /// The epochs as they are now: known where this process owns the database, else one statement.
    pub async fn epochs(&self, tenant: TenantId) -> Result<Epochs, Error> {
        if let Some(known) = self.owned(tenant) {
            return Ok(known);
        }
        let reader = self.db.read(tenant).await?;
        let epochs = self.read(&reader, tenant).await?;
        Ok(epochs)
    }

    /// Reads the epochs. Of a tenant that is not there nothing is learnt: it may come to be.
    async fn read(&self, conn: &Conn, tenant: TenantId) -> Result<Epochs, Error> {
        let epochs = tenants::store::epochs(conn, tenant).await?;
        if let Some(epochs) = epochs {
            let memory = Arc::clone(&self.memory);
            conn.when_durable(move || memory.learn(tenant, epochs));
        }
        Ok(epochs.unwrap_or_default())
    }

    pub fn memory(&self) -> &Arc<Memory> {
        &self.memory
    }

    /// What this process knows for certain: it alone writes the database.
    fn owned(&self, tenant: TenantId) -> Option<Epochs> {
        match self.db.backend() {
            Backend::Sqlite => self.memory.epochs(tenant),
            Backend::Postgres => None,
        }
    }
}

/// Everyone, in four statements.
async fn load(conn: &Conn, tenant: TenantId, epoch: i64) -> Result<Directory, Error> {
    let users = people::store::all(conn, tenant).await?;
    let mut held = roles::store::holdings(conn, tenant).await?;
    let departments = departments::store::all(conn, tenant).await?;
    let roles = roles::store::names(conn, tenant).await?;
    let names: HashMap<DepartmentId, String> = departments
        .iter()
        .map(|department| (department.id, department.name.clone()))
        .collect();
    let people: BTreeMap<_, _> = users
        .into_iter()
        .map(|user| {
            let person = Person {
                id: user.id,
                active: user.status == Status::Active,
                department: user.profile.department.and_then(|id| names.get(&id).cloned()),
                roles: held.remove(&user.id).unwrap_or_default(),
                name: user.profile.name,
                email: user.profile.email,
                manager: user.profile.manager,
                title: user.profile.title,
                grade: user.profile.grade,
                country: user.profile.country,
                cost_center: user.profile.cost_center,
                limit: user.profile.limit_minor,
                groups: BTreeSet::new(),
                skills: BTreeSet::new(),
            };
            (person.id, person)
        })
        .collect();
    let departments = departments.into_iter().map(|department| Department {
        id: Some(department.id),
        name: department.name,
        head: department.head,
    });
    Ok(Directory {
        epoch,
        people,
        departments: departments.collect(),
        roles,
        groups: BTreeSet::new(),
    })
}
