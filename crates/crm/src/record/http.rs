//! What every kind of record answers over HTTP, written once; [`super::routes`] gives each kind its paths.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use countersign_identity::Directories;
use countersign_kernel::catalogue::Link;
use countersign_kernel::filter::Noun;
use countersign_kernel::id::{EventId, TypedId};
use countersign_platform::Sight;
use countersign_storage::log;
use countersign_web::batch::superfluous;
use countersign_web::{Answer, Ctx, Expected, Fault, Listed, Listing, Problem, body, id};
use uuid::Uuid;

use super::batch::{Batch, Many, Row, RowOp, what};
use super::change::{By, Deed, Done, Hand, One, Op, What};
use super::external::{ExternalId, Upsert};
use super::history::HistoryEntry;
use super::paging::Paging;
use super::store::{self, Table};
use super::viewer::Viewer;
use super::{Kind, Record, lookup};

/// The list of a kind.
#[derive(Debug)]
pub struct Of<R>(PhantomData<R>);

impl<R: Record> Listed for Of<R> {
    const NOUN: Noun = *R::NOUN;
}

/// The caller's hand: who they are, whom they command, and when it is.
pub async fn hand(ctx: &Ctx, directories: &Directories) -> Result<Hand, Problem> {
    let directory = directories.directory(ctx.tenant()).await?;
    let by = By {
        tenant: ctx.tenant(),
        change: ctx.change(),
    };
    Ok(Hand {
        by,
        viewer: Arc::new(Viewer::of(&ctx.caller, &directory)),
        directory,
    })
}

/// A page of a list or of a search.
pub async fn list<R: Table>(ask: Listing<Of<R>>, directories: &Directories) -> Result<Answer, Problem> {
    let hand = hand(&ask.ctx, directories).await?;
    let reader = ask.read().await?;
    let page = store::page::<R>(&reader, &hand.viewer, &ask.list).await?;
    let ground = lookup::lay(&reader, &hand, &lookup::to_show(&page.rows)).await?;
    drop(reader);
    ask.page(page.map(|record| record.view(&ground))).await
}

/// One record.
pub async fn get<R: Table>(ctx: Ctx, record: R::Id, directories: &Directories) -> Result<Answer, Problem> {
    let hand = hand(&ctx, directories).await?;
    let reader = ctx.read().await?;
    let record: R = store::one(&reader, &hand.viewer, record.uuid()).await?;
    let ground = lookup::lay(&reader, &hand, &lookup::to_show(std::slice::from_ref(&record))).await?;
    drop(reader);
    let shown = ctx
        .show(R::NOUN, &record.view(&ground), record.meta().version)
        .await?;
    Ok(shown.beside(record.beside(&ground).as_deref()))
}

/// A new record.
pub async fn create<R: Table>(ctx: Ctx, new: R::New, directories: &Directories) -> Result<Answer, Problem> {
    let record = draw(&ctx);
    let work = one::<R>(
        &ctx,
        directories,
        record,
        Expected::NotGiven,
        What::Create(new.into()),
    )
    .await?;
    ctx.write(work, answer).await
}

/// Fields of a record changed.
pub async fn edit<R: Table>(
    ctx: Ctx,
    record: R::Id,
    edit: R::Edit,
    directories: &Directories,
) -> Result<Answer, Problem> {
    let expected = ctx.expected_or_428()?;
    let work = one::<R>(&ctx, directories, record.uuid(), expected, What::Edit(edit)).await?;
    ctx.write(work, answer).await
}

/// A record deleted; it can be restored.
pub async fn delete<R: Table>(ctx: Ctx, record: R::Id, directories: &Directories) -> Result<Answer, Problem> {
    let expected = ctx.expected_or_428()?;
    let work = one::<R>(&ctx, directories, record.uuid(), expected, What::Delete).await?;
    ctx.write(work, |_: &Done<R>| Answer::no_content()).await
}

/// A deleted record brought back.
pub async fn restore<R: Table>(
    ctx: Ctx,
    record: R::Id,
    directories: &Directories,
) -> Result<Answer, Problem> {
    let expected = ctx.expected()?;
    let work = one::<R>(&ctx, directories, record.uuid(), expected, What::Restore).await?;
    ctx.write(work, answer).await
}

/// A verb of the kind's own.
pub async fn act<R: Table>(
    ctx: Ctx,
    record: R::Id,
    deed: impl Deed<R> + 'static,
    directories: &Directories,
) -> Result<Answer, Problem> {
    let expected = ctx.expected()?;
    let work = one::<R>(
        &ctx,
        directories,
        record.uuid(),
        expected,
        What::Do(Arc::new(deed)),
    )
    .await?;
    ctx.write(work, answer).await
}

/// A record by the id under which another system knows it: created, or changed.
pub async fn upsert<R: Table>(
    ctx: Ctx,
    external: ExternalId,
    new: R::New,
    directories: &Directories,
) -> Result<Answer, Problem> {
    external.check()?;
    let work = Upsert::<R> {
        hand: hand(&ctx, directories).await?,
        external,
        id: draw(&ctx),
        event: EventId(draw(&ctx)),
        expected: ctx.expected()?,
        only_create: ctx.create_only(),
        edit: new.into(),
    };
    ctx.write(work, answer).await
}

