//! How many entries each tenant has added to the log on a day: what one caller could fill the disk with.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;
use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use uuid::Uuid;

use super::rows::{self, Column};
use crate::quota::Quota;
use crate::{Conn, Entry, Error, Uow};

/// Tenants that are remembered; the days of others are counted again.
const TENANTS: usize = 10_000;
/// A day is counted again when this server has added so much of what is allowed, for what other servers have added.
const COUNTED_EACH: u64 = 10;

/// What this server knows of the tenants' days.
#[derive(Default)]
pub(crate) struct LogDays(Mutex<HashMap<TenantId, Day>>);

#[derive(Clone, Copy)]
struct Day {
    date: NaiveDate,
    counted: u64,
    /// Added by this server since.
    added: u64,
}

impl LogDays {
    /// Notes what was committed.
    pub(crate) fn add(&self, entries: &[(TenantId, Entry)]) {
        let mut days = self.days();
        for (tenant, _) in entries {
            if let Some(day) = days.get_mut(tenant) {
                day.added += 1;
            }
        }
    }

    /// How many there are, unless that must be counted.
    fn known(&self, tenant: TenantId, date: NaiveDate, most: u64) -> Option<u64> {
        let days = self.days();
        let day = days.get(&tenant).filter(|day| day.date == date)?;
        // What is over is so until tomorrow: nothing is taken out of the log.
        let known = day.counted.saturating_add(day.added);
        (known >= most || day.added <= most / COUNTED_EACH).then_some(known)
    }

    fn counted(&self, tenant: TenantId, date: NaiveDate, counted: u64) {
        let mut days = self.days();
        if days.len() >= TENANTS && !days.contains_key(&tenant) {
            days.clear();
        }
        let added = 0;
        days.insert(tenant, Day { date, counted, added });
    }

    fn days(&self) -> MutexGuard<'_, HashMap<TenantId, Day>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Uow {
    /// Refuses what this unit adds to the log beyond what its tenant may on a day, in UTC. For what callers ask for: what
    /// follows by itself is never refused for this.
    pub(crate) async fn within_day(&self) -> Result<(), Error> {
        let Some((_, entry)) = self.entries.last() else {
            return Ok(());
        };
        let most = self.quotas.log_entries_per_tenant_and_day;
        let date = entry.at.utc().date_naive();
        let days = &self.conn.all.days;
        let known = match days.known(self.tenant, date, most) {
            Some(known) => known,
            None => {
                let counted = count(&self.conn, self.tenant, entry.at).await?;
                days.counted(self.tenant, date, counted);
                counted
            }
        };
        self.within(Quota::LogEntries, known, self.entries.len() as u64)
    }
}

/// How many entries of a tenant happened on this day: ids begin with their instant.
async fn count(conn: &Conn, tenant: TenantId, day: Instant) -> Result<u64, Error> {
    let midnight = day.utc().date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    let first =
        |millis: i64| uuid::Builder::from_unix_timestamp_millis(millis.unsigned_abs(), &[0; 10]).into_uuid();
    let (from, to): (Uuid, Uuid) = (
        first(midnight.timestamp_millis()),
        first((midnight + chrono::TimeDelta::days(1)).timestamp_millis()),
    );
    let mut select = Query::select();
    select
        .expr(Expr::cust("count(*)"))
        .from(rows::TABLE)
        .and_where(Expr::col(Column::TenantId).eq(tenant.0))
        .and_where(Expr::col(Column::Id).gte(from))
        .and_where(Expr::col(Column::Id).lt(to));
    let row = conn.query_one(&select).await?;
    let counted: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(counted.unsigned_abs())
}
