//! Where findings are collected, and the small readers that all of reading is made of.

mod map;
mod values;

use std::cell::RefCell;

use crate::expr::Trouble;
use crate::finding::{Finding, Severity, Words, excerpt, words};
use crate::parse::{Fault, Node, Place, Source, Yaml};
pub(crate) use map::Map;
pub(crate) use values::kebab;

/// What reading a file needs at hand.
pub(crate) struct Desk<'a> {
    pub source: &'a Source,
    root: Option<&'a Node>,
    lost: &'a [usize],
    findings: RefCell<Vec<Finding>>,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(source: &'a Source, root: Option<&'a Node>, lost: &'a [usize]) -> Self {
        Self {
            source,
            root,
            lost,
            findings: RefCell::new(Vec::new()),
        }
    }

    /// All findings, by their place in the file, each once.
    pub(crate) fn finish(self) -> Vec<Finding> {
        let mut findings = self.findings.into_inner();
        findings.sort_by(|one, other| {
            (one.line, one.column, one.code).cmp(&(other.line, other.column, other.code))
        });
        findings.dedup_by(|one, other| {
            (one.line, one.column, one.code) == (other.line, other.column, other.code)
        });
        findings
    }

    fn add(&self, severity: Severity, code: &'static str, place: Place, message: Words, hint: Option<Words>) {
        let line = self.source.line(place.line);
        let path = self
            .root
            .map(|root| root.pointer(self.source.index(place)))
            .unwrap_or_default();
        let excerpt = excerpt(place.line, &line, place.column, place.width);
        self.findings.borrow_mut().push(Finding {
            code,
            severity,
            line: place.line,
            column: place.column,
            path,
            message,
            hint,
            excerpt,
        });
    }

    pub(crate) fn fault(&self, fault: &Fault) {
        self.add(
            Severity::Error,
            fault.code,
            fault.place,
            fault.message.clone(),
            fault.hint.clone(),
        );
    }

    pub(crate) fn error(
        &self,
        code: &'static str,
        node: &Node,
        message: Words,
        hint: impl Into<Option<Words>>,
    ) {
        self.add(
            Severity::Error,
            code,
            node.place(self.source),
            message,
            hint.into(),
        );
    }

    pub(crate) fn warn(
        &self,
        code: &'static str,
        node: &Node,
        message: Words,
        hint: impl Into<Option<Words>>,
    ) {
        self.add(
            Severity::Warning,
            code,
            node.place(self.source),
            message,
            hint.into(),
        );
    }

    /// At the characters `from..to` of a value's text.
    pub(crate) fn inside(
        &self,
        code: &'static str,
        node: &Node,
        range: (usize, usize),
        message: Words,
        hint: Option<Words>,
    ) {
        let from = node.locate(self.source, range.0);
        let to = if range.1 > range.0 {
            node.locate(self.source, range.1 - 1) + 1
        } else {
            from + 1
        };
        self.add(
            Severity::Error,
            code,
            self.source.place(from, to.max(from + 1)),
            message,
            hint,
        );
    }

    pub(crate) fn troubles(&self, node: &Node, troubles: Vec<Trouble>) {
        for trouble in troubles {
            self.inside(
                trouble.code,
                node,
                (trouble.from, trouble.to),
                trouble.message,
                trouble.hint.map(|hint| *hint),
            );
        }
    }

    pub(crate) fn line(&self, node: &Node) -> usize {
        node.line(self.source)
    }

    /// A value that should have been something else.
    pub(crate) fn wrong_kind(&self, node: &Node, wanted: Words, hint: impl Into<Option<Words>>) {
        if node.is_broken() {
            return;
        }
        let (found, zh) = match &node.yaml {
            Yaml::Map(_) => ("several names and values", "若干名称和值"),
            Yaml::List(_) => ("a list", "列表"),
            _ if node.is_null() => ("nothing", "空"),
            _ => ("a single value", "单个值"),
        };
        let message = Words::new(
            format!("{} is wanted here, and this is {found}.", capital(&wanted.en)),
            format!("这里需要{}，而这是{zh}。", wanted.zh),
        );
        self.error("wrong-shape", node, message, hint);
    }

    /// The items of a list.
    pub(crate) fn list<'n>(&self, node: &'n Node) -> Option<&'n [Node]> {
        if let Yaml::List(items) = &node.yaml {
            return Some(items);
        }
        self.wrong_kind(
            node,
            words!("a list", "列表"),
            words!(
                "Begin each line with `- `, or write `[a, b]`.",
                "每行以 `- ` 开头，或写成 `[a, b]`。"
            ),
        );
        None
    }

    /// One, or a list of them.
    pub(crate) fn one_or_list(node: &Node) -> Vec<&Node> {
        match &node.yaml {
            Yaml::List(items) => items.iter().collect(),
            Yaml::Broken => Vec::new(),
            _ => vec![node],
        }
    }

    /// A mapping with names of the author's choosing; repeated ones are told.
    pub(crate) fn named<'n>(&self, node: &'n Node) -> Option<Vec<(&'n str, &'n Node, &'n Node)>> {
        let Yaml::Map(entries) = &node.yaml else {
            self.wrong_kind(
                node,
                words!("a mapping of names to values", "名称到值的映射"),
                None,
            );
            return None;
        };
        let mut found: Vec<(&str, &Node, &Node)> = Vec::new();
        for (key, value) in entries {
            if key.is_broken() {
                continue;
            }
            let Some(name) = self.text(key) else { continue };
            if let Some((_, first, _)) = found.iter().find(|(other, ..)| *other == name) {
                self.repeated(key, name, self.line(first));
                continue;
            }
            found.push((name, key, value));
        }
        Some(found)
    }

    fn repeated(&self, key: &Node, name: &str, line: usize) {
        self.error(
            "repeated-key",
            key,
            words!(
                "`{name}` stands here a second time; the first is on line {line}.",
                "`{name}` 重复出现；首次在第 {line} 行。"
            ),
            words!("Keep one of them.", "请只保留一个。"),
        );
    }
}

pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
