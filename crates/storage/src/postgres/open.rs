//! Pools of connections under the two roles, and what is read through them.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use countersign_kernel::id::TenantId;
use countersign_migrations::tenancy;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgPool, Transaction};

use super::cluster;
use super::wake::CommitNotifier;
use crate::claim::{Claim, Claimed};
use crate::conn::Conn;
use crate::fair::{Permit, Permits, beside_others};
use crate::observed::Observed;
use crate::why::closed_meanwhile;
use crate::woken::Waker;
use crate::{Error, Options, Quotas};

/// Prepared statements kept by a connection.
const STATEMENTS: usize = 512;

/// Connections at most for looking across tenants: each is used for a moment.
const ACROSS_TENANTS: u32 = 4;

/// PostgreSQL, opened.
pub(crate) struct Postgres {
    /// As whoever the address names: for migrations only.
    pub(crate) owner: PgConnectOptions,
    pub(crate) app: PgPool,
    /// To take a connection of `app`.
    pub(crate) permits: Arc<Permits>,
    across_tenants: PgPool,
    pub(crate) notifier: CommitNotifier,
    pub(crate) observed: Arc<Observed>,
    pub(crate) quotas: Quotas,
}

impl Postgres {
    pub(crate) async fn open(
        options: &Options,
        waker: Arc<Waker>,
        observed: Arc<Observed>,
    ) -> Result<Self, Error> {
        let owner = PgConnectOptions::from_str(&options.url)
            .map_err(|error| {
                Error::Setup(format!(
                    "the database address cannot be read ({error}): write postgres://user:password@host:5432/database"
                ))
            })?
            .application_name("countersign")
            .statement_cache_capacity(STATEMENTS)
            .disable_statement_logging();
        reach(&owner).await?;
        let app = pool(&owner, tenancy::APP, "", options.connections.max(1));
        // The log is read across tenants between bounds that lie far apart or close together: a plan for all fits none.
        let looks = "; SET default_transaction_read_only = on; SET plan_cache_mode = force_custom_plan";
        let across_tenants = pool(
            &owner,
            tenancy::DOOR,
            looks,
            options.connections.clamp(1, ACROSS_TENANTS),
        );
        let notifier = CommitNotifier::start(owner.clone(), waker);
        Ok(Self {
            owner,
            app,
            permits: Permits::new(options.connections, beside_others()),
            across_tenants,
            notifier,
            observed,
            quotas: options.quotas,
        })
    }

    pub(crate) async fn read(&self, tenant: TenantId) -> Result<Conn, Error> {
        let permit = self.permits.take(tenant).await?;
        let text = format!("BEGIN READ ONLY; {}", name(tenant));
        let (transaction, permit) = begin(&self.app, Some(permit), &text).await?;
        Ok(Conn::postgres(transaction, permit, Arc::clone(&self.observed)))
    }

    /// Outside of any transaction: the second role can but look, and asks for no tenant's setting.
    pub(crate) fn across_tenants(&self) -> Conn {
        Conn::across_tenants(self.across_tenants.clone(), Arc::clone(&self.observed))
    }

    /// The one thing that is changed across tenants: who has what in hand.
    pub(crate) async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, Error> {
        let (transaction, _) = begin(&self.across_tenants, None, "BEGIN READ WRITE").await?;
        let mut conn = Conn::postgres(transaction, None, Arc::clone(&self.observed));
        conn.open_to_writes();
        let claimed = claim.take(&conn).await?;
        if let Some(transaction) = conn.take_transaction() {
            transaction.commit().await?;
            self.observed.count_commit();
        }
        Ok(claimed)
    }

    pub(crate) async fn close(&self) {
        self.notifier.stop().await;
        self.permits.close();
        self.app.close().await;
        self.across_tenants.close().await;
    }
}

/// Says for which tenant the transaction is, in the same message as BEGIN.
pub(crate) fn name(tenant: TenantId) -> String {
    format!("SELECT set_config('{}', '{}', true)", tenancy::SETTING, tenant.0)
}

/// Begins a transaction. Connections that the server has meanwhile closed (a restart) are passed over: nothing was
/// begun on them.
///
/// In a task of its own, because the driver's `begin` may not be cancelled (sqlx 0.9.0, issues 4385 and 4393): of a
/// caller that goes away meanwhile it would leave a transaction open on a connection that goes back to the pool. Here
/// it is begun, and rolled back when nobody takes it. The permit goes with it.
pub(crate) async fn begin(
    pool: &PgPool,
    permit: Option<Permit>,
    text: &str,
) -> Result<(Transaction<'static, sqlx::Postgres>, Option<Permit>), sqlx::Error> {
    let (pool, text) = (pool.clone(), text.to_owned());
    let begun = tokio::spawn(async move {
        for _ in 0..pool.options().get_max_connections() {
            match pool.begin_with(AssertSqlSafe(text.clone())).await {
                Err(error) if closed_meanwhile(&error) => {}
                begun => return begun.map(|transaction| (transaction, permit)),
            }
        }
        let begun = pool.begin_with(AssertSqlSafe(text)).await;
        begun.map(|transaction| (transaction, permit))
    });
    begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

/// Fails early, and in words, when the server cannot be reached.
async fn reach(options: &PgConnectOptions) -> Result<(), Error> {
    let connected = options.connect().await;
    let connection = connected.map_err(|error| {
        Error::Setup(format!(
            "PostgreSQL at {}:{} (database {:?}, user {:?}) does not let us in: {error}. Check the address, and that the database exists",
            options.get_host(),
            options.get_port(),
            options.get_database().unwrap_or_default(),
            options.get_username(),
        ))
    })?;
    Ok(connection.close().await?)
}

fn pool(options: &PgConnectOptions, role: &'static str, settings: &'static str, connections: u32) -> PgPool {
    // A unit of work has five seconds; what hangs longer (a server that froze) lets its locks go, before those who wait give up.
    let prepare = format!(
        "SET ROLE {role}; SET statement_timeout = '5s'; SET idle_in_transaction_session_timeout = '6s'; SET TIME ZONE 'UTC'{settings}"
    );
    let owner = options.clone();
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let (prepare, owner) = (prepare.clone(), owner.clone());
            Box::pin(async move {
                connection.execute(AssertSqlSafe(prepare)).await?;
                // The server may have been replaced by another one while we ran: nothing is written before its
                // transactions have numbers of their own.
                if !cluster::is_known(connection).await? {
                    cluster::settle(&owner)
                        .await
                        .map_err(|error| sqlx::Error::Configuration(error.into()))?;
                }
                Ok(())
            })
        })
        .connect_lazy_with(options.clone())
}
