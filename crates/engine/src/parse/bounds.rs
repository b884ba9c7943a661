//! What a file may hold at most. Each bound is judged before the pass that needs it: what recurses over brackets, lines
//! or the tree never meets more than this.

use super::Fault;
use super::source::{Place, Source};
use crate::finding::{Words, words};

/// 1 MiB.
const BYTES: usize = 1 << 20;
/// How deep lists and mappings nest, written in lines or in brackets.
pub(super) const DEPTH: usize = 64;
/// Values, names, lists and mappings.
pub(super) const PARTS: usize = 100_000;

/// Items of one list, or names of one mapping.
pub(super) const ENTRIES: usize = 2_000;

/// Faults of one file: a few more than are told. After them nothing more is looked at.
pub(super) const FAULTS: usize = 500;

/// A text that is too long to be looked at.
pub(super) fn bytes(text: &str) -> Option<Fault> {
    let start = Place {
        line: 1,
        column: 1,
        width: 1,
    };
    let message = words!("The file is larger than 1 MiB.", "文件超过 1 MiB。");
    let hint = words!("Split it: one document a file.", "请拆分：每个文件一个文档。");
    (text.len() > BYTES).then(|| fault(start, message, hint))
}

/// A list or mapping that opens one level too deep, at this character.
pub(super) fn too_deep(source: &Source, at: usize) -> Fault {
    let message = words!(
        "The file is nested deeper than {DEPTH} levels.",
        "文件嵌套超过 {DEPTH} 级。"
    );
    fault(source.place(at, at + 1), message, split())
}

/// A value that is one too many, at this character.
pub(super) fn too_many(source: &Source, at: usize) -> Fault {
    let message = words!(
        "The file has more than 100,000 parts.",
        "文件超过 100,000 个部分。"
    );
    fault(source.place(at, at + 1), message, split())
}

/// An item or name that is one too many in its list or mapping, at this character.
pub(super) fn too_many_here(source: &Source, at: usize) -> Fault {
    let message = words!(
        "A list or mapping has more than 2,000 entries.",
        "列表或映射超过 2,000 项。"
    );
    fault(source.place(at, at + 1), message, split())
}

fn split() -> Words {
    words!("Split the file.", "请拆分文件。")
}

fn fault(place: Place, message: Words, hint: Words) -> Fault {
    Fault {
        code: "too-large",
        place,
        message,
        hint: Some(hint),
    }
}
