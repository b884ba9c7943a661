//! The lock of a rule over several rows.

use std::sync::Arc;

use countersign_storage::{Error, Rule, RuleLock, Uow, Work};
use countersign_testkit::{TestDb, for_each_database};
use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use tokio::sync::Barrier;

use crate::things::{ACME, fresh, insert, make, names, statement, work};

const AT_MOST_ONE: Rule = Rule::named("at most one");

/// Adds one if there is none.
struct AddFirst;

impl Work for AddFirst {
    type Out = ();
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![AT_MOST_ONE.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        uow.must_hold(AT_MOST_ONE)?;
        let query = statement(uow.reads(), "SELECT id FROM things", vec![]);
        if uow.reads().query_one_raw(query).await?.is_none() {
            insert(uow, fresh(), "anvil").await?;
        }
        Ok(())
    }
}

/// Ends when as many others have come as far.
struct Meet(Arc<Barrier>);

impl Work for Meet {
    type Out = ();
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![AT_MOST_ONE.shared()]
    }

    async fn run<'a>(&'a self, _: &'a mut Uow) -> Result<(), Error> {
        self.0.wait().await;
        Ok(())
    }
}

#[tokio::test]
async fn who_holds_a_rule_alone_sees_what_the_one_before_did() {
    for_each_database(|db| async move {
        make(&db).await;
        for added in join_all((0..20).map(|_| db.write(ACME, AddFirst))).await {
            added.unwrap();
        }
        assert_eq!(names(&db, ACME, false).await, ["anvil"]);
    })
    .await;
}

#[tokio::test]
async fn who_shares_a_rule_waits_for_none_who_shares_it() {
    let Some(db) = TestDb::postgres().await else {
        return;
    };
    let both = Arc::new(Barrier::new(2));
    let meets = || db.write(ACME, Meet(Arc::clone(&both)));
    let (one, other) = tokio::join!(meets(), meets());
    one.and(other).unwrap();
}

#[tokio::test]
async fn a_unit_that_does_not_name_its_rule_does_not_go_on() {
    for_each_database(|db| async move {
        make(&db).await;
        let forgot = work(|uow| Box::pin(async move { uow.must_hold(AT_MOST_ONE) }));
        db.write(ACME, AddFirst).await.unwrap();
        assert!(matches!(db.write(ACME, forgot).await, Err(Error::Broken(_))));
    })
    .await;
}
