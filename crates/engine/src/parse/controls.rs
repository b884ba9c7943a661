//! Characters that are no text: a database cannot keep them all, and nobody can see them.

use super::Fault;
use super::source::{Place, Source};
use crate::finding::words;

/// Whether a text may hold this character: all but what controls a terminal, with the ends of lines and tabs.
pub(super) fn is_text(letter: char) -> bool {
    !letter.is_control() || matches!(letter, '\n' | '\r' | '\t' | '\u{85}')
}

/// The first of them as it stands in the file, if there is one: they are told once, and blanked.
pub(super) fn blank(source: &Source, letters: &mut [char]) -> Option<Fault> {
    let first = letters.iter().position(|letter| !is_text(*letter))?;
    let fault = fault(source.place(first, first + 1));
    for letter in letters.iter_mut().filter(|letter| !is_text(**letter)) {
        *letter = ' ';
    }
    Some(fault)
}

/// One that is written with an escape.
pub(super) fn fault(place: Place) -> Fault {
    Fault {
        code: "control-character",
        place,
        message: words!(
            "A character that nobody can see stands here: one that controls a terminal, like `\\0`.",
            "这里有一个不可见的控制字符，例如 `\\0`。"
        ),
        hint: Some(words!("Take it out.", "请删除。")),
    }
}
