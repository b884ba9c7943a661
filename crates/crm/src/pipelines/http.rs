//! Where pipelines are reached.

use countersign_kernel::id::PipelineId;

use super::first::LayFirst;
use super::shape::{NewPipeline, PipelineEdit, PipelineView};
use super::{Pipeline, store};
use crate::record::routes::prelude::*;
use crate::record::routes::record_routes;

/// Those of the tenant; one is the default. Scope: `crm:pipelines:read`.
#[utoipa::path(
    operation_id = "list_pipelines", tag = "pipelines", summary = "List pipelines",
    params(Listing<Of<Pipeline>>),
    responses((status = 200, description = "A page.", body = Page<PipelineView>)),
    security(("bearer" = ["crm:pipelines:read"]))
)]
#[get("/v1/pipelines")]
async fn list_pipelines(
    ask: Listing<Of<Pipeline>>,
    directories: Data<Directories>,
) -> Result<Answer, Problem> {
    let reader = ask.read().await?;
    let none = store::all(&reader, ask.tenant()).await?.is_empty();
    drop(reader);
    if none {
        let by = http::hand(&ask.ctx, &directories).await?.by;
        ask.world.db.write(ask.tenant(), LayFirst(by)).await?;
    }
    http::list(ask, &directories).await
}

record_routes! {
    record: Pipeline, id: PipelineId, new: NewPipeline, edit: PipelineEdit, view: PipelineView,
    one: "pipeline" "a pipeline", many: "pipelines", read: "crm:pipelines:read", write: "crm:pipelines:write",
    writers: ["admin"],
    create: create_pipeline "/v1/pipelines",
    get: get_pipeline "/v1/pipelines/{id}",
    update: update_pipeline,
    delete: delete_pipeline,
    restore: restore_pipeline "/v1/pipelines/{id}/restore",
    history: get_pipeline_history "/v1/pipelines/{id}/history",
}

pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(list_pipelines);
    mount_record(config);
}
