//! Group commit: one thread takes what is queued, runs it on one connection, and confirms it with one fsync.
//!
//! It never waits for a timer: while one batch is written, the next one queues up by itself.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_kernel::id::TenantId;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::oneshot;

use super::checkpoints::Checkpoints;
use super::lock::Lock;
use super::orders::{Orders, Served, stopping};
use super::write_connection::{StatementError, disk_did_not_confirm};
use crate::conn::Hook;
use crate::fair::TimeShares;
use crate::log::rows;
use crate::observed::Observed;
use crate::prepare::{Preparation, Preparations};
use crate::uow::{Uow, Work};
use crate::woken::Waker;
use crate::{Entry, Error, RuleLock};

/// Units of work in one commit, and what they may take until another one is begun: the first waits for the last. A tenant
/// begins none beyond its part of that time, so that beside a crowd whoever came for one waits for less.
const BATCH: usize = 64;
const BATCH_TIME: Duration = Duration::from_millis(10);
/// A unit that took so long is committed at once: nobody waits for another one like it.
const LONG: Duration = Duration::from_millis(4);
/// What a unit of work may take.
pub(crate) const TIME: Duration = Duration::from_secs(5);

/// A unit of work that somebody waits for.
pub(super) trait Job: Send {
    fn tenant(&self) -> TenantId;
    fn rules(&self) -> Vec<RuleLock>;
    /// Runs it and keeps the answer; whether it succeeded.
    fn run<'a>(&'a mut self, uow: &'a mut Uow) -> BoxFuture<'a, bool>;
    /// Gives the answer, or this error in its place.
    fn answer(self: Box<Self>, fault: Option<Error>);
}

struct Pending<W: Work> {
    tenant: TenantId,
    work: W,
    result: Option<Result<W::Out, W::Error>>,
    preparation: Option<Preparation>,
    asker: oneshot::Sender<Answer<W>>,
}

/// What becomes of a unit of work.
enum Answer<W: Work> {
    Done(Result<W::Out, W::Error>),
    /// It runs again when this is ready.
    NotReady(W, Preparation),
}

impl<W: Work> Job for Pending<W> {
    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn rules(&self) -> Vec<RuleLock> {
        self.work.rules()
    }

    fn run<'a>(&'a mut self, uow: &'a mut Uow) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let run = AssertUnwindSafe(self.work.run(uow)).catch_unwind();
            let result = match tokio::time::timeout(TIME, run).await {
                Ok(Ok(Ok(_))) if uow.conn.failed() => Err(Error::broken(crate::uow::WENT_ON).into()),
                Ok(Ok(result)) => result,
                Ok(Err(_)) => Err(Error::broken("a unit of work panicked").into()),
                Err(_) => Err(Error::unavailable("this took too long").into()),
            };
            self.preparation = uow.conn.take_preparation();
            let succeeded = result.is_ok() && self.preparation.is_none();
            self.result = Some(result);
            succeeded
        })
    }

    fn answer(self: Box<Self>, fault: Option<Error>) {
        let answer = match (fault, self.preparation, self.result) {
            (Some(fault), ..) => Answer::Done(Err(fault.into())),
            (None, Some(preparation), _) => Answer::NotReady(self.work, preparation),
            (None, None, Some(result)) => Answer::Done(result),
            (None, None, None) => Answer::Done(Err(Error::broken("a unit of work was not run").into())),
        };
        // Nobody may be waiting any more; the change stands all the same.
        let _ = self.asker.send(answer);
    }
}

/// The way to the writing thread. It ends, and lets the lock go, when the database is closed or dropped.
pub(crate) struct Writer {
    orders: Arc<Orders>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.orders.close(None);
    }
}

impl Writer {
    /// Starts the thread. `reading` is how a connection beside it is opened.
    pub(crate) fn start(
        uow: Uow,
        lock: Lock,
        reading: SqliteConnectOptions,
        waker: Arc<Waker>,
        all: Arc<Observed>,
    ) -> Result<Self, Error> {
        let orders = Arc::new(Orders::default());
        let served = Served(Arc::clone(&orders));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(Error::broken)?;
        let write = move || {
            runtime.block_on(async {
                let thread = WriterThread {
                    uow,
                    log: Vec::new(),
                    waker,
                    all,
                    checkpoints: Checkpoints::start(reading),
                };
                thread.work(&served.0).await;
            });
            drop(lock);
            drop(served);
        };
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(write)
            .map_err(Error::broken)?;
        Ok(Self { orders })
    }

    pub(crate) async fn write<W: Work>(&self, tenant: TenantId, mut work: W) -> Result<W::Out, W::Error> {
        let mut prepared = Preparations::default();
        loop {
            match self.run(tenant, work).await? {
                Answer::Done(result) => return result,
                Answer::NotReady(again, preparation) => {
                    prepared.add(preparation).await?;
                    work = again;
                }
            }
        }
    }

    async fn run<W: Work>(&self, tenant: TenantId, work: W) -> Result<Answer<W>, Error> {
        let (asker, answer) = oneshot::channel();
        let job = Box::new(Pending {
            tenant,
            work,
            result: None,
            preparation: None,
            asker,
        });
        self.orders.push(tenant, job)?;
        answer.await.map_err(|_| stopping())
    }

    /// Units of work that wait.
    pub(crate) fn waiting(&self) -> usize {
        self.orders.len()
    }

