//! `given:` and `gives:`: the names of the columns, and their types where the file states them.

use crate::definition::{ColumnType, VALID_FROM};
use crate::finding::words;
use crate::parse::{Node, Yaml};
use crate::read::desk::{Desk, Map};

/// Columns of a table.
const COLUMNS_MAX: usize = 12;

/// A column whose cells are not read yet.
pub(super) struct Draft<'n> {
    pub name: String,
    pub node: &'n Node,
    /// As stated; without it, it is found from the cells.
    pub of: Option<ColumnType>,
}

/// What is given, and what the table gives for it.
pub(super) fn columns<'n>(desk: &Desk<'_>, map: &Map<'n>) -> Option<(Vec<Draft<'n>>, Vec<Draft<'n>>)> {
    let given = map.get("given").and_then(|node| drafts(desk, node));
    let gives = map.get("gives").and_then(|node| drafts(desk, node));
    let (given, gives) = (given?, gives?);
    let mut sound = true;
    for (place, draft) in given.iter().chain(&gives).enumerate() {
        let name = &draft.name;
        let earlier = given.iter().chain(&gives).take(place);
        if earlier.into_iter().any(|other| other.name == *name) {
            desk.error(
                "repeated-id",
                draft.node,
                words!("Two columns are called `{name}`.", "两列都叫 `{name}`。"),
                words!("Give each a name of its own.", "请各取一个名称。"),
            );
            sound = false;
        }
    }
    let count = given.len() + gives.len();
    if count > COLUMNS_MAX {
        desk.error(
            "too-large",
            map.get("given")?,
            words!(
                "A table has {count} columns, and at most {COLUMNS_MAX}.",
                "表有 {count} 列，最多 {COLUMNS_MAX} 列。"
            ),
            words!("Split it.", "请拆分。"),
        );
        sound = false;
    }
    let dated = gives.iter().find(|draft| draft.name == VALID_FROM);
    if let Some(draft) = dated {
        desk.error(
            "bad-name",
            draft.node,
            words!(
                "`{VALID_FROM}` says from when a row holds, and is given.",
                "`{VALID_FROM}` 说明行从何时起有效，属于给定列。"
            ),
            words!("Put it into `given`.", "请放入 `given`。"),
        );
        sound = false;
    }
    sound.then_some((given, gives))
}

/// A list of names, each perhaps with its type, or a mapping of names to types.
fn drafts<'n>(desk: &Desk<'_>, node: &'n Node) -> Option<Vec<Draft<'n>>> {
    let found: Vec<Option<Draft<'n>>> = match &node.yaml {
        Yaml::Map(_) => typed(desk, node)?,
        _ => Desk::one_or_list(node)
            .into_iter()
            .flat_map(|item| match &item.yaml {
                Yaml::Map(_) => typed(desk, item).unwrap_or_else(|| vec![None]),
                _ => vec![desk.text(item).and_then(|name| draft(desk, item, name, None))],
            })
            .collect(),
    };
    if found.is_empty() && !node.is_broken() {
        desk.error(
            "wrong-shape",
            node,
            words!("No column is named here.", "这里没有列名。"),
            words!(
                "Write like `[category, amount]`.",
                "请写如 `[category, amount]`。"
            ),
        );
        return None;
    }
    found
        .into_iter()
        .collect::<Option<Vec<_>>>()
        .filter(|found| !found.is_empty())
}

fn typed<'n>(desk: &Desk<'_>, node: &'n Node) -> Option<Vec<Option<Draft<'n>>>> {
    let named = desk.named(node)?.into_iter();
    Some(
        named
            .map(|(name, key, value)| {
                let of = (!value.is_null()).then_some(value);
                draft(desk, key, name, of)
            })
            .collect(),
    )
}

fn draft<'n>(desk: &Desk<'_>, node: &'n Node, name: &str, of: Option<&Node>) -> Option<Draft<'n>> {
    let of = match of {
        Some(node) => Some(desk.one_of(node, &ColumnType::WORDS)?),
        None if name == VALID_FROM => Some(ColumnType::Date),
        None => None,
    };
    let first = name.chars().next().is_some_and(char::is_alphabetic);
    let fits = |letter: char| (letter.is_alphanumeric() && !letter.is_uppercase()) || letter == '_';
    if first && name.chars().all(fits) && name.len() <= 64 {
        return Some(Draft {
            name: name.to_owned(),
            node,
            of,
        });
    }
    let letter = |letter: char| if letter.is_alphanumeric() { letter } else { '_' };
    let mended: String = name.to_lowercase().chars().map(letter).collect();
    desk.error(
        "bad-name",
        node,
        words!(
            "`{name}` is no name of a column: small letters, digits and `_`, beginning with a letter.",
            "`{name}` 不是有效列名：小写字母、数字和 `_`，以字母开头。"
        ),
        words!("Write `{mended}`.", "请写 `{mended}`。"),
    );
    None
}
