//! Stories of leave types.

use chrono::Days;
use countersign_kernel::time::Date;

use super::super::calendar::{date, working};
use super::super::desk::{Desk, Map};
use super::{amount, ordered, read, signed};
use crate::finding::words;
use crate::keys::{EMPLOYED, LEAVE_STORY, LEAVE_TAKEN, TERMS};
use crate::leave::{Away, Employment, LeaveStory, LeaveType, Takes, Terms};
use crate::parse::Node;

/// Stories of a file.
const STORIES_MAX: usize = 200;

pub(super) fn stories(
    desk: &Desk<'_>,
    node: &Node,
    types: &[LeaveType],
    starts: Date,
) -> Option<Vec<LeaveStory>> {
    let items = desk.list(node)?;
    if items.len() > STORIES_MAX {
        desk.error(
            "too-large",
            node,
            words!("More than {STORIES_MAX} stories.", "故事超过 {STORIES_MAX} 个。"),
            words!("Leave some out.", "请减少。"),
        );
        return None;
    }
    items
        .iter()
        .map(|item| story(desk, item, types, starts))
        .collect()
}

fn story(desk: &Desk<'_>, node: &Node, types: &[LeaveType], starts: Date) -> Option<LeaveStory> {
    let map = desk.map(node, &LEAVE_STORY)?;
    let name = map.get("name").and_then(|node| desk.text(node));
    let given = read(map.get("given"), |node| employed(desk, node));
    let taken = read(map.get("takes"), |node| {
        let items = desk.list(node)?;
        items
            .iter()
            .map(|item| taken(desk, item, types))
            .collect::<Option<Vec<_>>>()
    });
    let on = read(map.get("on"), |node| date(desk, node));
    let expect = read(map.get("expect"), |node| {
        let entries = desk.named(node)?.into_iter();
        let one = |(name, key, value): (&str, &Node, &Node)| {
            let amount = signed(desk, value)?;
            Some((known(desk, key, name, types)?, amount))
        };
        entries.map(one).collect::<Option<Vec<_>>>()
    });
    let refused = read(map.get("refused"), |node| desk.text(node).map(str::to_owned));
    let (employment, calendar) = given?.unwrap_or_default();
    Some(LeaveStory {
        name: name?.to_owned(),
        line: desk.line(node),
        employment,
        calendar,
        takes: taken?.unwrap_or_default(),
        on: on?.unwrap_or(starts),
        expect: expect?.unwrap_or_default(),
        refused: refused?,
    })
}

/// The name of one of the file's types.
fn known(desk: &Desk<'_>, node: &Node, name: &str, types: &[LeaveType]) -> Option<String> {
    let names: Vec<(&str, &str)> = types
        .iter()
        .map(|one| (one.name.as_str(), one.name.as_str()))
        .collect();
    if names.iter().any(|(known, _)| *known == name) {
        return Some(name.to_owned());
    }
    desk.one_of(node, &names).map(str::to_owned)
}

fn employed(desk: &Desk<'_>, node: &Node) -> Option<(Employment, Option<String>)> {
    let map = desk.map(node, &EMPLOYED)?;
    let joined_on = read(map.get("joined_on"), |node| date(desk, node));
    let left_on = read(map.get("left_on"), |node| date(desk, node));
    let service_since = read(map.get("service_since"), |node| date(desk, node));
    let calendar = read(map.get("calendar"), |node| desk.text(node).map(str::to_owned));
    let terms = read(map.get("terms"), |node| {
        let items = desk.list(node)?;
        items
            .iter()
            .map(|item| terms(desk, item))
            .collect::<Option<Vec<_>>>()
    });
    let mut terms = terms?.unwrap_or_default();
    terms.sort_by_key(|terms| terms.from);
    Some((
        Employment {
            joined_on: joined_on?,
            left_on: left_on?,
            service_since: service_since?,
            terms,
        },
        calendar?,
    ))
}

fn terms(desk: &Desk<'_>, node: &Node) -> Option<Terms> {
    let map = desk.map(node, &TERMS)?;
    let from = map.get("from").and_then(|node| date(desk, node));
    let percent = read(map.get("percent"), |node| desk.count(node, 1));
    let own = read(map.get("working"), |node| working(desk, node));
    Some(Terms {
        from: from?,
        percent: percent?.map(|percent| percent.min(100)),
        working: own?,
    })
}

fn taken(desk: &Desk<'_>, node: &Node, types: &[LeaveType]) -> Option<Takes> {
    let map = desk.map(node, &LEAVE_TAKEN)?;
    let of = map
        .get("type")
        .and_then(|node| known(desk, node, desk.text(node)?, types));
    let first = map.get("from").and_then(|node| date(desk, node));
    let last = read(map.get("until"), |node| date(desk, node));
    let hours = read(map.get("hours"), |node| amount(desk, node));
    let asked_on = read(map.get("asked_on"), |node| date(desk, node));
    let flag = |name| yes(desk, &map, name);
    let (start_half, end_half, has_evidence) = (flag("start_half"), flag("end_half"), flag("evidence"));
    let first = first?;
    let (first, last) = ordered(desk, &map, "until", first, last?.unwrap_or(first))?;
    Some(Takes {
        of: of?,
        away: Away {
            first,
            last,
            start_half: start_half?,
            end_half: end_half?,
            hours: hours?,
        },
        asked_on: asked_on?.unwrap_or(first - Days::new(366)),
        has_evidence: has_evidence?,
    })
}

fn yes(desk: &Desk<'_>, map: &Map<'_>, name: &str) -> Option<bool> {
    read(map.get(name), |node| desk.yes_no(node)).map(|found| found.unwrap_or(false))
}
