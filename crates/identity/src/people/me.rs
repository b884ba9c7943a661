//! `/v1/me`.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use actix_web::get;
use actix_web::web::Data;
use countersign_kernel::actor::Caller;
use countersign_storage::Conn;
use countersign_web::{Answer, Ctx, Listed, Problem};
use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

use super::http::{UserView, Users};
use super::store;
use crate::identity::Identity;
use crate::tenants::http::SettingsView;
use crate::tenants::{self, Publishing};

/// Whoever keeps definitions.
pub trait Publishes: Send + Sync + 'static {
    /// The kinds of definitions of which this caller may publish at least one name, where this is what the settings say.
    fn kinds<'a>(
        &'a self,
        conn: &'a Conn,
        caller: &'a Caller,
        publishing: &'a Publishing,
    ) -> BoxFuture<'a, Result<Vec<&'static str>, Problem>>;
}

/// The id of an operation.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(example = "create_deal")]
pub struct OperationId(String);

/// The caller.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MeView {
    #[serde(flatten)]
    pub user: UserView,
    pub tenant: SettingsView,
    /// What this session or key may touch.
    pub scopes: Vec<String>,
    /// The operations that this caller may ask for; every other answers 403. What depends on one record, as deciding a task, its
    /// own `allowed` says; names that may be published are a matter of `publishing` of the settings.
    pub allowed: Vec<OperationId>,
}

/// `fields` and `expand` of the caller.
struct Shown;

impl IntoParams for Shown {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        countersign_web::shown_parameters(&Users::NOUN)
    }
}

/// Who am I
///
/// The person who calls, with their tenant, what this session or key may touch, and the operations that they may ask for. Needs
/// no scope.
#[utoipa::path(get, path = "/v1/me", tag = "users", params(Shown), security(("bearer" = [])), responses((status = 200, description = "The caller", body = MeView)))]
#[get("/v1/me")]
pub(super) async fn get_me(
    ctx: Ctx,
    identity: Data<Identity>,
    publishes: Data<dyn Publishes>,
) -> Result<Answer, Problem> {
    let reader = ctx.read().await?;
    let user = store::find(&reader, ctx.tenant(), ctx.caller.user)
        .await?
        .ok_or_else(|| Problem::not_found("user"))?;
    let tenant = tenants::store::find(&reader, ctx.tenant())
        .await?
        .ok_or_else(|| Problem::not_found("tenant"))?;
    let kinds = publishes.kinds(&reader, &ctx.caller, &tenant.publishing).await?;
    drop(reader);
    let allowed = ctx.world.routes.allowed(&ctx.caller, &kinds).into_iter();
    let view = MeView {
        user: UserView::of(&user, tenant.currency),
        tenant: SettingsView::of(&tenant),
        scopes: identity.scopes_of(&ctx.caller),
        allowed: allowed.map(|id| OperationId(id.to_owned())).collect(),
    };
    ctx.show(&Users::NOUN, &view, user.version).await
}
