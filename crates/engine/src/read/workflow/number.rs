//! How requests are numbered.

use super::Parts;
use crate::definition::{NumberPiece, Numbering};
use crate::finding::words;

impl Parts<'_> {
    pub(super) fn numbering(&self, name: Option<&str>) -> Option<Numbering> {
        let Some(node) = self.map.get("number") else {
            let short: String = name
                .unwrap_or("REQ")
                .split('-')
                .filter_map(|word| word.get(..word.len().min(3)))
                .collect::<Vec<_>>()
                .join("-")
                .to_uppercase();
            return numbering(&format!("{short}-{{year}}-{{counter}}")).ok();
        };
        let text = self.desk.text(node)?;
        match numbering(text) {
            Ok(numbering)
                if numbering.pieces.contains(&NumberPiece::Counter)
                    && numbering
                        .pieces
                        .iter()
                        .filter(|piece| **piece == NumberPiece::Counter)
                        .count()
                        == 1 =>
            {
                Some(numbering)
            }
            Ok(_) => {
                self.desk.error("bad-number", node, words!("The number has no `{{counter}}` (or more than one), so two requests could have the same.", "编号没有 `{{counter}}`（或有多个），两个申请可能重号。"), words!("Write like `EXP-{{year}}-{{counter}}`.", "请写如 `EXP-{{year}}-{{counter}}`。"));
                None
            }
            Err(word) => {
                let hint = match self.desk.nearest(&word, ["year", "month", "counter"]) {
                    Some(near) => words!("Did you mean `{{{near}}}`?", "是否想写 `{{{near}}}`？"),
                    None => words!(
                        "There are `{{year}}`, `{{month}}` and `{{counter}}`.",
                        "可用 `{{year}}`、`{{month}}` 和 `{{counter}}`。"
                    ),
                };
                self.desk.error(
                    "bad-number",
                    node,
                    words!(
                        "`{{{word}}}` cannot stand in a number.",
                        "`{{{word}}}` 不能用于编号。"
                    ),
                    hint,
                );
                None
            }
        }
    }
}

/// The pieces of a number, or the word in braces that means nothing.
fn numbering(text: &str) -> Result<Numbering, String> {
    let mut pieces = Vec::new();
    let (mut at, mut rest) = (0, text);
    while let Some((before, after)) = rest.split_once('{') {
        let (word, tail) = after.split_once('}').ok_or_else(|| after.to_owned())?;
        if !before.is_empty() {
            pieces.push(NumberPiece::Text {
                from: at,
                to: at + before.len(),
            });
        }
        pieces.push(match word {
            "year" => NumberPiece::Year,
            "month" => NumberPiece::Month,
            "counter" => NumberPiece::Counter,
            other => return Err(other.to_owned()),
        });
        at += before.len() + word.len() + 2;
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(NumberPiece::Text {
            from: at,
            to: text.len(),
        });
    }
    Ok(Numbering {
        source: text.to_owned(),
        pieces,
    })
}
