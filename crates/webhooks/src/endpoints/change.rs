//! Changing, testing and enabling an endpoint that exists: one path for every verb.

use std::sync::Arc;

use countersign_kernel::id::WebhookId;
use countersign_kernel::time::Instant;
use countersign_storage::{Uow, Work};
use countersign_web::Expected;
use serde_json::{Value, json};

use super::TESTED;
use super::check::{Check, patched};
use super::service::{Asked, Refused, heard, possible};
use super::shape::WebhookPatch;
use super::store::{self, Column};
use crate::breaker::Breakers;
use crate::reach::Reach;
use crate::standing::Lost;
use crate::wake::Wake;
use crate::{database_time, deliveries};

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
    pub reach: Arc<Reach>,
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
    fn onto(&self, endpoint: &mut store::Model, asked: &Asked, now: Instant) -> Result<Changed, Refused> {
        let changed = |kind, fields, columns| Changed {
            kind,
            fields,
            columns,
        };
        Ok(match self {
            Self::Edit(patch, check) => edit(endpoint, asked, patch, check)?,
            Self::Enable if endpoint.is_enabled() => return Err(Refused::Already("enabled")),
            Self::Enable => {
                "enabled".clone_into(&mut endpoint.status);
                endpoint.disabled_reason = None;
                endpoint.failing_since = None;
                asked.stand_behind(endpoint);
                let columns = &[
                    Column::Status,
                    Column::DisabledReason,
                    Column::FailingSince,
                    Column::Scopes,
                    Column::KeyId,
                ];
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

/// Every member that the patch names; a key hands it to itself with that.
fn edit(
    endpoint: &mut store::Model,
    asked: &Asked,
    patch: &WebhookPatch,
    check: &Check,
) -> Result<Changed, Refused> {
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
    asked.stand_behind(endpoint);
    heard(&check.reach, &wanted.event_types, &endpoint.scopes())?;
    Ok(Changed {
        kind: "webhooks.endpoint.updated",
        fields: &["url", "event_types", "filter", "payload", "ordered"],
        columns: &[
            Column::Url,
            Column::EventTypes,
            Column::Filter,
            Column::Payload,
            Column::Ordered,
            Column::FailingSince,
            Column::Scopes,
            Column::KeyId,
        ],
    })
}

impl Change {
    /// An endpoint whose key is gone goes on without it if a session enables it, with the scopes that it has.
    async fn may_live(&self, uow: &Uow, endpoint: &mut store::Model) -> Result<(), Refused> {
        let mut lost = self.reach.lost(uow.reads(), endpoint).await?;
        if self.asked.key.is_none() && matches!(lost, Some(Lost::KeyRevoked | Lost::KeyExpired)) {
            endpoint.key_id = None;
            lost = self.reach.lost(uow.reads(), endpoint).await?;
        }
        if let Some(lost) = lost {
            return Err(Refused::Lost(lost));
        }
        heard(&self.reach, &endpoint.patterns(), &endpoint.scopes())
    }
}

impl Work for Change {
    type Out = store::Model;
    type Error = Refused;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<store::Model, Refused> {
        let before = self.asked.hold(uow, self.id, &self.expected).await?;
        let mut after = before.clone();
        let now = database_time::now(uow.reads()).await?;
        let changed = self.act.onto(&mut after, &self.asked, now)?;
        if matches!(self.act, Act::Enable) {
            self.may_live(uow, &mut after).await?;
        }
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
