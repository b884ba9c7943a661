//! Looks up what the rules stand on: at most one statement for each kind of thing that is wanted.

use std::collections::{BTreeMap, BTreeSet};

use countersign_kernel::id::AccountId;
use countersign_storage::Conn;
use uuid::Uuid;

use super::Record;
use super::change::Hand;
use super::ground::{Ground, Wanted};
use super::refusal::Refusal;
use super::store;
use super::viewer::Viewer;
use crate::accounts::{Account, listed};
use crate::{deals, pipelines};

/// The ground for these wants, as it lies now.
pub async fn lay(conn: &Conn, hand: &Hand, wanted: &Wanted) -> Result<Ground, Refusal> {
    let (viewer, tenant) = (&hand.viewer, hand.by.tenant);
    let mut ground = Ground::bare(&hand.by);
    ground.viewer = viewer.clone();
    ground.directory = hand.directory.clone();
    if !wanted.accounts.is_empty() {
        ground.accounts = held(conn, viewer, &wanted.accounts).await?;
    }
    if !wanted.parents.is_empty() {
        ground.parents = held(conn, &Viewer::server(tenant), &wanted.parents).await?;
    }
    if !wanted.contracts_of.is_empty() {
        ground.contracts = deals::store::contracts_of(conn, tenant, &wanted.contracts_of).await?;
        let deals = ground.contracts.values().flatten().map(|(deal, _)| *deal);
        ground.shown = listed::shown(conn, viewer, deals.collect()).await?;
    }
    if wanted.pipelines {
        let all = pipelines::store::all(conn, tenant).await?;
        ground.pipelines = all
            .into_iter()
            .map(|pipeline| (pipeline.id(), pipeline))
            .collect();
    }
    if !wanted.deals_in.is_empty() {
        ground.standing = deals::store::standing_in(conn, tenant, &wanted.deals_in).await?;
    }
    Ok(ground)
}

async fn held(
    conn: &Conn,
    viewer: &Viewer,
    accounts: &BTreeSet<AccountId>,
) -> Result<BTreeSet<AccountId>, Refusal> {
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.0).collect();
    let held = store::held_among::<Account>(conn, viewer, &ids).await?;
    Ok(held.into_iter().map(AccountId).collect())
}

/// What showing these records takes.
pub fn to_show<R: Record>(records: &[R]) -> Wanted {
    let mut wanted = Wanted::default();
    for record in records {
        R::wants(Some(record), super::Doing::Show, &mut wanted);
    }
    wanted
}

/// Groups pairs by their first half, in the order in which they come.
pub fn grouped<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, Vec<V>> {
    let mut groups: BTreeMap<K, Vec<V>> = BTreeMap::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}
