//! `by:`, `to:`, `submitters:` …: who is meant.

mod named;

use countersign_kernel::directory::Directory;

use super::desk::{Desk, Map};
use crate::definition::{People, PersonRef, Who, WhoKind, WhoPart};
use crate::expr::{Scope, Slot, Type, Wanted};
use crate::finding::words;
use crate::keys::WHO;
use crate::parse::{Node, Yaml};
use named::{department, head_of, named_set, role, user};

/// What reading a "who" needs around it.
#[derive(Clone, Copy)]
pub(crate) struct WhoPlace<'a> {
    pub directory: &'a Directory,
    pub people: &'a People,
    pub scope: &'a Scope,
    /// Approvals that stand earlier, whose deciders can be named.
    pub earlier: &'a [String],
    /// Whether `approver` means someone: in deadlines and escalations.
    pub approver: bool,
}

/// The ways to find people, as a file writes them; exactly one stands in a mapping.
const KINDS: [&str; 10] = [
    "user",
    "role",
    "group",
    "department",
    "head_of",
    "manager_of",
    "managers_of",
    "approver_of",
    "person",
    "owner_of",
];

const PERSON: &[Type] = &[Type::Person];

pub(crate) fn who(desk: &Desk<'_>, node: &Node, place: WhoPlace<'_>) -> Option<Who> {
    let parts: Vec<Option<WhoPart>> = Desk::one_or_list(node)
        .into_iter()
        .map(|item| part(desk, item, place))
        .collect();
    let sound = parts.iter().all(Option::is_some) && !node.is_broken();
    let parts: Vec<WhoPart> = parts.into_iter().flatten().collect();
    if sound && parts.is_empty() {
        desk.error(
            "nobody-named",
            node,
            words!("Nobody is named here.", "这里没有指定任何人。"),
            words!(
                "Write like `{{role: finance}}` or `{{manager_of: requester}}`.",
                "请写如 `{{role: finance}}` 或 `{{manager_of: requester}}`。"
            ),
        );
        return None;
    }
    sound.then_some(Who { parts })
}

fn part(desk: &Desk<'_>, node: &Node, place: WhoPlace<'_>) -> Option<WhoPart> {
    let line = desk.line(node);
    match &node.yaml {
        Yaml::Broken => None,
        Yaml::Map(_) => {
            let map = desk.map(node, &WHO)?;
            let filter = map.get("where").map(|node| {
                let scope = Scope {
                    candidate: true,
                    ..place.scope.clone()
                };
                desk.expression(node, &scope, &Wanted::YesNo)
            });
            let kind = kind(desk, node, &map, place)?;
            let filter = match filter {
                Some(found) => Some(found?),
                None => None,
            };
            Some(WhoPart { line, kind, filter })
        }
        _ => word(desk, node, place).map(|kind| WhoPart {
            line,
            kind,
            filter: None,
        }),
    }
}

/// The address of somebody who is called by their short name.
fn email<'a>(place: WhoPlace<'a>, name: &str) -> Option<&'a str> {
    let person = place.people.directory.person(place.people.id(name)?)?;
    Some(&person.email)
}

/// A key names one; several stand beside each other.
fn several(desk: &Desk<'_>, name: &str, value: &Node, items: &[Node]) -> Option<WhoKind> {
    let one = |item: &Node| item.text().map(|text| format!("{{{name}: {text}}}"));
    let all: Vec<String> = items.iter().filter_map(one).collect();
    let all = all.join(", ");
    desk.error(
        "wrong-shape",
        value,
        words!(
            "`{name}` names one, and this is a list.",
            "`{name}` 只能指定一个，而这里是列表。"
        ),
        words!("Write a list of them: `[{all}]`.", "请写成列表：`[{all}]`。"),
    );
    None
}

