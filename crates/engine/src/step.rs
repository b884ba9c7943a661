//! Steps as they run, a file per kind.

use countersign_kernel::text::Text;

use crate::definition::Step;

pub(crate) mod action;
pub(crate) mod approval;
pub(crate) mod choose;
pub(crate) mod end;
pub(crate) mod parallel;
pub(crate) mod succession;

/// What people read of a step: its title, else its key in words.
pub(crate) fn title(step: &Step) -> Text {
    step.title.clone().unwrap_or_else(|| {
        let words = step.key.replace('-', " ");
        let mut letters = words.chars();
        let first = letters
            .next()
            .map(|letter| letter.to_uppercase().to_string())
            .unwrap_or_default();
        Text::One(first + letters.as_str())
    })
}
