//! `/v1/proposals`.

use actix_web::web::Data;
use actix_web::{get, post};
use countersign_identity::tenants::publishing::KINDS;
use countersign_kernel::id::{DefinitionId, ProposalId, TypedId};
use countersign_kernel::text::Locale;
use countersign_web::{
    Answer, Body, Ctx, FilterField as F, Id, Listed, Listing, Nothing, Noun, OptionalBody, Problem,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::service::{Settle, Verdict, kind};
use super::view::ProposalView;
use super::{Proposal, Status, store};
use crate::definitions::http::as_judged;
use crate::definitions::{Rules, store as definitions};
use crate::error::Error;

/// Every operation on proposals.
pub(crate) fn mount(config: &mut utoipa_actix_web::service_config::ServiceConfig) {
    config
        .service(list_proposals)
        .service(get_proposal)
        .service(publish_proposal)
        .service(reject_proposal)
        .service(withdraw_proposal);
}

/// What a list of proposals can be asked for.
pub(crate) struct Proposals;

impl Listed for Proposals {
    const NOUN: Noun = Noun {
        object: "proposal",
        plural: "proposals",
        fields: &[
            F::id("proposal"),
            F::choice("status", &Status::WORDS),
            F::choice("kind", KINDS),
            F::text("name").required(),
            F::person("proposed_by", "proposed_by").required(),
            F::instant("proposed_at").required().sortable(),
            F::instant("updated_at").required().sortable(),
        ],
        expandable: &[],
        default_sort: "-proposed_at",
    };
}

/// What is said when a proposal is published.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"comment": "As agreed."}))]
pub(crate) struct Publication {
    #[schema(max_length = 2_000)]
    comment: Option<String>,
}

/// Why a proposal is rejected.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"comment": "The limit is 500, not 5,000."}))]
pub(crate) struct ProposalRejection {
    #[schema(min_length = 1, max_length = 2_000)]
    comment: String,
}

/// List proposals. Versions that wait or waited for a second person, newest first, without their text. Scope:
/// `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/proposals",
    tag = "proposals",
    params(Listing<Proposals>),
    responses((status = 200, description = "A page of proposals.", body = countersign_web::Page<ProposalView>)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/proposals")]
pub(crate) async fn list_proposals(ask: Listing<Proposals>) -> Result<Answer, Problem> {
    let rows = store::page(&*ask.read().await?, ask.tenant(), &ask.list).await?;
    let locale = ask.locale;
    ask.page(rows.map(|row| ProposalView::of(&row, locale))).await
}

/// A proposal with its text, and the version that is in force. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/proposals/{id}",
    tag = "proposals",
    params(("id" = ProposalId, Path)),
    responses((status = 200, description = "The proposal.", body = ProposalView)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/proposals/{id}")]
pub(crate) async fn get_proposal(ctx: Ctx, id: Id<ProposalId>) -> Result<Answer, Problem> {
    let (conn, tenant) = (ctx.read().await?, ctx.tenant());
    let row = store::find(&conn, tenant, *id).await?.ok_or(Error::NoProposal)?;
    let kind = kind(&row)?;
    let head = definitions::head(&conn, tenant, kind, &row.name).await?;
    let text = match row.published_version {
        Some(version) => {
            let published = definitions::version(&conn, tenant, kind, &row.name, version).await?;
            published.map(|(_, version)| version.text)
        }
        None => row.text.clone(),
    };
    let view = ProposalView {
        version_in_force: Some(head.map_or(0, |head| head.version)),
        text,
        ..ProposalView::of(&row, ctx.locale)
    };
    Ok(Answer::object(&view, view.version).in_language(ctx.locale))
}

/// Publish a proposal: its file is checked and tested again, and must follow the version that is still in force. For a person who
/// may publish the name and did not propose it; not with an API key, whose holder may be anybody, also whoever proposed it.
/// Neither of the two decides by that version. Scope: `rules:definitions:write`.
#[utoipa::path(
    post,
    path = "/v1/proposals/{id}/publish",
    tag = "proposals",
    params(("id" = ProposalId, Path)),
    request_body = Publication,
    responses((status = 200, description = "The proposal; `published_version` is in force.", body = ProposalView)),
    security(("bearer" = ["rules:definitions:write"])),
    extensions(("x-session" = json!(true)), ("x-publishes" = json!(["workflow", "automation", "calendar", "table"]))),
)]
#[post("/v1/proposals/{id}/publish")]
pub(crate) async fn publish_proposal(
    ctx: Ctx,
    id: Id<ProposalId>,
    OptionalBody(body): OptionalBody<Publication>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    let publish = async || {
        let (text, tenant) = {
            let conn = ctx.read().await?;
            let row = store::find(&conn, ctx.tenant(), *id).await?;
            let row = row.ok_or(Error::NoProposal)?;
            let open = row.status == Status::Open;
            (
                row.text.filter(|_| open),
                rules.tenant_in(&conn, ctx.tenant()).await?,
            )
        };
        let judged = match text {
            Some(text) => Some(rules.judge(ctx.tenant(), &tenant, text).await?),
            None => None,
        };
        settle(&ctx, &rules, *id, Verdict::Publish(judged), body.comment.clone()).await
    };
    as_judged(publish).await
}

/// Reject a proposal; whoever proposed it gets a notice. For those who may publish the name and did not propose it. Scope:
/// `rules:definitions:write`.
#[utoipa::path(
    post,
    path = "/v1/proposals/{id}/reject",
    tag = "proposals",
    params(("id" = ProposalId, Path)),
    request_body = ProposalRejection,
    responses((status = 200, description = "The proposal.", body = ProposalView)),
    security(("bearer" = ["rules:definitions:write"])),
    extensions(("x-publishes" = json!(["workflow", "automation", "calendar", "table"]))),
)]
#[post("/v1/proposals/{id}/reject")]
pub(crate) async fn reject_proposal(
    ctx: Ctx,
    id: Id<ProposalId>,
    Body(body): Body<ProposalRejection>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    settle(&ctx, &rules, *id, Verdict::Reject, Some(body.comment)).await
}

