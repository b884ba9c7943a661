//! How anything is said over HTTP: problems, extractors, pages, filters, ETags, limits.
//!
//! # To write a handler, do this
//!
//! ```ignore
//! use countersign_web::{Answer, Body, Ctx, FilterField as F, Id, Listed, Listing, Member, Noun, OptionalBody, Patch, Problem};
//!
//! // What a list of deals can be asked for. Every sortable field stands in the view under the same name.
//! pub struct Deals;
//! impl Listed for Deals {
//!     const NOUN: Noun = Noun {
//!         object: "deal",
//!         plural: "deals",
//!         fields: &[
//!             F::id("deal"),
//!             F::text("name").required().sortable().searched(),
//!             F::choice("status", &["open", "won", "lost"]),
//!             F::money("amount").sortable(),                       // columns amount_minor, amount_currency
//!             F::person("owner", "owner_id").required(),
//!             F::record("account", "account", "account_id").through(&ACCOUNT),           // a Relation
//!             F::date("expected_close_on").sortable(),
//!             F::instant("created_at").required().sortable(),
//!         ],
//!         expandable: &[("owner", "user"), ("account", "account")],
//!         default_sort: "-created_at",
//!     };
//! }
//!
//! #[derive(Deserialize, ToSchema)]
//! pub struct NewDeal {
//!     #[schema(min_length = 1, max_length = 200)]                  // judged before the handler: 422 at /name
//!     name: String,
//!     account: AccountId,
//!     amount: Option<Money>,                                       // 422 at /amount/amount, /amount/currency
//!     expected_close_on: Option<Date>,
//! }
//!
//! #[derive(Deserialize, ToSchema, Default)]
//! #[serde(default)]
//! pub struct DealPatch { name: Member<String>, amount: Member<Money> }
//!
//! // The scope is asked for because it stands here; so are `extensions(("x-roles" = json!(["admin"])))`.
//! #[utoipa::path(get, path = "/v1/deals", tag = "deals", params(Listing<Deals>), security(("bearer" = ["crm:deals:read"])), …)]
//! #[get("/v1/deals")]
//! async fn list_deals(ask: Listing<Deals>) -> Result<Answer, Problem> {       // the same body serves POST …/search
//!     let rows = store::page(&*ask.read().await?, ask.tenant(), &ask.list).await?;
//!     ask.page(rows.map(View::of)).await
//! }
//! // store.rs: storage::filter::fetch_through(conn, Entity::find().filter(Column::TenantId.eq(tenant)), &viewer, list).await
//! // (fetch, without a viewer, where no field leads through a relation)
//!
//! #[get("/v1/deals/{id}")]
//! async fn get_deal(ctx: Ctx, id: Id<DealId>) -> Result<Answer, Problem> {
//!     let deal = store::find(&*ctx.read().await?, ctx.tenant(), *id).await?.ok_or_else(|| Problem::not_found("deal"))?;
//!     ctx.show(&Deals::NOUN, &View::of(&deal), deal.version).await            // ETag, 304, expand, fields
//! }
//!
//! #[post("/v1/deals")]
//! async fn create_deal(ctx: Ctx, Body(new): Body<NewDeal>) -> Result<Answer, Problem> {
//!     let id = DealId::mint(ctx.world.entropy.as_ref(), ctx.now());
//!     ctx.write(Create { id, new, at: ctx.now(), actor: ctx.caller.actor(), trace: ctx.trace.clone() }, |deal| {
//!         Answer::object(&View::of(deal), deal.version).created(&format!("/v1/deals/{}", deal.id))
//!     })
//!     .await                                                       // Idempotency-Key and validate_only are inside
//! }
//!
//! #[patch("/v1/deals/{id}")]
//! async fn patch_deal(ctx: Ctx, id: Id<DealId>, Patch(patch): Patch<DealPatch>) -> Result<Answer, Problem> {
//!     let expected = ctx.expected_or_428()?;                       // the work calls expected.check(row.version)?
//!     ctx.write(Change { id: *id, patch, expected, … }, |deal| Answer::object(&View::of(deal), deal.version)).await
//! }
//!
//! #[post("/v1/deals/{id}/win")]
//! async fn win_deal(ctx: Ctx, id: Id<DealId>, _: OptionalBody<Nothing>) -> Result<Answer, Problem> {
//!     ctx.write(Win { id: *id, expected: ctx.expected()?, … }, |deal| Answer::object(&View::of(deal), deal.version)).await
//! }
//! ```
//!
//! - Put `Ctx` (or `Listing`) first: the caller is verified once, before anything else is judged. Routes without a
//!   caller simply do not ask for it.
//! - A service's error is [`Problem`] or turns into it; [`Problem::conflict`], [`Problem::invalid`] with [`Fault::at`],
//!   [`Fault::no_such`] for references. Every sentence is said in both languages with [`Words`].
//! - Parameters of an operation's own: `Query(asked): Query<T>` with `T: Deserialize + IntoParams`.
//! - A batch: [`Ctx::require_key`], rows by [`body::row`], problems of rows by [`Ctx::problem_json`], the answer by [`batch`].
//! - The app: `.wrap(from_fn(web::edge))` and `.default_service(actix_web::web::to(web::no_route))`.

mod answer;
pub mod batch;
pub mod body;
mod client;
mod cors;
mod cpu;
mod ctx;
mod cursor;
mod document;
mod download;
mod edge;
mod etag;
mod expand;
mod json;
mod limits;
mod listing;
mod needs;
mod negotiate;
mod pace;
mod page;
mod params;
mod path;
mod permits;
pub mod problem;
mod query;
mod routes;
mod seen;
mod shape;
mod words;
mod world;
mod write;

pub use answer::Answer;
pub use body::{Body, Member, Nothing, OptionalBody, Patch};
pub use client::{Admission, Connections, PeerSocket, Proxies, client_address, trace};
pub use cors::Cors;
pub use countersign_kernel::filter::{FilterField, FilterType, List, Noun, Relation};
pub use countersign_kernel::text::Words;
pub use ctx::Ctx;
pub use document::{close_bodies, member_condition, shown_parameters, standard_parameters, tidy_members};
pub use download::{Download, Pieces};
pub use edge::edge;
pub use etag::Expected;
pub use json::parse as parse_json;
pub use limits::{Limits, Window};
pub use listing::{Listed, Listing, Published, SearchBody};
pub use pace::broken_off;
pub use page::{Page, place_of};
pub use path::{Id, id};
pub use permits::{Held, Permit, Permits};
pub use problem::{Fault, Place, Problem, ProblemKind};
pub use query::Query;
pub use routes::{Routes, no_route};
pub use seen::admit;
pub use world::{AuthError, Authenticate, Expander, Expanders, World};
