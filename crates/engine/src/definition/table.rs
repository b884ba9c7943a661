//! A table: values that are given and, row by row, what they come to.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_kernel::text::Text;
use serde::{Deserialize, Serialize};

use super::Who;
use crate::expr::{Slot, Type, Value};
use crate::table::Index;

/// A table of decisions, ready to be looked up in.
#[derive(Debug, Clone)]
pub struct Table {
    pub name: String,
    pub title: Option<Text>,
    /// Who may publish a new version besides those who may publish any.
    pub owners: Option<Who>,
    /// What it is asked with, and what it answers.
    pub signature: Signature,
    pub rows: Vec<Row>,
    pub take: TakeRows,
    /// What it gives where no row holds; none where every combination has a row.
    pub otherwise: Option<Otherwise>,
    pub(crate) index: Index,
}

/// What a table is asked with, and what it answers: all that an expression needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    pub given: Vec<Column>,
    pub gives: Vec<Column>,
    /// Whether it answers with a list, of all rows that hold.
    pub all: bool,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub of: ColumnType,
    /// Of what is given: whether it may be empty. Of what it gives: whether it may give nothing.
    pub optional: bool,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    Text,
    Number,
    Integer,
    Money,
    Date,
    YesNo,
    Percent,
}

/// Which of the rows that hold count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TakeRows {
    #[default]
    First,
    /// No two may hold at once.
    Only,
    /// Every one, in the order of the file.
    All,
}

/// One row: a condition for each value that is given, and the values that it gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub line: usize,
    pub cells: Vec<Cell>,
    pub gives: Vec<Value>,
}

/// For which values a row holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// For every one, and for none.
    Any,
    /// For each of these.
    OneOf(Vec<Part>),
}

/// A part of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Empty,
    Value(Value),
    Range { low: Option<Bound>, high: Option<Bound> },
}

/// An end of a range, and whether it belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    pub value: Value,
    pub inside: bool,
}

/// What a table gives where no row holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Otherwise {
    Gives(Vec<Value>),
    /// Of a table that takes all rows: an empty list.
    Nothing,
}

/// The column whose dates say from when a row holds.
pub(crate) const VALID_FROM: &str = "valid_from";

impl ColumnType {
    pub(crate) const WORDS: [(&'static str, Self); 7] = [
        ("text", Self::Text),
        ("number", Self::Number),
        ("integer", Self::Integer),
        ("money", Self::Money),
        ("date", Self::Date),
        ("yes_no", Self::YesNo),
        ("percent", Self::Percent),
    ];

    /// As a file writes it.
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, of)| *of == self)
            .map_or("text", |(word, _)| word)
    }

    /// The type of its values.
    pub fn of(self) -> Type {
        match self {
            Self::Text => Type::Text,
            Self::Number | Self::Integer => Type::Number,
            Self::Money => Type::Money,
            Self::Date => Type::Date,
            Self::YesNo => Type::YesNo,
            Self::Percent => Type::Percent,
        }
    }

    /// Whether its values have more and less.
    pub(crate) fn is_ordered(self) -> bool {
        !matches!(self, Self::Text | Self::YesNo)
    }

    /// Whether `unlimited` is one of them.
    pub(crate) fn is_counted(self) -> bool {
        matches!(self, Self::Number | Self::Integer | Self::Money | Self::Percent)
    }
}

impl TakeRows {
    pub(crate) const WORDS: [(&'static str, Self); 3] =
        [("first", Self::First), ("only", Self::Only), ("all", Self::All)];

    /// As a file writes it.
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, take)| *take == self)
            .map_or("first", |(word, _)| word)
    }
}

impl Signature {
    /// What a call of the table is worth.
    pub(crate) fn slot(&self) -> Slot {
        let slot = |column: &Column| Slot {
            of: column.of.of(),
            optional: column.optional,
        };
        let row = match self.gives.as_slice() {
            [one] => slot(one),
            many => {
                let parts: BTreeMap<String, Slot> = many
                    .iter()
                    .map(|column| (column.name.clone(), slot(column)))
                    .collect();
                Slot::always(Type::Group(Arc::new(parts)))
            }
        };
        if self.all {
            Slot::always(Type::list(row.of))
        } else {
            row
        }
    }

    /// Whether a call that was checked against another signature may be answered by a table of this one.
    pub fn serves(&self, called: &Self) -> bool {
        let takes = |(own, other): (&Column, &Column)| {
            (own.of == other.of || own.of.of() == other.of.of()) && (own.optional || !other.optional)
        };
        let gives = |other: &Column| match (self.gives.as_slice(), called.gives.as_slice()) {
            // A value alone has no name for whoever reads it.
            ([own], [_]) => own.of.of() == other.of.of() && (other.optional || !own.optional),
            ([_], _) | (_, [_]) => false,
            (all, _) => all.iter().any(|own| {
                own.name == other.name && own.of.of() == other.of.of() && (other.optional || !own.optional)
            }),
        };
        self.all == called.all
            && self.given.len() == called.given.len()
            && self.given.iter().zip(&called.given).all(takes)
            && called.gives.iter().all(gives)
    }
}
