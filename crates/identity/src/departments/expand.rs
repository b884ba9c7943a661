//! Departments in the places of their ids.

use std::collections::HashMap;

use countersign_kernel::id::DepartmentId;
use countersign_web::{Ctx, Expander, Problem};
use futures_util::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use super::http::DepartmentView;
use super::store;

/// Expands `department` ids.
pub struct Departments;

impl Expander for Departments {
    fn kind(&self) -> &'static str {
        "department"
    }

    fn scope(&self) -> &'static str {
        "identity:departments:read"
    }

    fn load<'a>(
        &'a self,
        ctx: &'a Ctx,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashMap<Uuid, Value>, Problem>> {
        Box::pin(async move {
            let ids: Vec<DepartmentId> = ids.iter().copied().map(DepartmentId).collect();
            let departments = store::by_ids(&*ctx.read().await?, ctx.tenant(), &ids).await?;
            let show = |department| {
                let value =
                    serde_json::to_value(DepartmentView::of(&department)).map_err(Problem::internal)?;
                Ok((department.id.0, value))
            };
            departments.into_iter().map(show).collect()
        })
    }
}
