//! Requests in the places of their ids, for `expand`.

use std::collections::HashMap;

use countersign_web::{Ctx, Problem};
use serde_json::Value as Json;

use crate::office::Office;

/// Shows requests where other objects name them.
pub struct RequestExpander(pub Office);

impl countersign_web::Expander for RequestExpander {
    fn kind(&self) -> &'static str {
        "request"
    }

    fn scope(&self) -> &'static str {
        super::READ
    }

    fn load<'a>(
        &'a self,
        ctx: &'a Ctx,
        ids: &'a [uuid::Uuid],
    ) -> futures_util::future::BoxFuture<'a, Result<HashMap<uuid::Uuid, Json>, Problem>> {
        Box::pin(async move {
            let views = self
                .0
                .requests_by_id(&ctx.caller, ids, ctx.now(), ctx.locale)
                .await?;
            let shown = |view: super::super::view::RequestView| {
                Ok((view.id.0, serde_json::to_value(&view).map_err(Problem::internal)?))
            };
            views.into_iter().map(shown).collect()
        })
    }
}
