//! A tiny capability: deals, as short as they can be, in the tables of the real ones.

use actix_web::web::ServiceConfig;
use actix_web::{delete, get, patch, post};
use countersign_kernel::id::{AccountId, DealId, TenantId, TypedId, UserId};
use countersign_kernel::money::{Currency, Money};
use countersign_kernel::time::{Date, Instant};
use countersign_storage::filter::{Related, fetch_through};
use countersign_storage::{Uow, Work};
use countersign_web::{
    Answer, Body, Ctx, Expected, FilterField as F, Id, Listed, Listing, Member, Nothing, Noun, OptionalBody,
    Patch, Problem, Query, Relation as Joined, Words,
};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, ExprTrait};
use sea_orm::{Condition, IntoActiveModel, QueryFilter, Set};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deals")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    id: DealId,
    version: i64,
    created_at: Instant,
    updated_at: Instant,
    name: String,
    owner: UserId,
    visibility: String,
    account: Uuid,
    pipeline: Uuid,
    stage: Uuid,
    status: String,
    amount_minor: Option<i64>,
    amount_currency: Option<String>,
    probability: i64,
    expected_close_on: Option<Date>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

pub(crate) struct Deals;

const ACCOUNTS: Joined = Joined {
    kind: "account",
    scope: "crm:accounts:read",
    table: "accounts",
    fields: &[F::text("country"), F::text("name").required()],
};

impl Listed for Deals {
    const NOUN: Noun = Noun {
        object: "deal",
        plural: "deals",
        fields: &[
            F::id("deal"),
            F::text("name").required().sortable().searched(),
            F::choice("status", &["open", "won", "lost"]),
            F::money("amount").sortable(),
            F::person("owner", "owner"),
            F::record("account", "account", "account").through(&ACCOUNTS),
            F::date("expected_close_on").sortable(),
            F::instant("created_at").required().sortable(),
        ],
        expandable: &[("owner", "user")],
        default_sort: "-created_at",
    };
}

#[derive(Serialize, ToSchema)]
struct View {
    id: DealId,
    object: &'static str,
    name: String,
    owner: UserId,
    account: AccountId,
    status: String,
    amount: Option<Money>,
    expected_close_on: Option<Date>,
    created_at: Instant,
    version: i64,
}

impl View {
    fn of(deal: &Model) -> Self {
        let currency = deal
            .amount_currency
            .as_deref()
            .and_then(|code| code.parse::<Currency>().ok());
        Self {
            id: deal.id,
            object: "deal",
            name: deal.name.clone(),
            owner: deal.owner,
            account: AccountId(deal.account),
            status: deal.status.clone(),
            amount: deal
                .amount_minor
                .zip(currency)
                .map(|(minor, currency)| Money::new(minor, currency)),
            expected_close_on: deal.expected_close_on,
            created_at: deal.created_at,
            version: deal.version,
        }
    }
}

