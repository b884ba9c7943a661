//! Making, changing, testing and releasing endpoints: each in one unit of work with its log entry.

use std::sync::Arc;

use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, TenantId, TypedId as _, UserId, WebhookId};
use countersign_kernel::time::Instant;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Entry, Error, Rule, RuleLock, Uow, Work, log};
use countersign_web::Expected;
use countersign_web::problem::Fault;
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use super::check::{Check, patched};
use super::shape::WebhookPatch;
use super::store::{self, Column};
use super::{ENDPOINTS_MAX, Payload, SECRETS_MAX, TESTED};
use crate::breaker::Breakers;
use crate::wake::Wake;
use crate::{database_time, deliveries};

/// A tenant has at most so many endpoints: whoever makes one counts alone.
const AT_MOST: Rule = Rule::named("webhooks");

/// Who asks, and when: the same for every act.
#[derive(Debug, Clone)]
pub struct Asked {
    pub tenant: TenantId,
    pub by: UserId,
    /// `admin` may touch everyone's endpoints.
    pub admin: bool,
    pub at: Instant,
    pub trace: Option<String>,
    /// The id of the log entry.
    pub event: EventId,
}

/// Why an act on an endpoint was refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("there is no such endpoint")]
    NotFound,
    /// The version moved; it is now this.
    #[error("the endpoint was changed meanwhile")]
    Stale(i64),
    #[error("a tenant has at most {ENDPOINTS_MAX} endpoints: delete one that is not needed")]
    TooMany,
    #[error("{SECRETS_MAX} secrets sign already; one of them ends at {0}")]
    TooManyRotations(Instant),
    /// What it shall be is not possible.
    #[error("{} members are wrong", .0.len())]
    Invalid(Vec<Fault>),
    #[error("the endpoint is {0} already")]
    Already(&'static str),
    #[error(transparent)]
    Storage(#[from] Error),
}

impl Asked {
    pub(crate) fn entry(&self, endpoint: &store::Model, kind: &str, changed: &[&str]) -> Entry {
        let change = ChangeContext {
            actor: Actor::User(self.by),
            at: self.at,
            cause: Cause::request(self.trace.clone()),
        };
        let subject = Link::new("webhook", endpoint.id.uuid());
        change
            .entry(self.event, subject, endpoint.version, kind)
            .with_links(vec![Link::new("user", endpoint.owner_id.uuid())])
            .with_body(json!({"changed": changed, "thing": {"url": endpoint.url, "status": endpoint.status}}))
    }

    /// Whether the asker may touch it: another's reads the same as none.
    pub fn may_touch(&self, endpoint: &store::Model) -> bool {
        self.admin || endpoint.owner_id == self.by
    }

    /// The endpoint, held, if the asker may touch it.
    async fn hold(&self, uow: &Uow, id: WebhookId, expected: &Expected) -> Result<store::Model, Refused> {
        let found = store::lock(uow.reads(), self.tenant, id).await?;
        let endpoint = found
            .filter(|endpoint| self.may_touch(endpoint))
            .ok_or(Refused::NotFound)?;
        if expected.allows(endpoint.version) {
            Ok(endpoint)
        } else {
            Err(Refused::Stale(endpoint.version))
        }
    }
}

/// What an endpoint is made of.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub url: String,
    pub event_types: Vec<String>,
    /// The long form of a filter, checked.
    pub filter: Option<Value>,
    pub payload: Payload,
    pub ordered: bool,
}

/// Makes an endpoint.
pub struct Create {
    pub asked: Asked,
    pub id: WebhookId,
    pub wanted: Wanted,
    /// `whsec_…`, shown this once.
    pub secret: String,
    pub check: Check,
}

impl Work for Create {
    type Out = store::Model;
    type Error = Refused;

    fn rules(&self) -> Vec<RuleLock> {
        vec![AT_MOST.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<store::Model, Refused> {
        let asked = &self.asked;
        possible(&self.check, &self.wanted, asked.by)?;
        uow.must_hold(AT_MOST)?;
        if store::count(uow.reads(), asked.tenant).await? >= ENDPOINTS_MAX {
            return Err(Refused::TooMany);
        }
        let endpoint = store::Model {
            tenant_id: asked.tenant,
            id: self.id,
            owner_id: asked.by,
            url: self.wanted.url.clone(),
            event_types: json!(self.wanted.event_types).to_string(),
            filter: self.wanted.filter.as_ref().map(Value::to_string),
            payload: self.wanted.payload.word().to_owned(),
            ordered: self.wanted.ordered,
            status: "enabled".to_owned(),
            disabled_reason: None,
            secret: self.secret.clone(),
            old_secrets: None,
            failing_since: None,
            since_seq: log::last_seq(uow.reads(), asked.tenant).await?,
            version: 1,
            created_at: asked.at,
            updated_at: asked.at,
        };
        let row = store::ActiveModel::from(endpoint.clone()).reset_all();
        store::Entity::insert(row)
            .exec_without_returning(uow.writes().await?)
            .await
            .map_err(Error::from)?;
        uow.append(asked.entry(&endpoint, "webhooks.endpoint.created", &[]));
        Ok(endpoint)
    }
}

fn possible(check: &Check, wanted: &Wanted, owner: UserId) -> Result<(), Refused> {
    let faults = check.faults(wanted, owner);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Refused::Invalid(faults))
    }
}

