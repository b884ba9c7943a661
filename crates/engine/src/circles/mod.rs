//! Circles: a workflow whose step, or an automation on whose events, starts a request that leads to the first again.
//!
//! Each request of a circle is a new one, so nothing ends it by itself. It is found when a file is checked, among
//! everything in force: an error where nobody decides and nothing is asked on the way, else a warning.

mod listener;
mod outline;
mod ways;

use std::sync::Arc;

pub use outline::Outline;
use ways::{By, Hop, Place, Ways};

use crate::definition::Document;
use crate::finding::{Words, words};
use crate::parse::{Node, Yaml};
use crate::read::Desk;
use crate::surroundings::Surroundings;

/// Tells of the circles that this file closes.
pub(crate) fn find(desk: &Desk<'_>, root: &Node, document: &Document, around: &Surroundings) {
    let (Some(in_force), Some(own)) = (&around.in_force, Outline::of(document, &around.actions)) else {
        return;
    };
    let others = in_force.iter().map(Arc::as_ref);
    let others = others.filter(|other| !other.is_also(&own));
    let ways = Ways::new(others.chain([&own]));
    let late = || desk.is_late();
    for first in own_hops(&ways, &own) {
        if late() {
            return;
        }
        let certain = first.stop.is_none().then(|| ways.round(&first, true, &late));
        match certain.flatten() {
            Some(circle) => endless(desk, place(desk, root, &own, first.by), &circle),
            None => {
                if let Some(circle) = ways.round(&first, false, &late) {
                    stoppable(desk, place(desk, root, &own, first.by), &circle);
                }
            }
        }
    }
}

/// The hops that this file is part of: of a workflow all that follows from its requests.
fn own_hops<'a>(ways: &Ways<'a>, own: &'a Outline) -> Vec<Hop<'a>> {
    match own {
        Outline::Workflow(flow) => ways.from(Place::Request(&flow.name)),
        Outline::Automation(listener) => ways.by(listener),
    }
}

fn endless(desk: &Desk<'_>, node: &Node, circle: &[Hop<'_>]) {
    let (way, cuts) = (way(circle), cuts(circle));
    desk.error(
        "start-circle",
        node,
        Words::new(
            format!("This goes in a circle that nothing stops: {}.", way.en),
            format!("这里形成无法停止的循环：{}。", way.zh),
        ),
        Words::new(
            format!(
                "Cut it at {}: have somebody approve before it, or give it a `when`.",
                cuts.en
            ),
            format!("请在{}处切断：在其之前加审批，或加上 `when`。", cuts.zh),
        ),
    );
}

fn stoppable(desk: &Desk<'_>, node: &Node, circle: &[Hop<'_>]) {
    let (way, cuts) = (way(circle), cuts(circle));
    let stops = joined(circle.iter().filter_map(|hop| hop.stop.clone()));
    desk.warn(
        "start-circle",
        node,
        Words::new(
            format!(
                "This may go in a circle: {}. It is stopped by nothing but {}.",
                way.en, stops.en
            ),
            format!("这里可能形成循环：{}。能使其停止的只有{}。", way.zh, stops.zh),
        ),
        Words::new(
            format!("If that is not meant, cut it at {}.", cuts.en),
            format!("若非本意，请在{}处切断。", cuts.zh),
        ),
    );
}

/// `expense` → (automation `again`) → `expense`.
fn way(circle: &[Hop<'_>]) -> Words {
    let mut told = circle
        .first()
        .map_or_else(|| words!("", ""), |hop| name(hop.from));
    for hop in circle {
        let (by, to) = (by(hop.by), name(hop.to));
        told.en.push_str(&format!(" → ({}) {}", by.en, to.en));
        told.zh.push_str(&format!(" →（{}）{}", by.zh, to.zh));
    }
    told
}

fn name(place: Place<'_>) -> Words {
    let (Place::Request(name) | Place::Event(name)) = place;
    words!("`{name}`", "`{name}`")
}

fn by(by: By<'_>) -> Words {
    let By { name, id, .. } = by;
    if by.automation {
        words!("`{id}` of the automation `{name}`", "自动化 `{name}` 的 `{id}`")
    } else {
        words!("step `{id}`", "步骤 `{id}`")
    }
}

fn cuts(circle: &[Hop<'_>]) -> Words {
    joined(circle.iter().map(|hop| match hop.from {
        Place::Request(name) if !hop.by.automation => {
            let id = hop.by.id;
            words!("step `{id}` of `{name}`", "`{name}` 的步骤 `{id}`")
        }
        _ => by(hop.by),
    }))
}

/// Each once, in order.
fn joined(all: impl Iterator<Item = Words>) -> Words {
    let mut once: Vec<Words> = Vec::new();
    for words in all {
        if !once.contains(&words) {
            once.push(words);
        }
    }
    let of = |pick: fn(&Words) -> &str| once.iter().map(pick).collect::<Vec<_>>();
    Words::new(
        of(|words| &words.en).join(" or "),
        of(|words| &words.zh).join("或"),
    )
}

/// Where a circle is told: at the step of this file that is part of it, else at its name.
fn place<'n>(desk: &Desk<'_>, root: &'n Node, own: &Outline, by: By<'_>) -> &'n Node {
    let (automation, name) = match own {
        Outline::Workflow(flow) => (false, &flow.name),
        Outline::Automation(listener) => (true, &listener.name),
    };
    let whole = || {
        root.get(if automation { "automation" } else { "workflow" })
            .unwrap_or(root)
    };
    if (by.automation, by.name) == (automation, name) {
        step_at(desk, root, by).unwrap_or_else(whole)
    } else {
        whole()
    }
}

/// The id of the step that stands on this line.
fn step_at<'n>(desk: &Desk<'_>, node: &'n Node, by: By<'_>) -> Option<&'n Node> {
    match &node.yaml {
        Yaml::List(items) => items.iter().find_map(|item| step_at(desk, item, by)),
        Yaml::Map(entries) => {
            let id = |key: &str| node.get(key).filter(|id| id.text() == Some(by.id));
            let own = (desk.line(node) == by.line)
                .then(|| id("action").or_else(|| id("start")))
                .flatten();
            own.or_else(|| entries.iter().find_map(|(_, value)| step_at(desk, value, by)))
        }
        Yaml::Scalar(_) | Yaml::Broken => None,
    }
}
