//! What is done from time to time for all tenants: keys looked after, what is old deleted, files swept.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use countersign_identity::sessions::throttle;
use countersign_identity::{Identity, sessions, tenants};
use countersign_kernel::id::TenantId;
use countersign_platform::files::Sweeper;
use countersign_storage::{Db, Error, idempotency};
use countersign_webhooks::deliveries;
use futures_util::future::BoxFuture;

use crate::supervise::Stop;

/// Signing keys and last uses are looked after so often.
const TEND: Duration = Duration::from_secs(5);

/// What grew is counted so often, if anything was changed.
const STATISTICS: Duration = Duration::from_secs(20);

/// What is old is looked for so often.
const TRIM: Duration = Duration::from_hours(1);

/// And for the first time so long after the start.
const TRIM_FIRST: Duration = Duration::from_secs(5);

const DAY: Duration = Duration::from_hours(24);

/// Something that grows with use: how long its rows are kept, and what deletes them then, in steps of bounded size, each a
/// short unit of work, by the database's time.
struct Kept {
    what: &'static str,
    whose: Whose,
    kept: Duration,
    trim: for<'a> fn(&'a Db, TenantId, Duration) -> BoxFuture<'a, Result<u64, Error>>,
}

#[derive(Clone, Copy)]
enum Whose {
    Tenants,
    /// Nobody's, like failed sign-ins: the server's own.
    Server,
}

/// The table of docs/operators.md. The log is not here: it is kept for ever.
const KEPT: [Kept; 10] = [
    Kept {
        // As the API promises.
        what: "idempotency_keys",
        whose: Whose::Tenants,
        kept: DAY.saturating_mul(7),
        trim: |db, tenant, kept| Box::pin(idempotency::trim(db, tenant, kept)),
    },
    Kept {
        what: "deliveries",
        whose: Whose::Tenants,
        kept: deliveries::KEPT,
        // How long a delivery is kept is written into it when it moves.
        trim: |db, tenant, _| Box::pin(deliveries::trim::trim(db, tenant)),
    },
    Kept {
        what: "inbox",
        whose: Whose::Tenants,
        kept: DAY.saturating_mul(7),
        trim: |db, tenant, kept| Box::pin(countersign_events::trim_inbox(db, tenant, kept)),
    },
    Kept {
        what: "cause_budgets",
        whose: Whose::Tenants,
        kept: DAY.saturating_mul(7),
        trim: |db, tenant, kept| Box::pin(countersign_events::trim_budgets(db, tenant, kept)),
    },
    Kept {
        what: "timers",
        whose: Whose::Tenants,
        kept: DAY.saturating_mul(30),
        trim: |db, tenant, kept| Box::pin(countersign_oa::trim_timers(db, tenant, kept)),
    },
    Kept {
        what: "event_waits",
        whose: Whose::Tenants,
        kept: DAY.saturating_mul(90),
        trim: |db, tenant, kept| Box::pin(countersign_oa::trim_waits(db, tenant, kept)),
    },
    Kept {
        what: "imports",
        whose: Whose::Tenants,
        kept: DAY.saturating_mul(90),
        trim: |db, tenant, kept| Box::pin(countersign_crm::imports::trim::trim(db, tenant, kept)),
    },
    Kept {
        what: "sessions",
        whose: Whose::Tenants,
        kept: DAY.saturating_mul(30),
        trim: |db, tenant, kept| Box::pin(sessions::trim::trim(db, tenant, kept)),
    },
    Kept {
        what: "sign_in_failures",
        whose: Whose::Server,
        kept: Duration::ZERO,
        trim: |db, tenant, kept| Box::pin(throttle::trim::failures(db, tenant, kept)),
    },
    Kept {
        // As long as somebody is familiar there.
        what: "sign_in_places",
        whose: Whose::Server,
        kept: DAY.saturating_mul(90),
        trim: |db, tenant, kept| Box::pin(throttle::trim::places(db, tenant, kept)),
    },
];

/// Rows deleted since the start, in the order of [`KEPT`].
static TRIMMED: [AtomicU64; KEPT.len()] = [const { AtomicU64::new(0) }; KEPT.len()];

/// What was deleted since the start: for metrics.
pub(crate) fn trimmed() -> impl Iterator<Item = (&'static str, u64)> {
    KEPT.iter()
        .zip(&TRIMMED)
        .map(|(kept, count)| (kept.what, count.load(Ordering::Relaxed)))
}

/// Looks after keys until told to stop.
pub(crate) async fn tend(identity: Identity, mut stop: Stop) {
    loop {
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(TEND) => {}
        }
        if let Err(error) = identity.tend().await {
            tracing::warn!(%error, "keys could not be looked after");
        }
    }
}

