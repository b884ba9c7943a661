//! The people of stories: `people.yaml`, a file's own `people:`, and the built-in sample company.

use std::collections::BTreeSet;

use chrono::DateTime;
use countersign_kernel::directory::{Department, Person};
use countersign_kernel::id::{UserId, derive};
use countersign_kernel::money::{Currency, Money, MoneyError};
use countersign_kernel::time::Instant;
use uuid::Uuid;

use crate::deadline::Deadline;
use crate::definition::{Member, People};
use crate::finding::{Finding, words};
use crate::keys::PERSON;
use crate::parse::{Node, parse};
use crate::read::{Desk, Map};

/// The sample company as a file: what ships as `workflows/people.yaml`.
pub const SAMPLE: &str = include_str!("people/sample.yaml");

/// Reads a `people.yaml`.
pub fn people(text: &str, currency: Currency) -> Result<People, Vec<Finding>> {
    let (parsed, deadline) = (parse(text), Deadline::none());
    let desk = Desk::new(&parsed, &deadline);
    for fault in &parsed.faults {
        desk.fault(fault);
    }
    let block = parsed
        .root
        .as_ref()
        .map(|root| root.get("people").unwrap_or(root));
    let people = block.and_then(|block| read(&desk, block, currency));
    let findings = desk.finish();
    match people {
        Some(people) if !findings.iter().any(Finding::is_error) => Ok(people),
        _ => Err(findings),
    }
}

/// The built-in sample company.
pub fn sample() -> People {
    people(SAMPLE, Currency::EUR).unwrap_or_default()
}

/// The id that a short name stands for in stories: always the same.
pub fn story_id(name: &str) -> UserId {
    UserId(derive(
        "story",
        Uuid::nil(),
        name.as_bytes(),
        Instant::new(DateTime::UNIX_EPOCH),
    ))
}

pub(crate) fn read(desk: &Desk<'_>, block: &Node, currency: Currency) -> Option<People> {
    let entries = desk.named(block)?;
    let names: Vec<&str> = entries.iter().map(|(name, ..)| *name).collect();
    let mut people = People::default();
    for (name, key, node) in &entries {
        // Whoever is found wrong is somebody all the same.
        let sound = desk.name(key).is_some();
        if node.is_null() {
            add(&mut people, name, plain(name), None);
            continue;
        }
        let Some(map) = desk.map(node, &PERSON).filter(|_| sound) else {
            add(&mut people, name, plain(name), None);
            continue;
        };
        let person = person(desk, name, &map, &names, currency);
        let heads = texts(desk, &map, "head_of");
        add(&mut people, name, person, Some(heads));
    }
    Some(people)
}

fn add(people: &mut People, name: &str, person: Person, heads: Option<BTreeSet<String>>) {
    let directory = &mut people.directory;
    directory.roles.extend(person.roles.iter().cloned());
    directory.groups.extend(person.groups.iter().cloned());
    let heads = heads.unwrap_or_default();
    for name in person.department.iter().chain(&heads) {
        if directory.department(name).is_none() {
            directory.departments.push(Department {
                id: None,
                name: name.clone(),
                head: None,
            });
        }
    }
    for department in &mut directory.departments {
        if heads.contains(&department.name) {
            department.head = Some(person.id);
        }
    }
    people.names.insert(
        name.to_owned(),
        Member {
            id: person.id,
            deputy: None,
        },
    );
    directory.people.insert(person.id, person);
}

fn plain(name: &str) -> Person {
    Person {
        id: story_id(name),
        name: capital(name),
        email: format!("{name}@example.com"),
        active: true,
        manager: None,
        department: None,
        title: None,
        grade: None,
        country: None,
        cost_center: None,
        limit: None,
        roles: BTreeSet::new(),
        groups: BTreeSet::new(),
        skills: BTreeSet::new(),
    }
}

fn capital(name: &str) -> String {
    crate::read::capital(name)
}

/// `5000` or `5000 EUR`, in minor units.
pub(crate) fn limit(text: &str, currency: Currency) -> Result<i64, MoneyError> {
    let (amount, code) = text.split_once(' ').unwrap_or((text, currency.code()));
    Ok(Money::parse(amount, code.parse()?)?.minor)
}

fn person(desk: &Desk<'_>, name: &str, map: &Map<'_>, names: &[&str], currency: Currency) -> Person {
    let text = |key: &str| map.get(key).and_then(|node| desk.text(node)).map(str::to_owned);
    let manager = map
        .get("manager")
        .and_then(|node| known(desk, node, names))
        .map(|name| story_id(&name));
    let limit = map.get("limit").and_then(|node| {
        let text = desk.text(node)?;
        let limit = limit(text, currency);
        if limit.is_err() {
            desk.error(
                "wrong-shape",
                node,
                words!("`{text}` is no amount.", "`{text}` 不是金额。"),
                words!("Write like `5000`.", "请写如 `5000`。"),
            );
        }
        limit.ok()
    });
    let base = plain(name);
    Person {
        name: text("name").unwrap_or(base.name.clone()),
        email: text("email").unwrap_or(base.email.clone()),
        manager,
        department: text("department"),
        title: text("title"),
        grade: text("grade"),
        country: text("country"),
        cost_center: text("cost_center"),
        limit,
        roles: texts(desk, map, "roles"),
        groups: texts(desk, map, "groups"),
        skills: texts(desk, map, "skills"),
        ..base
    }
}

fn texts(desk: &Desk<'_>, map: &Map<'_>, key: &str) -> BTreeSet<String> {
    let Some(node) = map.get(key) else {
        return BTreeSet::new();
    };
    Desk::one_or_list(node)
        .into_iter()
        .filter_map(|item| desk.text(item))
        .map(str::to_owned)
        .collect()
}

/// A short name that exists.
fn known(desk: &Desk<'_>, node: &Node, names: &[&str]) -> Option<String> {
    let text = desk.text(node)?;
    if names.contains(&text) {
        return Some(text.to_owned());
    }
    let hint = desk
        .nearest(text, names.iter().copied())
        .map(|near| words!("Did you mean `{near}`?", "是否想写 `{near}`？"));
    desk.error(
        "unknown-person",
        node,
        words!("Nobody here is called `{text}`.", "这里没有名为 `{text}` 的人。"),
        hint,
    );
    None
}

/// Everyone by short name, for those who say it in stories.
pub(crate) fn short_names(people: &People) -> Vec<&str> {
    people.names.keys().map(String::as_str).collect()
}
