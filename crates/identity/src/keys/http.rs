//! `/v1/api-keys`.

use actix_web::web::Data;
use actix_web::{delete, get, post};
use countersign_kernel::id::{ApiKeyId, TypedId, UserId};
use countersign_kernel::time::Instant;
use countersign_web::{Answer, Body, Ctx, FilterField as F, Id, Listed, Listing, Noun, Page, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::{Create, Revoke};
use super::{ApiKey, KeyText, faults, store};
use crate::error::Error;
use crate::identity::Identity;
use crate::occasion::Occasion;
use crate::secret::Secret;

pub fn mount(config: &mut ServiceConfig) {
    config
        .service(list_api_keys)
        .service(create_api_key)
        .service(get_api_key)
        .service(delete_api_key);
}

/// What a list of keys can be asked for.
pub struct ApiKeys;

impl Listed for ApiKeys {
    const NOUN: Noun = Noun {
        object: "api_key",
        plural: "api-keys",
        fields: &[
            F::id("api_key"),
            F::written("name").required(),
            F::person("user", "user_id").required(),
            F::instant("expires_at"),
            F::instant("created_at").required().sortable(),
        ],
        expandable: &[("user", "user")],
        default_sort: "-created_at",
    };
}

/// An API key, without its secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiKeyView {
    pub id: ApiKeyId,
    #[schema(example = "api_key")]
    pub object: &'static str,
    pub name: String,
    /// Who made it, and whose rights it has.
    pub user: UserId,
    pub scopes: Vec<String>,
    pub expires_at: Option<Instant>,
    pub last_used_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// A new API key, with its secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NewApiKeyView {
    #[serde(flatten)]
    pub api_key: ApiKeyView,
    /// For `Authorization: Bearer`; shown this once.
    #[schema(example = "csk_01jd…_…")]
    pub key: Option<String>,
}

impl ApiKeyView {
    fn of(key: &ApiKey, last_used_at: Option<Instant>) -> Self {
        Self {
            id: key.id,
            object: "api_key",
            name: key.name.clone(),
            user: key.user,
            scopes: key.scopes.iter().cloned().collect(),
            expires_at: key.expires_at,
            last_used_at: last_used_at.max(key.last_used_at),
            created_at: key.created_at,
            updated_at: key.updated_at,
            version: key.version,
        }
    }
}

/// A new API key.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Reporting", "scopes": ["crm:deals:read"], "expires_at": null}))]
pub struct NewApiKey {
    /// What it is for.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What it may touch; `write` covers `read`.
    scopes: Vec<String>,
    /// Null: it does not expire.
    expires_at: Option<Instant>,
}

/// List API keys
///
/// The caller's own; an admin sees everybody's. Needs `identity:keys:read`.
#[utoipa::path(get, path = "/v1/api-keys", tag = "api-keys", params(Listing<ApiKeys>), security(("bearer" = ["identity:keys:read"])), responses((status = 200, description = "A page of keys", body = Page<ApiKeyView>)))]
#[get("/v1/api-keys")]
async fn list_api_keys(ask: Listing<ApiKeys>, identity: Data<Identity>) -> Result<Answer, Problem> {
    let rows = store::page(&*ask.read().await?, ask.tenant(), owner(&ask), &ask.list).await?;
    let (tenant, memory) = (ask.tenant(), identity.directories().memory());
    ask.page(rows.map(|key| ApiKeyView::of(&key, memory.unwritten_use(tenant, key.id))))
        .await
}

/// Whose keys the caller sees; none: everybody's.
fn owner(ctx: &Ctx) -> Option<UserId> {
    (!ctx.caller.is_admin()).then_some(ctx.caller.user)
}

/// Get an API key
///
/// Needs `identity:keys:read`.
#[utoipa::path(get, path = "/v1/api-keys/{id}", tag = "api-keys", params(("id" = ApiKeyId, Path)), security(("bearer" = ["identity:keys:read"])), responses((status = 200, description = "The key", body = ApiKeyView)))]
#[get("/v1/api-keys/{id}")]
async fn get_api_key(ctx: Ctx, identity: Data<Identity>, id: Id<ApiKeyId>) -> Result<Answer, Problem> {
    let found = store::find(&*ctx.read().await?, ctx.tenant(), *id).await?;
    let mine = |key: &ApiKey| key.revoked_at.is_none() && owner(&ctx).is_none_or(|user| user == key.user);
    let key = found.filter(mine).ok_or_else(|| Problem::not_found("api_key"))?;
    let used = identity
        .directories()
        .memory()
        .unwritten_use(ctx.tenant(), key.id);
    ctx.show(&ApiKeys::NOUN, &ApiKeyView::of(&key, used), key.version)
        .await
}

/// Make an API key
///
/// It has the rights of its maker, as far as its scopes go. The answer shows it this once. Only people make keys.
#[utoipa::path(post, path = "/v1/api-keys", tag = "api-keys", request_body = NewApiKey, security(("bearer" = ["identity:keys:write"])), extensions(("x-session" = json!(true))), responses((status = 201, description = "The key", body = NewApiKeyView)))]
#[post("/v1/api-keys")]
async fn create_api_key(
    ctx: Ctx,
    identity: Data<Identity>,
    Body(new): Body<NewApiKey>,
) -> Result<Answer, Problem> {
    // Keys live by the machine's clock, also in a sandbox.
    let now = ctx.world.clock.now();
    let found = faults(&new.name, &new.scopes, new.expires_at, identity.scopes(), now);
    if !found.is_empty() {
        return Err(Error::Invalid(found).into());
    }
    let text = KeyText {
        id: ApiKeyId::mint(identity.entropy(), now),
        secret: Secret::mint(identity.entropy()),
    };
    let key = ApiKey {
        id: text.id,
        user: ctx.caller.user,
        name: new.name.trim().to_owned(),
        hash: text.secret.hash(),
        scopes: new.scopes.into_iter().collect(),
        expires_at: new.expires_at,
        last_used_at: None,
        revoked_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    // A rehearsal gives no key that would not count.
    let shown = (!ctx.validate_only()).then(|| text.to_string());
    let show = move |key: &ApiKey| {
        let view = NewApiKeyView {
            api_key: ApiKeyView::of(key, None),
            key: shown.clone(),
        };
        Answer::object(&view, key.version)
            .created(&format!("/v1/api-keys/{}", key.id))
            .secret_fields(&["key"])
    };
    ctx.write(
        Create {
            key,
            occasion: Occasion::of(&ctx),
        },
        show,
    )
    .await
}

/// Revoke an API key
///
/// It counts no longer with the next request. Needs `identity:keys:write`.
#[utoipa::path(delete, path = "/v1/api-keys/{id}", tag = "api-keys", params(("id" = ApiKeyId, Path)), security(("bearer" = ["identity:keys:write"])), responses((status = 204, description = "Revoked")))]
#[delete("/v1/api-keys/{id}")]
async fn delete_api_key(ctx: Ctx, identity: Data<Identity>, id: Id<ApiKeyId>) -> Result<Answer, Problem> {
    let work = Revoke {
        id: *id,
        of: owner(&ctx),
        occasion: Occasion::of(&ctx),
        memory: identity.directories().memory().clone(),
    };
    ctx.write(work, |()| Answer::no_content()).await
}
