//! A calendar document.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use countersign_kernel::calendar::{Calendar, Holiday, Place, Stretch};
use countersign_kernel::text::nearest;
use countersign_kernel::time::Date;

use super::desk::Desk;
use crate::finding::words;
use crate::keys::{CALENDAR, CALENDAR_FOR, HOLIDAY};
use crate::parse::{Node, Yaml};

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

pub(crate) fn calendar(desk: &Desk<'_>, root: &Node) -> Option<Calendar> {
    let map = desk.map(root, &CALENDAR)?;
    let name = map.get("calendar").and_then(|node| desk.name(node));
    if let Some(node) = map.get("title") {
        desk.words(node);
    }
    let zone = map.get("zone").and_then(|node| zone(desk, node));
    let working = map.get("working").and_then(|node| working(desk, node));
    let place = match map.get("for") {
        Some(node) => Some(place(desk, node)?),
        None => None,
    };
    let holidays = map
        .get("holidays")
        .map_or(Some(BTreeMap::new()), |node| holidays(desk, node));
    let working_days = map.get("working_days").map_or(Some(BTreeSet::new()), |node| {
        let days: Vec<Option<Date>> = desk.list(node)?.iter().map(|item| date(desk, item)).collect();
        days.into_iter().collect()
    });
    Some(Calendar {
        name: name?,
        zone: zone?,
        working: working?,
        holidays: holidays?,
        working_days: working_days?,
        place,
    })
}

fn zone(desk: &Desk<'_>, node: &Node) -> Option<Tz> {
    let text = desk.text(node)?;
    if let Ok(zone) = text.parse::<Tz>() {
        return Some(zone);
    }
    let hint = match nearest(text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())) {
        Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
        None => words!(
            "Write a continent and a city, like `Europe/Berlin` or `Asia/Shanghai`.",
            "请写洲和城市，如 `Europe/Berlin` 或 `Asia/Shanghai`。"
        ),
    };
    desk.error(
        "unknown-zone",
        node,
        words!("`{text}` is no time zone.", "`{text}` 不是时区。"),
        hint,
    );
    None
}

pub(super) fn working(desk: &Desk<'_>, node: &Node) -> Option<[Vec<Stretch>; 7]> {
    let mut week: [Vec<Stretch>; 7] = Default::default();
    let mut sound = true;
    for (name, key, value) in desk.named(node)? {
        let (Some(days), Some(hours)) = (days(desk, key, name), hours(desk, value)) else {
            sound = false;
            continue;
        };
        for day in days {
            let Some(stretches) = week.get_mut(day) else {
                continue;
            };
            if !stretches.is_empty() {
                let day = DAYS.get(day).copied().unwrap_or_default();
                desk.error(
                    "repeated-key",
                    key,
                    words!("The hours of {day} stand here twice.", "{day} 的工作时间重复。"),
                    words!("Name each day once.", "每天只写一次。"),
                );
                sound = false;
            }
            stretches.clone_from(&hours);
        }
    }
    if sound && week.iter().all(Vec::is_empty) {
        desk.error(
            "wrong-shape",
            node,
            words!("No day is worked in this calendar.", "此日历没有工作日。"),
            words!(
                "Write like `monday to friday: \"09:00-17:00\"`.",
                "请写如 `monday to friday: \"09:00-17:00\"`。"
            ),
        );
        return None;
    }
    sound.then_some(week)
}

/// `monday to thursday`, `friday`.
fn days(desk: &Desk<'_>, key: &Node, name: &str) -> Option<Vec<usize>> {
    let place = |word: &str| DAYS.iter().position(|day| *day == word.trim().to_lowercase());
    let (first, last) = name.split_once(" to ").unwrap_or((name, name));
    match (place(first), place(last)) {
        (Some(first), Some(last)) if first <= last => Some((first..=last).collect()),
        (Some(first), Some(last)) => Some((first..7).chain(0..=last).collect()),
        (one, _) => {
            let wrong = if one.is_none() { first } else { last };
            let hint = match nearest(wrong.trim(), DAYS) {
                Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
                None => words!(
                    "Write like `monday to friday` or `saturday`.",
                    "请写如 `monday to friday` 或 `saturday`。"
                ),
            };
            desk.error(
                "unknown-word",
                key,
                words!("`{wrong}` is no day of the week.", "`{wrong}` 不是星期几。"),
                hint,
            );
            None
        }
    }
}

/// `09:00-12:30, 13:00-17:30`.
fn hours(desk: &Desk<'_>, node: &Node) -> Option<Vec<Stretch>> {
    let text = desk.text(node)?;
    let mut stretches: Vec<Stretch> = Vec::new();
    for part in text.split(',') {
        let fits = |stretch: &Stretch| stretches.last().is_none_or(|last| stretch.from > last.to);
        let Some(stretch) = Stretch::read(part).filter(fits) else {
            let part = part.trim();
            desk.error(
                "bad-hours",
                node,
                words!("`{part}` are no hours of work.", "`{part}` 不是工作时间。"),
                words!(
                    "Write from and to, in order: `\"09:00-12:30, 13:00-17:30\"`.",
                    "请按顺序写起止时间：`\"09:00-12:30, 13:00-17:30\"`。"
                ),
            );
            return None;
        };
        stretches.push(stretch);
    }
    Some(stretches)
}

pub(super) fn place(desk: &Desk<'_>, node: &Node) -> Option<Place> {
    let map = desk.map(node, &CALENDAR_FOR)?;
    match (map.get("country"), map.get("department")) {
        (Some(node), None) => desk.text(node).map(|text| Place::Country(text.to_owned())),
        (None, Some(node)) => desk.text(node).map(|text| Place::Department(text.to_owned())),
        _ => {
            desk.error(
                "two-kinds",
                node,
                words!(
                    "A calendar is for a country or for a department.",
                    "日历只能用于一个国家或一个部门。"
                ),
                words!("Write `for: {{country: DE}}`.", "请写 `for: {{country: DE}}`。"),
            );
            None
        }
    }
}

fn holidays(desk: &Desk<'_>, node: &Node) -> Option<BTreeMap<Date, Holiday>> {
    let mut found = BTreeMap::new();
    let mut sound = true;
    for (_, key, value) in desk.named(node)? {
        let day = date(desk, key);
        let holiday = match &value.yaml {
            Yaml::Map(_) => desk.map(value, &HOLIDAY).and_then(|map| {
                let half = map.get("half").map_or(Some(false), |node| desk.yes_no(node))?;
                let name = desk.text(map.get("name")?)?.to_owned();
                Some(Holiday { name, half })
            }),
            _ => desk.text(value).map(|name| Holiday {
                name: name.to_owned(),
                half: false,
            }),
        };
        match (day, holiday) {
            (Some(day), Some(holiday)) => {
                found.insert(day, holiday);
            }
            _ => sound = false,
        }
    }
    sound.then_some(found)
}

pub(super) fn date(desk: &Desk<'_>, node: &Node) -> Option<Date> {
    let text = desk.text(node)?;
    let date = text.parse::<NaiveDate>().ok().filter(|_| text.len() == 10);
    if date.is_none() {
        desk.error(
            "wrong-shape",
            node,
            words!("`{text}` is no date.", "`{text}` 不是日期。"),
            words!(
                "Write year, month and day: `2026-05-01`.",
                "请写年月日：`2026-05-01`。"
            ),
        );
    }
    date
}
