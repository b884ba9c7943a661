//! Notices over HTTP: everybody has their own, and sees no other.

use actix_web::{get, post};
use countersign_kernel::id::{self, NoticeId};
use countersign_kernel::time::Instant;
use countersign_storage::filter;
use countersign_web::{
    Answer, Ctx, FilterField as F, Id, Listed, Listing, Nothing, Noun, OptionalBody, Page, Problem,
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::{MarkAllRead, MarkRead};
use super::store;

pub(crate) fn mount(config: &mut ServiceConfig) {
    config
        .service(list_notices)
        .service(read_all_notices)
        .service(get_notice)
        .service(read_notice);
}

/// What the list of notices can be asked for.
struct Notices;
impl Listed for Notices {
    const NOUN: Noun = Noun {
        object: "notice",
        plural: "notices",
        fields: &[
            F::id("notice"),
            F::instant("read_at"),
            F::instant("created_at").required().sortable(),
        ],
        expandable: &[],
        default_sort: "-created_at",
    };
}

/// A note to the caller.
#[derive(Serialize, ToSchema)]
#[schema(as = Notice)]
struct View {
    id: NoticeId,
    #[schema(example = "notice")]
    object: &'static str,
    #[schema(example = "Deal won: a contract request was started.")]
    text: String,
    /// The id of the record that it is about.
    about: Option<String>,
    /// Null while it is new.
    read_at: Option<Instant>,
    created_at: Instant,
    updated_at: Instant,
    version: i64,
}

impl View {
    fn of(row: &store::Model) -> Self {
        Self {
            id: NoticeId(row.id),
            object: "notice",
            text: row.text.clone(),
            about: row
                .link_kind
                .as_deref()
                .zip(row.link_id)
                .map(|(kind, record)| id::show(kind, record)),
            read_at: row.read_at.map(Instant::new),
            created_at: Instant::new(row.created_at),
            updated_at: Instant::new(row.updated_at),
            version: row.version,
        }
    }
}

/// How many were marked.
#[derive(Serialize, ToSchema)]
struct Marked {
    #[schema(example = 3)]
    marked: usize,
}

/// The caller's notices, newest first; `read_at[is_null]=true` are the new ones. Needs the scope `platform:notices:read`.
#[utoipa::path(tag = "notices", params(Listing<Notices>), security(("bearer" = ["platform:notices:read"])), responses((status = 200, description = "A page of notices.", body = Page<View>)))]
#[get("/v1/notices")]
async fn list_notices(ask: Listing<Notices>) -> Result<Answer, Problem> {
    let own = store::of(ask.tenant(), ask.caller.user);
    let rows = filter::fetch(&*ask.read().await?, own, &ask.list).await?;
    ask.page(rows.map(|row| View::of(&row))).await
}

/// One of the caller's notices. Needs the scope `platform:notices:read`.
#[utoipa::path(tag = "notices", params(("id" = NoticeId, Path)), security(("bearer" = ["platform:notices:read"])), responses((status = 200, description = "The notice.", body = View)))]
#[get("/v1/notices/{id}")]
async fn get_notice(ctx: Ctx, id: Id<NoticeId>) -> Result<Answer, Problem> {
    let found = store::find(&*ctx.read().await?, ctx.tenant(), ctx.caller.user, *id).await?;
    let row = found.ok_or_else(|| Problem::not_found("notice"))?;
    ctx.show(&Notices::NOUN, &View::of(&row), row.version).await
}

/// Mark a notice as read; one that was read stays as it is. Needs the scope `platform:notices:write`.
#[utoipa::path(tag = "notices", params(("id" = NoticeId, Path)), request_body = Option<Nothing>, security(("bearer" = ["platform:notices:write"])), responses((status = 200, description = "The notice, read.", body = View)))]
#[post("/v1/notices/{id}/read")]
async fn read_notice(ctx: Ctx, id: Id<NoticeId>, _: OptionalBody<Nothing>) -> Result<Answer, Problem> {
    let work = MarkRead {
        user: ctx.caller.user,
        notice: *id,
        expected: ctx.expected()?,
        at: ctx.now(),
        trace: ctx.trace.clone(),
    };
    ctx.write(work, |row| Answer::object(&View::of(row), row.version))
        .await
}

/// Mark all of the caller's notices as read. Needs the scope `platform:notices:write`.
#[utoipa::path(tag = "notices", request_body = Option<Nothing>, security(("bearer" = ["platform:notices:write"])), responses((status = 200, description = "How many were not read before.", body = Marked)))]
#[post("/v1/notices/read-all")]
async fn read_all_notices(ctx: Ctx, _: OptionalBody<Nothing>) -> Result<Answer, Problem> {
    let work = MarkAllRead {
        user: ctx.caller.user,
        at: ctx.now(),
        trace: ctx.trace.clone(),
    };
    ctx.write(work, |marked| Answer::json(&Marked { marked: *marked }))
        .await
}
