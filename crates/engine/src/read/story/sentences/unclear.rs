//! Why a sentence is none, and how to write one.

use countersign_kernel::text::nearest;

use crate::finding::{Words, words};
use crate::vocabulary::Position;

/// What people do, as sentences say it, that this version does not have.
pub(in crate::read::story) const ACTS_NOT_YET: [&str; 17] = [
    "delegates",
    "advises",
    "asks the opinion",
    "answers",
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

/// What somebody does that is nothing a story knows.
pub(super) fn unknown_act(act: &[&str]) -> Unclear {
    let text = act.join(" ");
    let stem = |word: &str| word.trim_end_matches('s').to_owned();
    if ACTS_NOT_YET.iter().any(|known| {
        text == *known
            || text.starts_with(&format!("{known} "))
            || stem(act.first().unwrap_or(&"")) == stem(known)
    }) || text.starts_with("see ")
    {
        return not_yet(&format!("`{text}`"));
    }
    let known = [
        "approves",
        "finishes",
        "rejects",
        "returns to",
        "transfers to",
        "claims",
        "releases",
        "adds",
        "removes",
        "comments",
        "withdraws",
        "resubmits",
        "may not",
    ];
    let first = act.first().copied().unwrap_or_default();
    let hint = match nearest(first, known.map(|known| known.split(' ').next().unwrap_or(known))) {
        Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
        None => example(),
    };
    unclear(
        words!(
            "`{text}` is nothing that people do in stories.",
            "故事中没有 `{text}` 这种行为。"
        ),
        Some(hint),
    )
}

pub(super) fn braces_in_quotes() -> Unclear {
    unclear(
        words!(
            "The braces stand inside the quotes, and so would be a comment.",
            "花括号在引号之内，会被当作意见。"
        ),
        Some(words!(
            "Leave the quotes out, or close them before the colon.",
            "请去掉引号，或在冒号前结束引号。"
        )),
    )
}

pub(super) fn unparted() -> Unclear {
    unclear(
        words!(
            "Of which item this is said, and what, is parted by a comma.",
            "所指的项与句子之间用逗号分开。"
        ),
        Some(words!(
            "Write `in 2, bo approves`, or `in travel, bo approves`.",
            "请写 `in 2, bo approves` 或 `in travel, bo approves`。"
        )),
    )
}

/// When somebody who is added decides.
pub(super) fn position(word: &str) -> Said<Position> {
    let all = [Position::Before, Position::After, Position::Beside];
    let found = all.into_iter().find(|position| position.word() == word);
    found.ok_or_else(|| {
        unclear(
            words!(
                "`{word}` does not say when they decide.",
                "`{word}` 没有说明何时审批。"
            ),
            Some(words!(
                "Write `bo adds dan before`, `bo adds dan after` or `bo adds dan beside`.",
                "请写 `bo adds dan before`、`bo adds dan after` 或 `bo adds dan beside`。"
            )),
        )
    })
}
