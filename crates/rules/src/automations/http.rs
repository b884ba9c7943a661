//! Runs over HTTP.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, RunId};
use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Instant;
use countersign_web::{
    Answer, Ctx, FilterField as F, Id, Listed, Listing, Nothing, Noun, OptionalBody, Problem, closed_words,
};
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::retry::Retry;
use super::{Automations, store};
use crate::definitions::Rules;
use crate::error::Error;

/// Every operation on runs.
pub(crate) fn mount(config: &mut utoipa_actix_web::service_config::ServiceConfig) {
    config
        .service(list_automation_runs)
        .service(get_run)
        .service(retry_run);
}

/// What a list of runs can be asked for.
pub(crate) struct Runs;

impl Listed for Runs {
    const NOUN: Noun = Noun {
        object: "run",
        plural: "runs",
        fields: &[
            F::id("run"),
            F::choice("status", &["acted", "skipped", "held", "failed"]),
            F::text("event_type").required(),
            F::record("event", "event", "event_id").required(),
            F::instant("created_at").required().sortable(),
        ],
        expandable: &[],
        default_sort: "-created_at",
    };
}

closed_words!(
    /// `skipped`: it did not apply; `held`: it could not be judged; `failed`: an action refused.
    pub(crate) RunStatus: "acted", "skipped", "held", "failed"
);

/// A run: what an automation made of an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Run)]
pub(crate) struct RunView {
    pub id: RunId,
    /// Always `run`.
    pub object: &'static str,
    pub automation: String,
    pub automation_version: i64,
    pub event: EventId,
    #[schema(example = "crm.deal.won")]
    pub event_type: String,
    /// The record that the event is about.
    #[schema(value_type = String)]
    pub subject: Link,
    #[schema(value_type = RunStatus)]
    pub status: String,
    /// Why it did not act.
    pub why: Option<String>,
    /// What it did: `{action, inputs, output}`.
    #[schema(value_type = Vec<Object>)]
    pub actions: Json,
    pub created_at: Instant,
    /// When somebody started it again, the last time.
    pub retried_at: Option<Instant>,
    pub version: i64,
}

impl RunView {
    fn of(row: store::Model, locale: Locale) -> Self {
        let why = serde_json::from_str::<Text>(&row.why)
            .ok()
            .map(|why| why.get(locale).to_owned());
        Self {
            id: row.id,
            object: "run",
            automation: row.automation,
            automation_version: row.automation_version,
            event: row.event_id,
            event_type: row.event_type,
            subject: Link::new(row.subject_kind, row.subject_id),
            status: row.status,
            why: why.filter(|why| !why.is_empty()),
            actions: serde_json::from_str(&row.actions).unwrap_or_default(),
            created_at: row.created_at,
            retried_at: row.retried_at,
            version: row.version,
        }
    }
}

/// List the runs of an automation. What it did, and why it did or did not act, newest first; for `admin` and `hr`. Scope:
/// `rules:runs:read`.
#[utoipa::path(
    get,
    path = "/v1/automations/{name}/runs",
    tag = "automations",
    params(("name" = String, Path), Listing<Runs>),
    responses((status = 200, description = "A page of runs.", body = countersign_web::Page<RunView>)),
    security(("bearer" = ["rules:runs:read"])),
    extensions(("x-roles" = json!(["admin", "hr"]))),
)]
#[get("/v1/automations/{name}/runs")]
pub(crate) async fn list_automation_runs(
    ask: Listing<Runs>,
    name: Path<String>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    crate::definitions::http::published_automation(&ask.ctx, &rules, &name).await?;
    let rows = store::page(&*ask.read().await?, ask.tenant(), &name, &ask.list).await?;
    let locale = ask.locale;
    ask.page(rows.map(|row| RunView::of(row, locale))).await
}

/// A run; for `admin` and `hr`. Scope: `rules:runs:read`.
#[utoipa::path(
    get,
    path = "/v1/runs/{id}",
    tag = "automations",
    params(("id" = RunId, Path)),
    responses((status = 200, description = "The run.", body = RunView)),
    security(("bearer" = ["rules:runs:read"])),
    extensions(("x-roles" = json!(["admin", "hr"]))),
)]
#[get("/v1/runs/{id}")]
pub(crate) async fn get_run(ctx: Ctx, id: Id<RunId>) -> Result<Answer, Problem> {
    let row = store::find(&*ctx.read().await?, ctx.tenant(), *id).await?;
    let row = row.ok_or(Error::NoRun)?;
    Ok(show(&row, ctx.locale))
}

/// Retry a run. One that failed or is held, once it is mended: by the version of its automation that is in force and the rights
/// that hold now. What it does then, it does once; if it cannot again, the answer says why. For `admin` and `hr`. Scope:
/// `rules:runs:write`.
#[utoipa::path(
    post,
    path = "/v1/runs/{id}/retry",
    tag = "automations",
    params(("id" = RunId, Path)),
    request_body = Option<Nothing>,
    responses((status = 200, description = "The run, as it came out now.", body = RunView)),
    security(("bearer" = ["rules:runs:write"])),
    extensions(("x-roles" = json!(["admin", "hr"]))),
)]
#[post("/v1/runs/{id}/retry")]
pub(crate) async fn retry_run(
    ctx: Ctx,
    id: Id<RunId>,
    _: OptionalBody<Nothing>,
    automations: Data<Automations>,
) -> Result<Answer, Problem> {
    let known = store::find(&*ctx.read().await?, ctx.tenant(), *id).await?;
    known.ok_or(Error::NoRun)?;
    let work = Retry {
        rules: automations.rules.clone(),
        actions: Arc::clone(&automations.actions),
        run: *id,
        expected: ctx.expected()?,
        actor: ctx.caller.actor(),
        now: ctx.now(),
        trace: ctx.trace.clone(),
    };
    let locale = ctx.locale;
    ctx.write(work, move |row| show(row, locale)).await
}

fn show(row: &store::Model, locale: Locale) -> Answer {
    let view = RunView::of(row.clone(), locale);
    Answer::object(&view, view.version).in_language(locale)
}
