//! `POST /v1/requests`: a new request, submitted or saved as a draft.

use actix_web::post;
use actix_web::web::Data;
use countersign_kernel::id::{RequestId, TypedId, UserId};
use countersign_web::{Answer, Body, Ctx, Fault, Problem, Words};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use super::super::service::Create;
use super::super::submit::Wanted;
use super::super::view::RequestView;
use super::{cause, path_of, show};
use crate::office::Office;

/// A new request.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"workflow": "leave", "form": {"kind": "annual", "dates": {"start": "2026-08-03", "end": "2026-08-07"}}}))]
pub(crate) struct NewRequest {
    /// The name of the workflow.
    #[schema(min_length = 1, max_length = 100)]
    workflow: String,
    /// What is filled in, by field: see `GET /v1/workflows/{name}/form`.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    form: Option<Map<String, Json>>,
    /// For whom, where that is somebody else: HR and admins may. Neither they nor the requester decide it. Only submitted, never
    /// saved as a draft.
    #[serde(default)]
    requester: Option<UserId>,
    /// Save it only; `POST /v1/requests/{id}/submit` submits it.
    #[serde(default)]
    draft: Option<bool>,
}

/// Make a request and submit it; with `draft: true` it is only saved. Rules may decide it at once. Scope: `oa:requests:write`.
#[utoipa::path(
    post,
    path = "/v1/requests",
    tag = "requests",
    request_body = NewRequest,
    responses((status = 201, description = "The request, as its rules left it.", body = RequestView)),
    security(("bearer" = ["oa:requests:write"])),
)]
#[post("/v1/requests")]
pub(crate) async fn create_request(
    ctx: Ctx,
    Body(new): Body<NewRequest>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let draft = new.draft.unwrap_or_default();
    if draft
        && new
            .requester
            .is_some_and(|requester| requester != ctx.caller.user)
    {
        return Err(Problem::invalid([Fault::at(
            "/requester",
            "not_for_drafts",
            Words::fixed(
                "A draft is its writer's own: leave `requester` out, or submit the request at once.",
                "草稿属于本人：请去掉 `requester`，或直接提交。",
            ),
        )]));
    }
    let now = ctx.now();
    let wanted = Wanted {
        id: RequestId::mint(ctx.world.entropy.as_ref(), now),
        workflow: new.workflow,
        form: new.form.unwrap_or_default(),
        now,
        actor: ctx.caller.actor(),
        requester: new.requester.unwrap_or(ctx.caller.user),
        starter: None,
        rights: None,
        cause: cause(&ctx),
        start: None,
        rehearsal: ctx.validate_only(),
    };
    let work = Create {
        office: Office::clone(&office),
        wanted,
        draft,
    };
    let seen = ctx.clone();
    ctx.write(work, move |made| show(made, &seen).created(&path_of(made)))
        .await
}