/// What an act makes of an endpoint.
struct Changed {
    kind: &'static str,
    /// The fields, as the log's entry names them.
    fields: &'static [&'static str],
    /// The columns that are written: none that others write meanwhile.
    columns: &'static [Column],
}

/// Changes an endpoint.
pub struct Change {
    pub asked: Asked,
    pub id: WebhookId,
    pub expected: Expected,
    pub act: Act,
    pub wake: Wake,
    pub breakers: Arc<Breakers>,
}

/// What can be done to an endpoint that exists.
pub enum Act {
    Edit(WebhookPatch, Check),
    Enable,
    Disable,
    /// The new secret; the old one signs for another day.
    Rotate(String),
    Test,
}

impl Act {
    /// `now` is the database's time, for what a machine compares with it later.
    fn onto(&self, endpoint: &mut store::Model, now: Instant) -> Result<Changed, Refused> {
        let changed = |kind, fields, columns| Changed {
            kind,
            fields,
            columns,
        };
        Ok(match self {
            Self::Edit(patch, check) => {
                let wanted = patched(endpoint, patch).map_err(Refused::Invalid)?;
                possible(check, &wanted, endpoint.owner_id)?;
                if endpoint.url != wanted.url {
                    // How the old address fared says nothing of the new one.
                    endpoint.failing_since = None;
                }
                endpoint.url.clone_from(&wanted.url);
                endpoint.event_types = json!(wanted.event_types).to_string();
                endpoint.filter = wanted.filter.as_ref().map(Value::to_string);
                wanted.payload.word().clone_into(&mut endpoint.payload);
                endpoint.ordered = wanted.ordered;
                changed(
                    "webhooks.endpoint.updated",
                    &["url", "event_types", "filter", "payload", "ordered"],
                    &[
                        Column::Url,
                        Column::EventTypes,
                        Column::Filter,
                        Column::Payload,
                        Column::Ordered,
                        Column::FailingSince,
                    ],
                )
            }
            Self::Enable if endpoint.is_enabled() => return Err(Refused::Already("enabled")),
            Self::Enable => {
                "enabled".clone_into(&mut endpoint.status);
                endpoint.disabled_reason = None;
                endpoint.failing_since = None;
                let columns = &[Column::Status, Column::DisabledReason, Column::FailingSince];
                changed("webhooks.endpoint.enabled", &["status"], columns)
            }
            Self::Disable if !endpoint.is_enabled() => return Err(Refused::Already("disabled")),
            Self::Disable => {
                "disabled".clone_into(&mut endpoint.status);
                endpoint.disabled_reason = Some("disabled by its owner".to_owned());
                let columns = &[Column::Status, Column::DisabledReason];
                changed("webhooks.endpoint.disabled", &["status"], columns)
            }
            Self::Rotate(secret) => {
                endpoint.rotate(secret, now).map_err(Refused::TooManyRotations)?;
                let columns = &[Column::Secret, Column::OldSecrets];
                changed("webhooks.endpoint.rotated", &["secret"], columns)
            }
            Self::Test => changed(TESTED, &[], &[]),
        })
    }
}

impl Work for Change {
    type Out = store::Model;
    type Error = Refused;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<store::Model, Refused> {
        let before = self.asked.hold(uow, self.id, &self.expected).await?;
        let mut after = before.clone();
        let now = database_time::now(uow.reads()).await?;
        let changed = self.act.onto(&mut after, now)?;
        after.version += 1;
        after.updated_at = self.asked.at;
        store::update(uow.writes().await?, &before, &after, changed.columns).await?;
        uow.append(self.asked.entry(&after, changed.kind, changed.fields));
        if matches!(self.act, Act::Enable) {
            let (tenant, at) = (after.tenant_id, self.asked.at);
            deliveries::store::release(uow.writes().await?, tenant, after.id, at).await?;
            let (wake, breakers, id) = (self.wake.clone(), Arc::clone(&self.breakers), after.id);
            uow.after_commit(move || {
                breakers.forget(id);
                wake.now();
            });
        }
        Ok(after)
    }
}

/// Deletes an endpoint with its deliveries.
pub struct Delete {
    pub asked: Asked,
    pub id: WebhookId,
    pub expected: Expected,
}

impl Work for Delete {
    type Out = ();
    type Error = Refused;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Refused> {
        let mut endpoint = self.asked.hold(uow, self.id, &self.expected).await?;
        let writes = uow.writes().await?;
        deliveries::store::delete_all_of(writes, self.asked.tenant, self.id).await?;
        let gone = store::Entity::delete_many()
            .filter(Column::TenantId.eq(self.asked.tenant))
            .filter(Column::Id.eq(self.id))
            .filter(Column::Version.eq(endpoint.version))
            .exec(writes)
            .await
            .map_err(Error::from)?;
        if gone.rows_affected == 0 {
            return Err(Error::Conflict.into());
        }
        endpoint.version += 1;
        uow.append(self.asked.entry(&endpoint, "webhooks.endpoint.deleted", &[]));
        Ok(())
    }
}
