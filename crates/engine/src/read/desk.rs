//! Where findings are collected, and the small readers that all of reading is made of.

mod map;
mod values;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use countersign_kernel::text::nearest;

use crate::deadline::Deadline;
use crate::expr::{Reference, Trouble};
use crate::finding::{Finding, Severity, Words, excerpt, words};
use crate::parse::{Fault, Node, Parsed, Place, Source, Yaml};
pub(crate) use map::Map;
pub(crate) use values::kebab;

/// So many findings are told of a file, and how many more there are.
const SHOWN: usize = 100;
/// Letters of a sentence that are told: an author's text stands in it, however long it is.
const LETTERS: usize = 1_000;

/// What reading a file needs at hand.
pub(crate) struct Desk<'a> {
    pub source: &'a Source,
    root: Option<&'a Node>,
    lost: &'a [usize],
    deadline: &'a Deadline<'a>,
    findings: RefCell<Findings>,
    /// The tables that expressions ask.
    asked: RefCell<BTreeSet<String>>,
}

/// Findings by their place in the file, each place and code once.
#[derive(Default)]
struct Findings {
    all: BTreeMap<Key, Found>,
    /// Places of all that do not fit.
    hidden: BTreeSet<Key>,
    hidden_error: bool,
}

/// Line, column, code.
type Key = (usize, usize, &'static str);

/// A finding whose excerpt and path are not made yet: only what is shown needs them.
struct Found {
    severity: Severity,
    place: Place,
    message: Words,
    hint: Option<Words>,
}

impl Findings {
    fn add(&mut self, key: Key, found: Found) {
        if self.hidden.contains(&key) || self.all.contains_key(&key) {
            return;
        }
        self.all.insert(key, found);
        if self.all.len() > SHOWN
            && let Some((key, last)) = self.all.pop_last()
        {
            self.hidden.insert(key);
            self.hidden_error |= last.severity == Severity::Error;
        }
    }
}

impl<'a> Desk<'a> {
    pub(crate) fn new(parsed: &'a Parsed, deadline: &'a Deadline<'a>) -> Self {
        Self {
            source: &parsed.source,
            root: parsed.root.as_ref(),
            lost: &parsed.lost,
            deadline,
            findings: RefCell::default(),
            asked: RefCell::default(),
        }
    }

    /// Keeps which tables are asked by an expression that reads these.
    pub(crate) fn ask(&self, references: &[Reference]) {
        let tables = references.iter().filter_map(|reference| match reference {
            Reference::Table(name) => Some(name.clone()),
            _ => None,
        });
        self.asked.borrow_mut().extend(tables);
    }

    /// The tables that the file asks.
    pub(crate) fn asked(&self) -> BTreeSet<String> {
        self.asked.borrow().clone()
    }

    /// All findings that are shown, by their place in the file, and last how many more there are.
    pub(crate) fn finish(self) -> Vec<Finding> {
        let found = self.findings.take();
        let mut findings: Vec<Finding> = found
            .all
            .into_iter()
            .map(|((_, _, code), found)| self.finding(code, found))
            .collect();
        let more = found.hidden.len();
        if more > 0 {
            let severity = if found.hidden_error {
                Severity::Error
            } else {
                Severity::Warning
            };
            let place = Place {
                line: 1,
                column: 1,
                width: 1,
            };
            let message = words!(
                "{SHOWN} findings are shown; at least {more} more are not.",
                "已显示 {SHOWN} 个问题；至少还有 {more} 个未显示。"
            );
            let hint = Some(words!(
                "Mend these first, then check again.",
                "请先修正这些，再重新检查。"
            ));
            findings.push(self.finding(
                "too-large",
                Found {
                    severity,
                    place,
                    message,
                    hint,
                },
            ));
        }
        findings
    }

    /// Whether no more findings are shown, or nobody waits for them: what only makes more of them is left out.
    pub(crate) fn is_full(&self) -> bool {
        !self.findings.borrow().hidden.is_empty() || self.is_late()
    }

    /// Whether nobody waits for the rest.
    pub(crate) fn is_late(&self) -> bool {
        self.deadline.has_passed()
    }

    /// The known word that was probably meant.
    pub(crate) fn nearest<'w>(
        &self,
        written: &str,
        known: impl IntoIterator<Item = &'w str>,
    ) -> Option<&'w str> {
        if self.is_full() {
            return None;
        }
        nearest(written, known)
    }

    fn finding(&self, code: &'static str, found: Found) -> Finding {
        let Found {
            severity,
            place,
            message,
            hint,
        } = found;
        let path = self
            .root
            .map(|root| root.pointer(self.source.index(place)))
            .unwrap_or_default();
        let short = |words: Words| Words {
            en: short(words.en),
            zh: short(words.zh),
        };
        Finding {
            code,
            severity,
            line: place.line,
            column: place.column,
            path,
            message: short(message),
            hint: hint.map(short),
            excerpt: excerpt(
                place.line,
                self.source.line(place.line),
                place.column,
                place.width,
            ),
        }
    }

    fn add(&self, severity: Severity, code: &'static str, place: Place, message: Words, hint: Option<Words>) {
        let found = Found {
            severity,
            place,
            message,
            hint,
        };
        self.findings
            .borrow_mut()
            .add((place.line, place.column, code), found);
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

    /// What is wrong with a value's text, at its characters.
    pub(crate) fn troubles(&self, node: &Node, troubles: Vec<Trouble>) {
        let last = troubles
            .iter()
            .map(|trouble| trouble.to.max(trouble.from + 1))
            .max();
        let places = node.places(self.source, last.unwrap_or(0));
        let place = |at: usize| places.get(at).or(places.last()).copied().unwrap_or(node.from);
        for trouble in troubles {
            let from = place(trouble.from);
            let to = if trouble.to > trouble.from {
                place(trouble.to - 1) + 1
            } else {
                from + 1
            };
            self.add(
                Severity::Error,
                trouble.code,
                self.source.place(from, to.max(from + 1)),
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
        let mut lines: HashMap<&str, usize> = HashMap::new();
        for (key, value) in entries {
            if key.is_broken() {
                continue;
            }
            let Some(name) = self.text(key) else { continue };
            if let Some(first) = lines.get(name) {
                self.repeated(key, name, *first);
                continue;
            }
            lines.insert(name, self.line(key));
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

/// A sentence, cut off where an author's text makes it too long to be read.
fn short(text: String) -> String {
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
