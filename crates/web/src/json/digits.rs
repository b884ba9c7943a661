//! Numbers with more digits than JSON's readers keep: they are refused, because a double would round them in silence.

use std::cell::Cell;

use countersign_kernel::number;

/// The first number of a text that would lose digits, by its place among all numbers.
pub(super) struct Digits<'t> {
    lost: Option<(usize, &'t str)>,
    seen: Cell<usize>,
}

/// As many digits are kept by every double.
const SURELY_KEPT: usize = 15;

impl<'t> Digits<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let loses = |number: &&str| {
            (number.len() > SURELY_KEPT || number.contains(['e', 'E'])) && number::kept(number).is_none()
        };
        Self {
            lost: Numbers { rest: text }
                .enumerate()
                .find(|(_, number)| loses(number)),
            seen: Cell::new(0),
        }
    }

    /// Asked once for each number, in the order of the text: its digits, if they would be lost.
    pub(super) fn next_lost(&self) -> Option<&'t str> {
        let place = self.seen.replace(self.seen.get() + 1);
        self.lost
            .filter(|(lost, _)| *lost == place)
            .map(|(_, number)| number)
    }
}

/// The numbers of a JSON text, as they are written; what stands in its texts is none.
struct Numbers<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Numbers<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        loop {
            let start = self
                .rest
                .find(|letter: char| letter == '"' || letter == '-' || letter.is_ascii_digit())?;
            let (_, from) = self.rest.split_at(start);
            if let Some(text) = from.strip_prefix('"') {
                self.rest = behind_text(text);
                continue;
            }
            let inside = |letter: char| letter.is_ascii_digit() || "+-.eE".contains(letter);
            let end = from.find(|letter| !inside(letter)).unwrap_or(from.len());
            let (number, rest) = from.split_at(end);
            self.rest = rest;
            return Some(number);
        }
    }
}

/// What follows the end of a text, whose beginning is behind us.
fn behind_text(mut text: &str) -> &str {
    while let Some(at) = text.find(['"', '\\']) {
        let (_, from) = text.split_at(at);
        let mut letters = from.chars();
        if letters.next() == Some('"') {
            return letters.as_str();
        }
        letters.next();
        text = letters.as_str();
    }
    ""
}
