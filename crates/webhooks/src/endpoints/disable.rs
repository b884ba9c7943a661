//! The server disables an endpoint, in the unit of work that found out why, and tells its owner.

use countersign_events::{Action as _, ActionError, Call, Rights};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{self, EventId, TypedId as _};
use countersign_kernel::time::Instant;
use countersign_platform::notices::SendNotice;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Entry, Error, Uow, log};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::store::{Column, Entity, Model};

/// The receiver is gone for good.
pub(crate) const GONE: &str = "the receiver answered 410";

/// It was tried for long enough.
pub(crate) const GIVEN_UP: &str = "five days of failure alone";

/// Disables an endpoint that this unit of work holds, unless it is disabled already.
///
/// `cause` is the event that was to be delivered: what is logged here follows from it.
pub(crate) async fn disable(
    uow: &mut Uow,
    endpoint: &Model,
    reason: &str,
    cause: EventId,
    at: Instant,
) -> Result<(), Error> {
    if !endpoint.is_enabled() {
        return Ok(());
    }
    let version = endpoint.version + 1;
    Entity::update_many()
        .col_expr(Column::Status, Expr::value("disabled"))
        .col_expr(Column::DisabledReason, Expr::value(reason))
        .col_expr(Column::Version, Expr::value(version))
        .col_expr(Column::UpdatedAt, Expr::value(at))
        .filter(Column::TenantId.eq(endpoint.tenant_id))
        .filter(Column::Id.eq(endpoint.id))
        .exec(uow.writes().await?)
        .await?;
    let caused_by = log::entry(uow.reads(), endpoint.tenant_id, cause).await?;
    let change = ChangeContext {
        actor: Actor::System,
        at,
        cause: caused_by.map_or_else(|| Cause::event(cause, 0, None), |event| Cause::from(&event)),
    };
    // The same run again makes the same entry.
    let part = format!("disabled {version}");
    let id = EventId(id::derive("event", endpoint.id.uuid(), part.as_bytes(), at));
    let subject = Link::new("webhook", endpoint.id.uuid());
    let entry = change
        .entry(id, subject, version, "webhooks.endpoint.disabled")
        .with_links(vec![Link::new("user", endpoint.owner_id.uuid())])
        .with_body(json!({"changed": ["status"], "thing": {"url": endpoint.url, "status": "disabled", "reason": reason}}));
    tracing::warn!(endpoint = %endpoint.id, reason, "an endpoint is disabled");
    tell(uow, endpoint, reason, &entry).await?;
    uow.append(entry);
    Ok(())
}

/// A notice to the owner.
async fn tell(uow: &mut Uow, endpoint: &Model, reason: &str, disabled: &Entry) -> Result<(), Error> {
    let text = format!(
        "The webhook endpoint {} was disabled: {reason}. Its events wait until it is enabled.",
        endpoint.url
    );
    let call = Call {
        inputs: json!({"to": endpoint.owner_id, "text": text, "about": endpoint.id}),
        actor: Actor::System,
        rights: Rights::Server,
        cause: disabled.id,
        depth: disabled.depth,
        key: "owner".to_owned(),
        now: disabled.at,
        trace: disabled.trace.clone(),
    };
    match SendNotice.run(uow, &call).await {
        Ok(_) => Ok(()),
        Err(ActionError::Storage(error)) => Err(error),
        Err(refused @ ActionError::Refused { .. }) => {
            tracing::error!(endpoint = %endpoint.id, %refused, "the owner of an endpoint could not be told");
            Ok(())
        }
    }
}
