//! Names of fields and facts.

use crate::finding::words;
use crate::parse::Node;
use crate::read::desk::Desk;

/// Words that mean something else in expressions.
const RESERVED: [&str; 27] = [
    "and",
    "or",
    "not",
    "in",
    "between",
    "contains",
    "starts",
    "with",
    "matches",
    "is",
    "if",
    "then",
    "else",
    "true",
    "false",
    "empty",
    "requester",
    "approver",
    "person",
    "request",
    "event",
    "today",
    "now",
    "new",
    "old",
    "step",
    "item",
];

/// Whether expressions know a name for something else.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// The name that it should have, where the one that it has is none.
pub(crate) fn field_name(desk: &Desk<'_>, key: &Node, name: &str) -> Option<String> {
    let first = name
        .chars()
        .next()
        .is_some_and(|letter| letter.is_alphabetic() && !letter.is_uppercase());
    let fits = name
        .chars()
        .all(|letter| (letter.is_alphanumeric() && !letter.is_uppercase()) || letter == '_');
    if !first || !fits || name.len() > 64 {
        let mended: String = name
            .to_lowercase()
            .chars()
            .map(|letter| if letter.is_alphanumeric() { letter } else { '_' })
            .collect();
        desk.error(
            "bad-name",
            key,
            words!(
                "`{name}` is no name of a field: small letters, digits and `_`, beginning with a letter.",
                "`{name}` 不是有效字段名：小写字母、数字和 `_`，以字母开头。"
            ),
            words!(
                "Write `{mended}`; what people read is its `label`.",
                "请写 `{mended}`；人们看到的是 `label`。"
            ),
        );
        return Some(mended);
    }
    if is_reserved(name) {
        desk.error(
            "reserved-name",
            key,
            words!(
                "`{name}` means something else in expressions.",
                "`{name}` 在表达式中另有含义。"
            ),
            words!(
                "Call the field otherwise, like `{name}_text`.",
                "请换个字段名，如 `{name}_text`。"
            ),
        );
    }
    None
}