/// So many rows of a batch are judged before others have a turn.
const ROWS_AT_ONCE: usize = 16;

/// Many changes at once.
pub async fn batch<R: Table>(ctx: Ctx, batch: Batch, directories: &Directories) -> Result<Answer, Problem> {
    ctx.require_key()?;
    let mut work = Many::<R> {
        hand: hand(&ctx, directories).await?,
        atomic: batch.atomic,
        ops: Vec::with_capacity(batch.rows.len()),
        places: Vec::with_capacity(batch.rows.len()),
        faulty: BTreeMap::new(),
    };
    for (place, row) in batch.rows.into_iter().enumerate() {
        // Judging all rows at once would hold up everybody else whom this thread answers.
        if place % ROWS_AT_ONCE == ROWS_AT_ONCE - 1 {
            tokio::task::yield_now().await;
        }
        match read_row::<R>(&ctx, place, row).await {
            Ok(op) => {
                work.ops.push(op);
                work.places.push(place);
            }
            Err(problem) => {
                work.faulty.insert(place, problem);
            }
        }
    }
    let words = ctx.clone();
    ctx.write(work, move |rows| {
        Answer::json(&Many::<R>::view(rows, |problem| words.problem_json(problem)))
    })
    .await
}

/// What became of a record, oldest first.
pub async fn history<R: Table>(
    ctx: Ctx,
    record: R::Id,
    paging: Paging,
    directories: &Directories,
    sight: &Sight,
) -> Result<Answer, Problem> {
    let list = format!("{}/{record}/history", R::KIND.plural);
    let after = paging.place::<i64>(&ctx, &list)?.unwrap_or(0);
    let hand = hand(&ctx, directories).await?;
    let reader = ctx.read().await?;
    let record: R = store::one(&reader, &hand.viewer, record.uuid()).await?;
    let subject = Link::new(R::KIND.object, record.meta().id);
    let mut entries = log::history(&reader, ctx.tenant(), &subject, after, paging.rows() + 1).await?;
    sight.cut(&reader, &ctx.caller, &mut entries).await?;
    drop(reader);
    let views = entries
        .iter()
        .map(|entry| HistoryEntry::new(entry, &hand.directory, ctx.locale))
        .collect();
    Ok(paging
        .page(&ctx, &list, views, |last: &HistoryEntry| last.version)
        .in_language(ctx.locale))
}

/// One change of one record, as the caller wants it.
pub async fn one<R: Table>(
    ctx: &Ctx,
    directories: &Directories,
    record: Uuid,
    expected: Expected,
    what: What<R>,
) -> Result<One<R>, Problem> {
    let op = Op {
        id: record,
        event: EventId(draw(ctx)),
        expected,
        what,
    };
    Ok(One {
        hand: hand(ctx, directories).await?,
        op,
    })
}

fn draw(ctx: &Ctx) -> Uuid {
    ctx.world.entropy.uuid(ctx.now())
}

/// A record as it is after a change.
fn answer<R: Table>(done: &Done<R>) -> Answer {
    let answer = Answer::object(&done.view(), done.record.meta().version);
    if done.created {
        answer.created(&path(R::KIND, done.record.id()))
    } else {
        answer
    }
}

fn path(kind: &Kind, record: impl TypedId) -> String {
    format!("/v1/{}/{record}", kind.plural)
}

/// A row of a batch as an op, or what is wrong with it.
async fn read_row<R: Table>(ctx: &Ctx, place: usize, row: Row) -> Result<Op<R>, Problem> {
    let at = |member: &str| format!("/rows/{place}/{member}");
    let (record, expected) = match row.op {
        RowOp::Create => {
            superfluous(&at("id"), row.id.is_some())?;
            superfluous(&at("version"), row.version.is_some())?;
            (draw(ctx), Expected::NotGiven)
        }
        RowOp::Update | RowOp::Delete => {
            let text = row
                .id
                .ok_or_else(|| Problem::invalid([Fault::missing(at("id"))]))?;
            let version = row
                .version
                .ok_or_else(|| Problem::invalid([Fault::missing(at("version"))]))?;
            (id::<R::Id>(&text)?.uuid(), Expected::exactly(version))
        }
    };
    superfluous(&at("data"), row.op == RowOp::Delete && row.data.is_some())?;
    let data = at("data");
    let edit = match (row.op, row.data) {
        (RowOp::Create, Some(value)) => Some(body::row::<R::New>(ctx, value, &data, false).await?.into()),
        (RowOp::Update, Some(value)) => Some(body::row::<R::Edit>(ctx, value, &data, true).await?),
        _ => None,
    };
    let what = what(row.op, edit).ok_or_else(|| Problem::invalid([Fault::missing(data)]))?;
    Ok(Op {
        id: record,
        event: EventId(draw(ctx)),
        expected,
        what,
    })
}
