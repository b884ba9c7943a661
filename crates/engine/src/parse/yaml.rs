//! YAML's events to a tree. What the line-by-line look did not explain is explained here.

mod complaint;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, options};

use super::node::{Node, Scalar, Yaml};
use super::source::Source;
use super::traps::{Masked, Masks, mask};
use super::{Fault, bounds, controls};
use crate::finding::{Words, words};
use complaint::explain;

/// A file as a tree, as far as it could be read.
pub(crate) struct Parsed {
    pub source: Source,
    pub root: Option<Node>,
    pub faults: Vec<Fault>,
    /// Lines left out because they could not be read: what is missing near them is not missed.
    pub lost: Vec<usize>,
}

pub(crate) fn parse(text: &str) -> Parsed {
    if let Some(fault) = bounds::bytes(text) {
        return Parsed {
            source: Source::new(""),
            root: None,
            faults: vec![fault],
            lost: Vec::new(),
        };
    }
    let source = Source::new(text);
    let mut masks = mask(&source);
    let mut faults = std::mem::take(&mut masks.faults);
    if masks.stopped {
        return Parsed {
            source,
            root: None,
            faults,
            lost: Vec::new(),
        };
    }
    let mut lost = Vec::new();
    let mut root = None;
    // A line that cannot be read is told and left out, then the rest is read again, a few times.
    for _ in 0..6 {
        match Reader::read(&source, &masks) {
            Ok((found, more)) => {
                faults.extend(more);
                root = found;
                break;
            }
            Err(Failure::Limit(fault)) => {
                faults.push(*fault);
                break;
            }
            Err(Failure::Scan(error)) => {
                if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
                    faults.push(bounds::too_deep(&source, error.marker().index()));
                    break;
                }
                let fault = explain(&source, &error);
                let line = fault.place.line;
                let near = |other: usize| other.abs_diff(line) <= 2;
                let follows = masks.unsure
                    || lost.iter().any(|other| near(*other))
                    || faults.iter().any(|fault| near(fault.place.line));
                if !follows {
                    faults.push(fault);
                }
                if masks.unsure || lost.contains(&line) {
                    break;
                }
                lost.push(line);
                let (from, to) = source.bounds(line);
                for letter in masks.letters.iter_mut().take(to).skip(from) {
                    *letter = ' ';
                }
            }
        }
    }
    if masks.unsure {
        root = None;
    }
    super::aliases::told_once(&source, &mut faults);
    Parsed {
        source,
        root,
        faults,
        lost,
    }
}

enum Failure {
    Scan(ScanError),
    Limit(Box<Fault>),
}

struct Reader<'a> {
    source: &'a Source,
    masks: &'a Masks,
    faults: Vec<Fault>,
    stack: Vec<Open>,
    root: Option<Node>,
    documents: usize,
    nodes: usize,
}

/// A list or mapping that is not closed yet.
struct Open {
    from: usize,
    mapping: bool,
    items: Vec<Node>,
}

impl Open {
    /// A mapping's items are its names and its values.
    fn most(&self) -> usize {
        bounds::ENTRIES * if self.mapping { 2 } else { 1 }
    }
}

