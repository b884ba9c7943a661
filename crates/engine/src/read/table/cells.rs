//! The cells of a column, read as what the column holds: as stated, else as its cells show.

use countersign_kernel::money::Currency;

use super::columns::Draft;
use super::literal::{Kind, Literal, Said};
use crate::definition::{Bound, Cell, Column, ColumnType, Part, VALID_FROM};
use crate::expr::Value;
use crate::finding::{Words, words};
use crate::parse::{Node, Yaml};
use crate::read::desk::Desk;

/// What reading cells needs around it.
pub(super) struct Reader<'a> {
    pub desk: &'a Desk<'a>,
    /// The tenant's.
    pub currency: Currency,
    /// What the table is given, whose names an expression could read.
    pub given: &'a [Draft<'a>],
}

/// A column that is given, with its cells.
pub(super) struct Given {
    pub column: Column,
    /// Of amounts without one.
    pub currency: Currency,
    pub cells: Vec<Cell>,
}

/// A column that the table gives, with its values; that of `otherwise` is the last.
pub(super) struct Gives {
    pub column: Column,
    pub values: Vec<Value>,
}

impl Reader<'_> {
    pub(super) fn given(&self, draft: &Draft<'_>, nodes: &[&Node]) -> Option<Given> {
        let said: Vec<Option<Vec<(&Node, Said<'_>)>>> = nodes.iter().map(|node| self.said(node)).collect();
        let said: Vec<Vec<(&Node, Said<'_>)>> = said.into_iter().collect::<Option<_>>()?;
        let of = self.column_type(draft, said.iter().flatten())?;
        let mut column = InColumn {
            reader: self,
            name: &draft.name,
            of,
            currency: None,
        };
        let cells: Vec<Option<Cell>> = said.iter().map(|parts| column.cell(parts)).collect();
        let cells: Vec<Cell> = cells.into_iter().collect::<Option<_>>()?;
        let empty = |cell: &Cell| matches!(cell, Cell::OneOf(parts) if parts.contains(&Part::Empty));
        Some(Given {
            currency: column.currency.unwrap_or(self.currency),
            column: Column {
                name: draft.name.clone(),
                of,
                optional: cells.iter().any(empty),
            },
            cells,
        })
    }

    pub(super) fn gives(&self, draft: &Draft<'_>, nodes: &[&Node]) -> Option<Gives> {
        let said: Vec<Option<(&Node, Said<'_>)>> = nodes.iter().map(|node| self.one(node)).collect();
        let said: Vec<(&Node, Said<'_>)> = said.into_iter().collect::<Option<_>>()?;
        let of = self.column_type(draft, said.iter())?;
        let mut column = InColumn {
            reader: self,
            name: &draft.name,
            of,
            currency: None,
        };
        let values: Vec<Option<Value>> = said
            .iter()
            .map(|(node, said)| column.result(node, said))
            .collect();
        let values: Vec<Value> = values.into_iter().collect::<Option<_>>()?;
        Some(Gives {
            column: Column {
                name: draft.name.clone(),
                of,
                optional: values.contains(&Value::Empty),
            },
            values,
        })
    }

    /// The parts of a cell.
    fn said<'n>(&self, node: &'n Node) -> Option<Vec<(&'n Node, Said<'n>)>> {
        let Yaml::List(items) = &node.yaml else {
            return Some(vec![self.one(node)?]);
        };
        if items.is_empty() {
            self.says_nothing(node);
            return None;
        }
        let parts: Vec<Option<(&Node, Said<'_>)>> = items.iter().map(|item| self.one(item)).collect();
        parts.into_iter().collect()
    }

    fn one<'n>(&self, node: &'n Node) -> Option<(&'n Node, Said<'n>)> {
        let Some(scalar) = node.scalar() else {
            let hint = words!(
                "For several values write a row for each, and `take: all`.",
                "若有多个值，请每个写一行，并写 `take: all`。"
            );
            self.desk.wrong_kind(node, words!("one value", "单个值"), hint);
            return None;
        };
        if scalar.is_null() {
            self.says_nothing(node);
            return None;
        }
        if !scalar.plain && self.is_expression(&scalar.text) {
            self.desk.error(
                "not-yet",
                node,
                words!(
                    "An expression in a cell is in the guide and not in this version yet.",
                    "单元格中的表达式已在指南中，但本版本尚未提供。"
                ),
                words!(
                    "Give what it is made of, and count where the table is asked: `table('rates', grade) * amount`.",
                    "请给出其组成部分，并在使用表之处计算：`table('rates', grade) * amount`。"
                ),
            );
            return None;
        }
        Some((node, Said::of(scalar)))
    }

    fn says_nothing(&self, node: &Node) {
        self.desk.error(
            "bad-cell",
            node,
            words!("This cell says nothing.", "此单元格没有内容。"),
            words!(
                "Write `any` for whatever is given, or `empty` where nothing is.",
                "任意值请写 `any`，没有值请写 `empty`。"
            ),
        );
    }

    /// Whether a text counts or compares with what is given.
    fn is_expression(&self, text: &str) -> bool {
        let read = crate::expr::names_read(text);
        read.iter()
            .any(|name| self.given.iter().any(|draft| draft.name == *name))
    }

    /// As stated; else what fits all cells, of which ranges say most.
    fn column_type<'s>(
        &self,
        draft: &Draft<'_>,
        said: impl Iterator<Item = &'s (&'s Node, Said<'s>)> + Clone,
    ) -> Option<ColumnType> {
        if let Some(of) = draft.of {
            return Some(of);
        }
        let ends: Vec<Kind> = said.clone().flat_map(|(_, said)| ends(said)).collect();
        let values: Vec<Kind> = said
            .filter_map(|(_, said)| match said {
                Said::Value(value) => Some(value.kind),
                _ => None,
            })
            .collect();
        let all: Vec<Kind> = ends.iter().chain(&values).copied().collect();
        let found = common(&all)
            .or_else(|| common(&ends))
            .or_else(|| (!values.is_empty()).then_some(ColumnType::Text));
        if found.is_none() {
            let name = &draft.name;
            self.desk.error(
                "bad-cell",
                draft.node,
                words!(
                    "No cell shows what `{name}` holds.",
                    "没有单元格能表明 `{name}` 的类型。"
                ),
                words!(
                    "State its type: `{{{name}: money}}`; there are text, number, integer, money, date, yes_no and percent.",
                    "请写明类型：`{{{name}: money}}`；可用：text、number、integer、money、date、yes_no、percent。"
                ),
            );
        }
        found
    }
}

fn ends(said: &Said<'_>) -> Vec<Kind> {
    match said {
        Said::Range { low, high } => [low, high]
            .into_iter()
            .flatten()
            .map(|(end, _)| end.kind)
            .collect(),
        _ => Vec::new(),
    }
}

/// The type that all of these are of.
fn common(kinds: &[Kind]) -> Option<ColumnType> {
    let all = |fits: fn(&Kind) -> bool| !kinds.is_empty() && kinds.iter().all(fits);
    if all(|kind| matches!(kind, Kind::Number(_))) {
        Some(ColumnType::Number)
    } else if all(|kind| matches!(kind, Kind::Number(_) | Kind::Money(..))) {
        Some(ColumnType::Money)
    } else if all(|kind| matches!(kind, Kind::Number(_) | Kind::Percent(_))) {
        Some(ColumnType::Percent)
    } else if all(|kind| matches!(kind, Kind::Date(_))) {
        Some(ColumnType::Date)
    } else if all(|kind| matches!(kind, Kind::YesNo(_))) {
        Some(ColumnType::YesNo)
    } else {
        None
    }
}

/// Reads the cells of one column.
struct InColumn<'a> {
    reader: &'a Reader<'a>,
    name: &'a str,
    of: ColumnType,
    /// Of the first amount that names one: all others are of the same, or they would not compare.
    currency: Option<Currency>,
}