#[derive(Deserialize, ToSchema, Clone)]
struct NewDeal {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    owner: UserId,
    account: Option<AccountId>,
    amount: Option<Money>,
    expected_close_on: Option<Date>,
    status: Option<Status>,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Deserialize, ToSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Status {
    Open,
    Won,
}

#[derive(Deserialize, ToSchema, Default, Clone)]
#[serde(default)]
pub(crate) struct DealPatch {
    name: Member<String>,
    amount: Member<Money>,
    expected_close_on: Member<Date>,
}

struct Create {
    id: DealId,
    new: NewDeal,
    at: Instant,
}

impl Work for Create {
    type Out = Model;
    type Error = Problem;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Model, Problem> {
        let model = Model {
            tenant_id: uow.tenant().0,
            id: self.id,
            version: 1,
            created_at: self.at,
            updated_at: self.at,
            name: self.new.name.clone(),
            owner: self.new.owner,
            visibility: "tenant".to_owned(),
            account: self.new.account.map_or(Uuid::nil(), TypedId::uuid),
            pipeline: Uuid::nil(),
            stage: Uuid::nil(),
            status: match self.new.status {
                Some(Status::Won) => "won".to_owned(),
                Some(Status::Open) | None => "open".to_owned(),
            },
            amount_minor: self.new.amount.map(|amount| amount.minor),
            amount_currency: self.new.amount.map(|amount| amount.currency.to_string()),
            probability: self.new.tags.len() as i64,
            expected_close_on: self.new.expected_close_on,
        };
        let insert = Entity::insert(model.clone().into_active_model());
        insert
            .exec_without_returning(uow.writes().await?)
            .await
            .map_err(Problem::internal)?;
        Ok(model)
    }
}

/// Changes a deal, or wins it.
struct Change {
    id: DealId,
    patch: DealPatch,
    win: bool,
    expected: Expected,
}

impl Work for Change {
    type Out = Model;
    type Error = Problem;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Model, Problem> {
        let found = Entity::find_by_id((uow.tenant().0, self.id))
            .one(uow.reads())
            .await
            .map_err(Problem::internal)?;
        let mut deal = found.ok_or_else(|| Problem::not_found("deal"))?;
        self.expected.check(deal.version)?;
        if self.win && deal.status != "open" {
            let detail = Words::fixed("This deal is won already.", "该商机已赢单。");
            return Err(Problem::conflict(
                "deal_not_open",
                detail,
                &deal.status,
                &["reopen"],
                None,
            ));
        }
        if self.win {
            "won".clone_into(&mut deal.status);
        }
        let patch = self.patch.clone();
        deal.name = patch
            .name
            .over_required(deal.name, "/name")
            .map_err(|fault| Problem::invalid([fault]))?;
        deal.expected_close_on = patch.expected_close_on.over(deal.expected_close_on);
        deal.version += 1;
        let mut row = deal.clone().into_active_model();
        (row.name, row.status) = (Set(deal.name.clone()), Set(deal.status.clone()));
        (row.expected_close_on, row.version) = (Set(deal.expected_close_on), Set(deal.version));
        row.update(uow.writes().await?).await.map_err(Problem::internal)?;
        Ok(deal)
    }
}

#[get("/v1/deals")]
async fn list_deals(ask: Listing<Deals>) -> Result<Answer, Problem> {
    page(ask).await
}

#[post("/v1/deals/search")]
async fn search_deals(ask: Listing<Deals>) -> Result<Answer, Problem> {
    page(ask).await
}

/// Everybody of a tenant sees all of its accounts.
struct OfTenant(TenantId);

impl Related for OfTenant {
    fn visible(&self, relation: &Joined) -> Option<Condition> {
        let tenant = Expr::col((Alias::new(relation.table), Alias::new("tenant_id")));
        Some(Condition::all().add(tenant.eq(self.0)))
    }
}

async fn page(ask: Listing<Deals>) -> Result<Answer, Problem> {
    ask.require("crm:deals:read")?;
    let mine = Entity::find().filter(Column::TenantId.eq(ask.tenant().0));
    let rows = fetch_through(&*ask.read().await?, mine, &OfTenant(ask.tenant()), &ask.list).await?;
    ask.page(rows.map(|deal| View::of(&deal))).await
}

#[get("/v1/deals/{id}")]
async fn get_deal(ctx: Ctx, id: Id<DealId>) -> Result<Answer, Problem> {
    ctx.require("crm:deals:read")?;
    let found = find(&ctx, ctx.tenant(), *id).await?;
    ctx.show(&Deals::NOUN, &View::of(&found), found.version).await
}

async fn find(ctx: &Ctx, tenant: TenantId, id: DealId) -> Result<Model, Problem> {
    let found = Entity::find_by_id((tenant.0, id))
        .one(&*ctx.read().await?)
        .await
        .map_err(Problem::internal)?;
    found.ok_or_else(|| Problem::not_found("deal"))
}

#[post("/v1/deals")]
async fn create_deal(ctx: Ctx, Body(new): Body<NewDeal>) -> Result<Answer, Problem> {
    ctx.require("crm:deals:write")?;
    let id = DealId::mint(ctx.world.entropy.as_ref(), ctx.now());
    let render = |deal: &Model| {
        let answer = Answer::object(&View::of(deal), deal.version).created(&format!("/v1/deals/{}", deal.id));
        if deal.name == "Secret" {
            answer.secret_fields(&["owner"])
        } else {
            answer
        }
    };
    ctx.write(
        Create {
            id,
            new,
            at: ctx.now(),
        },
        render,
    )
    .await
}

fn shown(deal: &Model) -> Answer {
    Answer::object(&View::of(deal), deal.version)
}

#[patch("/v1/deals/{id}")]
async fn patch_deal(ctx: Ctx, id: Id<DealId>, Patch(patch): Patch<DealPatch>) -> Result<Answer, Problem> {
    let expected = ctx.expected_or_428()?;
    ctx.write(
        Change {
            id: *id,
            patch,
            win: false,
            expected,
        },
        shown,
    )
    .await
}

#[post("/v1/deals/{id}/win")]
async fn win_deal(ctx: Ctx, id: Id<DealId>, _: OptionalBody<Nothing>) -> Result<Answer, Problem> {
    ctx.write(
        Change {
            id: *id,
            patch: DealPatch::default(),
            win: true,
            expected: ctx.expected()?,
        },
        shown,
    )
    .await
}

#[delete("/v1/deals/{id}")]
async fn delete_deal(ctx: Ctx, id: Id<DealId>) -> Result<Answer, Problem> {
    ctx.expected_or_428()?;
    find(&ctx, ctx.tenant(), *id).await?;
    Ok(Answer::no_content())
}

#[derive(Deserialize, IntoParams, Serialize)]
struct Asked {
    after: Option<String>,
    #[serde(default)]
    deep: bool,
    #[param(minimum = 1, maximum = 9)]
    depth: Option<i64>,
}

#[get("/v1/deals/{id}/history")]
async fn get_history(_ctx: Ctx, _id: Id<DealId>, Query(asked): Query<Asked>) -> Result<Answer, Problem> {
    Ok(Answer::json(&asked))
}

#[post("/v1/sign-in")]
async fn sign_in(Body(body): Body<NewDeal>) -> Result<Answer, Problem> {
    Ok(Answer::json(&body.name))
}

#[get("/v1/picture")]
async fn get_picture(_ctx: Ctx) -> Answer {
    Answer::bytes("image/svg+xml", "<svg/>")
}

#[get("/v1/panic")]
async fn get_panic(ctx: Ctx) -> Answer {
    assert!(ctx.path_is_short(), "a handler breaks");
    Answer::no_content()
}

trait Breaks {
    fn path_is_short(&self) -> bool;
}

impl Breaks for Ctx {
    fn path_is_short(&self) -> bool {
        false
    }
}

pub(crate) fn mount(config: &mut ServiceConfig) {
    config
        .service(list_deals)
        .service(search_deals)
        .service(get_deal)
        .service(create_deal)
        .service(patch_deal)
        .service(win_deal)
        .service(delete_deal)
        .service(get_history)
        .service(sign_in)
        .service(get_picture)
        .service(get_panic);
}

pub(crate) const ROUTES: &[(&str, &str)] = &[
    ("GET", "/v1/deals"),
    ("POST", "/v1/deals"),
    ("POST", "/v1/deals/search"),
    ("GET", "/v1/deals/{id}"),
    ("PATCH", "/v1/deals/{id}"),
    ("DELETE", "/v1/deals/{id}"),
    ("POST", "/v1/deals/{id}/win"),
    ("GET", "/v1/deals/{id}/history"),
    ("GET", "/v1/panic"),
    ("GET", "/v1/picture"),
];