impl Reader<'_> {
    fn read(source: &Source, masks: &Masks) -> Result<(Option<Node>, Vec<Fault>), Failure> {
        let text: String = masks.letters.iter().collect();
        let mut reader = Reader {
            source,
            masks,
            faults: Vec::new(),
            stack: Vec::new(),
            root: None,
            documents: 0,
            nodes: 0,
        };
        let limits = options! {
            emit_unresolved_aliases: true,
            disallow_directives: true,
            emit_comments: false,
            flow_nesting_limit: bounds::DEPTH,
            block_nesting_limit: bounds::DEPTH,
        };
        for next in Parser::new_from_str_with_options(&text, limits) {
            let (event, span) = next.map_err(Failure::Scan)?;
            reader.event(&event, &span)?;
            if reader.faults.len() >= bounds::FAULTS {
                return Ok((None, reader.faults));
            }
        }
        Ok((reader.root, reader.faults))
    }

    fn event(&mut self, event: &Event<'_>, span: &Span) -> Result<(), Failure> {
        let (from, to) = (span.start.index(), span.end.index());
        if let Some(tag) = event.tag() {
            let written = if tag.is_custom() { "!" } else { "!!" };
            self.fault(
                "tag",
                from,
                to,
                words!(
                    "A word that starts with `{written}` tells YAML a type; none are used here.",
                    "以 `{written}` 开头的词是 YAML 类型标记，此处不使用。"
                ),
                words!(
                    "Take it out, or put the text in double quotes.",
                    "请删除，或把文本放进双引号。"
                ),
            );
        }
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                // A closing `---` opens an empty document; only one with something in it is a second one.
            }
            Event::Scalar(text, style, anchor, _) => {
                self.anchored(*anchor, from, to);
                self.scalar(text, *style, from, to)?;
            }
            Event::SequenceStart(_, anchor, _) | Event::MappingStart(_, anchor, _) => {
                self.anchored(*anchor, from, to);
                if self.stack.len() >= bounds::DEPTH {
                    return Err(Failure::Limit(Box::new(bounds::too_deep(self.source, from))));
                }
                let mapping = matches!(event, Event::MappingStart(..));
                self.stack.push(Open {
                    from,
                    mapping,
                    items: Vec::new(),
                });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(to)?,
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.alias(from, to);
                self.push(Node {
                    yaml: Yaml::Broken,
                    from,
                    to,
                })?;
            }
            _ => {}
        }
        Ok(())
    }

    fn fault(&mut self, code: &'static str, from: usize, to: usize, message: Words, hint: Words) {
        self.faults.push(Fault {
            code,
            place: self.source.place(from, to),
            message,
            hint: Some(hint),
        });
    }

    fn anchored(&mut self, anchor: usize, from: usize, to: usize) {
        if anchor != 0 {
            self.alias(from, to);
        }
    }

    fn alias(&mut self, from: usize, to: usize) {
        self.fault(
            "alias",
            from,
            to,
            words!(
                "Nothing is named with `&` and repeated with `*` here.",
                "这里不使用 `&` 命名和 `*` 引用。"
            ),
            words!(
                "Write it out again, or put the text in double quotes.",
                "请重新写出，或把文本放进双引号。"
            ),
        );
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, from: usize, to: usize) -> Result<(), Failure> {
        let plain = style == ScalarStyle::Plain;
        let yaml = match self.masks.behind.get(&from) {
            Some(Masked::Broken) => Yaml::Broken,
            Some(Masked::Raw(raw)) => {
                // Lines that follow a masked one belong to it.
                let more = text
                    .get(text.find(|letter: char| letter != 'x').unwrap_or(text.len())..)
                    .unwrap_or_default();
                let whole = if more.starts_with(' ') {
                    format!("{raw}{more}")
                } else {
                    raw.clone()
                };
                Yaml::Scalar(Scalar { text: whole, plain })
            }
            None if !text.chars().all(controls::is_text) => {
                self.faults.push(controls::fault(self.source.place(from, to)));
                Yaml::Broken
            }
            None => Yaml::Scalar(Scalar {
                text: text.to_owned(),
                plain,
            }),
        };
        self.push(Node {
            yaml,
            from,
            to: to.max(from),
        })
    }

    fn close(&mut self, to: usize) -> Result<(), Failure> {
        let Some(open) = self.stack.pop() else {
            return Ok(());
        };
        let end = open.items.last().map_or(to, |last| last.to.max(open.from));
        let from = open
            .items
            .first()
            .map_or(open.from, |first| first.from.min(open.from));
        let yaml = if open.mapping {
            let mut entries = Vec::with_capacity(open.items.len() / 2);
            let mut items = open.items.into_iter();
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                entries.push((key, value));
            }
            Yaml::Map(entries)
        } else {
            Yaml::List(open.items)
        };
        self.push(Node { yaml, from, to: end })
    }

    fn push(&mut self, node: Node) -> Result<(), Failure> {
        self.nodes += 1;
        if self.nodes > bounds::PARTS {
            return Err(Failure::Limit(Box::new(bounds::too_many(self.source, node.from))));
        }
        match self.stack.last_mut() {
            Some(open) if open.items.len() >= open.most() => {
                let fault = bounds::too_many_here(self.source, node.from);
                return Err(Failure::Limit(Box::new(fault)));
            }
            Some(open) => open.items.push(node),
            None if self.root.is_none() => self.root = Some(node),
            None if node.is_null() => {}
            None => {
                self.fault(
                    "second-document",
                    node.from,
                    node.from + 1,
                    words!(
                        "A second document begins here; a file holds one.",
                        "这里开始了第二个文档；一个文件只能有一个。"
                    ),
                    words!(
                        "Put it in a file of its own, or take the `---` out.",
                        "请放到单独文件中，或删除 `---`。"
                    ),
                );
            }
        }
        Ok(())
    }
}
