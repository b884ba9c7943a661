//! YAML's own traps, found line by line before YAML is read: what would be read otherwise than it was meant is
//! said in plain words and masked, so that the rest of the file can still be checked.

mod values;

use std::collections::BTreeMap;

use super::Fault;
use super::bounds::FAULTS;
use super::controls;
use super::flow;
use super::source::Source;
use crate::finding::{Words, words};

/// What stands behind a mask, by the mask's first character.
#[derive(Debug, Clone)]
pub(super) enum Masked {
    /// Found wrong already.
    Broken,
    /// A text that YAML would have read otherwise.
    Raw(String),
}

/// A text of the same length that YAML can read.
pub(super) struct Masks {
    pub letters: Vec<char>,
    pub behind: BTreeMap<usize, Masked>,
    pub faults: Vec<Fault>,
    /// Indentation is uncertain: nothing that YAML says about structure can be trusted.
    pub unsure: bool,
    /// A bracket nests too deep, or too much is wrong: nothing more was looked at, and nothing is read.
    pub stopped: bool,
}

pub(super) fn mask(source: &Source) -> Masks {
    let mut letters = source.letters.clone();
    let faults = controls::blank(source, &mut letters).into_iter().collect();
    let mut scan = Scan {
        source,
        masks: Masks {
            letters,
            behind: BTreeMap::new(),
            faults,
            unsure: false,
            stopped: false,
        },
        sentences: None,
        limits: Vec::new(),
        flow: flow(&source.letters),
    };
    scan.limits = scan.limits();
    scan.tabs();
    let mut line = 1;
    while line <= source.line_count() && !scan.masks.stopped {
        line = scan.line(line);
        scan.masks.stopped |= scan.masks.faults.len() >= FAULTS;
    }
    scan.masks
}

fn flow(letters: &[char]) -> Option<usize> {
    let first = letters.iter().position(|letter| !letter.is_whitespace())?;
    matches!(letters.get(first), Some('{' | '[')).then_some(first)
}

struct Scan<'a> {
    source: &'a Source,
    masks: Masks,
    /// Inside `then:`, which stands so far in.
    sentences: Option<usize>,
    /// Of each line (they count from 1), where a value that begins on it must have ended.
    limits: Vec<usize>,
    /// Where the whole file's one `{ }` or `[ ]` begins, as JSON is: nothing in it hangs on lines and indentation.
    flow: Option<usize>,
}

/// A line taken apart: where its dashes, its key and its value stand.
struct Parts {
    indent: usize,
    dashes: bool,
    /// From and to, without the colon.
    key: Option<(usize, usize)>,
    value: (usize, usize),
}

