//! Leave as iCalendar (RFC 5545, RFC 7986).

use chrono::TimeDelta;
use countersign_engine::leave::Amount;
use countersign_kernel::actor::Caller;
use countersign_kernel::id::LeaveId;
use countersign_kernel::time::{Date, Instant};
use countersign_rules::scene::Scene;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};

use crate::leave::away;
use crate::leave::store::leave;

/// How often programs are asked to read a feed again.
const EVERY: TimeDelta = TimeDelta::hours(1);

/// A calendar of these leaves, as its reader may read them. The same leaves make the same text.
pub(in crate::leave) fn of_leaves(
    reader: &Caller,
    scene: &Scene,
    name: &str,
    host: &str,
    leaves: &[leave::Model],
) -> String {
    let mut calendar = Calendar::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Countersign//Leave//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ] {
        calendar.append_property(Property::new(key, value));
    }
    // The library takes `NAME` for no text, and would not escape it.
    let text = Property::new("NAME", name).add_parameter("VALUE", "TEXT").done();
    calendar
        .append_property(text)
        .append_property(Property::new("X-WR-CALNAME", name))
        .ttl(&EVERY);
    for leave in leaves {
        let Some(person) = scene.directory.person(leave.person) else {
            continue;
        };
        let reads = away::reads_type(reader, scene, leave);
        let title = away::title_of(scene, person, &leave.leave_type, reader.locale).filter(|_| reads);
        let title = title.as_deref().unwrap_or(reader.locale.pick("Away", "不在"));
        let summary = format!("{}: {title}{}", person.name, part(reader, leave));
        // A line of the file is one line, whatever stands in a title.
        let summary = summary.replace(char::is_control, " ");
        calendar.push(event(reader, leave, host, &summary));
    }
    calendar.to_string()
}

fn event(reader: &Caller, leave: &leave::Model, host: &str, summary: &str) -> Event {
    let own = leave.person == reader.user;
    let status = match leave.status.as_str() {
        "taken" => EventStatus::Confirmed,
        _ => EventStatus::Tentative,
    };
    let mut event = Event::new();
    event
        .uid(&format!("{}@{host}", LeaveId(leave.id.0)))
        .timestamp(leave.updated_at.utc())
        .created(leave.created_at.utc())
        .last_modified(leave.updated_at.utc())
        .sequence(u32::try_from(leave.version - 1).unwrap_or(u32::MAX))
        .starts(leave.first_day)
        // The end of a span of days is the day after.
        .ends(leave.last_day.succ_opt().unwrap_or(leave.last_day))
        .summary(summary)
        .status(status)
        // Another's leave does not make the reader busy.
        .add_property("TRANSP", if own { "OPAQUE" } else { "TRANSPARENT" })
        .add_property("X-MICROSOFT-CDO-BUSYSTATUS", if own { "OOF" } else { "FREE" });
    event.done()
}

/// Where it is not whole days.
fn part(reader: &Caller, leave: &leave::Model) -> String {
    let locale = reader.locale;
    let words = match (leave.hours, leave.start_half, leave.end_half) {
        (Some(hours), ..) => {
            let hours = Amount::of_thousandths(hours);
            locale.pick(format!("{hours} h"), format!("{hours} 小时"))
        }
        (None, false, false) => return String::new(),
        (None, true, false) => locale.pick("from noon", "下午起").to_owned(),
        (None, false, true) => locale.pick("until noon", "至中午").to_owned(),
        (None, true, true) => locale.pick("noon to noon", "中午至中午").to_owned(),
    };
    locale.pick(format!(" ({words})"), format!("（{words}）"))
}

/// The days that a feed shows: a quarter back, so that what was corrected is corrected there too, and a year ahead.
pub(in crate::leave) fn window(now: Instant) -> (Date, Date) {
    let today = now.utc().date_naive();
    (today - TimeDelta::days(92), today + TimeDelta::days(366))
}
