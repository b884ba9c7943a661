//! Connections for reading. A pool of our own, because each trip to a connection's thread counts: the driver's pool
//! makes one more for every connection that comes back.

use std::sync::{Arc, Mutex, PoisonError};

use countersign_kernel::id::TenantId;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Error, SqliteConnection};

use crate::fair::{Permit, Permits, beside_others};

pub(crate) struct Readers {
    options: SqliteConnectOptions,
    permits: Arc<Permits>,
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    connections: Vec<SqliteConnection>,
    /// Connections of an earlier one do not come back.
    generation: u64,
}

impl Readers {
    /// Opens the first connection, and others when they are needed.
    pub(crate) async fn open(options: SqliteConnectOptions, most: u32) -> Result<Arc<Self>, Error> {
        let first = options.connect().await?;
        Ok(Arc::new(Self {
            options,
            permits: Permits::new(most, beside_others()),
            idle: Mutex::new(Idle {
                connections: vec![first],
                generation: 0,
            }),
        }))
    }

    pub(crate) fn note_call(&self, tenant: TenantId) {
        self.permits.note_call(tenant);
    }

    /// One for this tenant.
    pub(crate) async fn take(self: &Arc<Self>, tenant: TenantId) -> Result<Borrowed, Error> {
        let permit = self.permits.take(tenant).await?;
        let (idle, generation) = {
            let mut idle = self.idle();
            (idle.connections.pop(), idle.generation)
        };
        let connection = match idle {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        Ok(Borrowed {
            connection: Some(connection),
            generation,
            home: Arc::clone(self),
            permit: Some(permit),
            at_work: false,
        })
    }

    /// Whoever reads from now on does so by a new connection: an open one plans by the statistics that it found.
    pub(crate) fn renew(&self) {
        let mut idle = self.idle();
        idle.generation += 1;
        let old = std::mem::take(&mut idle.connections);
        drop(idle);
        drop(old);
    }

    /// Closes what is idle; what is lent is closed when it comes back.
    pub(crate) async fn close(&self) {
        self.permits.close();
        let idle = std::mem::take(&mut self.idle().connections);
        for connection in idle {
            let _ = connection.close().await;
        }
    }

    fn take_back(&self, connection: SqliteConnection, generation: u64, permit: Permit) {
        if !self.permits.is_closed() {
            let mut idle = self.idle();
            if idle.generation == generation {
                idle.connections.push(connection);
            }
        }
        drop(permit);
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that goes back when it is dropped.
pub(crate) struct Borrowed {
    /// Always there until the drop.
    connection: Option<SqliteConnection>,
    generation: u64,
    home: Arc<Readers>,
    permit: Option<Permit>,
    /// Whether a statement was begun and its answer not awaited.
    at_work: bool,
}

impl Borrowed {
    /// To run a statement; [`Self::rests`] is said when it has been answered.
    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.at_work = true;
        self.connection.as_mut().ok_or(Error::PoolClosed)
    }

    pub(crate) fn rests(&mut self) {
        self.at_work = false;
    }

    /// It is of no more use: the next reader gets a new one.
    pub(crate) fn discard(&mut self) {
        self.connection = None;
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        let (Some(connection), Some(permit)) = (self.connection.take(), self.permit.take()) else {
            return;
        };
        match tokio::runtime::Handle::try_current() {
            // Of a reader that went away the statement still runs: nobody else waits behind it.
            Ok(runtime) if self.at_work => {
                let (home, generation) = (Arc::clone(&self.home), self.generation);
                runtime.spawn(async move {
                    let mut connection = connection;
                    if connection.ping().await.is_ok() {
                        home.take_back(connection, generation, permit);
                    }
                });
            }
            _ => self.home.take_back(connection, self.generation, permit),
        }
    }
}
