//! People in the places of their ids.

use std::collections::HashMap;

use countersign_kernel::id::{TenantId, UserId};
use countersign_storage::{Conn, Error};
use countersign_web::{Ctx, Expander, Problem};
use futures_util::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use super::http::UserView;
use super::store;

/// Expands `user` ids: everyone sees the people of their own tenant.
pub struct Users;

impl Expander for Users {
    fn kind(&self) -> &'static str {
        "user"
    }

    fn scope(&self) -> &'static str {
        "identity:users:read"
    }

    fn load<'a>(
        &'a self,
        ctx: &'a Ctx,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashMap<Uuid, Value>, Problem>> {
        Box::pin(async move {
            let currency = ctx.world.auth.currency(ctx.tenant()).await?;
            let ids: Vec<UserId> = ids.iter().copied().map(UserId).collect();
            let users = store::by_ids(&*ctx.read().await?, ctx.tenant(), &ids).await?;
            let show = |user| {
                let value = serde_json::to_value(UserView::of(&user, currency)).map_err(Problem::internal)?;
                Ok((user.id.0, value))
            };
            users.into_iter().map(show).collect()
        })
    }
}

/// The names of people, for sentences.
pub async fn names(conn: &Conn, tenant: TenantId, ids: &[UserId]) -> Result<HashMap<UserId, String>, Error> {
    let users = store::by_ids(conn, tenant, ids).await?;
    Ok(users
        .into_iter()
        .map(|user| (user.id, user.profile.name))
        .collect())
}
