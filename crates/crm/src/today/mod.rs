//! What somebody has to do today: what is late, due and coming, and the deals of theirs that nobody moves on.

pub mod http;
pub mod store;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use countersign_kernel::time::Instant;
use countersign_web::Page;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::activities::shape::ActivityView;
use crate::deals::shape::DealView;
use crate::record::ground::end_of;

/// How many days are coming.
const COMING_DAYS: i64 = 7;

/// What two instants are apart at least.
const MOMENT: TimeDelta = TimeDelta::milliseconds(1);

/// What is asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Where the caller's days begin and end, like `Europe/Berlin`: where the company is unless told.
    pub zone: Option<String>,
    /// Days after which a deal rots to which nothing happened: 14 unless told.
    #[param(minimum = 1, maximum = 365)]
    pub rot_days: Option<i64>,
    /// Rows of each part: 20 unless told.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
}

/// From which instant on, and up to which, something is due: both belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: Option<Instant>,
    pub to: Instant,
}

/// A day where it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    pub date: NaiveDate,
    pub overdue: Span,
    pub due_today: Span,
    pub upcoming: Span,
    /// A deal that did not change since rots.
    pub rots_before: Instant,
}

impl Day {
    pub fn of(now: Instant, zone: Tz, rot_days: i64) -> Self {
        let date = now.utc().with_timezone(&zone).date_naive();
        let last = date.checked_add_signed(TimeDelta::days(COMING_DAYS));
        let (ends, last_ends) = (end_of(date, zone), end_of(last.unwrap_or(date), zone));
        let span = |from, to| Span { from, to };
        Self {
            date,
            overdue: span(None, now.plus(-MOMENT)),
            due_today: span(Some(now), ends),
            upcoming: span(Some(ends.plus(MOMENT)), last_ends),
            rots_before: now.plus(TimeDelta::days(-rot_days)),
        }
    }
}

/// The caller's day. Each part is a first page with its count; the lists have the rest.
#[derive(Debug, Serialize, ToSchema)]
pub struct TodayView {
    /// Always `today`.
    pub object: &'static str,
    pub date: NaiveDate,
    pub zone: String,
    /// Open activities of the caller's that were due before now, the longest overdue first.
    pub overdue: Page<ActivityView>,
    /// Those that are still due today.
    pub due_today: Page<ActivityView>,
    /// Those that are due in the seven days after.
    pub upcoming: Page<ActivityView>,
    /// Open deals of the caller's to which nothing happened for `rot_days`, neither a change nor an activity. Null for a key without
    /// the scope `crm:deals:read`, as the next part.
    pub rotting_deals: Option<Page<DealView>>,
    /// Open deals of the caller's without an open activity.
    pub deals_without_next_activity: Option<Page<DealView>>,
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_day_ends_at_midnight_where_it_is_asked_for() {
        let day = |now: &str, zone| Day::of(now.parse().unwrap(), zone, 14);
        // In the night in which clocks go back.
        let berlin = day("2026-10-24T22:30:00Z", Tz::Europe__Berlin);
        assert_eq!(berlin.date.to_string(), "2026-10-25");
        assert_eq!(berlin.due_today.to.to_string(), "2026-10-25T22:59:59.999Z");
        assert_eq!(berlin.upcoming.to.to_string(), "2026-11-01T22:59:59.999Z");
        let denpasar = day("2026-10-24T22:30:00Z", Tz::Asia__Makassar);
        assert_eq!(denpasar.due_today.to.to_string(), "2026-10-25T15:59:59.999Z");
        let west = day("2026-10-24T22:30:00Z", Tz::America__Los_Angeles);
        assert_eq!(west.date.to_string(), "2026-10-24");
        assert_eq!(west.rots_before.to_string(), "2026-10-10T22:30:00.000Z");
    }
}
