//! Where deals are reached.

use countersign_kernel::id::DealId;
use countersign_web::{Fault, Listed, Noun, Words};

use super::shape::{DealEdit, DealView, LoseDeal, MoveDeal, NOUN, NewDeal};
use super::summary::{GroupBy, Key, SummaryView, summary};
use super::verb::Verb;
use super::{Deal, store};
use crate::exports::http::export_route;
use crate::pipelines::{self, Stage};
use crate::record::routes::prelude::*;
use crate::record::routes::{customer_routes, list_routes, record_routes, timeline_route};

list_routes! {
    record: Deal, view: DealView, many: "deals", read: "crm:deals:read",
    list: list_deals "/v1/deals",
    search: search_deals "/v1/deals/search",
}

export_route! {
    record: Deal, many: "deals", read: "crm:deals:read",
    example: "id,name,amount,currency,stage\r\ndeal_01jc0000000000000000000000,Borealis: 40 seats,1800.00,EUR,Proposal\r\n",
    lines: "{\"id\":\"deal_01jc0000000000000000000000\",\"name\":\"Borealis: 40 seats\",\"amount\":\"1800.00\",\"currency\":\"EUR\",\"stage\":\"Proposal\"}\n",
    export: export_deals "/v1/deals/export",
}

record_routes! {
    record: Deal, id: DealId, new: NewDeal, edit: DealEdit, view: DealView,
    one: "deal" "a deal", many: "deals", read: "crm:deals:read", write: "crm:deals:write",
    create: create_deal "/v1/deals",
    get: get_deal "/v1/deals/{id}",
    update: update_deal,
    delete: delete_deal,
    restore: restore_deal "/v1/deals/{id}/restore",
    history: get_deal_history "/v1/deals/{id}/history",
}

customer_routes! {
    record: Deal, id: DealId, new: NewDeal, view: DealView,
    one: "deal" "a deal", many: "deals", read: "crm:deals:read", write: "crm:deals:write",
    upsert: put_deal_by_external_id "/v1/deals/by/{source}/{external_id}",
    batch: batch_deals "/v1/deals/batch",
}

timeline_route! {
    record: Deal, id: DealId, many: "deals", one: "a deal", read: "crm:deals:read",
    timeline: get_deal_timeline "/v1/deals/{id}/timeline",
}

/// To another stage of the deal's pipeline; its probability becomes the stage's. Scope: `crm:deals:write`.
#[utoipa::path(
    operation_id = "move_deal", tag = "deals", summary = "Move a deal",
    params(("id" = DealId, Path)),
    request_body = MoveDeal,
    responses((status = 200, description = "The deal as it is now.", body = DealView)),
    security(("bearer" = ["crm:deals:write"]))
)]
#[post("/v1/deals/{id}/move")]
async fn move_deal(
    ctx: Ctx,
    deal: Id<DealId>,
    Body(to): Body<MoveDeal>,
    directories: Data<Directories>,
) -> Result<Answer, Problem> {
    http::act(ctx, *deal, Verb::Move { stage: to.stage }, &directories).await
}

/// Scope: `crm:deals:write`.
#[utoipa::path(
    operation_id = "win_deal", tag = "deals", summary = "Win a deal",
    params(("id" = DealId, Path)),
    request_body(content = Option<Nothing>),
    responses((status = 200, description = "The deal as it is now.", body = DealView)),
    security(("bearer" = ["crm:deals:write"]))
)]
#[post("/v1/deals/{id}/win")]
async fn win_deal(
    ctx: Ctx,
    deal: Id<DealId>,
    _: OptionalBody<Nothing>,
    directories: Data<Directories>,
) -> Result<Answer, Problem> {
    http::act(ctx, *deal, Verb::Win, &directories).await
}

/// With the reason. Scope: `crm:deals:write`.
#[utoipa::path(
    operation_id = "lose_deal", tag = "deals", summary = "Lose a deal",
    params(("id" = DealId, Path)),
    request_body = LoseDeal,
    responses((status = 200, description = "The deal as it is now.", body = DealView)),
    security(("bearer" = ["crm:deals:write"]))
)]
#[post("/v1/deals/{id}/lose")]
async fn lose_deal(
    ctx: Ctx,
    deal: Id<DealId>,
    Body(why): Body<LoseDeal>,
    directories: Data<Directories>,
) -> Result<Answer, Problem> {
    http::act(ctx, *deal, Verb::Lose { reason: why.reason }, &directories).await
}

/// Back to the stage where it stood before it was won or lost. Scope: `crm:deals:write`.
#[utoipa::path(
    operation_id = "reopen_deal", tag = "deals", summary = "Reopen a deal",
    params(("id" = DealId, Path)),
    request_body(content = Option<Nothing>),
    responses((status = 200, description = "The deal as it is now.", body = DealView)),
    security(("bearer" = ["crm:deals:write"]))
)]
#[post("/v1/deals/{id}/reopen")]
async fn reopen_deal(
    ctx: Ctx,
    deal: Id<DealId>,
    _: OptionalBody<Nothing>,
    directories: Data<Directories>,
) -> Result<Answer, Problem> {
    http::act(ctx, *deal, Verb::Reopen, &directories).await
}

/// The list of deals, counted and summed.
struct Summed;

impl Listed for Summed {
    const NOUN: Noun = NOUN;
    const OWN: &'static [&'static str] = &["group_by"];
    const PAGES: bool = false;
}

/// How many deals there are and what they are worth, by stage, owner or status, of those that the caller sees and
/// that match: the filter is the list's. Two currencies do not add. Scope: `crm:deals:read`.
#[utoipa::path(
    operation_id = "summarize_deals", tag = "deals", summary = "Count and sum deals",
    params(("group_by" = GroupBy, Query), Listing<Summed>),
    responses((status = 200, description = "Counts and sums.", body = SummaryView)),
    security(("bearer" = ["crm:deals:read"]))
)]
#[get("/v1/deals/summary")]
async fn summarize_deals(ask: Listing<Summed>, directories: Data<Directories>) -> Result<Answer, Problem> {
    let group_by = ask.own("group_by").and_then(GroupBy::read).ok_or_else(which)?;
    let hand = http::hand(&ask.ctx, &directories).await?;
    let reader = ask.read().await?;
    let counted = store::count_by(&reader, &hand.viewer, &ask.list.filter, group_by).await?;
    let pipelines = pipelines::store::all(&reader, ask.tenant()).await?;
    drop(reader);
    let stages: Vec<&Stage> = pipelines.iter().flat_map(|pipeline| &pipeline.stages).collect();
    let name_of = |key: &Key| match key {
        Key::Stage(id) => stages
            .iter()
            .find(|stage| stage.id == *id)
            .map(|stage| stage.name.clone()),
        Key::Owner(id) => hand.directory.person(*id).map(|person| person.name.clone()),
        Key::Status(status) => Some(status.clone()),
    };
    let view = summary(group_by, &counted, name_of).map_err(Problem::internal)?;
    Ok(Answer::json(&view))
}

fn which() -> Problem {
    let words = Words::fixed(
        "group_by is stage, owner or status.",
        "group_by 须为 stage、owner 或 status。",
    );
    Problem::bad_parameters([Fault::parameter("group_by", "bad_value", words)])
}

pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(summarize_deals);
    config
        .service(move_deal)
        .service(win_deal)
        .service(lose_deal)
        .service(reopen_deal);
    super::lines::http::mount(config);
    mount_more(config);
    mount_timeline(config);
    mount_export(config);
    mount_lists(config);
    mount_record(config);
}
