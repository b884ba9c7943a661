//! The unit of work: everything that one command changes, kept whole or not at all.

use sea_orm::ConnectionTrait as _;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::future::Future;

use countersign_kernel::canonical;
use countersign_kernel::id::TenantId;
use futures_util::future::BoxFuture;

use crate::conn::Conn;
use crate::prepare::not_ready;
use crate::{Entry, Error, Quotas, Rule, RuleLock};

/// A change to be made. It may run more than once (a serialization failure, a batch that is taken apart, something that
/// must be ready first: [`Conn::prepare`]) and after the client has gone: ids and instants are its fields, and nothing
/// inside waits for a network.
///
/// An error ends it: after a failed statement PostgreSQL takes no further one, so what may be there already is
/// written with `ON CONFLICT`.
pub trait Work: Send + Sync + 'static {
    type Out: Send + 'static;
    type Error: From<Error> + Send + 'static;

    fn run<'a>(
        &'a self,
        uow: &'a mut Uow,
    ) -> impl Future<Output = Result<Self::Out, Self::Error>> + Send + 'a;

    /// Works of a tenant with the same turn run one after the other, from before their first statement to their
    /// commit (on SQLite all do). For what must be looked up before the rest, such as an idempotency key.
    fn turn(&self) -> Option<i64> {
        None
    }

    /// The rules over several rows that it could break or relies on, held from before its first statement to its end.
    fn rules(&self) -> Vec<RuleLock> {
        Vec::new()
    }
}

/// Said of a unit of work that answers `Ok` after a statement failed: on PostgreSQL nothing of it can be kept.
pub(crate) const WENT_ON: &str = "a unit of work went on after a failed statement";

/// One run of a [`Work`].
pub struct Uow {
    pub(crate) tenant: TenantId,
    pub(crate) conn: Conn,
    /// Each with its tenant.
    pub(crate) entries: Vec<(TenantId, Entry)>,
    held: Vec<RuleLock>,
    pub(crate) abandoned: bool,
    /// Whether the unit may have changed something.
    pub(crate) wrote: bool,
    /// How many savepoints stand open.
    savepoints: u32,
    /// What it has read and may read again, of the tenant that it serves.
    memo: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
    pub(crate) quotas: Quotas,
}

impl Uow {
    pub(crate) fn new(tenant: TenantId, conn: Conn, held: Vec<RuleLock>, quotas: Quotas) -> Self {
        Self {
            tenant,
            conn: conn.in_unit_of_work(),
            entries: Vec::new(),
            held,
            abandoned: false,
            wrote: false,
            savepoints: 0,
            memo: HashMap::new(),
            quotas,
        }
    }

    /// Ready for the next unit on the same connection.
    pub(crate) fn fresh(&mut self, tenant: TenantId, held: Vec<RuleLock>) {
        self.tenant = tenant;
        self.held = held;
        self.conn.fresh();
        self.entries.clear();
        self.abandoned = false;
        self.wrote = false;
        self.savepoints = 0;
        self.memo.clear();
    }

    /// Whose data this is about; every query names it.
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// What follows is about this tenant's data. For what serves many tenants in one unit: commands have one.
    pub async fn enter(&mut self, tenant: TenantId) -> Result<(), Error> {
        if tenant != self.tenant {
            self.memo.clear();
            self.tenant = tenant;
            self.conn.name_tenant(tenant).await?;
        }
        Ok(())
    }

