//! Looks up what the rules stand on: at most one statement for each kind of thing that is wanted.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use countersign_identity::tenants;
use countersign_kernel::id::{AccountId, TenantId, TypedId};
use countersign_storage::Conn;
use uuid::Uuid;

use super::Record;
use super::change::Hand;
use super::ground::{Ground, Wanted};
use super::refusal::Refusal;
use super::store::{self, Table};
use super::viewer::Viewer;
use crate::accounts::{Account, listed};
use crate::activities::Activity;
use crate::contacts::Contact;
use crate::deals::Deal;
use crate::leads::Lead;
use crate::price_books::PriceBook;
use crate::products::Product;
use crate::{activities, deals, pipelines, price_book_entries, price_books};

/// The ground for these wants, as it lies now.
pub async fn lay(conn: &Conn, hand: &Hand, wanted: &Wanted) -> Result<Ground, Refusal> {
    let (viewer, tenant) = (&hand.viewer, hand.by.tenant);
    let mut ground = Ground::bare(&hand.by);
    ground.viewer = viewer.clone();
    ground.directory = hand.directory.clone();
    ground.leads = held::<Lead>(conn, viewer, &wanted.leads).await?;
    ground.contacts = with_accounts::<Contact>(conn, viewer, &wanted.contacts).await?;
    ground.deals = with_accounts::<Deal>(conn, viewer, &wanted.deals).await?;
    let of_these = ground.contacts.values().chain(ground.deals.values());
    let accounts: BTreeSet<_> = of_these.flatten().chain(&wanted.accounts).copied().collect();
    ground.accounts = held::<Account>(conn, viewer, &accounts).await?;
    ground.parents = held::<Account>(conn, &Viewer::server(tenant), &wanted.parents).await?;
    if !wanted.contracts_of.is_empty() {
        ground.contracts = deals::store::contracts_of(conn, tenant, &wanted.contracts_of).await?;
        let deals = ground.contracts.values().flatten().map(|(deal, _)| *deal);
        ground.shown = listed::shown(conn, viewer, deals.collect()).await?;
    }
    if !wanted.next_of.is_empty() && viewer.scopes.allow(Activity::KIND.read) {
        ground.next = activities::store::next_of(conn, viewer, &wanted.next_of).await?;
    }
    if wanted.zone {
        ground.zone = zone_of(conn, tenant).await?;
    }
    sold(conn, viewer, wanted, &mut ground).await?;
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

/// What is wanted of products, price books, prices and lines.
async fn sold(conn: &Conn, viewer: &Viewer, wanted: &Wanted, ground: &mut Ground) -> Result<(), Refusal> {
    let tenant = viewer.tenant;
    ground.products = whole::<Product>(conn, viewer, &wanted.products).await?;
    ground.price_books = whole::<PriceBook>(conn, viewer, &wanted.price_books).await?;
    if wanted.standard_books {
        let standard = price_books::store::standard(conn, tenant).await?;
        let standard = standard.into_iter().map(|book| (book.id(), book));
        ground.price_books.extend(standard);
    }
    if !wanted.prices_of.is_empty() && !ground.price_books.is_empty() {
        let books = ground.price_books.keys().copied().collect();
        let of = (&books, &wanted.prices_of);
        ground.prices = price_book_entries::store::prices(conn, tenant, of, ground.today()).await?;
    }
    if !wanted.lines_of.is_empty() {
        ground.lines = deals::lines::store::of(conn, tenant, &wanted.lines_of).await?;
        for deal in &wanted.lines_of {
            ground.lines.entry(*deal).or_default();
        }
    }
    Ok(())
}

/// Of these records, those that are there; they stay so until the unit ends.
async fn whole<R: Table>(
    conn: &Conn,
    viewer: &Viewer,
    records: &BTreeSet<R::Id>,
) -> Result<BTreeMap<R::Id, R>, Refusal>
where
    R::Id: Ord,
{
    if records.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<Uuid> = records.iter().map(|id| id.uuid()).collect();
    let held = store::held_whole::<R>(conn, viewer, &ids).await?;
    Ok(held.into_iter().map(|record| (record.id(), record)).collect())
}

/// Of these records, those that are there and to be seen; they stay so until the unit ends.
async fn held<R: Table>(
    conn: &Conn,
    viewer: &Viewer,
    records: &BTreeSet<R::Id>,
) -> Result<BTreeSet<R::Id>, Refusal>
where
    R::Id: Ord,
{
    if records.is_empty() {
        return Ok(BTreeSet::new());
    }
    let ids: Vec<Uuid> = records.iter().map(|id| id.uuid()).collect();
    let held = store::held_among::<R>(conn, viewer, &ids).await?;
    Ok(held.into_iter().map(R::Id::from).collect())
}

/// Of these records, those that are there and to be seen, each with its account; they stay so until the unit ends.
async fn with_accounts<R: Table>(
    conn: &Conn,
    viewer: &Viewer,
    records: &BTreeSet<R::Id>,
) -> Result<BTreeMap<R::Id, Option<AccountId>>, Refusal>
where
    R::Id: Ord,
{
    if records.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<Uuid> = records.iter().map(|id| id.uuid()).collect();
    let held = store::held_of_accounts::<R>(conn, viewer, &ids).await?;
    Ok(held
        .into_iter()
        .map(|(id, account)| (id.into(), account))
        .collect())
}

/// The zone in which a tenant's days begin and end.
pub async fn zone_of(conn: &Conn, tenant: TenantId) -> Result<Tz, Refusal> {
    let tenant = tenants::store::find(conn, tenant).await?;
    let zone = tenant.and_then(|tenant| tenant.zone.parse().ok());
    Ok(zone.unwrap_or(Tz::UTC))
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
