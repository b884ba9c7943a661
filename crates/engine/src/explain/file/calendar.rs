//! A calendar as a file again.

use countersign_kernel::calendar::{Calendar, Place};

use super::{Page, quoted};

pub(in crate::explain) fn calendar(calendar: &Calendar) -> String {
    const DAYS: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let mut page = Page::default();
    page.pair(0, "calendar", &calendar.name);
    page.pair(0, "zone", calendar.zone.name());
    page.line(0, "working:");
    for (day, stretches) in DAYS
        .iter()
        .zip(&calendar.working)
        .filter(|(_, stretches)| !stretches.is_empty())
    {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let hours: Vec<String> = stretches
            .iter()
            .map(|stretch| format!("{}-{}", clock(stretch.from), clock(stretch.to)))
            .collect();
        page.pair(1, day, &quoted(&hours.join(", ")));
    }
    if let Some(place) = &calendar.place {
        page.pair(0, "for", &whose(place));
    }
    if !calendar.holidays.is_empty() {
        page.line(0, "holidays:");
        for (date, holiday) in &calendar.holidays {
            page.pair(
                1,
                &date.to_string(),
                &format!("{{name: {}, half: {}}}", quoted(&holiday.name), holiday.half),
            );
        }
    }
    let days: Vec<String> = calendar.working_days.iter().map(ToString::to_string).collect();
    if !days.is_empty() {
        page.pair(0, "working_days", &format!("[{}]", days.join(", ")));
    }
    page.text
}

/// Whose calendar or types it is.
pub(super) fn whose(place: &Place) -> String {
    match place {
        Place::Country(country) => format!("{{country: {}}}", quoted(country)),
        Place::Department(name) => format!("{{department: {}}}", quoted(name)),
    }
}