    /// What this unit has read before of its tenant: one value of each type. For what serves many events in one unit.
    pub fn remembered<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.memo
            .get(&TypeId::of::<T>())
            .and_then(|value| value.downcast_ref().cloned())
    }

    /// Keeps what was read until the unit ends, serves another tenant, takes a part back, or forgets it.
    pub fn remember<T: Clone + Send + Sync + 'static>(&mut self, value: T) {
        self.memo.insert(TypeId::of::<T>(), Box::new(value));
    }

    /// Whatever changes it says so.
    pub fn forget<T: 'static>(&mut self) {
        self.memo.remove(&TypeId::of::<T>());
    }

    /// Whether the unit may have changed something so far.
    pub fn has_written(&self) -> bool {
        self.wrote
    }

    /// Runs a part that can be taken back by itself: when it fails, nothing of it stays, and the unit may go on with
    /// the part's error in hand. The outer error is the database's, and ends the unit.
    pub async fn savepoint<T, E>(
        &mut self,
        part: impl for<'u> FnOnce(&'u mut Self) -> BoxFuture<'u, Result<T, E>> + Send,
    ) -> Result<Result<T, E>, Error> {
        self.writes().await?;
        let (name, entries, hooks) = (
            format!("part{}", self.savepoints),
            self.entries.len(),
            self.conn.hooks(),
        );
        self.conn.control(&format!("SAVEPOINT {name}")).await?;
        self.savepoints += 1;
        let result = part(self).await;
        self.savepoints -= 1;
        if result.is_ok() && !self.conn.failed() {
            self.conn.control(&format!("RELEASE SAVEPOINT {name}")).await?;
            return Ok(result);
        }
        if result.is_ok() {
            return Err(Error::broken(WENT_ON));
        }
        if self.conn.waits() {
            return Err(not_ready());
        }
        if self.conn.again() {
            return Err(Error::unavailable("another change came between"));
        }
        self.conn
            .control(&format!("ROLLBACK TO SAVEPOINT {name}"))
            .await?;
        self.conn.control(&format!("RELEASE SAVEPOINT {name}")).await?;
        self.conn.mended(hooks);
        self.memo.clear();
        self.entries.truncate(entries);
        Ok(result)
    }

    /// Refuses to go on without the rule that what follows stands on: a unit that runs another one's work names its
    /// rules too.
    pub fn must_hold(&self, rule: Rule) -> Result<(), Error> {
        if self.held.iter().any(|hold| hold.rule() == rule) {
            Ok(())
        } else {
            Err(Error::broken(format!(
                "a unit of work does not hold its {rule:?}"
            )))
        }
    }

    /// Waits for a rule that only what was read says is needed. What it guards is read after this.
    pub async fn hold(&mut self, rule: RuleLock) -> Result<(), Error> {
        if self.conn.get_database_backend() == sea_orm::DbBackend::Postgres {
            self.conn
                .control(&format!("SELECT {}", rule.call(self.tenant)))
                .await?;
        }
        self.held.push(rule);
        Ok(())
    }

    /// To look: a change through this is refused.
    pub fn reads(&self) -> &Conn {
        &self.conn
    }

    /// To change: what happens from here on is undone if the unit of work fails.
    pub async fn writes(&mut self) -> Result<&Conn, Error> {
        if !self.wrote {
            self.wrote = true;
            self.conn.open_to_writes();
        }
        Ok(&self.conn)
    }

    /// Adds an entry to the log. It is written when the unit of work succeeds, so the unit itself does not read it.
    ///
    /// A private part leaves its hash in the body, as `private`, so that it can be erased and not be changed.
    pub fn append(&mut self, mut entry: Entry) {
        if let (Some(private), Some(body)) = (&entry.private, entry.body.as_object_mut()) {
            body.entry("private")
                .or_insert_with(|| canonical::hash(private).into());
        }
        self.entries.push((self.tenant, entry));
    }

    /// Keeps nothing of this unit of work, although it answers `Ok` (`validate_only`).
    pub fn abandon(&mut self) {
        self.abandoned = true;
    }

    /// Runs when the change is durable, before the answer. Only for hints: it does not run if the server dies.
    pub fn after_commit(&mut self, hook: impl FnOnce() + Send + Sync + 'static) {
        self.conn.when_durable(hook);
    }

    /// How many statements this unit has run so far; the log's rows are one more.
    pub fn statements(&self) -> u32 {
        self.conn.statements()
    }
}
