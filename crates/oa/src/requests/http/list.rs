//! `GET /v1/requests` and its long form.

use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpRequest, get, post};
use countersign_kernel::filter::Member;
use countersign_web::{
    Answer, Ctx, Fault, FilterField as F, FilterType, Listed, Listing, Noun, Problem, Published, Words,
};
use futures_util::future::LocalBoxFuture;

use super::super::listed::summary::SummaryView;
use super::super::view::RequestView;
use crate::office::Office;

/// What a list of requests can be asked for.
pub(crate) struct Requests;

impl Listed for Requests {
    const NOUN: Noun = Noun {
        object: "request",
        plural: "requests",
        fields: &[
            F::id("request"),
            F::text("number").searched(),
            F::text("workflow").required(),
            F::choice(
                "status",
                &[
                    "draft",
                    "open",
                    "returned",
                    "held",
                    "approved",
                    "rejected",
                    "withdrawn",
                    "cancelled",
                ],
            ),
            F::person("requester", "requester").required(),
            F::written("summary").required().searched(),
            F::new("round", FilterType::Integer).required(),
            F::instant("submitted_at").sortable(),
            F::instant("decided_at").sortable(),
            F::instant("created_at").required().sortable(),
            F::instant("updated_at").required(),
        ],
        expandable: &[("requester", "user")],
        default_sort: "-created_at",
    };

    fn published(request: &HttpRequest) -> Option<Box<dyn Published>> {
        of_forms(request)
    }
}

/// Fields of forms, by the workflow that is asked for.
struct OfForms(Data<Office>);

fn of_forms(request: &HttpRequest) -> Option<Box<dyn Published>> {
    let office = request.app_data::<Data<Office>>()?.clone();
    Some(Box::new(OfForms(office)))
}

impl Published for OfForms {
    fn by(&self) -> &'static str {
        "workflow"
    }

    fn members<'a>(
        &'a self,
        ctx: &'a Ctx,
        group: &'a str,
    ) -> LocalBoxFuture<'a, Result<Vec<Arc<Member>>, Problem>> {
        Box::pin(async move { Ok(self.0.listed_members(ctx.tenant(), group).await?) })
    }
}

/// The list, counted and summed.
pub(crate) struct Summed;

impl Listed for Summed {
    const NOUN: Noun = Requests::NOUN;
    const OWN: &'static [&'static str] = &["sum"];
    const PAGES: bool = false;

    fn published(request: &HttpRequest) -> Option<Box<dyn Published>> {
        of_forms(request)
    }
}

/// List requests. Those that the caller may read: their own, those that they are or were asked about, and those of workflows that
/// are open to them. With `workflow=expense`, the fields of its form that it marks with `list: true` are conditions and orders
/// too: `form.amount[gte]=1000`, `sort=-form.amount`, of submitted requests. Scope: `oa:requests:read`.
#[utoipa::path(
    get,
    path = "/v1/requests",
    tag = "requests",
    params(Listing<Requests>),
    responses((status = 200, description = "A page of requests.", body = countersign_web::Page<RequestView>)),
    security(("bearer" = ["oa:requests:read"])),
)]
#[get("/v1/requests")]
pub(crate) async fn list_requests(ask: Listing<Requests>, office: Data<Office>) -> Result<Answer, Problem> {
    page(ask, &office).await
}

/// The long form of the list: the filter is JSON. Scope: `oa:requests:read`.
#[utoipa::path(
    post,
    path = "/v1/requests/search",
    tag = "requests",
    request_body = countersign_web::SearchBody,
    responses((status = 200, description = "A page of requests.", body = countersign_web::Page<RequestView>)),
    security(("bearer" = ["oa:requests:read"])),
)]
#[post("/v1/requests/search")]
pub(crate) async fn search_requests(ask: Listing<Requests>, office: Data<Office>) -> Result<Answer, Problem> {
    page(ask, &office).await
}

/// Count and add up requests. How many there are by status, of those that the caller may read and that match, and what an amount
/// of their forms comes to; the filter is the list's. Two currencies do not add. Scope: `oa:requests:read`.
#[utoipa::path(
    get,
    path = "/v1/requests/summary",
    tag = "requests",
    params(
        ("sum" = Option<String>, Query, description = "An amount of the form that its workflow marks with `list: true`: form.amount, beside workflow=expense."),
        Listing<Summed>
    ),
    responses((status = 200, description = "Counts and sums.", body = SummaryView)),
    security(("bearer" = ["oa:requests:read"])),
)]
#[get("/v1/requests/summary")]
pub(crate) async fn summarize_requests(
    ask: Listing<Summed>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let sum = match ask.own("sum") {
        None => None,
        Some(path) => Some(summed(&ask.members, path)?),
    };
    let view = office
        .summarize_requests(&ask.caller, &ask.list.filter, sum, ask.now())
        .await?;
    Ok(Answer::json(&view))
}

/// The amount of this path.
fn summed<'a>(members: &'a [Arc<Member>], path: &str) -> Result<&'a Member, Problem> {
    let amounts = members
        .iter()
        .map(|member| &**member)
        .filter(|member| member.field.of == FilterType::Money);
    let known: Vec<&str> = amounts.clone().map(|member| member.path.as_str()).collect();
    amounts.clone().find(|member| member.path == path).ok_or_else(|| {
        let list = known.join(", ");
        let words = if known.is_empty() {
            Words::fixed(
                "sum takes an amount of the form that the workflow marks with `list: true`, as form.amount; name the workflow too.",
                "sum 需要表单中由工作流标记 `list: true` 的金额字段，例如 form.amount；请同时指定 workflow。",
            )
        } else {
            Words::new(
                format!("sum takes an amount of the form: {list}."),
                format!("sum 需要表单中的金额字段：{list}。"),
            )
        };
        Problem::bad_parameters([Fault::parameter("sum", "bad_value", words)])
    })
}

async fn page(ask: Listing<Requests>, office: &Office) -> Result<Answer, Problem> {
    let rows = office
        .list_requests(&ask.ctx.caller, &ask.list, ask.now(), ask.locale)
        .await?;
    ask.page(rows).await
}
