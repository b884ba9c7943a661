//! Where timelines are read.

use std::collections::HashSet;

use countersign_identity::Directories;
use countersign_kernel::id::TypedId;
use countersign_platform::Sight;
use countersign_storage::Conn;
use countersign_web::{Answer, Ctx, Problem};
use uuid::Uuid;

use super::store::{self, Place};
use super::{Moment, TimelineEntry};
use crate::accounts::{Account, listed};
use crate::record::Record;
use crate::record::http::hand;
use crate::record::paging::Paging;
use crate::record::store::{Table, one};

/// A page of a record's timeline, as far as the caller may see what each entry is about.
pub async fn timeline<R: Table>(
    ctx: Ctx,
    record: R::Id,
    paging: Paging,
    directories: &Directories,
    sight: &Sight,
) -> Result<Answer, Problem> {
    let list = format!("{}/{record}/timeline", R::KIND.plural);
    let place = paging.place::<Place>(&ctx, &list)?;
    let hand = hand(&ctx, directories).await?;
    let reader = ctx.read().await?;
    let record: R = one(&reader, &hand.viewer, record.uuid()).await?;
    let mut moments = visible(&ctx, &reader, sight, record.id().uuid(), place, paging.rows() + 1).await?;
    let of_accounts = moments
        .iter_mut()
        .filter(|moment| moment.subject.kind == Account::KIND.object);
    let changes = of_accounts.map(|moment| &mut moment.changes).collect();
    listed::cut_changes(&reader, &hand.viewer, changes).await?;
    drop(reader);
    let views = moments
        .into_iter()
        .map(|moment| TimelineEntry::new(moment, &hand.directory, ctx.locale))
        .collect();
    Ok(paging
        .page(&ctx, &list, views, |last: &TimelineEntry| (last.at, last.seq))
        .in_language(ctx.locale))
}

/// The newest moments before a place that the caller may see and whose types their scopes read: others are passed over,
/// so that a page is full as long as there are any.
async fn visible(
    ctx: &Ctx,
    conn: &Conn,
    sight: &Sight,
    record: Uuid,
    mut place: Option<Place>,
    rows: u64,
) -> Result<Vec<Moment>, Problem> {
    let public = ctx.world.catalogue.public();
    let heard = public.filter(|of| ctx.caller.scopes.allow(of.scope));
    let types: Vec<&str> = heard.map(|of| of.name).collect();
    let mut page = Vec::new();
    loop {
        let found = store::before(conn, ctx.tenant(), record, &types, place, rows).await?;
        let more = found.len() as u64 == rows;
        place = found.last().map(|last| (last.at, last.seq));
        let subjects: HashSet<(String, Uuid)> = found.iter().map(subject).collect();
        let subjects: Vec<_> = subjects.into_iter().collect();
        let seen = sight.records(conn, &ctx.caller, &subjects).await?;
        page.extend(found.into_iter().filter(|moment| seen.contains(&subject(moment))));
        if !more || page.len() as u64 >= rows {
            page.truncate(usize::try_from(rows).unwrap_or(usize::MAX));
            return Ok(page);
        }
    }
}

fn subject(moment: &Moment) -> (String, Uuid) {
    (moment.subject.kind.clone(), moment.subject.id)
}
