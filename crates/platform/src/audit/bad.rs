//! What was touched, in words.

use countersign_kernel::id::EventId;
use countersign_kernel::text::{Locale, Words};
use serde::Serialize;
use utoipa::ToSchema;

use super::verify::Bad;

/// The first thing that was touched.
#[derive(Serialize, ToSchema)]
pub(super) struct FirstBad {
    /// `entries`, `strangers`, `words`, `chain`, `checkpoint` or `truncated`.
    #[schema(example = "entries")]
    code: &'static str,
    /// The seal's number; null where no seal speaks of it.
    seal: Option<i64>,
    /// The entry, or the first under that seal.
    entry: Option<EventId>,
    /// A sentence.
    detail: String,
}

impl FirstBad {
    pub(super) fn of(bad: &Bad, locale: Locale) -> Self {
        let (seal, entry) = match *bad {
            Bad::Strangers { .. } => (None, None),
            Bad::Entries { seal, first, .. } => (Some(seal), first),
            Bad::Words { seal, entry } => (Some(seal), Some(entry)),
            Bad::Chain { seal } | Bad::Checkpoint { seal } | Bad::Truncated { seal, .. } => {
                (Some(seal), None)
            }
        };
        let (code, words) = told(bad);
        Self {
            code,
            seal,
            entry,
            detail: words.get(locale).to_owned(),
        }
    }
}

fn told(bad: &Bad) -> (&'static str, Words) {
    match *bad {
        Bad::Entries {
            seal, sealed, found, ..
        } => ("entries", entries_words(seal, sealed, found)),
        Bad::Strangers { entries } => ("strangers", strangers_words(entries)),
        Bad::Words { entry, .. } => (
            "words",
            Words::new(
                format!("The words of {entry} are not those that were sealed, or are gone."),
                format!("{entry} 的文字与封存时不同，或已被删除。"),
            ),
        ),
        Bad::Chain { seal } => (
            "chain",
            Words::new(
                format!("Seal {seal} does not follow the one before it: a seal was changed or taken out."),
                format!("封印 {seal} 与前一个不衔接：有封印被修改或移除。"),
            ),
        ),
        Bad::Checkpoint { seal } => (
            "checkpoint",
            Words::new(
                format!(
                    "The signed head of seal {seal} is not the seal's own, or not signed by this server."
                ),
                format!("封印 {seal} 的签名与封印不符，或不是本服务器签署。"),
            ),
        ),
        Bad::Truncated { seal, now } => (
            "truncated",
            Words::new(
                format!(
                    "Seal {seal} was signed and the chain now ends at {now}: its end was cut off, or an old copy put in its place."
                ),
                format!("封印 {seal} 曾被签署，而链条现在止于 {now}：尾部被截断，或被旧副本替换。"),
            ),
        ),
    }
}

fn strangers_words(entries: i64) -> Words {
    Words::new(
        format!("{entries} entries stand before the end of the chain, and under no seal: they were put in."),
        format!("有 {entries} 条记录位于链尾之前，却不在任何封印之下：它们是后来放入的。"),
    )
}

fn entries_words(seal: i64, sealed: i64, found: i64) -> Words {
    if sealed == found {
        Words::new(
            format!("One of the {found} entries under seal {seal} was edited, or their order changed."),
            format!("封印 {seal} 下的 {found} 条记录中有内容被修改，或顺序被改变。"),
        )
    } else {
        Words::new(
            format!(
                "{sealed} entries stood under seal {seal}, and there are {found}: some were taken out or put in."
            ),
            format!("封印 {seal} 下原有 {sealed} 条记录，现有 {found} 条：有记录被移除或插入。"),
        )
    }
}