    /// Finishes what is queued, and closes the file.
    pub(crate) async fn close(&self) {
        let (closing, closed) = oneshot::channel();
        self.orders.close(Some(closing));
        let _ = closed.await;
    }
}

/// What the writing thread works with.
struct WriterThread {
    uow: Uow,
    /// The log entries of the batch, with their tenants.
    log: Vec<(TenantId, Entry)>,
    waker: Arc<Waker>,
    all: Arc<Observed>,
    checkpoints: Checkpoints,
}

/// A unit of work that ran, with what to do once it is durable.
struct Ready {
    job: Box<dyn Job>,
    hooks: Vec<Hook>,
}

impl WriterThread {
    async fn work(mut self, orders: &Orders) {
        while let Some(job) = orders.next().await {
            self.batch(job, orders).await;
        }
        self.checkpoints.stop().await;
        if let Some(connection) = self.uow.conn.into_write_connection() {
            connection.close().await;
        }
    }

    /// Runs the job and whatever queues up meanwhile, commits them together, and answers.
    async fn batch(&mut self, first: Box<dyn Job>, orders: &Orders) {
        let begun = Instant::now();
        let mut shares = TimeShares::of(BATCH_TIME);
        let mut batch = Vec::with_capacity(8);
        let mut next = Some(first);
        while let Some(job) = next {
            let (tenant, before) = (job.tenant(), begun.elapsed());
            batch.push(self.run(job).await);
            let taken = begun.elapsed();
            let took = taken.saturating_sub(before);
            shares.add(tenant, took);
            orders.charge(tenant, took);
            let is_full = batch.len() == BATCH || taken >= BATCH_TIME || took >= LONG || self.poisoned();
            next = if is_full {
                None
            } else {
                orders.take_if(|tenant| shares.may(tenant))
            };
        }
        match self.commit().await {
            Ok(()) => self.confirm(batch),
            Err(error) => self.fail(error, batch).await,
        }
    }

    async fn run(&mut self, mut job: Box<dyn Job>) -> Ready {
        self.uow.fresh(job.tenant(), job.rules());
        let succeeded = job.run(&mut self.uow).await;
        let keep = succeeded && !self.uow.abandoned;
        if let Some(connection) = self.uow.conn.as_write_connection() {
            if keep {
                connection.keep();
            } else {
                connection.undo().await;
            }
        }
        let hooks = self.uow.conn.take_hooks();
        if !keep {
            return Ready {
                job,
                hooks: Vec::new(),
            };
        }
        self.log.append(&mut self.uow.entries);
        Ready { job, hooks }
    }

    fn poisoned(&mut self) -> bool {
        self.uow
            .conn
            .as_write_connection()
            .is_some_and(|connection| connection.poisoned())
    }

    async fn commit(&mut self) -> Result<(), StatementError> {
        let mut chunks = self.log.chunks(rows::AT_ONCE).peekable();
        (0..chunks.len()).for_each(|_| self.uow.conn.count());
        let Some(connection) = self.uow.conn.as_write_connection() else {
            return Ok(());
        };
        let mut last = None;
        while let Some(chunk) = chunks.next() {
            let (sql, values) = rows::insert_sqlite(chunk).map_err(StatementError::Value)?;
            if chunks.peek().is_none() {
                last = Some((sql, values));
            } else {
                connection.write(sql, values).await?;
            }
        }
        if connection.commit(last).await? {
            self.all.count_commit();
            self.checkpoints.committed();
        }
        Ok(())
    }

    fn confirm(&mut self, batch: Vec<Ready>) {
        let grew = !self.log.is_empty();
        self.all.days.add(&self.log);
        self.log.clear();
        for ready in batch {
            for hook in ready.hooks {
                // A hint that panics must not take the writer with it.
                let _ = std::panic::catch_unwind(AssertUnwindSafe(hook));
            }
            ready.job.answer(None);
        }
        if grew {
            self.waker.wake();
        }
    }

    /// Nothing of the batch was kept. If the log refused the rows of one unit of work, each is run again alone, so
    /// that one does not take its neighbours with it; else all are told to try again.
    async fn fail(&mut self, error: StatementError, batch: Vec<Ready>) {
        if disk_did_not_confirm(&error) {
            tracing::error!(
                "the disk did not confirm a commit (fsync failed): stopping, so that nothing is confirmed that may be lost"
            );
            std::process::abort();
        }
        if let StatementError::Driver(error) = &error {
            self.all.note(error);
        }
        let all_lost = self.poisoned();
        self.log.clear();
        if let Some(connection) = self.uow.conn.as_write_connection() {
            connection.give_up().await;
        }
        if !all_lost && batch.len() > 1 {
            for ready in batch {
                self.alone(ready.job).await;
            }
            return;
        }
        let told = if all_lost {
            unkept(error.into())
        } else {
            error.into()
        };
        for ready in batch {
            ready.job.answer(Some(told.clone()));
        }
    }

    async fn alone(&mut self, job: Box<dyn Job>) {
        let ready = self.run(job).await;
        match self.commit().await {
            Ok(()) => self.confirm(vec![ready]),
            Err(error) => Box::pin(self.fail(error, vec![ready])).await,
        }
    }
}

/// What everybody of a batch hears that was not kept.
fn unkept(error: Error) -> Error {
    match error {
        Error::Unavailable { .. } => error,
        other => {
            tracing::error!(error = ?other, "a batch of changes could not be committed");
            Error::unavailable("the change could not be kept")
        }
    }
}
