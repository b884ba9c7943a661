//! Who runs a consumer: one server at a time, under a token that goes up with every change of hands.
//!
//! Whoever was frozen past its lease and wakes up later still holds the old token; every effect checks it inside of
//! its own transaction, so nothing that such a server does is kept.

use countersign_storage::{Conn, Uow, WindowCursor, Work, dialect, log};
use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, LockType, OnConflict, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend};

use super::store::consumers::{Column, Entity};
use crate::consumer::Failure;

/// The right to act for a consumer, as of one taking of its lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeaseToken {
    pub(super) consumer: &'static str,
    pub(super) token: i64,
}

impl LeaseToken {
    /// Holds the lease for the rest of this transaction, or says that it is lost.
    pub(super) async fn hold(self, conn: &Conn) -> Result<(), Failure> {
        let mut query = self.query();
        if conn.get_database_backend() == DbBackend::Postgres {
            query.lock(LockType::Share);
        }
        self.ask(conn, &query).await
    }

    /// Whether the lease is lost already: for a unit that ends with [`advance`], so that it does nothing in vain.
    pub(super) async fn look(self, conn: &Conn) -> Result<(), Failure> {
        self.ask(conn, &self.query()).await
    }

    fn query(self) -> SelectStatement {
        let mut query = Query::select();
        query
            .column(Column::Token)
            .from(Entity)
            .and_where(Column::Name.eq(self.consumer))
            .and_where(Column::Token.eq(self.token));
        query
    }

    async fn ask(self, conn: &Conn, query: &SelectStatement) -> Result<(), Failure> {
        let row = conn
            .query_one(query)
            .await
            .map_err(countersign_storage::Error::from)?;
        row.map(|_| ()).ok_or(Failure::LeaseLost)
    }
}

/// A lease that was taken, and where its consumer stands.
#[derive(Debug, Clone)]
pub(super) struct Lease {
    pub(super) token: LeaseToken,
    pub(super) cursor: WindowCursor,
}

/// Takes the lease if nobody holds it.
pub(super) struct Take {
    pub(super) consumer: &'static str,
    pub(super) owner: String,
    pub(super) lease_ms: i64,
    /// Whether no other server can be alive, so that a lease is only what a dead one left.
    pub(super) alone: bool,
    /// Whether a consumer that never ran begins at the end of the log.
    pub(super) from_now_on: bool,
}

impl Work for Take {
    type Out = Option<Lease>;
    type Error = countersign_storage::Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Self::Out, Self::Error> {
        let conn = uow.writes().await?;
        let begins = if self.from_now_on {
            Some(log::newest(conn).await?.encode())
        } else {
            None
        };
        let mut first = Query::insert();
        first
            .into_table(Entity)
            .columns([Column::Name, Column::Token, Column::Sequence, Column::Cursor]);
        first.values_panic([self.consumer.into(), 0_i64.into(), 0_i64.into(), begins.into()]);
        first.on_conflict(OnConflict::column(Column::Name).do_nothing().to_owned());
        conn.execute(&first).await?;
        let free = Condition::any()
            .add(Column::LeaseUntil.is_null())
            .add(Expr::col(Column::LeaseUntil).lt(dialect::now(conn)))
            .add(Column::LeaseOwner.eq(self.owner.as_str()))
            .add(Expr::val(self.alone).eq(true));
        let mut take = Query::update();
        take.table(Entity)
            .value(Column::LeaseOwner, self.owner.clone())
            .value(Column::LeaseUntil, dialect::now_plus(conn, self.lease_ms))
            .value(Column::Token, Expr::col(Column::Token).add(1))
            .and_where(Column::Name.eq(self.consumer))
            .cond_where(free)
            .returning(Query::returning().columns([Column::Token, Column::Cursor]));
        let Some(row) = conn.query_one(&take).await? else {
            return Ok(None);
        };
        let cursor: Option<String> = row.try_get("", "cursor")?;
        let token = LeaseToken {
            consumer: self.consumer,
            token: row.try_get("", "token")?,
        };
        Ok(Some(Lease {
            token,
            cursor: place(self.consumer, cursor.as_deref())?,
        }))
    }
}

/// Where a consumer stands. One whose place is damaged does not begin again: what it did long ago would be done twice.
fn place(consumer: &str, kept: Option<&str>) -> Result<WindowCursor, countersign_storage::Error> {
    let Some(kept) = kept else {
        return Ok(WindowCursor::default());
    };
    WindowCursor::decode(kept).ok_or_else(|| {
        let why = format!("the place of the consumer `{consumer}` in the log cannot be read: {kept:?}");
        countersign_storage::Error::broken(why)
    })
}

/// Keeps every lease of this server for a while longer, or gives them all up.
pub(super) struct Renew {
    pub(super) owner: String,
    /// None: release.
    pub(super) lease_ms: Option<i64>,
}

impl Work for Renew {
    type Out = ();
    type Error = countersign_storage::Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Self::Error> {
        let conn = uow.writes().await?;
        let mut renew = Query::update();
        renew
            .table(Entity)
            .and_where(Column::LeaseOwner.eq(self.owner.as_str()));
        match self.lease_ms {
            Some(lease_ms) => renew.value(Column::LeaseUntil, dialect::now_plus(conn, lease_ms)),
            None => renew
                .value(Column::LeaseUntil, Option::<DateTimeUtc>::None)
                .value(Column::LeaseOwner, Option::<String>::None),
        };
        conn.execute(&renew).await?;
        Ok(())
    }
}

/// Keeps how far a consumer is.
pub(super) struct Advance {
    pub(super) lease_token: LeaseToken,
    pub(super) cursor: WindowCursor,
    pub(super) sequence: i64,
}

impl Work for Advance {
    type Out = ();
    type Error = Failure;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Failure> {
        advance(uow, self.lease_token, self.cursor, self.sequence).await
    }
}

/// Keeps the place with whatever else the unit of work does, or says that the lease is lost, and nothing is kept.
pub(super) async fn advance(
    uow: &mut Uow,
    lease_token: LeaseToken,
    cursor: WindowCursor,
    sequence: i64,
) -> Result<(), Failure> {
    let conn = uow.writes().await?;
    let mut advance = Query::update();
    advance
        .table(Entity)
        .value(Column::Cursor, cursor.encode())
        .value(Column::Sequence, sequence)
        .value(Column::MovedAt, dialect::now(conn))
        .and_where(Column::Name.eq(lease_token.consumer))
        .and_where(Column::Token.eq(lease_token.token));
    let changed = conn
        .execute(&advance)
        .await
        .map_err(countersign_storage::Error::from)?
        .rows_affected();
    if changed == 0 {
        Err(Failure::LeaseLost)
    } else {
        Ok(())
    }
}
