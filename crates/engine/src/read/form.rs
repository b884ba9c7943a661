//! `form:`: fields, their types and limits.

mod computed;
mod kinds;
mod limits;
mod listed;
mod names;
mod plain;
mod read;

use std::sync::Arc;

use countersign_kernel::money::Currency;

use super::desk::{Desk, Map};
use crate::definition::{Field, FieldKind, Required};
use crate::expr::{Scope, Slot, Type, Wanted};
use crate::finding::words;
use crate::keys::{FIELD, FIELD_TYPES};
use crate::parse::{Node, Yaml};
pub(super) use names::{field_name, is_reserved};
pub(super) use plain::{fields_json, plain_json};
pub(crate) use read::ReadForm;

/// Fields of a form, or of a field with fields.
const FIELDS_MAX: usize = 500;

/// Which types a limit belongs to.
const LIMITS: [(&str, &[&str]); 10] = [
    (
        "min",
        &["number", "integer", "percent", "money", "date", "date_time"],
    ),
    (
        "max",
        &["number", "integer", "percent", "money", "date", "date_time"],
    ),
    ("min_count", &["choices", "people", "file", "list"]),
    ("max_count", &["choices", "people", "file", "list"]),
    ("max_length", &["text", "long_text", "email", "url", "phone"]),
    ("options", &["choice", "choices"]),
    ("currency", &["money"]),
    ("accept", &["file"]),
    ("of", &["record"]),
    ("is", &["computed"]),
];

pub(crate) fn form(desk: &Desk<'_>, node: &Node, scope: &Scope, currency: Currency) -> ReadForm {
    Reader {
        desk,
        currency,
        depth: 0,
    }
    .form(node, scope)
}

struct Reader<'a> {
    desk: &'a Desk<'a>,
    currency: Currency,
    depth: usize,
}

