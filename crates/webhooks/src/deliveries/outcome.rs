//! What an attempt changes: the delivery, its list of attempts, and sometimes the endpoint itself.

use chrono::TimeDelta;
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{Entropy, EventId, TenantId, TypedId as _};
use countersign_kernel::time::Instant;
use countersign_storage::{Entry, Error, Uow, Work};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::attempt::Heard;
use super::{Status, store};
use crate::endpoints;
use crate::retry;

/// An attempt, to be kept.
pub(super) struct Outcome {
    delivery: store::Model,
    endpoint: endpoints::store::Model,
    body: String,
    heard: Heard,
    at: Instant,
    jitter: u16,
    owner: String,
    /// The id of the event that disabling the endpoint would log.
    disabling: EventId,
}

/// Why an endpoint is disabled by the server.
#[derive(Clone, Copy)]
enum Given {
    /// It answered 410.
    Gone,
    /// Five days of failure alone.
    Up,
}

impl Outcome {
    #[expect(
        clippy::too_many_arguments,
        reason = "one attempt has these parts, and is made in one place"
    )]
    pub(super) fn new(
        delivery: store::Model,
        endpoint: endpoints::store::Model,
        body: String,
        heard: Heard,
        at: Instant,
        jitter: u16,
        owner: String,
        entropy: &dyn Entropy,
    ) -> Self {
        let disabling = EventId::mint(entropy, at);
        Self {
            delivery,
            endpoint,
            body,
            heard,
            at,
            jitter,
            owner,
            disabling,
        }
    }

    pub(super) fn tenant(&self) -> TenantId {
        self.delivery.tenant_id
    }

    fn given(&self) -> Option<Given> {
        match self.heard.succeeded() {
            true => None,
            false if self.heard.gone() => Some(Given::Gone),
            false => retry::given_up(self.endpoint.failing_since, self.at).then_some(Given::Up),
        }
    }

    /// The delivery's next state: status, when it is due, and its failures so far.
    fn next(&self) -> (Status, Option<Instant>, i64) {
        if self.heard.succeeded() {
            return (Status::Succeeded, None, self.delivery.failed);
        }
        let failed = self.delivery.failed + 1;
        if self.given().is_some() {
            return (Status::Parked, None, failed);
        }
        let next = retry::next_attempt(failed as usize, self.at, self.jitter, self.heard.retry_after_s);
        next.map_or((Status::Failed, None, failed), |due| {
            (Status::Pending, Some(due), failed)
        })
    }
}

impl Work for Outcome {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let (status, due_at, failed) = self.next();
        let body = (status != Status::Succeeded).then(|| self.body.clone());
        let kept = store::Entity::update_many()
            .col_expr(store::Column::Status, Expr::value(status.word()))
            .col_expr(store::Column::DueAt, Expr::value(due_at))
            .col_expr(store::Column::Failed, Expr::value(failed))
            .col_expr(store::Column::Body, Expr::value(body))
            .col_expr(store::Column::LeaseOwner, Expr::value(None::<String>))
            .col_expr(store::Column::LeaseUntil, Expr::value(None::<Instant>))
            .col_expr(store::Column::Version, Expr::value(self.delivery.version + 1))
            .col_expr(store::Column::UpdatedAt, Expr::value(self.at))
            .filter(store::Column::TenantId.eq(self.delivery.tenant_id))
            .filter(store::Column::Id.eq(self.delivery.id))
            .filter(store::Column::LeaseOwner.eq(self.owner.as_str()))
            .exec(uow.writes().await?)
            .await?;
        if kept.rows_affected == 0 {
            // Another server took it over when this one was frozen: that one's word counts.
            return Ok(());
        }
        store::attempts::Entity::insert(self.attempt_row())
            .exec_without_returning(uow.writes().await?)
            .await?;
        self.note_health(uow).await?;
        match self.given() {
            Some(given) => self.disable(uow, given).await,
            None => Ok(()),
        }
    }
}

impl Outcome {
    fn attempt_row(&self) -> store::attempts::ActiveModel {
        store::attempts::ActiveModel {
            tenant_id: Set(self.delivery.tenant_id),
            delivery_id: Set(self.delivery.id),
            // Every attempt moves the version, and nothing else does it twice.
            number: Set(self.delivery.version),
            at: Set(self.at),
            status_code: Set(self.heard.status_code.map(i64::from)),
            duration_ms: Set(self.heard.duration.as_millis() as i64),
            error: Set(self.heard.error.clone()),
            headers: Set(self.heard.headers.clone()),
            answer: Set(self.heard.answer.clone()),
        }
    }

