//! What can be done with a request: submit a draft, withdraw, resubmit, comment.

use actix_web::post;
use actix_web::web::Data;
use countersign_engine::vocabulary::Command;
use countersign_kernel::id::RequestId;
use countersign_web::{Answer, Body, Ctx, Id, OptionalBody, Problem};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use super::super::load::Target;
use super::super::service::{Give, SubmitDraft};
use super::super::view::RequestView;
use super::{cause, show};
use crate::office::Office;

/// The form of a draft, where it shall be another than the saved one.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({}))]
pub(crate) struct Submission {
    #[schema(value_type = Option<Object>)]
    form: Option<Map<String, Json>>,
}

/// A request sent again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"form": {"purpose": "Taxi to the fair"}, "comment": "Said which fair."}))]
pub(crate) struct Resubmission {
    /// What changed; fields left out stay as they were, `null` empties one.
    #[schema(value_type = Option<Object>)]
    form: Option<Map<String, Json>>,
    #[schema(max_length = 10_000)]
    comment: Option<String>,
}

/// Words that go with an act.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"comment": "No longer needed."}))]
pub(crate) struct WithComment {
    #[schema(max_length = 10_000)]
    pub(crate) comment: Option<String>,
}

/// A comment.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"comment": "The receipt is on its way."}))]
pub(crate) struct NewComment {
    /// Needed, and named as with every other act.
    #[schema(min_length = 1, max_length = 10_000)]
    comment: Option<String>,
    /// The older name of `comment`.
    #[schema(deprecated, min_length = 1, max_length = 10_000)]
    text: Option<String>,
}

impl NewComment {
    pub(crate) fn words(self) -> String {
        self.comment.or(self.text).unwrap_or_default()
    }
}

/// Submit a draft. Scope: `oa:requests:write`.
#[utoipa::path(
    post,
    path = "/v1/requests/{id}/submit",
    tag = "requests",
    params(("id" = RequestId, Path)),
    request_body = Option<Submission>,
    responses((status = 200, description = "The request, as its rules left it.", body = RequestView)),
    security(("bearer" = ["oa:requests:write"])),
)]
#[post("/v1/requests/{id}/submit")]
pub(crate) async fn submit_request(
    ctx: Ctx,
    id: Id<RequestId>,
    OptionalBody(body): OptionalBody<Submission>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let work = SubmitDraft {
        office: Office::clone(&office),
        caller: ctx.caller.clone(),
        request: *id,
        expected: ctx.expected()?,
        form: body.form,
        now: ctx.now(),
        cause: cause(&ctx),
        rehearsal: ctx.validate_only(),
    };
    let seen = ctx.clone();
    ctx.write(work, move |made| show(made, &seen)).await
}

/// Withdraw a request: it ends. Possible until the first decision, or until the step that its workflow names. Scope:
/// `oa:requests:write`.
#[utoipa::path(
    post,
    path = "/v1/requests/{id}/withdraw",
    tag = "requests",
    params(("id" = RequestId, Path)),
    request_body = Option<WithComment>,
    responses((status = 200, description = "The request, withdrawn.", body = RequestView)),
    security(("bearer" = ["oa:requests:write"])),
)]
#[post("/v1/requests/{id}/withdraw")]
pub(crate) async fn withdraw_request(
    ctx: Ctx,
    id: Id<RequestId>,
    OptionalBody(body): OptionalBody<WithComment>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    give(
        ctx,
        *id,
        Command::Withdraw {
            comment: body.comment,
        },
        &office,
    )
    .await
}

/// Recall a request: its requester has it back, to change it and submit it again. Possible until the first decision, or until the
/// step that its workflow names. Scope: `oa:requests:write`.
#[utoipa::path(
    post,
    path = "/v1/requests/{id}/recall",
    tag = "requests",
    params(("id" = RequestId, Path)),
    request_body = Option<WithComment>,
    responses((status = 200, description = "The request, back with its requester.", body = RequestView)),
    security(("bearer" = ["oa:requests:write"])),
)]
#[post("/v1/requests/{id}/recall")]
pub(crate) async fn recall_request(
    ctx: Ctx,
    id: Id<RequestId>,
    OptionalBody(body): OptionalBody<WithComment>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let comment = body.comment;
    give(ctx, *id, Command::Recall { comment }, &office).await
}

/// Urge a request: those who can decide it now get a notice, with the comment. For its requester, once an hour. Scope:
/// `oa:requests:write`.
#[utoipa::path(
    post,
    path = "/v1/requests/{id}/urge",
    tag = "requests",
    params(("id" = RequestId, Path)),
    request_body = Option<WithComment>,
    responses((status = 200, description = "The request.", body = RequestView)),
    security(("bearer" = ["oa:requests:write"])),
)]
#[post("/v1/requests/{id}/urge")]
pub(crate) async fn urge_request(
    ctx: Ctx,
    id: Id<RequestId>,
    OptionalBody(body): OptionalBody<WithComment>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let comment = body.comment;
    give(ctx, *id, Command::Urge { comment }, &office).await
}

/// Resubmit a returned request. With what changed. Scope: `oa:requests:write`.
#[utoipa::path(
    post,
    path = "/v1/requests/{id}/resubmit",
    tag = "requests",
    params(("id" = RequestId, Path)),
    request_body = Option<Resubmission>,
    responses((status = 200, description = "The request, in its next round.", body = RequestView)),
    security(("bearer" = ["oa:requests:write"])),
)]
#[post("/v1/requests/{id}/resubmit")]
pub(crate) async fn resubmit_request(
    ctx: Ctx,
    id: Id<RequestId>,
    OptionalBody(body): OptionalBody<Resubmission>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let form = Json::Object(body.form.unwrap_or_default());
    give(
        ctx,
        *id,
        Command::Resubmit {
            form,
            comment: body.comment,
        },
        &office,
    )
    .await
}

/// Comment on a request; whoever may read it reads this too. Scope: `oa:requests:write`.
#[utoipa::path(
    post,
    path = "/v1/requests/{id}/comment",
    tag = "requests",
    params(("id" = RequestId, Path)),
    request_body = NewComment,
    responses((status = 200, description = "The request.", body = RequestView)),
    security(("bearer" = ["oa:requests:write"])),
)]
#[post("/v1/requests/{id}/comment")]
pub(crate) async fn comment_request(
    ctx: Ctx,
    id: Id<RequestId>,
    Body(body): Body<NewComment>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    give(
        ctx,
        *id,
        Command::Comment {
            task: None,
            text: body.words(),
        },
        &office,
    )
    .await
}

pub(super) async fn give(
    ctx: Ctx,
    request: RequestId,
    command: Command,
    office: &Office,
) -> Result<Answer, Problem> {
    let work = Give {
        office: office.clone(),
        caller: ctx.caller.clone(),
        target: Target::Request(request),
        expected: ctx.expected()?,
        command,
        now: ctx.now(),
        cause: cause(&ctx),
    };
    let seen = ctx.clone();
    ctx.write(work, move |given| show(&given.made, &seen)).await
}