fn word(desk: &Desk<'_>, node: &Node, place: WhoPlace<'_>) -> Option<WhoKind> {
    let text = desk.text(node)?;
    match text {
        "everyone" => return Some(WhoKind::Everyone),
        "requester" => return Some(WhoKind::Requester),
        _ => {}
    }
    let roles: Vec<&str> = place.directory.roles.iter().map(String::as_str).collect();
    let hint = if text.contains('@') {
        words!("Write `{{user: {text}}}`.", "请写 `{{user: {text}}}`。")
    } else if matches!(text, "manager" | "boss" | "supervisor") {
        words!(
            "Write `{{manager_of: requester}}`.",
            "请写 `{{manager_of: requester}}`。"
        )
    } else if roles.contains(&text) {
        words!("Write `{{role: {text}}}`.", "请写 `{{role: {text}}}`。")
    } else if let Some(email) = email(place, text) {
        words!("Write `{{user: {email}}}`.", "请写 `{{user: {email}}}`。")
    } else if place.scope.fields.get(text).is_some_and(is_person) {
        words!("Write `{{person: {text}}}`.", "请写 `{{person: {text}}}`。")
    } else if let Some(near) = desk.nearest(text, ["everyone", "requester"]) {
        words!("Did you mean `{near}`?", "是否想写 `{near}`？")
    } else {
        words!(
            "Write `everyone`, `requester`, or like `{{role: finance}}`, `{{manager_of: requester}}`, `{{user: ann@example.com}}`.",
            "请写 `everyone`、`requester`，或如 `{{role: finance}}`、`{{manager_of: requester}}`、`{{user: ann@example.com}}`。"
        )
    };
    desk.error(
        "unknown-word",
        node,
        words!("`{text}` does not say who is meant.", "`{text}` 没有说明是谁。"),
        hint,
    );
    None
}

fn is_person(slot: &Slot) -> bool {
    slot.of == Type::Person || slot.of == Type::list(Type::Person)
}

fn kind(desk: &Desk<'_>, node: &Node, map: &Map<'_>, place: WhoPlace<'_>) -> Option<WhoKind> {
    let named: Vec<&str> = map.names().filter(|name| KINDS.contains(name)).collect();
    let [name] = named.as_slice() else {
        if named.is_empty() && map.is_sound() {
            desk.error(
                "nobody-named",
                node,
                words!("This does not say who is meant.", "这里没有说明是谁。"),
                words!(
                    "Write like `{{role: finance}}` or `{{manager_of: requester}}`.",
                    "请写如 `{{role: finance}}` 或 `{{manager_of: requester}}`。"
                ),
            );
        } else if let (true, [_, second, ..]) = (map.is_sound(), named.as_slice())
            && let Some(key) = map.key(second)
        {
            let first = named.first().copied().unwrap_or_default();
            desk.error(
                "two-kinds",
                key,
                words!(
                    "`{first}` and `{second}` do not stand together.",
                    "`{first}` 与 `{second}` 不能同时出现。"
                ),
                words!(
                    "For both, write a list: `[{{{first}: …}}, {{{second}: …}}]`.",
                    "若两者都要，请写成列表：`[{{{first}: …}}, {{{second}: …}}]`。"
                ),
            );
        }
        return None;
    };
    for (extra, owner) in [
        ("level", "manager_of"),
        ("up_to", "managers_of"),
        ("until", "managers_of"),
    ] {
        if let (Some(key), true) = (map.key(extra), *name != owner) {
            desk.error(
                "unknown-key",
                key,
                words!("`{extra}` belongs to `{owner}`.", "`{extra}` 只用于 `{owner}`。"),
                None,
            );
        }
    }
    let value = map.get(name)?;
    if let Yaml::List(items) = &value.yaml {
        return several(desk, name, value, items);
    }
    match *name {
        "user" => user(desk, value, place),
        "role" => role(desk, value, place.directory),
        "group" => named_set(desk, value, &place.directory.groups, "group", "组").map(WhoKind::Group),
        "department" => department(desk, value, place.directory).map(WhoKind::Department),
        "head_of" => head_of(desk, value, place),
        "manager_of" => {
            let level = map.get("level").map_or(Some(1), |node| desk.count(node, 1))?;
            Some(WhoKind::ManagerOf {
                person: person_ref(desk, value, place)?,
                level,
            })
        }
        "managers_of" => managers(desk, node, map, value, place),
        "approver_of" => approver_of(desk, value, place),
        _ => person(desk, value, place),
    }
}

