//! The text of a file, by lines and characters.

/// A place: line and column count from 1, width in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub line: usize,
    pub column: usize,
    pub width: usize,
}

/// A text without byte order mark and with plain line ends.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub letters: Vec<char>,
    /// Where each line begins, in characters.
    starts: Vec<usize>,
}

impl Source {
    pub(crate) fn new(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let letters: Vec<char> = text.chars().collect();
        let after = |(at, letter): (usize, &char)| (*letter == '\n').then_some(at + 1);
        let starts = std::iter::once(0)
            .chain(letters.iter().enumerate().filter_map(after))
            .collect();
        Self { letters, starts }
    }

    pub(crate) fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// Where a line begins and ends (before its line end); lines count from 1.
    pub(crate) fn bounds(&self, line: usize) -> (usize, usize) {
        let from = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(self.letters.len());
        let to = self
            .starts
            .get(line)
            .map_or(self.letters.len(), |next| next.saturating_sub(1));
        (from, to.max(from))
    }

    pub(crate) fn line(&self, line: usize) -> &[char] {
        let (from, to) = self.bounds(line);
        self.letters.get(from..to).unwrap_or_default()
    }

    pub(crate) fn slice(&self, from: usize, to: usize) -> String {
        self.letters
            .get(from..to.min(self.letters.len()))
            .unwrap_or_default()
            .iter()
            .collect()
    }

    /// The place of a range of characters; its width ends with the line.
    pub(crate) fn place(&self, from: usize, to: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= from).max(1);
        let (begin, end) = self.bounds(line);
        let width = to.min(end).saturating_sub(from).max(1);
        Place {
            line,
            column: from.saturating_sub(begin) + 1,
            width,
        }
    }

    pub(crate) fn index(&self, place: Place) -> usize {
        self.bounds(place.line).0 + place.column - 1
    }
}
