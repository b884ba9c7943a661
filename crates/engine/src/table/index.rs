//! Which rows hold, found by a search in each column instead of a walk over all rows.

use std::collections::{BTreeMap, BTreeSet};

use countersign_kernel::money::Currency;
use countersign_kernel::time::Date;

use super::rows::RowSet;
use super::space::Space;
use crate::definition::{Bound, Cell, Column, Part, Row, VALID_FROM};
use crate::expr::{Fault, Value};

/// For each column and each piece of its values, the rows that hold there.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    pub(super) columns: Vec<IndexColumn>,
    pub(super) rows: usize,
}

#[derive(Debug, Clone)]
pub(super) struct IndexColumn {
    pub space: Space,
    /// For each piece, the rows that hold there.
    pub held: Vec<RowSet>,
    /// For each row, the pieces where it holds, from and to, in order and apart.
    pub spans: Vec<Vec<(usize, usize)>>,
    /// For each piece, itself or the next one in which something can be given.
    real: Vec<Option<usize>>,
}

impl Index {
    /// An index of rows whose columns are these; bare amounts of money are of the currency.
    pub(crate) fn of(given: &[Column], currencies: &[Currency], rows: &[Row]) -> Self {
        let dated = given.iter().position(|column| column.name == VALID_FROM);
        let validity = dated.map(|place| validity(place, rows));
        let columns = given.iter().zip(currencies).enumerate();
        let columns = columns.map(|(place, (column, currency))| {
            let cells: Vec<&Cell> = match &validity {
                Some(cells) if dated == Some(place) => cells.iter().collect(),
                _ => rows.iter().filter_map(|row| row.cells.get(place)).collect(),
            };
            IndexColumn::of(column, *currency, &cells)
        });
        Self {
            columns: columns.collect(),
            rows: rows.len(),
        }
    }

    /// The rows that hold for these values.
    pub(super) fn held(&self, given: &[Value], tenant: Currency) -> Result<RowSet, Fault> {
        let mut held = RowSet::first(self.rows, self.rows);
        for (column, value) in self.columns.iter().zip(given) {
            let piece = column.space.piece(value, tenant)?;
            if let Some(rows) = column.held.get(piece) {
                held.keep(rows);
            }
        }
        Ok(held)
    }

    /// The values of a column, in pieces.
    pub(crate) fn space(&self, column: usize) -> Option<&Space> {
        self.columns.get(column).map(|column| &column.space)
    }

    /// What a search costs, in the time of visiting a part of an expression.
    pub(crate) fn cost(&self) -> usize {
        self.columns.len() * (1 + self.rows / 256)
    }

    /// The first column in which a row holds for nothing that can be given.
    pub(crate) fn impossible(&self, row: usize) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.pieces(row).next().is_none())
    }
}

impl IndexColumn {
    fn of(column: &Column, currency: Currency, cells: &[&Cell]) -> Self {
        let space = Space::of(column.of, column.optional, currency, cells);
        let spans: Vec<Vec<(usize, usize)>> = cells.iter().map(|cell| apart(space.spans(cell))).collect();
        let mut next = None;
        let mut real: Vec<Option<usize>> = (0..space.pieces())
            .rev()
            .map(|piece| {
                next = space.is_real(piece).then_some(piece).or(next);
                next
            })
            .collect();
        real.reverse();
        Self {
            held: held(&spans, space.pieces()),
            space,
            spans,
            real,
        }
    }

    /// The first piece from one to another in which something can be given.
    pub(super) fn real(&self, from: usize, to: usize) -> Option<usize> {
        let next = self.real.get(from).copied().flatten();
        next.filter(|next| *next <= to)
    }

    /// The pieces in which a row holds and something can be given.
    pub(super) fn pieces(&self, row: usize) -> impl Iterator<Item = usize> {
        let spans = self.spans.get(row).map(Vec::as_slice).unwrap_or_default();
        spans.iter().flat_map(|(from, to)| self.between(*from, *to))
    }

    /// All pieces in which something can be given.
    pub(super) fn all(&self) -> impl Iterator<Item = usize> {
        self.between(0, self.real.len().saturating_sub(1))
    }

    fn between(&self, from: usize, to: usize) -> impl Iterator<Item = usize> {
        let first = self.real(from, to);
        std::iter::successors(first, move |piece| self.real(piece + 1, to))
    }
}

/// Spans in order, those that touch made one.
fn apart(mut spans: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    spans.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 + 1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// The rows that hold in each piece: one walk over the pieces, in which rows begin and end.
fn held(spans: &[Vec<(usize, usize)>], pieces: usize) -> Vec<RowSet> {
    let mut turns: Vec<Vec<usize>> = vec![Vec::new(); pieces + 1];
    for (row, spans) in spans.iter().enumerate() {
        for (from, to) in spans {
            for turn in [*from, to + 1] {
                turns.get_mut(turn).into_iter().for_each(|rows| rows.push(row));
            }
        }
    }
    let mut now = RowSet::none(spans.len());
    turns
        .iter()
        .take(pieces)
        .map(|rows| {
            for row in rows {
                now.turn(*row);
            }
            now.clone()
        })
        .collect()
}

/// A dated row holds from its date until the next of the rows whose other cells are the same.
fn validity(dated: usize, rows: &[Row]) -> Vec<Cell> {
    let others = |row: &Row| {
        let cells = row.cells.iter().enumerate();
        let others: Vec<&Cell> = cells
            .filter(|(place, _)| *place != dated)
            .map(|(_, cell)| cell)
            .collect();
        format!("{others:?}")
    };
    let begins = |row: &Row| match row.cells.get(dated) {
        Some(Cell::OneOf(parts)) => match parts.as_slice() {
            [Part::Value(Value::Date(date))] => Some(*date),
            _ => None,
        },
        _ => None,
    };
    let mut dates: BTreeMap<String, BTreeSet<Date>> = BTreeMap::new();
    for row in rows {
        dates.entry(others(row)).or_default().extend(begins(row));
    }
    let bound = |date: Date, inside: bool| Bound {
        value: Value::Date(date),
        inside,
    };
    let cells = rows.iter().map(|row| {
        let begin = begins(row);
        let later = dates.get(&others(row)).and_then(|dates| {
            let after = begin.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded);
            dates.range((after, std::ops::Bound::Unbounded)).next().copied()
        });
        Cell::OneOf(vec![Part::Range {
            low: begin.map(|date| bound(date, true)),
            high: later.map(|date| bound(date, false)),
        }])
    });
    cells.collect()
}
