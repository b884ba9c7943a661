//! Why a sentence is none, and how to write one.

use crate::finding::{Words, words};

/// What people do, as sentences say it, that this version does not have.
pub(in crate::read::story) const ACTS_NOT_YET: [&str; 19] = [
    "delegates",
    "advises",
    "asks the opinion",
    "answers",
    "adds",
    "removes",
    "takes back",
    "picks",
    "edits",
    "amends",
    "undoes",
    "urges",
    "closes",
    "suspends",
    "resumes",
    "cancels",
    "reassigns",
    "event",
    "in",
];

/// Why a sentence is none.
pub(in crate::read::story) struct Unclear {
    pub(in crate::read::story) code: &'static str,
    pub(in crate::read::story) message: Words,
    pub(in crate::read::story) hint: Option<Words>,
}

pub(in crate::read::story) type Said<T = crate::definition::Says> = Result<T, Unclear>;

pub(in crate::read::story) fn unclear(message: Words, hint: Option<Words>) -> Unclear {
    Unclear {
        code: "bad-sentence",
        message,
        hint,
    }
}

pub(in crate::read::story) fn not_yet(what: &str) -> Unclear {
    let message = words!(
        "{what} is in the guide and not in this version yet.",
        "{what} 已在指南中，但本版本尚未提供。"
    );
    Unclear {
        code: "not-yet",
        message,
        hint: None,
    }
}

pub(in crate::read::story) fn example() -> Words {
    words!(
        "Write like `manager asks bo`, `bo approves`, `bo rejects: Too dear.`, `bo returns to requester: The receipt is missing.`, `requester resubmits: {{amount: 90}}`, `after 3 working days`, `skipped finance`, `bo may not approve`.",
        "请写如 `manager asks bo`、`bo approves`、`bo rejects: 太贵`、`bo returns to requester: 缺少票据`、`requester resubmits: {{amount: 90}}`、`after 3 working days`、`skipped finance`、`bo may not approve`。"
    )
}
