//! Mappings by the keys of a table.

use super::{Desk, capital};
use crate::finding::{Words, words};
use crate::keys::{Status, Table};
use crate::parse::{Node, Yaml};

/// The key of YAML that takes in what `*` repeats: told with that.
const MERGE: &str = "<<";

impl Desk<'_> {
    /// Whether a line of this part could not be read, so that what is missing is not missed.
    pub(crate) fn is_lossy(&self, node: &Node) -> bool {
        let first = self.source.place(node.from, node.from + 1).line;
        let last = self.source.place(node.to, node.to + 1).line;
        self.lost.iter().any(|line| (first..=last + 1).contains(line))
    }

    /// The values of a mapping by the keys of a table: unknown and repeated keys are told, missing ones too.
    pub(crate) fn map<'n>(&self, node: &'n Node, table: &'static Table) -> Option<Map<'n>> {
        self.map_as(node, table, None)
    }

    /// The same of a mapping whose key `odd` is told already: it is read as the table's own name, if at all.
    pub(crate) fn map_as<'n>(
        &self,
        node: &'n Node,
        table: &'static Table,
        odd: Option<(&Node, bool)>,
    ) -> Option<Map<'n>> {
        let Yaml::Map(entries) = &node.yaml else {
            self.no_map(node, table);
            return None;
        };
        let mut found: Vec<(&'static str, &Node, &Node)> = Vec::new();
        let mut guessed: Vec<(&'static str, &Node, &Node)> = Vec::new();
        let mut sound = true;
        for (key, value) in entries {
            if let Some((_, is_name)) = odd.filter(|(odd, _)| odd.from == key.from) {
                if is_name {
                    found.push((table.name, key, value));
                }
                continue;
            }
            let Some(name) = self.text(key) else {
                sound = false;
                continue;
            };
            if name == MERGE && value.is_broken() {
                sound = false;
                continue;
            }
            let Some(known) = table.key(name) else {
                self.unknown_key(key, name, table);
                sound = false;
                guessed.extend(self.meant(table, name).map(|(right, same)| {
                    let value = if same { value } else { &BROKEN };
                    (right, key, value)
                }));
                continue;
            };
            if let Some((_, first, _)) = found.iter().find(|(other, ..)| *other == known.name) {
                self.repeated(key, name, self.line(first));
                continue;
            }
            if let Status::NotYet(unused) = known.status {
                if unused.is_empty() || value.text() != Some(unused) {
                    sound = false;
                    self.not_yet(key, &format!("`{name}`"), (!unused.is_empty()).then_some(unused));
                }
                continue;
            }
            found.push((known.name, key, value));
        }
        // A key that is known under another name is read as that, so that it is not missed and its value is.
        guessed.retain(|guess| !found.iter().any(|(name, ..)| *name == guess.0));
        guessed.dedup_by_key(|guess| guess.0);
        found.extend(guessed);
        let map = Map { found, sound };
        if !self.is_lossy(node) {
            self.miss_needed(node, entries, table, &map);
        }
        Some(map)
    }

    /// Tells of needed keys that are not there, unless they may be in what could not be read.
    fn miss_needed(&self, node: &Node, entries: &[(Node, Node)], table: &Table, map: &Map<'_>) {
        let merged = |(key, value): &(Node, Node)| key.text() == Some(MERGE) && value.is_broken();
        if entries.iter().any(|entry| entry.0.is_broken() || merged(entry)) {
            return;
        }
        let needed = table.keys.iter().filter(|key| key.status == Status::Needed);
        for key in needed.filter(|key| map.get(key.name).is_none()) {
            self.missing(node, table, key.name, key.about);
        }
    }

    fn no_map(&self, node: &Node, table: &Table) {
        let example = table.keys.first().map_or("name", |key| key.name);
        self.wrong_kind(
            node,
            Words::new(
                format!("{} with its keys", table.phrase),
                format!("{}及其键", table.zh),
            ),
            words!(
                "Write its keys, like `{example}: …`.",
                "请写出它的键，如 `{example}: …`。"
            ),
        );
    }

    pub(super) fn missing(&self, node: &Node, table: &Table, key: &str, about: &str) {
        // Under the mapping's first key, so that the excerpt shows what is incomplete.
        let first = match &node.yaml {
            Yaml::Map(entries) => entries.first().map_or(node, |(key, _)| key),
            _ => node,
        };
        let message = Words::new(
            format!("{} needs `{key}`.", capital(table.phrase)),
            format!("{}需要 `{key}`。", table.zh),
        );
        let hint = match key {
            "otherwise" => words!(
                "Say what happens where no case holds: `otherwise: []` goes on with the next step.",
                "请说明无一满足时如何处理：`otherwise: []` 表示继续下一步。"
            ),
            _ => Words::new(format!("Add `{key}: …`. {about}"), format!("请添加 `{key}: …`。")),
        };
        self.error("missing-key", first, message, hint);
    }

    pub(super) fn unknown_key(&self, key: &Node, name: &str, table: &Table) {
        if JUMPS.contains(&name) {
            self.error("no-jumps", key, words!("There are no jumps: `{name}` is no key.", "没有跳转：`{name}` 不是可用的键。"), words!("Steps run from top to bottom. Going back is `on_reject: {{return_to: …}}`; waiting for several is `parallel` with `need`; a part that is sometimes left out has a `when:`.", "步骤自上而下执行。退回用 `on_reject: {{return_to: …}}`；等待多方用 `parallel` 配 `need`；有时跳过的部分用 `when:`。"));
            return;
        }
        let known: Vec<&str> = table
            .keys
            .iter()
            .filter(|key| !matches!(key.status, Status::NotYet(_)))
            .map(|key| key.name)
            .collect();
        let all = known.join(", ");
        let hint = match synonym(name, &known).or_else(|| self.nearest(name, known.iter().copied())) {
            Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
            None => words!("The keys here are: {all}.", "这里可用的键：{all}。"),
        };
        let message = Words::new(
            format!("{} has no key `{name}`.", capital(table.phrase)),
            format!("{}没有键 `{name}`。", table.zh),
        );
        self.error("unknown-key", key, message, hint);
    }

    /// The key that an unknown one means, and whether its value can be read as that key's.
    fn meant(&self, table: &Table, name: &str) -> Option<(&'static str, bool)> {
        if JUMPS.contains(&name) {
            return None;
        }
        let known: Vec<&'static str> = table
            .keys
            .iter()
            .filter(|key| !matches!(key.status, Status::NotYet(_)))
            .map(|key| key.name)
            .collect();
        match synonym(name, &known) {
            Some(right) => Some((right, false)),
            None => self.nearest(name, known).map(|right| (right, true)),
        }
    }

    pub(crate) fn not_yet(&self, node: &Node, what: &str, unused: Option<&str>) {
        let hint = match unused {
            Some(unused) => words!(
                "Leave it out, or write `{unused}`.",
                "请去掉它，或写 `{unused}`。"
            ),
            None => words!(
                "Leave it out for now; nothing that is written is ever ignored.",
                "请暂时去掉；写出的内容不会被忽略。"
            ),
        };
        self.error(
            "not-yet",
            node,
            words!(
                "{what} is in the guide and not in this version yet.",
                "{what} 已在指南中，但本版本尚未提供。"
            ),
            hint,
        );
    }
}

