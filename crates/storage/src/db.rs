//! The database, whichever it is.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use countersign_kernel::id::TenantId;
use sqlx::sqlite::SqliteConnectOptions;
use uuid::Uuid;

use crate::claim::{Claim, Claimed};
use crate::conn::Conn;
use crate::observed::Observed;
use crate::postgres::{self, Postgres};
use crate::sqlite::{self, Readers, Writer};
use crate::statistics::{self, Count, Outdated};
use crate::trial::LastTrial;
use crate::uow::{Uow, Work};
use crate::woken::{Waker, Woken};
use crate::{Error, Quotas, Schema};

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:///data/countersign.db` or `postgres://user@host/database`.
    pub url: String,
    /// Connections for reading (SQLite), or for everything (PostgreSQL).
    pub connections: u32,
    /// How much one tenant or person may keep.
    pub quotas: Quotas,
}

impl Options {
    /// The file that the database is, if it is one and is not there: opening would make it.
    pub fn missing_file(url: &str) -> Option<PathBuf> {
        let file = sqlite::path(url).ok()?;
        (!file.exists()).then_some(file)
    }

    /// Whether a server works on the database, if it is a file: nobody else opens it then, but [`Db::look`].
    pub fn is_in_use(url: &str) -> bool {
        sqlite::path(url).is_ok_and(|file| sqlite::is_taken(&file))
    }

    /// With as many connections as suit one server.
    pub fn new(url: impl Into<String>) -> Self {
        let url = url.into();
        let connections = if is_postgres(&url) { 16 } else { 6 };
        Self {
            url,
            connections,
            quotas: Quotas::default(),
        }
    }
}

/// A handle to the database; cheap to clone.
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    waker: Arc<Waker>,
    observed: Arc<Observed>,
    last_trial: LastTrial,
    quotas: Quotas,
}

enum Store {
    Sqlite {
        /// None where it is only looked at.
        writer: Option<Writer>,
        readers: Arc<Readers>,
        options: SqliteConnectOptions,
    },
    Postgres(Postgres),
}

impl Db {
    /// Opens it. A second server over the same SQLite file is refused.
    pub async fn open(options: Options) -> Result<Self, Error> {
        let waker = Arc::new(Waker::new());
        let observed = Arc::new(Observed::default());
        let store = if is_postgres(&options.url) {
            Store::Postgres(Postgres::open(&options, Arc::clone(&waker), Arc::clone(&observed)).await?)
        } else {
            let file = sqlite::open(&options).await?;
            let uow = Uow::new(
                TenantId(Uuid::nil()),
                Conn::write_connection(file.write_connection, Arc::clone(&observed)),
                Vec::new(),
                options.quotas,
            );
            let writer = Writer::start(
                uow,
                file.lock,
                file.reading,
                Arc::clone(&waker),
                Arc::clone(&observed),
            )?;
            Store::Sqlite {
                writer: Some(writer),
                readers: file.readers,
                options: file.options,
            }
        };
        Ok(Self::of(store, waker, observed, options.quotas))
    }

    /// Opens a SQLite file for reading alone, beside the server that works on it.
    pub async fn look(options: Options) -> Result<Self, Error> {
        let quotas = options.quotas;
        let (readers, options) = sqlite::look(&options).await?;
        let store = Store::Sqlite {
            writer: None,
            readers,
            options,
        };
        Ok(Self::of(store, Arc::new(Waker::new()), Arc::default(), quotas))
    }

    fn of(store: Store, waker: Arc<Waker>, observed: Arc<Observed>, quotas: Quotas) -> Self {
        Self {
            shared: Arc::new(Shared {
                store,
                waker,
                observed,
                last_trial: LastTrial::default(),
                quotas,
            }),
        }
    }

    /// Which steps of the schema it has.
    pub async fn schema(&self) -> Result<Schema, Error> {
        match &self.shared.store {
            Store::Sqlite { options, .. } => sqlite::schema(options).await,
            Store::Postgres(postgres) => postgres::schema(postgres).await,
        }
    }

    /// Brings the schema up to date; on PostgreSQL also the two roles that everything runs under. Safe to call at
    /// every start, and from several servers at once. What a newer version made is refused.
    pub async fn migrate(&self) -> Result<(), Error> {
        match &self.shared.store {
            Store::Sqlite { options, .. } => sqlite::migrate(options).await,
            Store::Postgres(postgres) => postgres::migrate(postgres).await,
        }
    }

    /// How much one tenant or person may keep, or take at once.
    pub fn quotas(&self) -> &Quotas {
        &self.shared.quotas
    }

    pub fn backend(&self) -> Backend {
        match self.shared.store {
            Store::Sqlite { .. } => Backend::Sqlite,
            Store::Postgres(_) => Backend::Postgres,
        }
    }

