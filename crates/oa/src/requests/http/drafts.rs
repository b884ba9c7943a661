//! `PATCH` and `DELETE /v1/requests/{id}`: drafts.

use actix_web::web::Data;
use actix_web::{delete, patch};
use countersign_kernel::id::RequestId;
use countersign_web::{Answer, Ctx, Id, Patch, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::drafts::{ChangeDraft, DeleteDraft, FormPatch, OwnDraft};
use super::super::view::RequestView;
use super::{cause, show};
use crate::office::Office;

/// A change of a draft.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"form": {"purpose": "Taxi to the fair"}}))]
pub(crate) struct DraftPatch {
    /// What changed; fields left out stay as they were, `null` takes one away, or all of them in place of the object.
    #[schema(value_type = Option<Object>)]
    form: FormPatch,
}

/// Change a draft. Only who saved it can. What was submitted is changed by its workflow: 409 `already_submitted`. Needs
/// `If-Match`. Scope: `oa:requests:write`.
#[utoipa::path(
    patch,
    path = "/v1/requests/{id}",
    tag = "requests",
    params(("id" = RequestId, Path)),
    request_body(content = DraftPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The draft.", body = RequestView)),
    security(("bearer" = ["oa:requests:write"])),
)]
#[patch("/v1/requests/{id}")]
pub(crate) async fn update_request(
    ctx: Ctx,
    id: Id<RequestId>,
    Patch(patch): Patch<DraftPatch>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let work = ChangeDraft {
        draft: own(&ctx, *id, &office)?,
        form: patch.form,
    };
    let seen = ctx.clone();
    ctx.write(work, move |made| show(made, &seen)).await
}

/// Delete a draft. Only who saved it can. What was submitted stays: 409 `already_submitted`. Needs `If-Match`. Scope:
/// `oa:requests:write`.
#[utoipa::path(
    delete,
    path = "/v1/requests/{id}",
    tag = "requests",
    params(("id" = RequestId, Path)),
    responses((status = 204, description = "Deleted.")),
    security(("bearer" = ["oa:requests:write"])),
)]
#[delete("/v1/requests/{id}")]
pub(crate) async fn delete_request(
    ctx: Ctx,
    id: Id<RequestId>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let work = DeleteDraft(own(&ctx, *id, &office)?);
    ctx.write(work, |()| Answer::no_content()).await
}

fn own(ctx: &Ctx, request: RequestId, office: &Office) -> Result<OwnDraft, Problem> {
    Ok(OwnDraft {
        office: office.clone(),
        caller: ctx.caller.clone(),
        request,
        expected: ctx.expected_or_428()?,
        now: ctx.now(),
        cause: cause(ctx),
    })
}