pub(super) fn person_ref(desk: &Desk<'_>, node: &Node, place: WhoPlace<'_>) -> Option<PersonRef> {
    let text = desk.text(node)?;
    match text {
        "requester" => return Some(PersonRef::Requester),
        "approver" if place.approver => return Some(PersonRef::Approver),
        "approver" => {
            desk.error(
                "unknown-name",
                node,
                words!(
                    "There is no approver yet whose manager could be meant.",
                    "此处尚无审批人，无法取其上级。"
                ),
                words!(
                    "Write `{{manager_of: requester}}`; `approver` can be used in `if_late`.",
                    "请写 `{{manager_of: requester}}`；`approver` 可用于 `if_late`。"
                ),
            );
            return None;
        }
        _ => {}
    }
    let fields: Vec<&str> = place
        .scope
        .fields
        .iter()
        .filter(|(_, slot)| slot.of == Type::Person)
        .map(|(name, _)| name.as_str())
        .collect();
    let unread = place
        .scope
        .fields
        .get(text)
        .map_or(place.scope.open, |slot| slot.of == Type::Unread);
    if unread || fields.contains(&text) {
        return Some(PersonRef::Field(text.to_owned()));
    }
    let known = || fields.iter().copied().chain(["requester"]);
    let hint = match desk.nearest(text, known()) {
        Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
        None => {
            let all = known().collect::<Vec<_>>().join(", ");
            words!(
                "Write `requester`, or a person field. There are: {all}.",
                "请写 `requester` 或人员字段。可用：{all}。"
            )
        }
    };
    desk.error(
        "unknown-name",
        node,
        words!(
            "`{text}` is no person that is known here.",
            "这里不认识人员 `{text}`。"
        ),
        hint,
    );
    None
}

fn managers(
    desk: &Desk<'_>,
    node: &Node,
    map: &Map<'_>,
    value: &Node,
    place: WhoPlace<'_>,
) -> Option<WhoKind> {
    let person = person_ref(desk, value, place);
    let up_to = map.get("up_to").map(|node| desk.count(node, 1));
    let until = map.get("until").map(|node| {
        let scope = Scope {
            candidate: true,
            ..place.scope.clone()
        };
        desk.expression(node, &scope, &Wanted::YesNo)
    });
    if up_to.is_none() && until.is_none() && map.is_sound() {
        desk.error(
            "missing-key",
            node,
            words!("`managers_of` needs an end.", "`managers_of` 需要终点。"),
            words!(
                "Add `up_to: 2`, or `until: person.limit >= amount`.",
                "请添加 `up_to: 2` 或 `until: person.limit >= amount`。"
            ),
        );
        return None;
    }
    let up_to = match up_to {
        Some(found) => Some(found?),
        None => None,
    };
    let until = match until {
        Some(found) => Some(found?),
        None => None,
    };
    Some(WhoKind::ManagersOf {
        person: person?,
        up_to,
        until,
    })
}

fn approver_of(desk: &Desk<'_>, node: &Node, place: WhoPlace<'_>) -> Option<WhoKind> {
    let text = desk.text(node)?;
    if place.earlier.iter().any(|step| step == text) {
        return Some(WhoKind::ApproverOf(text.to_owned()));
    }
    super::step::unknown_step(desk, node, text, place.earlier, true);
    None
}

fn person(desk: &Desk<'_>, node: &Node, place: WhoPlace<'_>) -> Option<WhoKind> {
    let text = desk.text(node)?;
    let list = place
        .scope
        .fields
        .get(text)
        .is_some_and(|slot| slot.of == Type::list(Type::Person));
    let wanted = if list {
        Wanted::Anything
    } else {
        Wanted::Perhaps(PERSON, "a person", "人员")
    };
    desk.expression(node, place.scope, &wanted).map(WhoKind::Person)
}
