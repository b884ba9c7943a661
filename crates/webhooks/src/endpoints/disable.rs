//! The server disables an endpoint, in the unit of work that found out why, and tells who looks after it.

use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{self, EventId, TypedId as _, UserId};
use countersign_kernel::text::Words;
use countersign_kernel::time::Instant;
use countersign_platform::notices::{Note, send_once};
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Error, Uow, log};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::store::{Column, Entity, Model};
use crate::reach::Reach;
use crate::standing::Lost;

/// The receiver is gone for good.
pub(crate) const GONE: &str = "the receiver answered 410";

/// It was tried for long enough.
pub(crate) const GIVEN_UP: &str = "five days of failure alone";

/// Admins who are told, should nobody nearer be there.
const TOLD_MAX: usize = 20;

/// Disables an endpoint that this unit of work holds, unless it is disabled already.
///
/// `cause` is the event that was to be delivered: what is logged here follows from it.
pub(crate) async fn disable(
    uow: &mut Uow,
    reach: &Reach,
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
    let directory = reach
        .directories
        .directory_on(uow.reads(), endpoint.tenant_id)
        .await?;
    let text = text(&directory, endpoint, reason);
    let notes = keepers(&directory, endpoint.owner_id).into_iter().map(|to| Note {
        to,
        text: text.clone(),
        about: Some(Link::new("webhook", endpoint.id.uuid())),
        cause: id,
        parent: id.0,
        key: to.to_string(),
        since: at,
    });
    let told = ChangeContext {
        actor: Actor::System,
        at,
        cause: Cause::event(id, entry.depth, entry.trace.clone()),
    };
    send_once(uow, notes.collect(), &told).await?;
    uow.append(entry);
    Ok(())
}

/// Who looks after an endpoint: its owner, else their manager, else the admins; nobody who is disabled.
fn keepers(directory: &Directory, owner: UserId) -> Vec<UserId> {
    let manager = directory.person(owner).and_then(|owner| owner.manager);
    let nearest = [Some(owner), manager].into_iter().flatten();
    if let Some(nearest) = nearest.into_iter().find(|person| directory.is_active(*person)) {
        return vec![nearest];
    }
    let admins = directory.holders("admin").map(|person| person.id);
    admins.take(TOLD_MAX).collect()
}

fn text(directory: &Directory, endpoint: &Model, reason: &str) -> Words {
    let why = in_words(reason);
    let (url, owner) = (&endpoint.url, directory.person(endpoint.owner_id));
    let owner = owner.map_or("", |owner| &owner.name);
    Words::new(
        format!(
            "The webhook endpoint {url} of {owner} was disabled: {}. Its events wait until it is enabled.",
            why.en
        ),
        format!(
            "{owner} 的 webhook 端点 {url} 已被停用：{}。其事件将等待，直至重新启用。",
            why.zh
        ),
    )
}

/// A reason as people read it.
fn in_words(reason: &str) -> Words {
    if let Some(lost) = Lost::ALL.into_iter().find(|lost| lost.word() == reason) {
        return lost.words();
    }
    match reason {
        GONE => Words::fixed(GONE, "接收方返回 410"),
        GIVEN_UP => Words::fixed(GIVEN_UP, "连续五天投递失败"),
        other => Words::new(other.to_owned(), other.to_owned()),
    }
}