/// Keeps the database's planner informed of what grew, until told to stop.
pub(crate) async fn refresh_statistics(db: Db, mut stop: Stop) {
    let mut commits = 0;
    loop {
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(STATISTICS) => {}
        }
        // What nobody changed is as it was.
        if commits == db.commits() {
            continue;
        }
        match db.refresh_statistics().await {
            Ok(tables) => {
                if tables > 0 {
                    tracing::info!(tables, "what grew is planned for anew");
                }
                // Its own are among them: what it committed itself is no reason to look again.
                commits = db.commits();
            }
            Err(error) => {
                tracing::warn!(%error, "the planner could not be told of what grew; this is tried again");
            }
        }
    }
}

/// Deletes what is old until told to stop. What was begun then is undone, or taken up at the next start.
pub(crate) async fn trim(db: Db, files: &Sweeper, mut stop: Stop) {
    let work = async {
        tokio::time::sleep(TRIM_FIRST).await;
        loop {
            trim_all(&db, files).await;
            tokio::time::sleep(TRIM).await;
        }
    };
    tokio::select! {
        () = stop.asked() => {}
        () = work => {}
    }
}

async fn trim_all(db: &Db, files: &Sweeper) {
    let all = async { tenants::store::all(&*db.across_tenants().await?).await };
    let all = match all.await {
        Ok(all) => all,
        Err(error) => {
            tracing::error!(%error, "what is old could not be looked for; this is tried again within the hour");
            return;
        }
    };
    for (kept, count) in KEPT.iter().zip(&TRIMMED) {
        let owners = match kept.whose {
            Whose::Tenants => all.as_slice(),
            Whose::Server => &[tenants::SYSTEM_TENANT],
        };
        let deleted = trim_one(db, owners, kept).await;
        count.fetch_add(deleted, Ordering::Relaxed);
        if deleted > 0 {
            tracing::info!(what = kept.what, rows = deleted, "what was old is deleted");
        }
    }
    files.sweep(&all).await;
}

/// One tenant's trouble is not the others', nor that of what comes after.
async fn trim_one(db: &Db, tenants: &[TenantId], kept: &Kept) -> u64 {
    let mut all = 0;
    for tenant in tenants {
        match (kept.trim)(db, *tenant, kept.kept).await {
            Ok(deleted) => all += deleted,
            Err(error) => {
                tracing::error!(what = kept.what, %tenant, %error, "what is old could not be deleted; this is tried again within the hour");
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use countersign_identity::Occasion;
    use countersign_identity::tenants::{NewTenant, service};
    use countersign_kernel::id::TypedId as _;
    use countersign_kernel::time::Clock as _;
    use countersign_platform::files::Shelf;
    use countersign_testkit::{FixedClock, SeededEntropy, for_each_database};
    use sea_orm::ConnectionTrait as _;

    use super::*;

    #[tokio::test]
    async fn what_fails_stops_nothing_that_comes_after() {
        for_each_database(|db| async move {
            let (clock, entropy) = (Arc::new(FixedClock::default()), Arc::new(SeededEntropy::new(4)));
            let id = TenantId::mint(&*entropy, clock.now());
            let new = NewTenant {
                slug: "acme".to_owned(),
                name: "Acme".to_owned(),
                currency: "EUR".to_owned(),
                zone: "Europe/Berlin".to_owned(),
                locale: "en".to_owned(),
            };
            let tenant = new.checked(id, "", clock.now()).unwrap();
            let occasion = Occasion::system(&*clock, &*entropy);
            db.write(id, service::Create { tenant, occasion }).await.unwrap();
            let owner = sea_orm::Database::connect(db.url()).await.unwrap();
            for step in [
                "INSERT INTO sessions (tenant_id, id, user_id, created_at, refreshed_at, expires_at) \
                 SELECT id, id, id, '2001-01-01T00:00:00.000+00:00', '2001-01-01T00:00:00.000+00:00', '2001-01-01T00:00:00.000+00:00' FROM tenants",
                "DROP TABLE idempotency",
                "DROP TABLE inbox",
                "DROP TABLE timers",
            ] {
                owner.execute_unprepared(step).await.unwrap();
            }
            let left = async || owner.query_all_raw(sessions_left(&owner)).await.unwrap().len();
            assert_eq!(left().await, 1);
            let files = Sweeper {
                db: Db::clone(&db),
                shelf: Shelf::new("/nonexistent", 1),
                clock,
                entropy,
            };
            trim_all(&db, &files).await;
            assert_eq!(left().await, 0);
            assert!(trimmed().any(|(what, rows)| what == "sessions" && rows > 0));
            owner.close().await.unwrap();
        })
        .await;
    }

    fn sessions_left(owner: &sea_orm::DatabaseConnection) -> sea_orm::Statement {
        sea_orm::Statement::from_string(owner.get_database_backend(), "SELECT id FROM sessions")
    }
}
