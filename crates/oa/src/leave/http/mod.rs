//! Leave over HTTP.

mod adjustments;
mod away;
mod balances;
mod calendar;
mod employments;
mod feeds;
mod preview;
mod recounts;
mod reports;
mod runs;

use countersign_engine::leave::Employment;
use countersign_kernel::id::UserId;
use countersign_kernel::text::Words;
use countersign_kernel::time::Date;
use countersign_rules::scene::Scene;
use countersign_storage::Conn;
use countersign_web::{Ctx, Fault, Problem};

use super::account::Holder;
use super::{rights, store};
use crate::office::Office;
use crate::requests::load;

pub(crate) const READ: &str = "oa:leave:read";

/// The days of the longest year.
const YEAR: i64 = 366;

pub(crate) fn mount(config: &mut utoipa_actix_web::service_config::ServiceConfig) {
    config
        .service(balances::list_leave_balances)
        .service(balances::list_leave_entries)
        .service(preview::preview_leave)
        .service(away::list_away)
        .service(calendar::get_leave_calendar)
        .service(feeds::create_leave_feed)
        .service(feeds::list_leave_feeds)
        .service(feeds::revoke_leave_feed)
        .service(feeds::read_leave_feed)
        .service(adjustments::adjust_leave)
        .service(employments::get_employment)
        .service(employments::put_employment)
        .service(reports::report_leave_taken)
        .service(reports::report_leave_liability)
        .service(recounts::recount_leave)
        .service(runs::run_leave);
}

/// Somebody whom leave is asked about, and what it is counted by.
struct Asked {
    scene: Scene,
    person: UserId,
    employment: Employment,
    /// Whether the caller may see it.
    seen: bool,
}

impl Asked {
    /// The caller where nobody is named.
    async fn about(ctx: &Ctx, office: &Office, conn: &Conn, person: Option<UserId>) -> Result<Self, Problem> {
        let scene = scene(ctx, office, conn).await?;
        let person = person.unwrap_or(ctx.caller.user);
        let employments = store::employments(conn, ctx.tenant(), &[person]).await?;
        Ok(Self {
            seen: rights::may_see(&ctx.caller, &scene.directory, person),
            employment: employments.get(&person).cloned().unwrap_or_default(),
            scene,
            person,
        })
    }

    /// None where no types are published for them, and of whoever the caller may not see, as of whoever is not there.
    fn holder(&self) -> Option<Holder> {
        let found = Holder::of(&self.scene, self.person, &self.employment);
        found.filter(|_| self.seen)
    }
}

/// Both days, where they are in order and a year apart at most.
fn within_a_year(from: Date, until: Date) -> Result<(Date, Date), Problem> {
    if until < from || (until - from).num_days() >= YEAR {
        let words = Words::fixed(
            "From the first day to the last, a year at most.",
            "从开始日到结束日，最多一年。",
        );
        return Err(out_of_range("until", words));
    }
    Ok((from, until))
}

/// Leave of a list, where it is not more than one holds.
fn all_of(leaves: Vec<store::leave::Model>) -> Result<Vec<store::leave::Model>, Problem> {
    if leaves.len() > store::LEAVES_MAX {
        let words = Words::fixed(
            "That is more leave than one answer holds: ask for fewer days.",
            "超过一次答复的容量：请缩短日期范围。",
        );
        return Err(out_of_range("until", words));
    }
    Ok(leaves)
}

/// 400 for this parameter.
fn out_of_range(name: &str, words: Words) -> Problem {
    Problem::bad_parameters([Fault::parameter(name, "out_of_range", words)])
}

/// The tenant as it is now.
async fn scene(ctx: &Ctx, office: &Office, conn: &Conn) -> Result<Scene, Problem> {
    let ground = load::ground(conn, ctx.tenant()).await?;
    Ok(office.scene_in(conn, ctx.tenant(), &ground, ctx.now()).await?)
}
