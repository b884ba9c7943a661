//! YAML's complaints in plain words.

use crate::finding::words;
use crate::parse::source::Source;
use crate::parse::{Fault, Place};
use granit_parser::{ErrorKind, ScanError};

/// YAML's complaint in plain words.
pub(super) fn explain(source: &Source, error: &ScanError) -> Fault {
    let at = error.marker().index().min(source.letters.len().saturating_sub(1));
    let mut place = source.place(at, at + 1);
    let mut letters = source.line(place.line);
    // YAML often notices on the line after the one that is wrong.
    while letters.iter().all(|letter| letter.is_whitespace()) && place.line > 1 {
        place = Place {
            line: place.line - 1,
            column: 1,
            width: 1,
        };
        letters = source.line(place.line);
    }
    let line: String = letters.iter().collect();
    let indent = line.chars().take_while(|letter| letter.is_whitespace()).count();
    let fault = |code, message, hint| Fault {
        code,
        place,
        message,
        hint: Some(hint),
    };
    match error.kind() {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart => fault(
            "tab",
            words!(
                "A tab stands where spaces are wanted.",
                "这里应为空格，却是制表符。"
            ),
            words!(
                "Indent with spaces, two for each level.",
                "请用空格缩进，每级两个。"
            ),
        ),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => fault(
            "unclosed-quote",
            words!("This quote is never closed.", "这个引号没有闭合。"),
            words!(
                "Put the same quote at the end of the text.",
                "请在文本末尾加上同样的引号。"
            ),
        ),
        ErrorKind::UnclosedFlowCollection { open } => fault(
            "unclosed-bracket",
            words!("This `{open}` is never closed.", "这个 `{open}` 没有闭合。"),
            words!("Close it where it ends.", "请在结尾处闭合。"),
        ),
        ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::MisplacedFlowCollectionEnd => fault(
            "unclosed-bracket",
            words!("The brackets here do not match.", "这里的括号不匹配。"),
            words!(
                "Look whether every `{{` has its `}}` and every `[` its `]`.",
                "请检查每个 `{{` 与 `}}`、`[` 与 `]` 是否成对。"
            ),
        ),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => fault(
            "unclosed-bracket",
            words!("`{open}` is closed by `{close}`.", "`{open}` 被 `{close}` 闭合。"),
            words!("Close it with its own bracket.", "请用对应的括号闭合。"),
        ),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => fault(
            "colon-in-text",
            words!("This colon is not expected here.", "这里不应出现冒号。"),
            words!(
                "Put the text in double quotes, or look at the indentation of the line.",
                "请把文本放进双引号，或检查该行缩进。"
            ),
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            let key = line.trim().to_owned();
            Fault {
                code: "not-a-pair",
                place: Place {
                    column: indent + 1,
                    width: key.chars().count(),
                    ..place
                },
                message: words!("This line is no `name: value`.", "此行不是 `名称: 值` 的形式。"),
                hint: Some(words!(
                    "Write a name, a colon and a space before it; or indent it under the line that it belongs to.",
                    "请在前面写名称、冒号和空格；或缩进到所属的行之下。"
                )),
            }
        }
        _ => {
            let width = line.trim().chars().count().max(1);
            Fault {
                code: "indentation",
                place: Place {
                    column: indent + 1,
                    width,
                    ..place
                },
                message: words!(
                    "This line stands {indent} spaces in, which fits nothing above it.",
                    "此行缩进 {indent} 个空格，与上文任何一级都不对齐。"
                ),
                hint: Some(words!(
                    "Lines that belong together begin in the same column; what belongs to a line stands two spaces further in.",
                    "同级的行起始列相同；从属的行再缩进两个空格。"
                )),
            }
        }
    }
}
