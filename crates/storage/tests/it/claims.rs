//! Work in rows: each row is in one server's hands, and a dead server's rows become free again.

use std::time::Duration;

use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use countersign_storage::claim::{self, Claim, Due};
use countersign_testkit::{TestDb, for_each_database};
use futures_util::future::join_all;

use crate::things::{ACME, GLOBEX, fresh, make, sql, work};

async fn due(db: &TestDb, tenant: TenantId, at: Instant) -> uuid::Uuid {
    let id = fresh();
    let add = work(move |uow| {
        Box::pin(async move {
            let values = vec![
                uow.tenant().0.into(),
                id.into(),
                id.to_string().into(),
                at.utc().into(),
            ];
            let text = "INSERT INTO things (tenant_id, id, version, name, due_at) VALUES (?, ?, 1, ?, ?)";
            sql(uow.writes().await?, text, values).await
        })
    });
    db.write(tenant, add).await.unwrap();
    id
}

fn claim(owner: &str, due: Due, lease: u64, limit: u64) -> Claim {
    Claim {
        table: "things",
        due,
        owner: owner.to_owned(),
        lease: Duration::from_millis(lease),
        limit,
        except: Vec::new(),
    }
}

fn past() -> Instant {
    Instant::from_millis(1_600_000_000_000)
}

#[tokio::test]
async fn what_is_due_is_taken_once_by_whoever_asks() {
    for_each_database(|db| async move {
        make(&db).await;
        for number in 0..40 {
            due(&db, if number % 2 == 0 { ACME } else { GLOBEX }, past()).await;
        }
        due(&db, ACME, Instant::from_millis(4_000_000_000_000)).await;
        let servers = (0..8).map(|server| db.claim(claim(&format!("server {server}"), Due::Now, 60_000, 5)));
        let mut taken: Vec<_> = join_all(servers)
            .await
            .into_iter()
            .flat_map(Result::unwrap)
            .map(|row| row.id)
            .collect();
        taken.sort_unstable();
        taken.dedup();
        assert_eq!(taken.len(), 40, "all that is due, none of it twice");
        assert!(
            db.claim(claim("late", Due::Now, 60_000, 5))
                .await
                .unwrap()
                .is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_ran_out_is_another_servers() {
    for_each_database(|db| async move {
        make(&db).await;
        let id = due(&db, ACME, past()).await;
        assert_eq!(
            db.claim(claim("dead", Due::Now, 2_000, 5)).await.unwrap().len(),
            1
        );
        assert!(
            db.claim(claim("heir", Due::Now, 60_000, 5))
                .await
                .unwrap()
                .is_empty()
        );
        tokio::time::sleep(Duration::from_millis(2_200)).await;
        assert_eq!(
            db.claim(claim("heir", Due::Now, 60_000, 5)).await.unwrap().len(),
            1
        );
        let holds = |owner: &'static str| {
            db.write(
                ACME,
                work(move |uow| {
                    Box::pin(async move { claim::held(uow.reads(), "things", uow.tenant(), id, owner).await })
                }),
            )
        };
        assert!(!holds("dead").await.unwrap());
        assert!(holds("heir").await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_tenant_with_a_moved_clock_has_its_own_due() {
    for_each_database(|db| async move {
        make(&db).await;
        let far = Instant::from_millis(4_000_000_000_000);
        let id = due(&db, ACME, far).await;
        due(&db, GLOBEX, far).await;
        assert!(
            db.claim(claim("server", Due::Now, 1000, 5))
                .await
                .unwrap()
                .is_empty()
        );
        let taken = db
            .claim(claim("server", Due::Of(ACME, far), 1000, 5))
            .await
            .unwrap();
        assert_eq!(
            taken
                .iter()
                .map(|row| (row.tenant, row.id, row.due_at))
                .collect::<Vec<_>>(),
            [(ACME, id, far)]
        );
    })
    .await;
}
