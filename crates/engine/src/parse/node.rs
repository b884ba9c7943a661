//! The tree of a file.

use super::source::{Place, Source};

/// A part of a file.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub yaml: Yaml,
    /// In characters, from and to.
    pub from: usize,
    pub to: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum Yaml {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    /// Found wrong already; nothing more is said about it.
    Broken,
}

/// A single value, as written.
#[derive(Debug, Clone)]
pub(crate) struct Scalar {
    pub text: String,
    /// Without quotes.
    pub plain: bool,
}

impl Scalar {
    /// `~`, `null` or nothing at all.
    pub(crate) fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }
}

impl Node {
    /// Where it stands: of a list or mapping its first line.
    pub(crate) fn place(&self, source: &Source) -> Place {
        source.place(self.from, self.to)
    }

    pub(crate) fn line(&self, source: &Source) -> usize {
        self.place(source).line
    }

    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        match &self.yaml {
            Yaml::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of a single value that is not nothing.
    pub(crate) fn text(&self) -> Option<&str> {
        self.scalar()
            .filter(|scalar| !scalar.is_null())
            .map(|scalar| scalar.text.as_str())
    }

    pub(crate) fn is_null(&self) -> bool {
        self.scalar().is_some_and(Scalar::is_null)
    }

    pub(crate) fn is_broken(&self) -> bool {
        matches!(self.yaml, Yaml::Broken)
    }

    /// The value under a key of a mapping.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Yaml::Map(entries) = &self.yaml else {
            return None;
        };
        entries
            .iter()
            .find(|(name, _)| name.text() == Some(key))
            .map(|(_, value)| value)
    }

    /// Where the first `count` characters of a single value's text stand in the file, and the one after them: quotes,
    /// folded lines and doubled signs are walked over.
    pub(crate) fn places(&self, source: &Source, count: usize) -> Vec<usize> {
        let Some(scalar) = self.scalar() else {
            return Vec::new();
        };
        let mut place = self.from;
        let single = !scalar.plain && source.letters.get(place) == Some(&'\'');
        if !scalar.plain && matches!(source.letters.get(place), Some('"' | '\'')) {
            place += 1;
        } else if !scalar.plain && matches!(source.letters.get(place), Some('>' | '|')) {
            // A block: its text begins on the next line.
            place = source.bounds(self.line(source) + 1).0;
        }
        let mut places = Vec::new();
        for letter in scalar.text.chars().take(count) {
            place = walk(source, place, letter, self.to, single);
            places.push(place);
            place += 1;
        }
        places.push(place.min(self.to));
        places
    }

    /// The JSON pointer of the deepest part that holds this character.
    pub(crate) fn pointer(&self, index: usize) -> String {
        match &self.yaml {
            Yaml::Map(entries) => {
                let held = entries
                    .iter()
                    .rfind(|(key, value)| key.from <= index && index <= value.to.max(key.to));
                held.and_then(|(key, value)| {
                    let name = key.text()?.replace('~', "~0").replace('/', "~1");
                    Some(format!("/{name}{}", value.pointer(index)))
                })
                .unwrap_or_default()
            }
            Yaml::List(items) => {
                let held = items
                    .iter()
                    .enumerate()
                    .rfind(|(_, item)| item.from <= index && index <= item.to);
                held.map(|(place, item)| format!("/{place}{}", item.pointer(index)))
                    .unwrap_or_default()
            }
            Yaml::Scalar(_) | Yaml::Broken => String::new(),
        }
    }
}

/// How far a letter may stand behind the one before it: indentation and line ends lie between. One that is written
/// as an escape is not found at all.
const REACH: usize = 256;

/// The next place at or after `place` where the file has this letter of a text.
fn walk(source: &Source, place: usize, letter: char, end: usize, single: bool) -> usize {
    let mut at = place;
    let end = end.min(place + REACH);
    while at < end {
        match source.letters.get(at) {
            Some(found) if *found == letter => {
                // In single quotes `''` stands for one letter; the letter itself is the second.
                let doubled = single && letter == '\'' && source.letters.get(at + 1) == Some(&'\'');
                return at + usize::from(doubled);
            }
            Some(found) if letter == ' ' && found.is_whitespace() => {
                let skipped = source
                    .letters
                    .iter()
                    .skip(at)
                    .take(REACH)
                    .take_while(|next| next.is_whitespace())
                    .count();
                return at + skipped.saturating_sub(1);
            }
            Some(_) => at += 1,
            None => break,
        }
    }
    place
}