impl Reader<'_> {
    /// Fields first by their types alone, then their expressions, which see all of them.
    fn form(&self, node: &Node, scope: &Scope) -> ReadForm {
        let Some(entries) = self.desk.named(node) else {
            return ReadForm::missing();
        };
        let mut read = ReadForm {
            open: self.desk.is_lossy(node),
            ..ReadForm::default()
        };
        if entries.len() > FIELDS_MAX {
            let message = words!(
                "A form has more than {FIELDS_MAX} fields.",
                "表单超过 {FIELDS_MAX} 个字段。"
            );
            self.desk
                .error("too-large", node, message, words!("Split it.", "请拆分。"));
            return ReadForm::missing();
        }
        let names: Vec<String> = entries.iter().map(|(name, ..)| (*name).to_owned()).collect();
        let mut drafts = Vec::new();
        for (name, key, value) in entries {
            // Others may mean it by the name that it should have.
            let meant = field_name(self.desk, key, name).filter(|meant| !names.contains(meant));
            read.unread.extend(meant);
            match self.draft(name, key, value, scope) {
                Some(draft) => drafts.push(draft),
                None => read.unread.push(name.to_owned()),
            }
        }
        let mut slots = (*scope.fields).clone();
        slots.extend(
            drafts
                .iter()
                .filter(|draft| draft.is.is_none())
                .map(|draft| (draft.name.clone(), draft.slot.clone())),
        );
        slots.extend(read.slots());
        let mut slots = Arc::new(slots);
        let scope = Scope {
            open: scope.open || read.open,
            ..scope.clone()
        };
        self.computed(&mut drafts, &mut slots, &scope);
        let scope = Scope {
            fields: slots,
            ..scope
        };
        self.too_many_listed(&drafts);
        for draft in drafts {
            let name = draft.name.clone();
            match self.finish(draft, &scope) {
                Some(field) => read.form.fields.push(field),
                None => read.unread.push(name),
            }
        }
        read
    }

    fn draft<'n>(&self, name: &str, key: &'n Node, node: &'n Node, scope: &Scope) -> Option<Draft<'n>> {
        if matches!(node.yaml, Yaml::Scalar(_)) && node.text().is_some_and(|text| FIELD_TYPES.contains(&text))
        {
            let text = node.text().unwrap_or_default();
            self.desk.error(
                "wrong-shape",
                node,
                words!("A field is written with its keys.", "字段要写出它的键。"),
                words!(
                    "Write `{name}: {{type: {text}}}`.",
                    "请写 `{name}: {{type: {text}}}`。"
                ),
            );
            return None;
        }
        let map = self.desk.map(node, &FIELD)?;
        let typed = map
            .get("type")
            .and_then(|node| Some((node, self.desk.text(node)?)));
        let kind = typed.and_then(|(node, word)| {
            if FIELD_TYPES.contains(&word) {
                self.misplaced(&map, word);
            }
            self.kind(name, key, &map, node, word, scope)
        });
        let (kind, of) = kind.map_or((None, Type::Unread), |(kind, of)| (Some(kind), of));
        let optional = !matches!(of, Type::List(_)) && !Self::always_there(&map);
        let is = map
            .get("is")
            .filter(|_| typed.is_some_and(|(_, word)| word == "computed"));
        Some(Draft {
            name: name.to_owned(),
            node: key,
            map,
            kind,
            slot: Slot { of, optional },
            is,
        })
    }

    /// Required without condition, or filled in by itself.
    fn always_there(map: &Map<'_>) -> bool {
        // What is no condition is told; nothing that reads the field is asked whether it is empty.
        let required = map.get("required").is_some_and(|node| {
            let word = node.text().map(str::to_lowercase);
            node.is_broken() || matches!(word.as_deref(), Some("true" | "yes" | "on"))
        });
        let filled = map.get("default").is_some_and(|node| !node.is_null());
        (required || filled) && map.get("show_when").is_none()
    }

    fn misplaced(&self, map: &Map<'_>, word: &str) {
        for (key, types) in LIMITS {
            if let (Some(node), false) = (map.key(key), types.contains(&word)) {
                let all = types.join(", ");
                let hint = match (key, word) {
                    ("max" | "min", "text" | "long_text") => words!(
                        "The length of a text is bounded by `max_length`.",
                        "文本长度用 `max_length` 限制。"
                    ),
                    ("max" | "min", "list" | "file" | "choices" | "people") => words!(
                        "How many there may be is bounded by `{key}_count`.",
                        "数量用 `{key}_count` 限制。"
                    ),
                    _ => words!("It belongs to: {all}.", "它用于：{all}。"),
                };
                self.desk.error(
                    "unknown-key",
                    node,
                    words!(
                        "A field of type `{word}` has no `{key}`.",
                        "类型为 `{word}` 的字段没有 `{key}`。"
                    ),
                    hint,
                );
            }
        }
        if let (Some(node), false) = (map.key("fields"), matches!(word, "list" | "group")) {
            self.desk.error(
                "unknown-key",
                node,
                words!(
                    "A field of type `{word}` has no `fields`.",
                    "类型为 `{word}` 的字段没有 `fields`。"
                ),
                words!(
                    "Fields inside a field want the type `list` or `group`.",
                    "包含字段的字段类型应为 `list` 或 `group`。"
                ),
            );
        }
    }

    fn finish(&self, draft: Draft<'_>, scope: &Scope) -> Option<Field> {
        let Draft {
            name,
            node,
            map,
            kind,
            slot,
            ..
        } = draft;
        let desk = self.desk;
        let label = map.get("label").map(|node| desk.words(node));
        let help = map.get("help").map(|node| desk.words(node));
        let required = self.required(&map, scope);
        let show_when = map
            .get("show_when")
            .map(|node| desk.expression(node, scope, &Wanted::YesNo));
        let limits = self.limits(&map, kind.as_ref(), scope);
        let kind = kind?;
        let list = self.is_listed(&map, &kind, &slot.of);
        let default = map
            .get("default")
            .filter(|node| !node.is_null())
            .map(|node| self.default(node, &kind));
        Some(Field {
            name,
            line: desk.line(node),
            label: label.flatten(),
            help: help.flatten(),
            kind,
            required: required.unwrap_or(Required::Yes),
            default: default.flatten(),
            show_when: show_when.flatten(),
            limits: limits.unwrap_or_default(),
            list,
            slot,
        })
    }
}

/// A field whose expressions are still to be read.
struct Draft<'n> {
    name: String,
    node: &'n Node,
    map: Map<'n>,
    /// None where it was found wrong.
    kind: Option<FieldKind>,
    slot: Slot,
    is: Option<&'n Node>,
}

/// Nothing there is fine; something wrong there is not.
#[expect(
    clippy::option_option,
    reason = "outer: there is none; inner: it was found wrong"
)]
pub(super) fn flat<T>(found: Option<Option<T>>) -> Option<Option<T>> {
    match found {
        Some(Some(value)) => Some(Some(value)),
        Some(None) => None,
        None => Some(None),
    }
}
