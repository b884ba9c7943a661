//! Whether what there is now holds all that there was. More may be told than was; nothing else, and nothing less.

use std::collections::BTreeMap;

use countersign_testkit::corpus::Tables;
use serde_json::Value;
use serde_json::value::RawValue;

/// Columns that the database's own clock, the process or a hash over other columns fills.
const NOT_REPEATED: &[(&str, &str)] = &[
    ("checkpoints", "hash"),
    ("checkpoints", "signature"),
    ("deliveries", "due_at"),
    ("deliveries", "expires_at"),
    ("event_waits", "ended_at"),
    // An answer as it was given: members are added to answers.
    ("idempotency", "body"),
    ("idempotency", "kept_at"),
    ("kept_events", "kept_at"),
    ("seals", "hash"),
    ("seals", "prev_hash"),
    ("timers", "ended_at"),
    ("timers", "lease_owner"),
    ("timers", "lease_until"),
];

/// Where `now` lacks something of `then`, or says something else.
fn find_difference(place: &str, then: &Value, now: &Value) -> Option<String> {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => then.iter().find_map(|(name, before)| {
            let place = format!("{place}/{name}");
            let is_entry = then.get("object").and_then(Value::as_str) == Some("history_entry");
            match now.get(name) {
                // What happened stands in the other members; its sentence is told in the words of today.
                Some(Value::String(now)) if name == "why" || (name == "text" && is_entry) => {
                    let told = before.as_str().is_none_or(str::is_empty) || !now.is_empty();
                    (!told).then(|| format!("{place} is told no more"))
                }
                Some(now) => find_difference(&place, before, now),
                None => Some(format!("{place} is gone")),
            }
        }),
        // More may be possible than was, and warned of.
        (Value::Array(then), Value::Array(now))
            if place.ends_with("/allowed") || place.ends_with("/warnings") =>
        {
            let gone = then.iter().find(|one| !now.contains(one));
            gone.map(|one| format!("{place} lacks {one}"))
        }
        (Value::Array(then), Value::Array(now)) if then.len() == now.len() => {
            let mut items = then.iter().zip(now).enumerate();
            items.find_map(|(number, (then, now))| find_difference(&format!("{place}/{number}"), then, now))
        }
        _ => (then != now).then(|| format!("{place} was {then}, is {now}")),
    }
}

#[track_caller]
pub(super) fn assert_holds(place: &str, then: &Value, now: &Value) {
    let difference = find_difference("", then, now);
    assert!(
        difference.is_none(),
        "{place}: {}",
        difference.unwrap_or_default()
    );
}

type Row = BTreeMap<String, Box<RawValue>>;

/// Differences that are told.
const TOLD: usize = 20;

/// What the rows of `now` do not hold as `then` did, the first of it.
pub(super) fn differences(then: &Tables, now: &Tables) -> Vec<String> {
    let mut found = Vec::new();
    for (table, then) in then {
        let now = now.get(table).map(Vec::as_slice).unwrap_or_default();
        if then.len() != now.len() {
            found.push(format!("{table} had {} rows, has {}", then.len(), now.len()));
        }
        for (number, (then, now)) in then.iter().zip(now).enumerate() {
            let row = |line: &str| serde_json::from_str::<Row>(line).unwrap();
            found.extend(of_row(table, number + 1, &row(then), &row(now)));
        }
    }
    found.truncate(TOLD);
    found
}

fn value(text: &RawValue) -> Value {
    serde_json::from_str(text.get()).unwrap()
}

fn of_row(table: &str, number: usize, then: &Row, now: &Row) -> Option<String> {
    let mut columns = then
        .iter()
        .filter(|(name, _)| !NOT_REPEATED.contains(&(table, name)));
    columns.find_map(|(name, then)| {
        let place = format!("{table}, line {number}: {name}");
        let Some(now) = now.get(name) else {
            return Some(format!("{place} is gone"));
        };
        // What is folded or read by its number is the same to the byte; all else may gain members.
        let is_same = match (table, name.as_str()) {
            ("requests", "state") => then.get() == now.get(),
            ("log", "body" | "private") => value(then).get("event") == value(now).get("event"),
            _ => true,
        };
        let more = || (!is_same).then(|| format!("{place} has more members, or another order"));
        find_difference(&place, &value(then), &value(now)).or_else(more)
    })
}