/// Keys by which other languages jump.
const JUMPS: [&str; 4] = ["next", "goto", "go_to", "jump_to"];

/// Words that people bring from elsewhere.
pub(super) fn synonym<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = name.to_lowercase().replace(['-', ' '], "_");
    let right = match lower.as_str() {
        "if" | "condition" | "only_if" => "when",
        "else" | "default_case" | "fallback" => "otherwise",
        "approver" | "approvers" | "who" | "assignee" | "assignees" => "by",
        "due" | "timeout" | "sla" => "deadline",
        "quorum" | "min_approvals" | "needs" => "need",
        "on_timeout" | "escalate" | "on_late" => "if_late",
        "name" => "title",
        "fields" => "form",
        "values" | "choices" | "items" => "options",
        "mandatory" | "obligatory" => "required",
        "expected" | "result" => "expect",
        "after" | "steps" | "events" => "then",
        "input" | "inputs" | "params" => "with",
        "owner" => "owners",
        "timezone" | "time_zone" | "tz" => "zone",
        other => other,
    };
    known.iter().find(|key| **key == right).copied()
}

/// The values of a mapping, by key.
pub(crate) struct Map<'n> {
    found: Vec<(&'static str, &'n Node, &'n Node)>,
    sound: bool,
}

/// Stands for a value of which nothing more is said.
static BROKEN: Node = Node {
    yaml: Yaml::Broken,
    from: 0,
    to: 1,
};

impl<'n> Map<'n> {
    pub(crate) fn get(&self, name: &str) -> Option<&'n Node> {
        self.found
            .iter()
            .find(|(key, ..)| *key == name)
            .map(|(_, _, value)| *value)
    }

    /// The key itself, as it stands in the file.
    pub(crate) fn key(&self, name: &str) -> Option<&'n Node> {
        self.found
            .iter()
            .find(|(key, ..)| *key == name)
            .map(|(_, key, _)| *key)
    }

    /// Whether every key was understood: where not, what seems missing may be what was not.
    pub(crate) fn is_sound(&self) -> bool {
        self.sound
    }

    /// The same mapping, where what it does not say is as `others` have it.
    pub(crate) fn or(mut self, others: &Map<'n>) -> Self {
        let missing = others.found.iter().filter(|(name, ..)| self.get(name).is_none());
        let missing: Vec<_> = missing.copied().collect();
        self.found.extend(missing);
        self
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.found.iter().map(|(name, ..)| *name)
    }
}
