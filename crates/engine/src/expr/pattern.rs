//! Patterns of `matches`: bounded in size, and matched at a price that is known beforehand.

use regex_lite::{Regex, RegexBuilder};

/// Sizes of a compiled pattern in bytes; one that is larger than the last is refused.
const SIZES: [usize; 5] = [512, 2 << 10, 8 << 10, 32 << 10, 64 << 10];
/// Letters of a pattern as it is written.
const LETTERS: usize = 1_000;
/// Bytes of a compiled pattern, times bytes of the text, that cost as much as visiting one part of an expression.
const STEP: usize = 256;

/// A compiled pattern. Matching looks at each byte of the text in each state of the pattern, at worst.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    regex: Regex,
    size: usize,
}

impl Pattern {
    /// `None` for a text that is no pattern, or one that becomes too large.
    pub(super) fn new(text: &str) -> Option<Self> {
        if text.len() > LETTERS {
            return None;
        }
        let whole = format!("^(?:{text})$");
        SIZES.into_iter().find_map(|size| {
            let regex = RegexBuilder::new(&whole).size_limit(size).build().ok()?;
            Some(Self { regex, size })
        })
    }

    /// What matching a text costs, counted as parts of an expression.
    pub(super) fn cost(&self, text: &str) -> u32 {
        u32::try_from(text.len().saturating_mul(self.size) / STEP).unwrap_or(u32::MAX)
    }

    /// Whether the whole text fits.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}