impl Scan<'_> {
    fn fault(&mut self, code: &'static str, from: usize, to: usize, message: Words, hint: Words) {
        self.masks.faults.push(Fault {
            code,
            place: self.source.place(from, to),
            message,
            hint: Some(hint),
        });
    }

    fn cover(&mut self, from: usize, to: usize, behind: Masked) {
        for at in from..to {
            if let Some(letter) = self.masks.letters.get_mut(at)
                && *letter != '\n'
            {
                *letter = 'x';
            }
        }
        self.masks.behind.insert(from, behind);
    }

    fn blank(&mut self, from: usize, to: usize) {
        for at in from..to {
            if let Some(letter) = self.masks.letters.get_mut(at)
                && *letter != '\n'
            {
                *letter = ' ';
            }
        }
    }

    /// Where the next line begins that stands no further in than this one, of all lines in one pass from the last one up.
    /// A line that begins with a closing bracket still belongs to what it closes.
    fn limits(&self) -> Vec<usize> {
        let count = self.source.line_count();
        let mut limits = vec![self.source.letters.len(); count + 1];
        // Lines below, the nearest last; each stands further in than the one before it.
        let mut below: Vec<(usize, usize)> = Vec::new();
        for line in (1..=count).rev() {
            let (from, to) = self.source.bounds(line);
            let parts = self.parts(from, to);
            let nearest = below.partition_point(|(indent, _)| *indent <= parts.indent);
            let found = nearest.checked_sub(1).and_then(|place| below.get(place));
            if let (Some((_, start)), Some(limit)) = (found, limits.get_mut(line)) {
                *limit = *start;
            }
            let empty = parts.value.0 >= to && parts.key.is_none();
            let closes = matches!(self.source.letters.get(from + parts.indent), Some('}' | ']'));
            if !empty && (!closes || parts.dashes) {
                below.truncate(below.partition_point(|(indent, _)| *indent < parts.indent));
                below.push((parts.indent, from));
            }
        }
        limits
    }

    /// Tabs in front of a line: told once; if the file mixes them with spaces, its nesting is uncertain.
    fn tabs(&mut self) {
        let mut first = None;
        let (mut tabbed, mut spaced) = (0, 0);
        for line in 1..=self.source.line_count() {
            let (from, to) = self.source.bounds(line);
            let blank = self.source.letters.get(from..to).unwrap_or_default();
            let indent = blank.iter().take_while(|letter| letter.is_whitespace()).count();
            if indent == blank.len() {
                continue;
            }
            let has_tab = blank.iter().take(indent).any(|letter| *letter == '\t');
            tabbed += usize::from(has_tab);
            spaced += usize::from(indent > 0 && !has_tab);
            if has_tab {
                first = first.or(Some((from, from + indent)));
                self.blank(from, from + indent);
            }
        }
        let Some((from, to)) = first else { return };
        if self.flow.is_some() {
            return;
        }
        self.masks.unsure = spaced > 0;
        self.fault(
            "tab",
            from,
            to,
            words!(
                "This line is indented with a tab ({tabbed} such lines).",
                "此行用制表符缩进（共 {tabbed} 行）。"
            ),
            words!(
                "Indent with spaces, two for each level.",
                "请用空格缩进，每级两个。"
            ),
        );
    }

    /// Looks at one line; gives the next line to look at.
    fn line(&mut self, line: usize) -> usize {
        let (from, to) = self.source.bounds(line);
        let parts = self.parts(from, to);
        if parts.value.0 >= to && parts.key.is_none() {
            return line + 1;
        }
        if matches!(self.source.letters.get(parts.value.0), Some('#')) && parts.key.is_none() {
            return line + 1;
        }
        if from == parts.value.0 && self.directive(from, to) {
            return line + 1;
        }
        if self.sentence(&parts, to) {
            return line + 1;
        }
        if self.flow == Some(parts.value.0) {
            return self.bracket(line, &parts);
        }
        if parts.key.is_none() && !self.colon_mistake(&parts, to) && !parts.dashes {
            return line + 1;
        }
        self.value(line, &parts)
    }

    fn parts(&self, from: usize, to: usize) -> Parts {
        let letter = |at: usize| {
            if at < to {
                self.source.letters.get(at).copied()
            } else {
                None
            }
        };
        let mut at = from;
        while letter(at).is_some_and(char::is_whitespace) {
            at += 1;
        }
        let mut indent = at - from;
        let mut dashes = false;
        while letter(at) == Some('-') && letter(at + 1).is_none_or(char::is_whitespace) {
            dashes = true;
            at += 1;
            while letter(at).is_some_and(char::is_whitespace) {
                at += 1;
            }
            indent = at - from;
        }
        let key = self.key(at, to);
        let mut value = key.map_or(at, |(_, end)| end + 1);
        while letter(value).is_some_and(char::is_whitespace) {
            value += 1;
        }
        let mut end = to;
        while end > value && letter(end - 1).is_some_and(char::is_whitespace) {
            end -= 1;
        }
        Parts {
            indent,
            dashes,
            key,
            value: (value, end),
        }
    }

    /// The key that a line begins with.
    fn key(&self, from: usize, to: usize) -> Option<(usize, usize)> {
        let letter = |at: usize| {
            if at < to {
                self.source.letters.get(at).copied()
            } else {
                None
            }
        };
        let mut at = from;
        match letter(at)? {
            quote @ ('"' | '\'') => {
                let end = flow::quoted(self.source, at, to, quote)? + 1;
                return (letter(end) == Some(':') && letter(end + 1).is_none_or(char::is_whitespace))
                    .then_some((from, end));
            }
            '{' | '[' | '#' => return None,
            _ => {}
        }
        while let Some(next) = letter(at) {
            if next == ':' && letter(at + 1).is_none_or(char::is_whitespace) {
                return Some((from, at));
            }
            if next == '#' && at > from && letter(at - 1).is_some_and(char::is_whitespace) {
                return None;
            }
            at += 1;
        }
        None
    }

    fn directive(&mut self, from: usize, to: usize) -> bool {
        if self.source.letters.get(from) != Some(&'%') {
            return false;
        }
        self.fault(
            "directive",
            from,
            to,
            words!(
                "A line that starts with `%` gives orders to YAML; none are used here.",
                "以 `%` 开头的行是 YAML 指令，此处不使用。"
            ),
            words!("Take the line out.", "请删除此行。"),
        );
        self.blank(from, to);
        true
    }

    /// A line of `then:` with words after a colon is kept as it stands.
    fn sentence(&mut self, parts: &Parts, to: usize) -> bool {
        let is_then = parts
            .key
            .is_some_and(|(from, to)| self.source.slice(from, to) == "then");
        if is_then && parts.value.0 >= to {
            self.sentences = Some(parts.indent);
            return true;
        }
        let Some(indent) = self.sentences else {
            return false;
        };
        let inside = parts.dashes && parts.indent >= indent;
        if !inside {
            self.sentences = None;
            return false;
        }
        let Some((begin, end)) = parts.key else {
            return false;
        };
        if matches!(self.source.letters.get(begin), Some('"' | '\'')) {
            return false;
        }
        let (from, mut to) = parts.value;
        if from >= to || matches!(self.source.letters.get(from), Some('{')) {
            let key = self.source.slice(begin, end);
            if from < to && key.contains(['[', '{']) {
                self.cover(begin, end, Masked::Raw(key));
            }
            return false;
        }
        // ` # ` begins a comment, `#4` does not.
        let text = self.source.slice(from, to);
        if let Some(at) = text.find(" # ") {
            to = from
                + text
                    .get(..at)
                    .map_or(0, |before| before.trim_end().chars().count());
        }
        self.cover(from, to, Masked::Raw(self.source.slice(from, to)));
        true
    }

    /// `title:Expense`, `title： Expense`: a colon that YAML does not see. True if the line was mended.
    fn colon_mistake(&mut self, parts: &Parts, to: usize) -> bool {
        let (from, _) = parts.value;
        let text = self.source.slice(from, to);
        let word = text
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .count();
        let next = self.source.letters.get(from + word).copied();
        let after = self.source.slice(from + word + 1, to);
        if word == 0
            || !matches!(next, Some(':' | '：'))
            || after.starts_with("//")
            || after.is_empty() && next == Some(':')
        {
            return false;
        }
        let key = self.source.slice(from, from + word);
        if next == Some(':')
            && !key
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter == '_')
        {
            return false;
        }
        let value = after.trim().to_owned();
        let message = if next == Some(':') {
            words!("A space is missing after the colon.", "冒号后缺少空格。")
        } else {
            words!(
                "This is a wide colon; the file knows only `:`.",
                "这是全角冒号；文件只认半角 `:`。"
            )
        };
        self.fault(
            "space-after-colon",
            from,
            from + word + 1,
            message,
            words!("Write `{key}: {value}`.", "请写 `{key}: {value}`。"),
        );
        self.blank(from + word, to);
        if let Some(colon) = self.masks.letters.get_mut(from + word) {
            *colon = ':';
        }
        if from + word + 2 < to {
            self.cover(from + word + 2, to, Masked::Raw(value));
        } else {
            self.blank(from, to);
        }
        false
    }
}
