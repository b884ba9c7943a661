//! A transaction for each unit of work, run again when it met another one.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use countersign_kernel::id::TenantId;
use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::open::{self, Postgres, name};
use crate::conn::Conn;
use crate::fair::Permits;
use crate::log::rows;
use crate::observed::Observed;
use crate::prepare::{Preparation, Preparations};
use crate::sqlite::TIME;
use crate::uow::{Uow, WENT_ON, Work};
use crate::{Error, Quotas, RuleLock};

/// How often a unit of work is run before its caller is told to try again.
const TRIES: u32 = 8;

/// What became of one run.
enum Run<W: Work> {
    Done(Result<W::Out, W::Error>),
    Again,
    /// It runs again when this is ready.
    NotReady(Preparation),
}

/// What a unit of work needs of the database; owned, because it outlives its caller.
struct Place {
    pool: sqlx::PgPool,
    permits: Arc<Permits>,
    notify: super::wake::NotifyHandle,
    observed: Arc<Observed>,
    tenant: TenantId,
    quotas: Quotas,
}

impl Postgres {
    pub(crate) async fn write<W: Work>(&self, tenant: TenantId, work: W) -> Result<W::Out, W::Error> {
        let place = Place {
            pool: self.app.clone(),
            permits: Arc::clone(&self.permits),
            notify: self.notifier.handle(),
            observed: Arc::clone(&self.observed),
            tenant,
            quotas: self.quotas,
        };
        // A task of its own: a caller that goes away does not stop a commit half way.
        let task = tokio::spawn(async move { place.write(work).await });
        task.await
            .unwrap_or_else(|error| Err(Error::broken(error).into()))
    }
}

impl Place {
    async fn write<W: Work>(&self, work: W) -> Result<W::Out, W::Error> {
        let (mut attempt, mut prepared) = (0, Preparations::default());
        while attempt < TRIES {
            match self.run(&work).await? {
                Run::Done(result) => return result,
                Run::NotReady(preparation) => prepared.add(preparation).await?,
                Run::Again => {
                    tokio::time::sleep(Duration::from_millis(u64::from(attempt * attempt))).await;
                    attempt += 1;
                }
            }
        }
        Err(Error::unavailable("too many changes of the same records at once").into())
    }

    async fn run<W: Work>(&self, work: &W) -> Result<Run<W>, W::Error> {
        let mut uow = self.begin(work.turn(), work.rules()).await?;
        let run = AssertUnwindSafe(work.run(&mut uow)).catch_unwind();
        let result = match tokio::time::timeout(TIME, run).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(Error::broken("a unit of work panicked").into()),
            Err(_) => Err(Error::unavailable("this took too long").into()),
        };
        if let Some(preparation) = uow.conn.take_preparation() {
            return Ok(Run::NotReady(preparation));
        }
        if uow.conn.again() {
            return Ok(Run::Again);
        }
        let out = match result {
            Ok(_) if uow.conn.failed() => return Ok(Run::Done(Err(Error::broken(WENT_ON).into()))),
            Ok(out) => out,
            Err(error) => return Ok(Run::Done(Err(error))),
        };
        if uow.abandoned {
            return Ok(Run::Done(Ok(out)));
        }
        // What has changed nothing has nothing to commit.
        let kept = if uow.wrote || !uow.entries.is_empty() {
            self.commit(&mut uow).await
        } else {
            Ok(())
        };
        match kept {
            Ok(()) => {
                for hook in uow.conn.take_hooks() {
                    let _ = std::panic::catch_unwind(AssertUnwindSafe(hook));
                }
                Ok(Run::Done(Ok(out)))
            }
            Err(_) if uow.conn.again() => Ok(Run::Again),
            Err(error) => Ok(Run::Done(Err(error.into()))),
        }
    }

    /// BEGIN, the tenant, the turn and the rules in one message. Whatever the database's own setting is, each statement sees what
    /// was committed when it began: so what is read after a lock is what the lock guards.
    async fn begin(&self, turn: Option<i64>, rules: Vec<RuleLock>) -> Result<Uow, Error> {
        let mut begin = format!("BEGIN ISOLATION LEVEL READ COMMITTED; {}", name(self.tenant));
        if let Some(turn) = turn {
            let (tenant, _) = self.tenant.0.as_u64_pair();
            let turn = turn ^ tenant.cast_signed();
            begin.push_str(&format!("; SELECT pg_advisory_xact_lock({turn})"));
        }
        for rule in &rules {
            begin.push_str(&format!("; SELECT {}", rule.call(self.tenant)));
        }
        let permit = self.permits.take(self.tenant).await?;
        let (transaction, permit) = open::begin(&self.pool, Some(permit), &begin)
            .await
            .map_err(|error| match (&error, turn) {
                (sqlx::Error::Database(cause), Some(_)) if cause.code().as_deref() == Some("57014") => {
                    Error::KeyInFlight
                }
                _ => error.into(),
            })?;
        Ok(Uow::new(
            self.tenant,
            Conn::postgres(transaction, permit, Arc::clone(&self.observed)),
            rules,
            self.quotas,
        ))
    }

    async fn commit(&self, uow: &mut Uow) -> Result<(), Error> {
        let mut entries = std::mem::take(&mut uow.entries);
        // Those of a tenant keep their order; between tenants there is none.
        entries.sort_by_key(|(tenant, _)| *tenant);
        if !entries.is_empty() {
            uow.conn.open_to_writes();
        }
        for of_one in entries.chunk_by(|(one, _), (next, _)| one == next) {
            for chunk in of_one.chunks(rows::AT_ONCE) {
                if let Some((tenant, _)) = chunk.first() {
                    uow.enter(*tenant).await?;
                }
                let (sql, values) = rows::insert_postgres(chunk)?;
                uow.conn
                    .execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values))
                    .await?;
            }
        }
        if let Some(transaction) = uow.conn.take_transaction() {
            transaction
                .commit()
                .await
                .map_err(|error| uow.conn.noted(error))?;
            self.observed.count_commit();
            self.observed.days.add(&entries);
        }
        if !entries.is_empty() {
            self.notify.committed();
        }
        Ok(())
    }
}
