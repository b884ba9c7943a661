//! Where somebody's day is read.

use chrono_tz::Tz;
use countersign_storage::Conn;
use countersign_storage::filter::Rows;
use countersign_web::{Fault, Words};

use super::{Asked, Day, TodayView, store};
use crate::deals::Deal;
use crate::deals::shape::DealView;
use crate::record::Record;
use crate::record::change::Hand;
use crate::record::ground::Ground;
use crate::record::lookup;
use crate::record::refusal::Refusal;
use crate::record::routes::prelude::*;

/// What the caller has to do. Overdue, due today and coming; and their open deals that rot or have no next activity: each the first rows,
/// with a count. Scope: `crm:activities:read`.
#[utoipa::path(
    operation_id = "get_today", tag = "activities", summary = "What the caller has to do today",
    params(Asked),
    responses((status = 200, description = "The caller's day.", body = TodayView)),
    security(("bearer" = ["crm:activities:read"]))
)]
#[get("/v1/today")]
async fn get_today(ctx: Ctx, asked: Query<Asked>, directories: Data<Directories>) -> Result<Answer, Problem> {
    let named = asked.zone.as_deref().map(zone).transpose()?;
    let hand = http::hand(&ctx, &directories).await?;
    let reader = ctx.read().await?;
    let zone = match named {
        Some(zone) => zone,
        None => lookup::zone_of(&reader, ctx.tenant()).await?,
    };
    let day = Day::of(ctx.now(), zone, asked.rot_days.unwrap_or(14));
    let (viewer, me, limit) = (&hand.viewer, ctx.caller.user, asked.limit.unwrap_or(20));
    let bare = Ground::bare(&hand.by);
    let due = async |span| {
        let rows = store::due(&reader, viewer, me, span, limit).await?;
        Ok::<_, Refusal>(Page::first(rows.map(|activity| activity.view(&bare))))
    };
    let (overdue, due_today) = (due(day.overdue).await?, due(day.due_today).await?);
    let upcoming = due(day.upcoming).await?;
    let (mut rotting, mut without) = (None, None);
    if viewer.scopes.allow(Deal::KIND.read) {
        let rows = store::rotting(&reader, viewer, me, day.rots_before, limit).await?;
        rotting = Some(deals(&reader, &hand, rows).await?);
        let rows = store::without_next(&reader, viewer, me, limit).await?;
        without = Some(deals(&reader, &hand, rows).await?);
    }
    drop(reader);
    Ok(Answer::json(&TodayView {
        object: "today",
        date: day.date,
        zone: zone.name().to_owned(),
        overdue,
        due_today,
        upcoming,
        rotting_deals: rotting,
        deals_without_next_activity: without,
    }))
}

async fn deals(conn: &Conn, hand: &Hand, rows: Rows<Deal>) -> Result<Page<DealView>, Refusal> {
    let ground = lookup::lay(conn, hand, &lookup::to_show(&rows.rows)).await?;
    Ok(Page::first(rows.map(|deal| deal.view(&ground))))
}

fn zone(name: &str) -> Result<Tz, Problem> {
    let words = Words::fixed(
        "A time zone is named as IANA does, like Europe/Berlin.",
        "时区使用 IANA 名称，例如 Europe/Berlin。",
    );
    name.parse()
        .map_err(|_| Problem::bad_parameters([Fault::parameter("zone", "unknown_zone", words)]))
}

pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(get_today);
}
