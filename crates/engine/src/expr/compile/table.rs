//! `table('limits', amount)`: whether there is such a table, and whether it can be asked so.

use std::sync::Arc;

use super::{Compiler, Typed, capital};
use crate::definition::{Column, ColumnType};
use crate::expr::node::{Asked, Node};
use crate::expr::syntax::{Shape, Tree};
use crate::expr::{Reference, Type};
use crate::finding::{Words, words};

impl Compiler<'_> {
    pub(in crate::expr) fn table(&mut self, tree: &Tree, name: &Tree, given: &[Tree]) -> Option<Typed> {
        let Shape::Text(name) = &name.shape else {
            self.trouble(
                "wrong-arguments",
                name,
                words!(
                    "The name of a table is written out in quotes.",
                    "表名须直接写在引号中。"
                ),
                Some(words!(
                    "Write `table('limits', amount)`.",
                    "请写 `table('limits', amount)`。"
                )),
            );
            return None;
        };
        let tables = Arc::clone(&self.scope.tables);
        let Some(signature) = tables.get(name) else {
            self.unknown_table(tree, name, tables.keys().map(String::as_str));
            return None;
        };
        if signature.given.len() != given.len() {
            let (wanted, found) = (signature.given.len(), given.len());
            let names: Vec<&str> = signature
                .given
                .iter()
                .map(|column| column.name.as_str())
                .collect();
            let names = names.join(", ");
            self.trouble(
                "wrong-arguments",
                tree,
                words!(
                    "The table `{name}` is given {wanted} values, and here are {found}.",
                    "表 `{name}` 需要 {wanted} 个值，而这里有 {found} 个。"
                ),
                Some(words!(
                    "Write `table('{name}', {names})`.",
                    "请写 `table('{name}', {names})`。"
                )),
            );
            return None;
        }
        let nodes: Vec<Option<Node>> = signature
            .given
            .iter()
            .zip(given)
            .map(|(column, tree)| self.asked_with(name, column, tree))
            .collect();
        let nodes: Vec<Node> = nodes.into_iter().collect::<Option<_>>()?;
        let reference = Reference::Table(name.clone());
        if !self.references.contains(&reference) {
            self.references.push(reference);
        }
        let asked = Asked {
            name: name.clone(),
            signature: signature.clone(),
        };
        Some(Typed {
            node: Node::Table(Arc::new(asked), nodes),
            slot: signature.slot(),
        })
    }

    fn unknown_table<'w>(&mut self, tree: &Tree, name: &str, known: impl Iterator<Item = &'w str> + Clone) {
        let all: Vec<&str> = known.clone().collect();
        let hint = match self.nearest(name, known) {
            Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
            None if all.is_empty() => words!(
                "No table is known here: publish it first; beside a file, tables stand in the folder `tables`.",
                "这里没有任何表：请先发布；文件旁的表放在 `tables` 文件夹中。"
            ),
            None => {
                let all = all.join(", ");
                words!("There are: {all}.", "有：{all}。")
            }
        };
        self.trouble(
            "unknown-table",
            tree,
            words!("There is no table `{name}`.", "没有表 `{name}`。"),
            Some(hint),
        );
    }

    /// A value that a table is asked with, brought to what its column holds.
    fn asked_with(&mut self, table: &str, column: &Column, tree: &Tree) -> Option<Node> {
        let typed = self.compile(tree)?;
        let typed = self.literal_beside(tree, typed, &column.of.of())?;
        let typed = match (column.of, &typed.slot.of) {
            (ColumnType::Date, Type::Instant) => super::compare::civil(typed),
            _ => typed,
        };
        // A column with a row for `empty` is asked with what may be empty, or with nothing at all.
        if column.optional && typed.slot.of == Type::Empty {
            return Some(typed.node);
        }
        if !takes(column.of, &typed.slot.of) {
            self.not_taken(table, column, tree, &typed.slot.of);
            return None;
        }
        if column.optional {
            return Some(typed.node);
        }
        if typed.slot.optional && !self.is_known(tree) {
            let (text, name) = (self.text(tree), &column.name);
            self.trouble(
                "may-be-empty",
                tree,
                words!(
                    "`{text}` may be empty here, and no row of `{table}` is for an empty `{name}`.",
                    "`{text}` 在这里可能为空，而 `{table}` 没有 `{name}` 为空的行。"
                ),
                Some(words!(
                    "Make it required, say `{text} is not empty and …` before it, or give the table a row with `empty`.",
                    "请设为必填，或在前面写 `{text} is not empty and …`，或给表加一行 `empty`。"
                )),
            );
            return None;
        }
        Some(typed.node)
    }

    fn not_taken(&mut self, table: &str, column: &Column, tree: &Tree, of: &Type) {
        let (text, name) = (self.text(tree), &column.name);
        let (wanted, wanted_zh, zh) = (column.of.of(), column.of.of().zh(), of.zh());
        let hint = match of {
            Type::Person if column.of == ColumnType::Text => Some(words!(
                "Take a part of the person, like `{text}.grade`.",
                "请取人员的某个部分，如 `{text}.grade`。"
            )),
            Type::DateRange => Some(words!(
                "Take a part: `{text}.start`.",
                "请取部分：`{text}.start`。"
            )),
            Type::Number if column.of == ColumnType::Percent => {
                Some(words!("Write it with `%`.", "请加上 `%`。"))
            }
            _ => None,
        };
        self.trouble(
            "type-mismatch",
            tree,
            Words::new(
                format!(
                    "{} is wanted for `{name}` of the table `{table}`, and `{text}` is {of}.",
                    capital(&wanted.to_string())
                ),
                format!("表 `{table}` 的 `{name}` 需要{wanted_zh}，而 `{text}` 是{zh}。"),
            ),
            hint,
        );
    }
}

/// Whether a column can be asked with a value of a type; a bare number beside money is money.
fn takes(column: ColumnType, of: &Type) -> bool {
    match (column, of) {
        (ColumnType::Text, of) => of.is_text(),
        (ColumnType::Number | ColumnType::Money, Type::Number | Type::Money) => true,
        (column, of) => column.of() == *of,
    }
}