impl InColumn<'_> {
    fn cell(&mut self, parts: &[(&Node, Said<'_>)]) -> Option<Cell> {
        if let [(_, Said::Any)] = parts {
            return Some(Cell::Any);
        }
        let parts: Vec<Option<Part>> = parts.iter().map(|(node, said)| self.part(node, said)).collect();
        parts.into_iter().collect::<Option<Vec<Part>>>().map(Cell::OneOf)
    }

    fn part(&mut self, node: &Node, said: &Said<'_>) -> Option<Part> {
        let dated = self.name == VALID_FROM && !matches!(said, Said::Value(_));
        match said {
            _ if dated => self.not_here(node, words!("a date, or `any` alone", "日期，或单独的 `any`")),
            Said::Any => self.not_here(node, words!("a value or a range beside others", "值或范围")),
            Said::Unlimited => self.not_here(
                node,
                words!(
                    "a value, a range like `from 1000`, or `any`",
                    "值、如 `from 1000` 的范围或 `any`"
                ),
            ),
            Said::Empty => Some(Part::Empty),
            Said::Value(literal) => self.compared(node, literal).map(Part::Value),
            Said::Range { .. } if !self.of.is_ordered() => self.not_here(
                node,
                words!("one of several values, which have no order", "没有大小之分的值"),
            ),
            Said::Range { low, high } => {
                let mut bound = |end: &Option<(Literal<'_>, bool)>| match end {
                    Some((literal, inside)) => self.compared(node, literal).map(|value| {
                        Some(Bound {
                            value,
                            inside: *inside,
                        })
                    }),
                    None => Some(None),
                };
                let (low, high) = (bound(low), bound(high));
                Some(Part::Range {
                    low: low?,
                    high: high?,
                })
            }
        }
    }

    fn result(&mut self, node: &Node, said: &Said<'_>) -> Option<Value> {
        match said {
            Said::Empty => Some(Value::Empty),
            Said::Unlimited if self.of.is_counted() => Some(Value::Unlimited),
            Said::Value(literal) => self.value(node, literal),
            Said::Any | Said::Unlimited | Said::Range { .. } => {
                self.not_here(node, words!("one value or `empty`", "单个值或 `empty`"))
            }
        }
    }

    /// A value that is compared with what is given, in the currency of the column.
    fn compared(&mut self, node: &Node, literal: &Literal<'_>) -> Option<Value> {
        let value = self.value(node, literal)?;
        let Value::Money(amount, currency) = &value else {
            return Some(value);
        };
        let (name, text, places) = (self.name, literal.text, currency.scale());
        let known = *self.currency.get_or_insert(*currency);
        if known != *currency {
            self.reader.desk.error(
                "bad-cell",
                node,
                words!(
                    "`{text}` does not compare with the amounts in {known} of `{name}`.",
                    "`{text}` 无法与 `{name}` 中的 {known} 金额比较。"
                ),
                words!("Write one currency in a column.", "一列只用一种货币。"),
            );
            return None;
        }
        if amount.normalize().scale() > u32::from(places) {
            self.reader.desk.error(
                "bad-cell",
                node,
                words!(
                    "`{text}` is finer than {currency}, which has {places} decimal places.",
                    "`{text}` 的精度超过 {currency}（{places} 位小数）。"
                ),
                words!("Round it.", "请四舍五入。"),
            );
            return None;
        }
        Some(value)
    }

    fn value(&self, node: &Node, literal: &Literal<'_>) -> Option<Value> {
        let value = match (self.of, literal.kind) {
            (ColumnType::Text, _) => Some(Value::Text(literal.text.to_owned())),
            // What stands in quotes, as JSON writes all texts, is read again where the type is stated.
            (_, Kind::Text) => self.typed(Literal::of(literal.text).kind),
            (_, kind) => self.typed(kind),
        };
        value.or_else(|| self.not_here(node, phrase(self.of)))
    }

    fn typed(&self, kind: Kind) -> Option<Value> {
        match (self.of, kind) {
            (ColumnType::Number, Kind::Number(number)) => Some(Value::Number(number)),
            (ColumnType::Integer, Kind::Number(number)) if number.fract().is_zero() => {
                Some(Value::Number(number))
            }
            (ColumnType::Money, Kind::Number(number)) => Some(Value::Money(number, self.reader.currency)),
            (ColumnType::Money, Kind::Money(number, currency)) => Some(Value::Money(number, currency)),
            (ColumnType::Percent, Kind::Number(number) | Kind::Percent(number)) => {
                Some(Value::Percent(number))
            }
            (ColumnType::Date, Kind::Date(date)) => Some(Value::Date(date)),
            (ColumnType::YesNo, Kind::YesNo(yes)) => Some(Value::YesNo(yes)),
            _ => None,
        }
    }

    fn not_here<T>(&self, node: &Node, wanted: Words) -> Option<T> {
        let name = self.name;
        let text = node.text().unwrap_or_default();
        let (of, of_zh) = (self.of.word(), &wanted.zh);
        let wanted = &wanted.en;
        self.reader.desk.error(
            "bad-cell",
            node,
            Words::new(
                format!("`{name}` ({of}) wants {wanted} here, and this is `{text}`."),
                format!("`{name}`（{of}）在此需要{of_zh}，而这是 `{text}`。"),
            ),
            hint(self.of),
        );
        None
    }
}

fn phrase(of: ColumnType) -> Words {
    match of {
        ColumnType::Text => words!("a text", "文本"),
        ColumnType::Number => words!("a number", "数字"),
        ColumnType::Integer => words!("a whole number", "整数"),
        ColumnType::Money => words!("an amount of money", "金额"),
        ColumnType::Date => words!("a date", "日期"),
        ColumnType::YesNo => words!("`true` or `false`", "`true` 或 `false`"),
        ColumnType::Percent => words!("a percentage", "百分比"),
    }
}

fn hint(of: ColumnType) -> Words {
    match of {
        ColumnType::Text => words!("Write it out, like `travel`.", "请直接写出，如 `travel`。"),
        ColumnType::Number | ColumnType::Integer => {
            words!("Write like `5`, without separators.", "请写如 `5`，不加分隔符。")
        }
        ColumnType::Money => words!(
            "Write like `1000` or `1000 EUR`, without separators.",
            "请写如 `1000` 或 `1000 EUR`，不加分隔符。"
        ),
        ColumnType::Date => words!(
            "Write year, month and day: `2026-05-01`.",
            "请写年月日：`2026-05-01`。"
        ),
        ColumnType::YesNo => words!("Write `true` or `false`.", "请写 `true` 或 `false`。"),
        ColumnType::Percent => words!("Write like `10%`.", "请写如 `10%`。"),
    }
}
