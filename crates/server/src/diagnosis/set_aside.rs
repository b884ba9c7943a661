//! What the server has set aside so that the rest goes on: definitions that do not compile any more, timers that cannot
//! fire.

use std::sync::Arc;
use std::time::Duration;

use countersign_identity::tenants::store as tenants;
use countersign_oa::Timers;
use countersign_rules::{Definitions, Pool};
use countersign_storage::{Db, Error};

use super::Finding;
use crate::compose;

/// Of more, the first are told.
const MOST: usize = 20;
/// A timer fires within seconds; later than this, something is in its way.
const LATE: Duration = Duration::from_mins(5);

pub(super) async fn findings(db: &Db) -> Vec<Finding> {
    let (definitions, timers) = (broken_definitions(db).await, late_timers(db).await);
    let unreadable = |error: Error| {
        vec![Finding::Wrong {
            what: format!("what was set aside cannot be looked at: {error}"),
            remedy: "see the server's log".to_owned(),
        }]
    };
    let mut findings = definitions.unwrap_or_else(unreadable);
    findings.extend(timers.map_or_else(unreadable, Vec::from_iter));
    findings
}

async fn broken_definitions(db: &Db) -> Result<Vec<Finding>, Error> {
    let all = {
        let reader = db.across_tenants().await?;
        tenants::all(&reader).await?
    };
    let (mut findings, mut more) = (Vec::new(), 0);
    let catalogue = Arc::new(compose::catalogue());
    for tenant in all {
        // One tenant's at a time: what was compiled goes away with it.
        let definitions = Definitions::new(Arc::clone(&catalogue), Pool::default());
        let reader = db.read(tenant).await?;
        let epoch = tenants::epochs(&reader, tenant)
            .await?
            .map_or(0, |epochs| epochs.definitions);
        let snapshot = definitions.snapshot_in(&reader, tenant, epoch).await?;
        for broken in snapshot.all_broken() {
            if findings.len() == MOST {
                more += 1;
                continue;
            }
            findings.push(Finding::Wrong {
                what: format!(
                    "the {} {:?} of {tenant}, version {}, does not compile any more: {}",
                    broken.kind.word(),
                    broken.name,
                    broken.version,
                    broken.reason
                ),
                remedy: "its owners publish a mended version; requests that began with this one wait until this release can read it"
                    .to_owned(),
            });
        }
    }
    if more > 0 {
        findings.push(Finding::mind(
            format!("{more} more definitions do not compile any more"),
            "mend those above, and look again",
        ));
    }
    Ok(findings)
}

async fn late_timers(db: &Db) -> Result<Option<Finding>, Error> {
    let reader = db.across_tenants().await?;
    let late = Timers::late(&reader, LATE).await?;
    Ok(late.map(|(timers, since)| {
        Finding::mind(
            format!("{timers} timers should have fired more than {} minutes ago, the oldest at {since}", LATE.as_secs() / 60),
            "where a server runs, its log says why (\"a timer cannot fire\"); where none does, they fire when one is started",
        )
    }))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use countersign_identity::Occasion;
    use countersign_identity::tenants::{NewTenant, service};
    use countersign_kernel::id::{TenantId, TypedId as _};
    use countersign_kernel::time::Clock as _;
    use countersign_testkit::{FixedClock, SeededEntropy, for_each_database};
    use sea_orm::ConnectionTrait as _;

    use super::*;

    #[tokio::test]
    async fn a_definition_that_does_not_compile_is_named() {
        for_each_database(|db| async move {
            let (clock, entropy) = (FixedClock::default(), SeededEntropy::new(4));
            let id = TenantId::mint(&entropy, clock.now());
            let new = NewTenant {
                slug: "acme".to_owned(),
                name: "Acme".to_owned(),
                currency: "EUR".to_owned(),
                zone: "Europe/Berlin".to_owned(),
                locale: "en".to_owned(),
            };
            let tenant = new.checked(id, "", clock.now()).unwrap();
            let occasion = Occasion::system(&clock, &entropy);
            db.write(id, service::Create { tenant, occasion }).await.unwrap();
            let owner = sea_orm::Database::connect(db.url()).await.unwrap();
            let insert = [
                "INSERT INTO definitions SELECT id, 'workflow', 'loan', id, 'Loan', 1, created_at, created_at FROM tenants WHERE slug = 'acme'",
                "INSERT INTO definition_versions SELECT id, 'workflow', 'loan', 1, 'workflow: [', 'system', created_at, NULL, NULL, NULL, NULL FROM tenants WHERE slug = 'acme'",
            ];
            for step in insert {
                owner.execute_unprepared(step).await.unwrap();
            }
            let said: Vec<String> = findings(&db).await.iter().map(ToString::to_string).collect();
            assert!(said.concat().contains("the workflow \"loan\""), "{said:?}");
            assert_eq!(said.len(), 1, "{said:?}");
        })
        .await;
    }
}
