//! Connections for reading. A pool of our own, because each trip to a connection's thread counts: the driver's pool
//! makes one more for every connection that comes back.

use std::sync::{Arc, Mutex, PoisonError};

use countersign_kernel::id::TenantId;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Error, SqliteConnection};

use crate::fair::{Permit, Permits};

pub(crate) struct Readers {
    options: SqliteConnectOptions,
    permits: Arc<Permits>,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    /// Opens the first connection, and others when they are needed.
    pub(crate) async fn open(options: SqliteConnectOptions, most: u32) -> Result<Arc<Self>, Error> {
        let first = options.connect().await?;
        Ok(Arc::new(Self {
            options,
            permits: Permits::new(most),
            idle: Mutex::new(vec![first]),
        }))
    }

    /// One for this tenant.
    pub(crate) async fn take(self: &Arc<Self>, tenant: TenantId) -> Result<Borrowed, Error> {
        let permit = self.permits.take(tenant).await?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        Ok(Borrowed {
            connection: Some(connection),
            home: Arc::clone(self),
            _permit: permit,
        })
    }

    /// Closes what is idle; what is lent is closed when it comes back.
    pub(crate) async fn close(&self) {
        self.permits.close();
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            let _ = connection.close().await;
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that goes back when it is dropped.
pub(crate) struct Borrowed {
    /// Always there until the drop.
    connection: Option<SqliteConnection>,
    home: Arc<Readers>,
    _permit: Permit,
}

impl Borrowed {
    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.connection.as_mut().ok_or(Error::PoolClosed)
    }

    /// It is of no more use: the next reader gets a new one.
    pub(crate) fn discard(&mut self) {
        self.connection = None;
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && !self.home.permits.is_closed()
        {
            self.home.idle().push(connection);
        }
    }
}