    /// The first failure after a success is remembered, and forgotten at the next success.
    async fn note_health(&self, uow: &mut Uow) -> Result<(), Error> {
        let since = match (self.heard.succeeded(), self.endpoint.failing_since) {
            (true, Some(_)) => None,
            (false, None) => Some(self.at),
            _ => return Ok(()),
        };
        endpoints::store::Entity::update_many()
            .col_expr(endpoints::store::Column::FailingSince, Expr::value(since))
            .filter(endpoints::store::Column::TenantId.eq(self.endpoint.tenant_id))
            .filter(endpoints::store::Column::Id.eq(self.endpoint.id))
            .exec(uow.writes().await?)
            .await?;
        Ok(())
    }

    async fn disable(&self, uow: &mut Uow, given: Given) -> Result<(), Error> {
        let reason = match given {
            Given::Gone => "the receiver answered 410",
            Given::Up => "five days of failure alone",
        };
        let version = self.endpoint.version + 1;
        let disabled = endpoints::store::Entity::update_many()
            .col_expr(endpoints::store::Column::Status, Expr::value("disabled"))
            .col_expr(endpoints::store::Column::DisabledReason, Expr::value(reason))
            .col_expr(endpoints::store::Column::Version, Expr::value(version))
            .col_expr(endpoints::store::Column::UpdatedAt, Expr::value(self.at))
            .filter(endpoints::store::Column::TenantId.eq(self.endpoint.tenant_id))
            .filter(endpoints::store::Column::Id.eq(self.endpoint.id))
            .filter(endpoints::store::Column::Version.eq(self.endpoint.version))
            .filter(endpoints::store::Column::Status.eq("enabled"))
            .exec(uow.writes().await?)
            .await?;
        if disabled.rows_affected == 0 {
            return Ok(());
        }
        uow.append(Entry {
            id: self.disabling,
            subject: Link::new("webhook", self.endpoint.id.uuid()),
            version,
            kind: "webhooks.endpoint.disabled".to_owned(),
            format: 1,
            at: self.at,
            actor: Actor::System,
            on_behalf_of: None,
            cause: Some(self.delivery.event_id),
            depth: 1,
            trace: None,
            links: vec![Link::new("user", self.endpoint.owner_id.uuid())],
            body: json!({"changed": ["status"], "thing": {"url": self.endpoint.url, "status": "disabled", "reason": reason}}),
            private: None,
        });
        Ok(())
    }
}

/// A parked delivery is looked at again after so long, should the release of its endpoint have missed it.
const PARKED_LOOK: TimeDelta = TimeDelta::hours(6);

/// Why a claimed delivery is not attempted now.
pub(super) enum Why {
    /// Its endpoint is disabled, or the event is not to be had.
    Disabled,
    /// The endpoint's breaker is open until then.
    Breaker(Instant),
    /// It waits for its turn.
    Turn(Instant),
}

/// A claimed delivery that is not attempted now.
pub(super) struct Postponed {
    pub(super) delivery: store::Model,
    pub(super) why: Why,
    pub(super) at: Instant,
    pub(super) owner: String,
}

impl Work for Postponed {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let (status, due) = match self.why {
            Why::Disabled => (Status::Parked, self.at.plus(PARKED_LOOK)),
            Why::Breaker(until) => (Status::Parked, until),
            Why::Turn(until) => (Status::Pending, until),
        };
        store::Entity::update_many()
            .col_expr(store::Column::Status, Expr::value(status.word()))
            .col_expr(store::Column::DueAt, Expr::value(due))
            .col_expr(store::Column::LeaseOwner, Expr::value(None::<String>))
            .col_expr(store::Column::LeaseUntil, Expr::value(None::<Instant>))
            .filter(store::Column::TenantId.eq(self.delivery.tenant_id))
            .filter(store::Column::Id.eq(self.delivery.id))
            .filter(store::Column::LeaseOwner.eq(self.owner.as_str()))
            .exec(uow.writes().await?)
            .await?;
        Ok(())
    }
}
