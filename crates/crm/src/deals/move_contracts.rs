//! A deal that changes its account takes its contracts along, from the list of the one to that of the other.

use std::collections::BTreeSet;

use countersign_kernel::id::{EventId, derive};
use countersign_storage::Uow;

use super::{Deal, store};
use crate::accounts::{self, Account};
use crate::record::Record;
use crate::record::change::{By, entry};
use crate::record::ground::Ground;
use crate::record::refusal::Refusal;
use crate::record::store::{to_change, update};
use crate::record::viewer::Viewer;

pub(super) async fn to_account(uow: &mut Uow, by: &By, before: &Deal, after: &Deal) -> Result<(), Refusal> {
    let (tenant, deal) = (by.tenant, after.id());
    if !store::has_contracts(uow.reads(), tenant, deal).await? {
        return Ok(());
    }
    let both = [before.account.0, after.account.0];
    let accounts: Vec<Account> = to_change(uow.reads(), &Viewer::server(tenant), &both).await?;
    let lists = lists(uow, by, before, after).await?;
    store::move_contracts(uow.writes().await?, tenant, deal, after.account).await?;
    let moved = self::lists(uow, by, before, after).await?;
    for mut account in accounts {
        let was = account.told(&lists);
        let version = account.meta.version;
        account.meta.version += 1;
        account.meta.updated_at = by.change.at;
        update(uow.writes().await?, tenant, version, &account).await?;
        let cause = [deal.0.as_bytes(), &after.meta.version.to_be_bytes()[..]].concat();
        let event = EventId(derive("contracts moved", account.meta.id, &cause, by.change.at));
        let told = account.told(&moved);
        uow.append(entry(by, event, &accounts::UPDATED, &account, Some(&was), told));
    }
    Ok(())
}

/// What the two accounts list.
async fn lists(uow: &Uow, by: &By, before: &Deal, after: &Deal) -> Result<Ground, Refusal> {
    let wanted = BTreeSet::from([before.account, after.account]);
    Ok(Ground {
        contracts: store::contracts_of(uow.reads(), by.tenant, &wanted).await?,
        ..Ground::bare(by)
    })
}
