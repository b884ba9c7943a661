//! A request that is sent twice happens once: its answer is kept with the change, in the same unit of work.

use std::time::Duration;

use countersign_kernel::id::TenantId;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DeriveIden};
use serde::{Deserialize, Serialize};

use crate::trim::{STEP, Step, in_steps};
use crate::{Db, Error, RuleLock, Uow, Work, dialect};

pub(crate) const TABLE: &str = "idempotency";

/// Whose request it is, and what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Who asks: a session's person or an API key.
    pub caller: String,
    /// The header `Idempotency-Key`.
    pub key: String,
    /// A hash of method, path and body: another one under the same key is refused.
    pub fingerprint: [u8; 32],
}

/// An answer as it was given, and as it is given again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<O> {
    /// It ran.
    Fresh { out: O, kept: Kept },
    /// It had run before; this was its answer.
    Replayed(Kept),
}

/// A unit of work whose answer is kept under a key, so that it runs once.
pub struct Keyed<W, R> {
    pub work: W,
    /// Without a key it is the work and its rendering.
    pub key: Option<Key>,
    /// The answer, from what the work gave.
    pub render: R,
    /// Runs and answers, but keeps nothing.
    pub validate_only: bool,
}

impl<W, R> Work for Keyed<W, R>
where
    W: Work,
    W::Out: Sync,
    R: Fn(&W::Out) -> Kept + Send + Sync + 'static,
{
    type Out = Outcome<W::Out>;
    type Error = W::Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Self::Out, Self::Error> {
        let key = self.key.as_ref().filter(|_| !self.validate_only);
        if let Some(key) = key
            && let Some(kept) = find(uow, key).await?
        {
            return Ok(Outcome::Replayed(kept));
        }
        let out = self.work.run(uow).await?;
        uow.within_day().await?;
        let kept = (self.render)(&out);
        if let Some(key) = key {
            keep(uow, key, &kept).await?;
        }
        if self.validate_only {
            uow.abandon();
        }
        Ok(Outcome::Fresh { out, kept })
    }

    /// Copies of a request queue up, so that the second finds the first's answer and not its effects.
    fn turn(&self) -> Option<i64> {
        let key = self.key.as_ref().filter(|_| !self.validate_only);
        key.map(|key| fnv(key.caller.bytes().chain([0]).chain(key.key.bytes())))
            .or_else(|| self.work.turn())
    }

    fn rules(&self) -> Vec<RuleLock> {
        self.work.rules()
    }
}

#[derive(Clone, Copy, DeriveIden)]
enum Column {
    TenantId,
    Caller,
    Key,
    Fingerprint,
    Status,
    Headers,
    Body,
    KeptAt,
}

async fn find(uow: &Uow, key: &Key) -> Result<Option<Kept>, Error> {
    let mut select = Query::select();
    select
        .columns([Column::Fingerprint, Column::Status, Column::Headers, Column::Body])
        .from(TABLE)
        .and_where(Expr::col(Column::TenantId).eq(uow.tenant().0))
        .and_where(Expr::col(Column::Caller).eq(key.caller.as_str()))
        .and_where(Expr::col(Column::Key).eq(key.key.as_str()));
    let Some(row) = uow.reads().query_one(&select).await? else {
        return Ok(None);
    };
    if row.try_get_by_index::<Vec<u8>>(0)? != key.fingerprint {
        return Err(Error::KeyReused);
    }
    let headers: String = row.try_get_by_index(2)?;
    Ok(Some(Kept {
        status: u16::try_from(row.try_get_by_index::<i64>(1)?).map_err(Error::broken)?,
        headers: serde_json::from_str(&headers).map_err(Error::broken)?,
        body: row.try_get_by_index(3)?,
    }))
}

pub(crate) async fn keep(uow: &mut Uow, key: &Key, kept: &Kept) -> Result<(), Error> {
    let headers = serde_json::to_string(&kept.headers).map_err(Error::broken)?;
    let mut insert = Query::insert();
    insert
        .into_table(TABLE)
        .columns([
            Column::TenantId,
            Column::Caller,
            Column::Key,
            Column::Fingerprint,
            Column::Status,
            Column::Headers,
            Column::Body,
        ])
        .values([
            uow.tenant().0.into(),
            key.caller.as_str().into(),
            key.key.as_str().into(),
            key.fingerprint.to_vec().into(),
            i64::from(kept.status).into(),
            headers.into(),
            kept.body.clone().into(),
        ])
        .map_err(Error::broken)?;
    uow.writes().await?.execute(&insert).await?;
    Ok(())
}

pub(crate) async fn forget(uow: &mut Uow, key: &Key) -> Result<(), Error> {
    let mut delete = Query::delete();
    delete
        .from_table(TABLE)
        .and_where(Expr::col(Column::TenantId).eq(uow.tenant().0))
        .and_where(Expr::col(Column::Caller).eq(key.caller.as_str()))
        .and_where(Expr::col(Column::Key).eq(key.key.as_str()));
    uow.writes().await?.execute(&delete).await?;
    Ok(())
}

/// Forgets a tenant's answers older than so long (the API promises seven days), in small steps; how many.
pub async fn trim(db: &Db, tenant: TenantId, kept: Duration) -> Result<u64, Error> {
    in_steps(db, tenant, || Trim { kept }).await
}

struct Trim {
    kept: Duration,
}

impl Work for Trim {
    type Out = Step;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Step, Error> {
        let tenant = uow.tenant();
        let conn = uow.writes().await?;
        let before = dialect::epoch_before(conn, self.kept);
        let old = || {
            Expr::col(Column::TenantId)
                .eq(tenant.0)
                .and(Expr::col(Column::KeptAt).lt(before.clone()))
        };
        let mut some = Query::select();
        some.columns([Column::Caller, Column::Key])
            .from(TABLE)
            .and_where(old())
            .limit(STEP);
        let key = Expr::tuple([Expr::col(Column::Caller), Expr::col(Column::Key)]);
        let mut delete = Query::delete();
        delete
            .from_table(TABLE)
            .and_where(old())
            .and_where(key.in_subquery(some));
        Ok(Step::of(conn.execute(&delete).await?.rows_affected()))
    }
}

/// FNV-1a: which turn a key waits for. Two keys with the same number wait for each other, no more.
fn fnv(bytes: impl Iterator<Item = u8>) -> i64 {
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash.cast_signed()
}