    /// Runs a unit of work and commits it: the only way to change anything. Once it was begun it runs to its end,
    /// also if the caller goes away, unless it waits for what it needs ([`Conn::prepare`]). Do not hold a [`Reader`] meanwhile.
    pub async fn write<W: Work>(&self, tenant: TenantId, work: W) -> Result<W::Out, W::Error> {
        match &self.shared.store {
            Store::Sqlite { writer, .. } => to_write(writer.as_ref())?.write(tenant, work).await,
            Store::Postgres(postgres) => postgres.write(tenant, work).await,
        }
    }

    /// Somebody of the tenant calls and waits for an answer: beside their calls other tenants hold fewer connections.
    pub fn note_call(&self, tenant: TenantId) {
        match &self.shared.store {
            Store::Sqlite { readers, .. } => readers.note_call(tenant),
            Store::Postgres(postgres) => postgres.permits.note_call(tenant),
        }
    }

    /// A tenant's data, to look at. Each statement sees what is committed when it runs.
    pub async fn read(&self, tenant: TenantId) -> Result<Reader, Error> {
        Ok(Reader(match &self.shared.store {
            Store::Sqlite { readers, .. } => {
                Conn::reading(Arc::clone(readers), tenant, Arc::clone(&self.shared.observed))
            }
            Store::Postgres(postgres) => postgres.read(tenant).await?,
        }))
    }

    /// Ids, due instants and tenants of all tenants, to find whose work there is.
    pub async fn across_tenants(&self) -> Result<CrossTenantReader, Error> {
        Ok(CrossTenantReader(match &self.shared.store {
            Store::Sqlite { readers, .. } => Conn::reading(
                Arc::clone(readers),
                TenantId(Uuid::nil()),
                Arc::clone(&self.shared.observed),
            ),
            Store::Postgres(postgres) => postgres.across_tenants(),
        }))
    }

    /// Takes rows that are due, for as long as the lease says.
    pub async fn claim(&self, claim: Claim) -> Result<Vec<Claimed>, Error> {
        match &self.shared.store {
            Store::Sqlite { writer, .. } => {
                to_write(writer.as_ref())?
                    .write(TenantId(Uuid::nil()), claim)
                    .await
            }
            Store::Postgres(postgres) => postgres.claim(&claim).await,
        }
    }

    /// Has SQLite count anew, from samples, how much is in the tables that grew or shrank tenfold since it last did, and
    /// plan by that; how many tables that were. PostgreSQL does so by itself.
    pub async fn refresh_statistics(&self) -> Result<usize, Error> {
        let Store::Sqlite {
            writer: Some(writer),
            readers,
            ..
        } = &self.shared.store
        else {
            return Ok(0);
        };
        let outdated = writer.write(statistics::nobody(), Outdated).await?;
        let tables = outdated.len();
        for statement in outdated {
            writer.write(statistics::nobody(), Count(statement)).await?;
        }
        if tables > 0 {
            readers.renew();
        }
        Ok(tables)
    }

    /// Wakes when the log grew, here or on another server.
    pub fn woken(&self) -> Woken {
        self.shared.waker.subscribe()
    }

    /// Keeps what is asked of the database from now on: for tests of how it is found.
    pub fn start_recording(&self) {
        self.shared.observed.start_recording();
    }

    /// What was asked since the last call, with its values.
    pub fn recorded(&self) -> Vec<String> {
        self.shared.observed.recorded()
    }

    /// How many statements have run since the start (transaction control is not counted): for tests.
    pub fn statements(&self) -> u64 {
        self.shared.observed.statements()
    }

    pub(crate) fn observed(&self) -> &Observed {
        &self.shared.observed
    }

    pub(crate) fn last_trial(&self) -> &LastTrial {
        &self.shared.last_trial
    }

    /// How many transactions that changed something were committed since the start: on SQLite one may hold many units.
    pub fn commits(&self) -> u64 {
        self.shared.observed.commits()
    }

    /// How many units of work wait for their turn: a metric. PostgreSQL keeps no queue here.
    pub fn waiting(&self) -> usize {
        match &self.shared.store {
            Store::Sqlite { writer, .. } => writer.as_ref().map_or(0, Writer::waiting),
            Store::Postgres(_) => 0,
        }
    }

    /// Finishes what was begun and closes the files and connections.
    pub async fn close(&self) {
        match &self.shared.store {
            Store::Sqlite { writer, readers, .. } => {
                readers.close().await;
                if let Some(writer) = writer {
                    writer.close().await;
                }
            }
            Store::Postgres(postgres) => postgres.close().await,
        }
    }
}

fn to_write(writer: Option<&Writer>) -> Result<&Writer, Error> {
    let looking =
        || Error::Setup("this database was opened to look only: another server works on it".to_owned());
    writer.ok_or_else(looking)
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// A tenant's data, to look at. Let it go before writing: it may hold a connection.
pub struct Reader(Conn);

impl Deref for Reader {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.0
    }
}

/// The second role's view.
pub struct CrossTenantReader(Conn);

impl Deref for CrossTenantReader {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.0
    }
}
