//! Moving a tenant's clock.

use actix_web::put;
use actix_web::web::Data;
use countersign_kernel::time::Instant;
use countersign_web::{Answer, Body, Ctx, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::store::Keep;
use crate::Platform;

/// Only with `--sandbox`.
pub fn mount(config: &mut ServiceConfig) {
    config.service(set_sandbox_clock);
}

/// What the tenant's clock is to show.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"now": "2026-03-02T09:00:00.000Z"}))]
struct NewTime {
    now: Instant,
}

/// What the tenant's clock shows.
#[derive(Serialize, ToSchema)]
struct SandboxTime {
    #[schema(example = "sandbox_clock")]
    object: &'static str,
    now: Instant,
    /// Milliseconds ahead of the machine's own clock; negative if behind.
    offset_ms: i64,
}

/// Move the clock of the caller's tenant. On every server, forwards or back; it goes on from there. What has become due is fired
/// before the answer comes. For anyone of the tenant: a sandbox has nothing to protect.
#[utoipa::path(tag = "sandbox", request_body = NewTime, security(("bearer" = [])), responses((status = 200, description = "The tenant's time from now on.", body = SandboxTime)))]
#[put("/v1/sandbox/clock")]
async fn set_sandbox_clock(
    ctx: Ctx,
    Body(time): Body<NewTime>,
    platform: Data<Platform>,
) -> Result<Answer, Problem> {
    let sandbox = platform
        .sandbox
        .as_ref()
        .ok_or_else(|| Problem::internal("the sandbox is mounted without its clock"))?;
    let tenant = ctx.tenant();
    let (now, offset_ms) = (time.now, time.now.millis() - ctx.world.clock.now().millis());
    let answer = ctx.write(Keep { offset_ms }, move |()| {
        Answer::json(&SandboxTime {
            object: "sandbox_clock",
            now,
            offset_ms,
        })
    });
    let answer = answer.await?;
    sandbox.clock.seen_by_all(&ctx.world.db).await?;
    sandbox.fire.fire(tenant).await?;
    Ok(answer)
}
