//! Who asks for what of endpoints; making and deleting them, each in one unit of work with its log entry.

use countersign_kernel::actor::{Actor, Caller, Scopes, Via};
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{ApiKeyId, EventId, TenantId, TypedId as _, UserId, WebhookId};
use countersign_kernel::time::Instant;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Entry, Error, Quota, Rule, RuleLock, Uow, Work, log};
use countersign_web::Expected;
use countersign_web::problem::Fault;
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use super::check::Check;
use super::store::{self, Column};
use super::{ENDPOINTS_MAX, Payload, SECRETS_MAX};
use crate::deliveries;
use crate::reach::Reach;
use crate::standing::Lost;

/// A tenant has at most so many endpoints: whoever makes one counts alone.
const AT_MOST: Rule = Rule::named("webhooks");

/// Who asks, and when: the same for every act.
#[derive(Debug, Clone)]
pub struct Asked {
    pub tenant: TenantId,
    pub by: UserId,
    /// `admin` may touch everyone's endpoints.
    pub admin: bool,
    /// What the session or key may read, and so what an endpoint of its making is sent at most.
    pub scopes: Scopes,
    /// None: a session asks.
    pub key: Option<ApiKeyId>,
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
    /// Of what this pattern wants, nothing may be sent to it: that needs this scope.
    #[error("{pattern} needs the scope {scope}")]
    OutOfScope { pattern: String, scope: &'static str },
    #[error("nobody stands behind the endpoint: {}", .0.word())]
    Lost(Lost),
    #[error(transparent)]
    Storage(#[from] Error),
}

impl Asked {
    pub fn of(caller: &Caller, event: EventId, at: Instant, trace: Option<String>) -> Self {
        Self {
            tenant: caller.tenant,
            by: caller.user,
            admin: caller.is_admin(),
            scopes: caller.scopes.clone(),
            key: match caller.via {
                Via::Key(key) => Some(key),
                Via::Session(_) => None,
            },
            at,
            trace,
            event,
        }
    }

    /// What an endpoint may be sent never grows: a key that changes or enables it leaves it the scopes that they share, and
    /// stands behind it from then on. In a session nothing of that changes.
    pub(super) fn stand_behind(&self, endpoint: &mut store::Model) {
        if let Some(key) = self.key {
            endpoint.hand_to(key, &self.scopes);
        }
    }

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
    pub(super) async fn hold(
        &self,
        uow: &Uow,
        id: WebhookId,
        expected: &Expected,
    ) -> Result<store::Model, Refused> {
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
        heard(&self.check.reach, &self.wanted.event_types, &asked.scopes)?;
        uow.must_hold(AT_MOST)?;
        if store::count(uow.reads(), asked.tenant).await? >= ENDPOINTS_MAX {
            return Err(Refused::TooMany);
        }
        let own = store::count_of(uow.reads(), asked.tenant, asked.by).await?;
        uow.within(Quota::Webhooks, own, 1)?;
        let endpoint = store::Model {
            tenant_id: asked.tenant,
            id: self.id,
            owner_id: asked.by,
            scopes: store::written(&asked.scopes),
            key_id: asked.key,
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

pub(super) fn possible(check: &Check, wanted: &Wanted, owner: UserId) -> Result<(), Refused> {
    let faults = check.faults(wanted, owner);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Refused::Invalid(faults))
    }
}

/// An endpoint that would wait in vain for what it names is refused.
pub(super) fn heard(reach: &Reach, patterns: &[String], scopes: &Scopes) -> Result<(), Refused> {
    match reach.unheard_pattern(patterns, scopes) {
        None => Ok(()),
        Some((pattern, scope)) => Err(Refused::OutOfScope {
            pattern: pattern.chars().take(80).collect(),
            scope,
        }),
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
