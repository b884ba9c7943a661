//! Where the lines of a deal are read and written.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_kernel::id::DealId;

use super::set::SetLines;
use super::shape::{DealLinesEdit, DealLinesView};
use super::{of, store};
use crate::deals::Deal;
use crate::record::Record as _;
use crate::record::change::{Done, What};
use crate::record::routes::prelude::*;
use crate::record::store::one;

/// In order, with what they come to. Scope: `crm:deals:read`.
#[utoipa::path(
    operation_id = "get_deal_lines", tag = "deals", summary = "The lines of a deal",
    params(("id" = DealId, Path)),
    responses((status = 200, description = "The lines; the `ETag` is the deal's version.", body = DealLinesView)),
    security(("bearer" = ["crm:deals:read"]))
)]
#[get("/v1/deals/{id}/lines")]
async fn get_deal_lines(
    ctx: Ctx,
    deal: Id<DealId>,
    directories: Data<Directories>,
) -> Result<Answer, Problem> {
    let hand = http::hand(&ctx, &directories).await?;
    let reader = ctx.read().await?;
    let deal: Deal = one(&reader, &hand.viewer, deal.0.0).await?;
    let mut kept = store::of(&reader, ctx.tenant(), &BTreeSet::from([deal.id()])).await?;
    drop(reader);
    let lines = kept.remove(&deal.id()).unwrap_or_default();
    let view = DealLinesView::of(&deal, &lines).map_err(Problem::internal)?;
    Ok(Answer::object(&view, deal.meta.version))
}

/// In place of all that it has; its amount becomes what they come to without tax. Needs `If-Match`: the deal's version. Scope: `crm:deals:write`.
#[utoipa::path(
    operation_id = "put_deal_lines", tag = "deals", summary = "Write the lines of a deal",
    params(("id" = DealId, Path)),
    request_body = DealLinesEdit,
    responses((status = 200, description = "The lines as they are now; the `ETag` is the deal's version.", body = DealLinesView)),
    security(("bearer" = ["crm:deals:write"]))
)]
#[put("/v1/deals/{id}/lines")]
async fn put_deal_lines(
    ctx: Ctx,
    deal: Id<DealId>,
    Body(edit): Body<DealLinesEdit>,
    directories: Data<Directories>,
) -> Result<Answer, Problem> {
    let expected = ctx.expected_or_428()?;
    let what = What::Do(Arc::new(SetLines(edit)));
    let work = http::one::<Deal>(&ctx, &directories, deal.0.0, expected, what).await?;
    ctx.write(work, answer).await
}

fn answer(done: &Done<Deal>) -> Answer {
    let lines = of(&done.record, &done.ground);
    match DealLinesView::of(&done.record, &lines) {
        Ok(view) => Answer::object(&view, done.record.meta.version),
        // Judged before: every line and the sum are within bounds.
        Err(_) => Answer::no_content(),
    }
}

pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(get_deal_lines).service(put_deal_lines);
}
