//! What an account lists of its deals: each reader is told of those that they see, in the account and in whatever was
//! told of it.

use std::collections::BTreeSet;

use countersign_kernel::id::DealId;
use countersign_storage::Conn;
use serde_json::Value;
use uuid::Uuid;

use crate::deals::Deal;
use crate::record::Record;
use crate::record::history::FieldChange;
use crate::record::refusal::Refusal;
use crate::record::store::seen_among;
use crate::record::viewer::Viewer;

/// The field that holds the list.
const FIELD: &str = "contracts";

/// Of these deals, those of which the viewer may be told.
pub async fn shown(
    conn: &Conn,
    viewer: &Viewer,
    deals: BTreeSet<DealId>,
) -> Result<BTreeSet<DealId>, Refusal> {
    if deals.is_empty() || !viewer.scopes.allow(Deal::KIND.read) {
        return Ok(BTreeSet::new());
    }
    if viewer.everything {
        return Ok(deals);
    }
    let ids: Vec<Uuid> = deals.iter().map(|deal| deal.0).collect();
    let seen = seen_among::<Deal>(conn, viewer, &ids).await?;
    Ok(seen.into_iter().map(DealId).collect())
}

/// Leaves in the bodies of an account's entries what the viewer may be told.
pub async fn cut(conn: &Conn, viewer: &Viewer, bodies: Vec<&mut Value>) -> Result<(), Refusal> {
    let mut bodies = bodies;
    keep_shown(
        conn,
        viewer,
        bodies.iter_mut().flat_map(|body| lists(body)).collect(),
    )
    .await?;
    for body in bodies {
        settle(body);
    }
    Ok(())
}

/// Leaves in the changes of accounts what the viewer may be told.
pub async fn cut_changes(
    conn: &Conn,
    viewer: &Viewer,
    changes: Vec<&mut Vec<FieldChange>>,
) -> Result<(), Refusal> {
    let mut changes = changes;
    let listed = changes
        .iter_mut()
        .flat_map(|changes| changes.iter_mut())
        .filter(|change| change.field == FIELD)
        .flat_map(|change| [&mut change.from, &mut change.to]);
    keep_shown(conn, viewer, listed.collect()).await?;
    for changes in changes {
        changes.retain(|change| change.field != FIELD || change.from != change.to);
    }
    Ok(())
}

async fn keep_shown(conn: &Conn, viewer: &Viewer, lists: Vec<&mut Value>) -> Result<(), Refusal> {
    let named = lists.iter().filter_map(|list| list.as_array()).flatten();
    let shown = shown(conn, viewer, named.filter_map(deal).collect()).await?;
    for list in lists.into_iter().filter_map(Value::as_array_mut) {
        list.retain(|contract| deal(contract).is_some_and(|deal| shown.contains(&deal)));
    }
    Ok(())
}

/// The lists in a body, as it was and as it is.
fn lists(body: &mut Value) -> impl Iterator<Item = &mut Value> {
    let parts = body.as_object_mut().into_iter().flatten();
    parts
        .filter(|(name, _)| matches!(name.as_str(), "previous" | "thing"))
        .filter_map(|(_, part)| part.get_mut(FIELD))
}

fn deal(contract: &Value) -> Option<DealId> {
    contract.get("deal")?.as_str()?.parse().ok()
}

/// A list that did not change for the viewer is none that changed.
fn settle(body: &mut Value) {
    let list = |part: &str| body.get(part).and_then(|part| part.get(FIELD));
    let same = list("previous").is_some_and(|before| Some(before) == list("thing"));
    if !same {
        return;
    }
    if let Some(previous) = body.get_mut("previous").and_then(Value::as_object_mut) {
        previous.remove(FIELD);
    }
    if let Some(changed) = body.get_mut("changed").and_then(Value::as_array_mut) {
        changed.retain(|name| name != FIELD);
    }
}
