//! Where leads are reached.

use countersign_kernel::id::{EventId, LeadId};

use super::Lead;
use super::conversion::{ConversionView, ConvertLead};
use super::convert::Convert;
use super::shape::{DisqualifyLead, LeadEdit, LeadView, NewLead};
use super::verb::Verb;
use crate::exports::http::export_route;
use crate::record::routes::prelude::*;
use crate::record::routes::{customer_routes, list_routes, record_routes, timeline_route};

list_routes! {
    record: Lead, view: LeadView, many: "leads", read: "crm:leads:read",
    list: list_leads "/v1/leads",
    search: search_leads "/v1/leads/search",
}

export_route! {
    record: Lead, many: "leads", read: "crm:leads:read",
    example: "id,name,company,status\r\nlead_01jc0000000000000000000000,Nora Berg,Borealis Shipping,working\r\n",
    lines: "{\"id\":\"lead_01jc0000000000000000000000\",\"name\":\"Nora Berg\",\"company\":\"Borealis Shipping\",\"status\":\"working\"}\n",
    export: export_leads "/v1/leads/export",
}

record_routes! {
    record: Lead, id: LeadId, new: NewLead, edit: LeadEdit, view: LeadView,
    one: "lead" "a lead", many: "leads", read: "crm:leads:read", write: "crm:leads:write",
    create: create_lead "/v1/leads",
    get: get_lead "/v1/leads/{id}",
    update: update_lead,
    delete: delete_lead,
    restore: restore_lead "/v1/leads/{id}/restore",
    history: get_lead_history "/v1/leads/{id}/history",
}

customer_routes! {
    record: Lead, id: LeadId, new: NewLead, view: LeadView,
    one: "lead" "a lead", many: "leads", read: "crm:leads:read", write: "crm:leads:write",
    upsert: put_lead_by_external_id "/v1/leads/by/{source}/{external_id}",
    batch: batch_leads "/v1/leads/batch",
}

timeline_route! {
    record: Lead, id: LeadId, many: "leads", one: "a lead", read: "crm:leads:read",
    timeline: get_lead_timeline "/v1/leads/{id}/timeline",
}

/// To a contact, at an account, and a deal if asked. The contact is the one that is given, or that has the address, or is made; the account the
/// one that is given, else the contact's, that of the address's domain, or of the company's name, of those that the caller sees, or is
/// made. Activities go along. Scopes: `crm:leads:write`, and those that write accounts, contacts and deals.
#[utoipa::path(
    operation_id = "convert_lead", tag = "leads", summary = "Convert a lead",
    params(("id" = LeadId, Path)),
    request_body = ConvertLead,
    responses((status = 200, description = "What it became.", body = ConversionView)),
    security(("bearer" = ["crm:leads:write", "crm:accounts:write", "crm:contacts:write", "crm:deals:write"]))
)]
#[post("/v1/leads/{id}/convert")]
async fn convert_lead(
    ctx: Ctx,
    lead: Id<LeadId>,
    Body(ask): Body<ConvertLead>,
    directories: Data<Directories>,
) -> Result<Answer, Problem> {
    let work = Convert {
        hand: http::hand(&ctx, &directories).await?,
        lead: lead.0.0,
        expected: ctx.expected()?,
        ask,
        seed: EventId(ctx.world.entropy.uuid(ctx.now())),
    };
    ctx.write(work, |(view, version)| Answer::object(view, *version))
        .await
}

/// With the reason. Scope: `crm:leads:write`.
#[utoipa::path(
    operation_id = "disqualify_lead", tag = "leads", summary = "Disqualify a lead",
    params(("id" = LeadId, Path)),
    request_body = DisqualifyLead,
    responses((status = 200, description = "The lead as it is now.", body = LeadView)),
    security(("bearer" = ["crm:leads:write"]))
)]
#[post("/v1/leads/{id}/disqualify")]
async fn disqualify_lead(
    ctx: Ctx,
    lead: Id<LeadId>,
    Body(why): Body<DisqualifyLead>,
    directories: Data<Directories>,
) -> Result<Answer, Problem> {
    http::act(ctx, *lead, Verb::Disqualify { reason: why.reason }, &directories).await
}

/// One that was disqualified is worked on again. Scope: `crm:leads:write`.
#[utoipa::path(
    operation_id = "reopen_lead", tag = "leads", summary = "Reopen a lead",
    params(("id" = LeadId, Path)),
    request_body(content = Option<Nothing>),
    responses((status = 200, description = "The lead as it is now.", body = LeadView)),
    security(("bearer" = ["crm:leads:write"]))
)]
#[post("/v1/leads/{id}/reopen")]
async fn reopen_lead(
    ctx: Ctx,
    lead: Id<LeadId>,
    _: OptionalBody<Nothing>,
    directories: Data<Directories>,
) -> Result<Answer, Problem> {
    http::act(ctx, *lead, Verb::Reopen, &directories).await
}

pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(convert_lead)
        .service(disqualify_lead)
        .service(reopen_lead);
    mount_more(config);
    mount_timeline(config);
    mount_export(config);
    mount_lists(config);
    mount_record(config);
}
