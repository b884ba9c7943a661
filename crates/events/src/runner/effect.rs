//! One event, handled once: the effect and its inbox row are one transaction, under the consumer's lease.

use std::sync::Arc;
use std::time::Duration;

use countersign_storage::log::Logged;
use countersign_storage::{Db, Error, Uow, Work};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{OnConflict, Query};

use super::lease::Fence;
use super::park;
use super::store::inbox::{Column, Entity};
use crate::consumer::{Consumer, Failure};

/// Waits between tries when two changes met each other, or the database was busy.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(15),
    Duration::from_millis(60),
    Duration::from_millis(250),
];

/// The unit of work of one event.
struct Effect {
    consumer: Arc<dyn Consumer>,
    fence: Fence,
    event: Arc<Logged>,
    /// Why the consumer would not, when this is the second unit of work, that keeps the refusal.
    refusal: Option<String>,
    /// Whether the event comes from the parked, and leaves them with its effect.
    parked: bool,
}

impl Work for Effect {
    type Out = ();
    type Error = Failure;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Failure> {
        self.fence.hold(uow.reads()).await?;
        if self.first_time(uow).await? {
            match &self.refusal {
                None => self.consumer.handle(uow, &self.event).await?,
                Some(why) => self.consumer.refused(uow, &self.event, why).await?,
            }
        }
        if self.parked {
            park::leave(uow, self.fence.consumer, &self.event).await?;
        }
        Ok(())
    }
}

impl Effect {
    /// Writes the inbox row; false if it stands there already, and the effect with it.
    async fn first_time(&self, uow: &mut Uow) -> Result<bool, Failure> {
        let tenant = uow.tenant();
        let mut insert = Query::insert();
        insert
            .into_table(Entity)
            .columns([Column::TenantId, Column::Consumer, Column::EventId])
            .values_panic([
                tenant.0.into(),
                self.fence.consumer.into(),
                self.event.id.0.into(),
            ])
            .on_conflict(
                OnConflict::columns([Column::TenantId, Column::Consumer, Column::EventId])
                    .do_nothing()
                    .to_owned(),
            );
        let kept = uow.writes().await?.execute(&insert).await.map_err(Error::from)?;
        Ok(kept.rows_affected() > 0)
    }
}

/// Handles one event; tried again at once where that heals, and a refusal is kept as such.
pub(super) async fn handle(
    db: &Db,
    consumer: &Arc<dyn Consumer>,
    fence: Fence,
    event: &Arc<Logged>,
    parked: bool,
) -> Result<(), Failure> {
    let effect = |refusal| Effect {
        consumer: Arc::clone(consumer),
        fence,
        event: Arc::clone(event),
        refusal,
        parked,
    };
    match persist(db, event, || effect(None)).await {
        Err(Failure::Refused(why)) => persist(db, event, || effect(Some(why.clone()))).await,
        outcome => outcome,
    }
}

async fn persist(db: &Db, event: &Logged, effect: impl Fn() -> Effect) -> Result<(), Failure> {
    let mut pauses = PAUSES.iter();
    loop {
        match (db.write(event.tenant, effect()).await, pauses.next()) {
            (Err(Failure::Storage(error)), Some(pause)) if heals(&error) => tokio::time::sleep(*pause).await,
            (outcome, _) => return outcome,
        }
    }
}

fn heals(error: &Error) -> bool {
    error.is_conflict() || matches!(error, Error::Unavailable { .. })
}
