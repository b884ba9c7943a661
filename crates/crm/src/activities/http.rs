//! Where activities are reached.

use countersign_kernel::id::ActivityId;

use super::Activity;
use super::shape::{ActivityEdit, ActivityView, NewActivity};
use super::verb::Verb;
use crate::exports::http::export_route;
use crate::record::routes::prelude::*;
use crate::record::routes::{customer_routes, list_routes, record_routes};

list_routes! {
    record: Activity, view: ActivityView, many: "activities", read: "crm:activities:read",
    list: list_activities "/v1/activities",
    search: search_activities "/v1/activities/search",
}

export_route! {
    record: Activity, many: "activities", read: "crm:activities:read",
    example: "id,type,subject,due_at\r\nact_01jc0000000000000000000000,call,Ask about the offer,2027-03-02\r\n",
    lines: "{\"id\":\"act_01jc0000000000000000000000\",\"type\":\"call\",\"subject\":\"Ask about the offer\",\"due_at\":\"2027-03-02\"}\n",
    export: export_activities "/v1/activities/export",
}

record_routes! {
    record: Activity, id: ActivityId, new: NewActivity, edit: ActivityEdit, view: ActivityView,
    one: "activity" "an activity", many: "activities", read: "crm:activities:read", write: "crm:activities:write",
    create: create_activity "/v1/activities",
    get: get_activity "/v1/activities/{id}",
    update: update_activity,
    delete: delete_activity,
    restore: restore_activity "/v1/activities/{id}/restore",
    history: get_activity_history "/v1/activities/{id}/history",
}

customer_routes! {
    record: Activity, id: ActivityId, new: NewActivity, view: ActivityView,
    one: "activity" "an activity", many: "activities", read: "crm:activities:read", write: "crm:activities:write",
    upsert: put_activity_by_external_id "/v1/activities/by/{source}/{external_id}",
    batch: batch_activities "/v1/activities/batch",
}

/// Scope: `crm:activities:write`.
#[utoipa::path(
    operation_id = "complete_activity", tag = "activities", summary = "Complete an activity",
    params(("id" = ActivityId, Path)),
    request_body(content = Option<Nothing>),
    responses((status = 200, description = "The activity as it is now.", body = ActivityView)),
    security(("bearer" = ["crm:activities:write"]))
)]
#[post("/v1/activities/{id}/complete")]
async fn complete_activity(
    ctx: Ctx,
    activity: Id<ActivityId>,
    _: OptionalBody<Nothing>,
    directories: Data<Directories>,
) -> Result<Answer, Problem> {
    http::act(ctx, *activity, Verb::Complete, &directories).await
}

/// One that was done or cancelled. Scope: `crm:activities:write`.
#[utoipa::path(
    operation_id = "reopen_activity", tag = "activities", summary = "Reopen an activity",
    params(("id" = ActivityId, Path)),
    request_body(content = Option<Nothing>),
    responses((status = 200, description = "The activity as it is now.", body = ActivityView)),
    security(("bearer" = ["crm:activities:write"]))
)]
#[post("/v1/activities/{id}/reopen")]
async fn reopen_activity(
    ctx: Ctx,
    activity: Id<ActivityId>,
    _: OptionalBody<Nothing>,
    directories: Data<Directories>,
) -> Result<Answer, Problem> {
    http::act(ctx, *activity, Verb::Reopen, &directories).await
}

pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(complete_activity).service(reopen_activity);
    mount_more(config);
    mount_export(config);
    mount_lists(config);
    mount_record(config);
}
