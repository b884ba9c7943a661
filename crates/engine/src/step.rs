//! Steps as they run, a file per kind.

use countersign_kernel::text::Text;

use crate::definition::Step;

pub(crate) mod action;
pub(crate) mod added;
pub(crate) mod approval;
pub(crate) mod cc;
pub(crate) mod choose;
pub(crate) mod clock;
pub(crate) mod each;
pub(crate) mod end;
pub(crate) mod parallel;
pub(crate) mod repeat;
pub(crate) mod set;
pub(crate) mod stage;
pub(crate) mod succession;
pub(crate) mod wait;

/// What people read of a step: its title, else its key in words.
pub(crate) fn title(step: &Step) -> Text {
    step.title.clone().unwrap_or_else(|| Text::One(words(&step.key)))
}

/// Words that are written in capitals, as they stand in names.
const CAPITALS: [&str; 28] = [
    "b2b", "ceo", "cfo", "cio", "ciso", "cmo", "coo", "cpo", "cto", "eu", "evp", "gdpr", "hr", "iban", "id",
    "it", "kyc", "nda", "pr", "qa", "rfp", "sla", "svp", "uk", "url", "us", "vat", "vp",
];

/// A name in words: `budget-owner` is `Budget owner`, `ceo` is `CEO`.
pub(crate) fn words(name: &str) -> String {
    let word = |(place, word): (usize, &str)| {
        let mut letters = word.chars();
        match letters.next() {
            Some(_) if CAPITALS.contains(&word) => word.to_uppercase(),
            Some(first) if place == 0 => first.to_uppercase().chain(letters).collect(),
            _ => word.to_owned(),
        }
    };
    let all = name.split(['-', '_']).filter(|word| !word.is_empty());
    all.enumerate().map(word).collect::<Vec<_>>().join(" ")
}
