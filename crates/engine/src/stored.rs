//! Events as they are kept: stable JSON, to which fields are only ever added, with defaults.
//!
//! What people wrote, and what is known of them, is kept apart: the body holds the hash of it, and the fold
//! works without it.

use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

use crate::vocabulary::{Closing, Entered, Event, Opened, Purpose, Reason, SeatOpened, What};

/// The shape of stored events.
pub const EVENT_FORMAT: i32 = 2;
/// The shape of the events that came last: versions that know older ones alone know nothing of them.
pub const NEWEST_FORMAT: i32 = 11;

/// Members, wherever they stand in an event, that can be erased.
const PRIVATE: [&str; 2] = ["comment", "person"];

impl Event {
    /// The oldest shape whose readers know it, so that servers of two versions go on side by side as long as they can.
    pub fn format(&self) -> i32 {
        match self.what {
            What::Entered(Entered {
                kind: Opened::Each { .. } | Opened::Item { .. },
                ..
            }) => 5,
            What::ApproverAdded { .. }
            | What::ApproverRemoved { .. }
            | What::Resumed { .. }
            | What::SeatClosed {
                why: Closing::Removed,
                ..
            } => 9,
            What::Recalled { .. } | What::Urged { .. } => NEWEST_FORMAT,
            What::SeatOpened(ref opened) if was_picked(opened) => 10,
            What::SeatOpened(ref opened) if was_added(opened) => 9,
            What::EventCame { .. } => 8,
            What::Entered(Entered {
                kind: Opened::Wait {
                    ref name, ref events, ..
                },
                ..
            }) if name.is_some() || !events.is_empty() => 8,
            What::Stopped { .. } | What::Claimed { .. } | What::Released { .. } => 7,
            What::Entered(Entered {
                kind: Opened::Stage | Opened::Wait { .. },
                ..
            }) => 7,
            What::VariablesSet(_) => 6,
            What::Submitted(ref submitted) if !submitted.facts.is_empty() => 6,
            What::Resubmitted(ref again) if !again.facts.is_empty() => 6,
            What::Retried { .. } | What::Bypassed { .. } | What::Moved(_) => 3,
            What::Entered(Entered {
                kind: Opened::Repeat, ..
            }) => 4,
            What::Entered(Entered {
                kind: Opened::Branch { ref when, .. },
                ..
            }) if when.is_some() => 4,
            What::SeatOpened(ref opened) if opened.asked.votes != 1 || opened.purpose == Purpose::Do => 4,
            What::Voted(ref voted) if voted.veto || !voted.answers.is_empty() => 4,
            What::Copied(_)
            | What::Reminded { .. }
            | What::Repeated { .. }
            | What::TimerSet { reminds: true, .. } => 4,
            What::Entered(Entered {
                kind: Opened::Approval { ref agreed, .. },
                ..
            }) if !agreed.is_empty() => 4,
            _ => EVENT_FORMAT,
        }
    }

    /// The event without its private part, and that part if there is one.
    pub fn split(&self) -> Result<(Json, Option<Json>), serde_json::Error> {
        let mut body = serde_json::to_value(self)?;
        let mut private = Map::new();
        if let Some(Json::Object(inner)) = inner(&mut body) {
            for name in PRIVATE {
                match inner.remove(name) {
                    None | Some(Json::Null) => {}
                    Some(value) => {
                        private.insert(name.to_owned(), value);
                    }
                }
            }
        }
        if private.is_empty() {
            return Ok((body, None));
        }
        let private = Json::Object(private);
        if let Some(body) = body.as_object_mut() {
            body.insert("private".to_owned(), Json::String(hash(&private)));
        }
        Ok((body, Some(private)))
    }

    /// The event again; without its private part if that was erased.
    pub fn join(mut body: Json, private: Option<Json>) -> Result<Self, serde_json::Error> {
        if let (Some(Json::Object(inner)), Some(Json::Object(private))) = (inner(&mut body), private) {
            for (name, value) in private {
                if PRIVATE.contains(&name.as_str()) {
                    inner.insert(name, value);
                }
            }
        }
        serde_json::from_value(body)
    }
}

/// Whether somebody who is asked wanted their voice, or that of whoever they are asked for.
fn was_added(opened: &SeatOpened) -> bool {
    let mut chain = opened.asked.chain.iter();
    chain.any(|because| matches!(because.reason, Reason::Added { .. }))
}

/// Whether somebody was asked as one of many, or stands in for one who was.
fn was_picked(opened: &SeatOpened) -> bool {
    let mut chain = opened.asked.chain.iter();
    chain.any(|because| matches!(because.reason, Reason::LeastBusy { .. } | Reason::InTurn))
}

/// Whether `private` is what `body` was split from.
pub fn belongs(body: &Json, private: &Json) -> bool {
    body.get("private").and_then(Json::as_str) == Some(hash(private).as_str())
}

fn inner(body: &mut Json) -> Option<&mut Json> {
    body.get_mut("what")?.as_object_mut()?.values_mut().next()
}

/// SHA-256 in hexadecimal of JSON whose members are in order of their names.
pub(crate) fn hash(value: &Json) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let mut text = String::new();
    canonical(value, &mut text);
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or('0');
    Sha256::digest(text.as_bytes())
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

fn canonical(value: &Json, out: &mut String) {
    match value {
        Json::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            out.push('{');
            for name in names {
                out.push_str(&Json::String(name.clone()).to_string());
                out.push(':');
                canonical(members.get(name).unwrap_or(&Json::Null), out);
                out.push(',');
            }
            out.push('}');
        }
        Json::Array(items) => {
            out.push('[');
            for item in items {
                canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => out.push_str(&value.to_string()),
    }
}