/// Withdraw a proposal of one's own; its text is gone. Scope: `rules:definitions:write`.
#[utoipa::path(
    post,
    path = "/v1/proposals/{id}/withdraw",
    tag = "proposals",
    params(("id" = ProposalId, Path)),
    request_body = Option<Nothing>,
    responses((status = 200, description = "The proposal.", body = ProposalView)),
    security(("bearer" = ["rules:definitions:write"])),
)]
#[post("/v1/proposals/{id}/withdraw")]
pub(crate) async fn withdraw_proposal(
    ctx: Ctx,
    id: Id<ProposalId>,
    _: OptionalBody<Nothing>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    settle(&ctx, &rules, *id, Verdict::Withdraw, None).await
}

async fn settle(
    ctx: &Ctx,
    rules: &Rules,
    proposal: ProposalId,
    verdict: Verdict,
    comment: Option<String>,
) -> Result<Answer, Problem> {
    let work = Settle {
        rules: rules.clone(),
        proposal,
        verdict,
        comment,
        caller: ctx.caller.clone(),
        expected: ctx.expected()?,
        id: DefinitionId::mint(ctx.world.entropy.as_ref(), ctx.now()),
        now: ctx.now(),
        trace: ctx.trace.clone(),
    };
    let locale = ctx.locale;
    ctx.write(work, move |row| {
        let view = ProposalView::of(row, locale);
        Answer::object(&view, view.version).in_language(locale)
    })
    .await
}

/// What publishing answers where a second person is wanted.
pub(crate) fn opened(row: &Proposal, locale: Locale) -> Answer {
    let view = ProposalView {
        version_in_force: Some(row.base_version),
        text: row.text.clone(),
        ..ProposalView::of(row, locale)
    };
    Answer::object(&view, view.version)
        .in_language(locale)
        .accepted(&format!("/v1/proposals/{}", row.id))
}
