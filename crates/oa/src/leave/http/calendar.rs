//! The calendar of a team or the company: when people work, and when they are away.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use std::collections::BTreeMap;

use actix_web::get;
use actix_web::web::Data;
use countersign_engine::leave::{Employment, WorkingTime};
use countersign_kernel::calendar::{Holiday, days};
use countersign_kernel::directory::Person;
use countersign_kernel::id::UserId;
use countersign_kernel::text;
use countersign_kernel::time::Date;
use countersign_rules::scene::Scene;
use countersign_web::{Answer, Ctx, Problem, Query as Wanted};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::away::{self, AwayView};
use super::{all_of, scene, within_a_year};
use crate::leave::store;
use crate::leave::store::leave;
use crate::office::Office;

/// People of a page.
const PEOPLE: usize = 500;

/// Which days, and whose.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CalendarQuery {
    /// The first day.
    from: Date,
    /// The last day. A year at most.
    until: Date,
    /// The name of a department; everybody unless said.
    #[serde(default)]
    #[param(required = false, nullable = false, example = "Sales")]
    department: Option<String>,
    /// Where the page begins: `next_cursor` of the one before.
    #[serde(default)]
    #[param(required = false, nullable = false)]
    cursor: Option<String>,
}

/// A public holiday where somebody works.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveCalendarHoliday)]
pub(crate) struct HolidayView {
    date: Date,
    #[schema(example = "Good Friday")]
    name: String,
    /// Work ends at the middle of the day.
    half: bool,
}

/// Somebody's days, as far as the caller may read of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveCalendarPerson)]
pub(crate) struct PersonView {
    #[schema(example = "leave_calendar_person")]
    object: &'static str,
    user: UserId,
    #[schema(example = "Ann Ames")]
    name: String,
    #[schema(required = true, example = "Sales")]
    department: Option<String>,
    /// On which they do not work: by the days of their week, public holidays of their place, or because they have not joined yet or
    /// have left.
    #[schema(example = json!(["2026-04-03", "2026-04-04", "2026-04-05"]))]
    days_off: Vec<Date>,
    holidays: Vec<HolidayView>,
    /// Leave that lies in part between the two days, in the order in which it ends.
    leaves: Vec<AwayView>,
}

/// The calendar of some people, by name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveCalendarPage)]
pub(crate) struct CalendarPage {
    data: Vec<PersonView>,
    has_more: bool,
    next_cursor: Option<String>,
}

/// Get the calendar of a team. Of each person the days off, public holidays and leave between two days; of 500 people a page, by
/// name. Which type of leave it is, is told where the type or the caller's place lets it. Scope: `oa:leave:read`.
#[utoipa::path(
    get,
    path = "/v1/leave/calendar",
    tag = "leave",
    params(CalendarQuery),
    responses((status = 200, description = "The calendar.", body = CalendarPage)),
    security(("bearer" = ["oa:leave:read"])),
)]
#[get("/v1/leave/calendar")]
pub(crate) async fn get_leave_calendar(
    ctx: Ctx,
    Wanted(wanted): Wanted<CalendarQuery>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let between = within_a_year(wanted.from, wanted.until)?;
    let list = format!("leave/calendar {between:?} {:?}", wanted.department);
    let cursor = wanted.cursor.as_deref();
    let after = cursor
        .map(|cursor| ctx.open_cursor(&list, "", cursor))
        .transpose()?;
    let after = after.and_then(|after| Place::read(&after));
    let reader = ctx.read().await?;
    let scene = scene(&ctx, &office, &reader).await?;
    let mut people = by_name(&scene, wanted.department.as_deref());
    if let Some(after) = after {
        let begin = people.partition_point(|person| Place::of(person) <= after);
        people.drain(..begin);
    }
    let has_more = people.len() > PEOPLE;
    people.truncate(PEOPLE);
    let ids: Vec<UserId> = people.iter().map(|person| person.id).collect();
    let employments = store::employments(&reader, ctx.tenant(), &ids).await?;
    let leaves = store::leaves_between(&reader, ctx.tenant(), Some(&ids), between).await?;
    let leaves = all_of(leaves)?;
    drop(reader);
    let shown: Vec<&leave::Model> = leaves.iter().collect();
    let mut leaves: BTreeMap<UserId, Vec<AwayView>> = BTreeMap::new();
    for view in away::views(&ctx, &scene, &shown) {
        leaves.entry(view.user).or_default().push(view);
    }
    let next_cursor = people
        .last()
        .filter(|_| has_more)
        .map(|last| ctx.seal_cursor(&list, "", &format!("{} {}", last.id, last.name)));
    let nothing = Employment::default();
    let row = |person: &&Person| {
        let employment = employments.get(&person.id).unwrap_or(&nothing);
        let leaves = leaves.remove(&person.id).unwrap_or_default();
        of_person(&scene, person, employment, leaves, between)
    };
    Ok(Answer::json(&CalendarPage {
        data: people.iter().map(row).collect(),
        has_more,
        next_cursor,
    })
    .in_language(ctx.locale))
}

/// Everybody who is there, or of a department.
fn by_name<'a>(scene: &'a Scene, department: Option<&str>) -> Vec<&'a Person> {
    let fits = |person: &&Person| {
        person.active && department.is_none_or(|name| person.department.as_deref() == Some(name))
    };
    let mut people: Vec<&Person> = scene.directory.people.values().filter(fits).collect();
    people.sort_by_cached_key(|person| Place::of(person));
    people
}

/// Where somebody stands in the order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place(Vec<u8>, UserId);

impl Place {
    fn of(person: &Person) -> Self {
        Self(text::sort_key(&person.name), person.id)
    }

    /// What a cursor holds of the last one of a page.
    fn read(cursor: &str) -> Option<Self> {
        let (id, name) = cursor.split_once(' ')?;
        Some(Self(text::sort_key(name), id.parse().ok()?))
    }
}

fn of_person(
    scene: &Scene,
    person: &Person,
    employment: &Employment,
    leaves: Vec<AwayView>,
    (from, until): (Date, Date),
) -> PersonView {
    let working = WorkingTime::of(person, &scene.calendars, scene.zone, employment);
    let off = |date: &Date| !employment.is_employed(*date) || working.on(*date).stretches(*date).is_empty();
    let holiday = |(date, holiday): (&Date, &Holiday)| HolidayView {
        date: *date,
        name: holiday.name.clone(),
        half: holiday.half,
    };
    PersonView {
        object: "leave_calendar_person",
        user: person.id,
        name: person.name.clone(),
        department: person.department.clone(),
        days_off: days(from, until).filter(off).collect(),
        holidays: working
            .on(from)
            .holidays
            .range(from..=until)
            .map(holiday)
            .collect(),
        leaves,
    }
}
