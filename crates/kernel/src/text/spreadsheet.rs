//! Cells of spreadsheets: a text that might be a formula is marked, so that none is calculated where a file is opened.

use std::borrow::Cow;

/// Whether a spreadsheet might calculate what begins like this: some pass over blanks, and take wide letters for narrow ones. Marks
/// are passed over too, so that what had one before has one more.
fn is_formula(cell: &str) -> bool {
    // Blanks at the end are lost on the way.
    let mut letters = cell.trim_end().chars();
    let passed = |letter: char| letter == '\'' || letter.is_whitespace();
    loop {
        match letters.next() {
            Some('=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠') => return true,
            Some(letter) if passed(letter) => {}
            _ => return false,
        }
    }
}

/// A cell that no spreadsheet calculates: what might be a formula has a mark before it.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

/// What [`harmless`] made of this: the mark is none of it.
pub fn bare(cell: &str) -> &str {
    let bare = cell.strip_prefix('\'').filter(|bare| is_formula(bare));
    bare.unwrap_or(cell)
}
