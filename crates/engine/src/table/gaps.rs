//! Whether every combination of values has a row, and whether each row is the first for some combination.
//!
//! Rows are boxes in a space of as many dimensions as columns are given. The search goes column by column, and in each
//! once for all pieces where the same rows are left; what takes more than its effort is left open.

use std::collections::HashSet;

use super::index::{Index, IndexColumn};
use super::rows::RowSet;

/// How much a search may still cost, in words of memory that are looked at.
pub(crate) struct Effort(usize);

impl Effort {
    /// Some thousandths of a second.
    pub(crate) fn some() -> Self {
        Self(1_500_000)
    }

    fn spend(&mut self, words: usize) -> Result<(), Spent> {
        // A step costs something however few rows there are.
        self.0 = self.0.checked_sub(words + 4).ok_or(Spent)?;
        Ok(())
    }
}

struct Spent;

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Covered {
    Wholly,
    /// But for this, a piece of each column.
    But(Vec<usize>),
    /// It takes more than its effort to know.
    Unknown,
}

/// Whether every combination of values has a row.
pub(crate) fn gap(index: &Index, effort: &mut Effort) -> Covered {
    let all = RowSet::first(index.rows, index.rows);
    search(index, None, &all, effort)
}

/// Whether a row is the first that holds for some combination; none where that takes too much effort to know.
pub(crate) fn is_reached(index: &Index, row: usize, effort: &mut Effort) -> Option<bool> {
    let earlier = RowSet::first(row, index.rows);
    match search(index, Some(row), &earlier, effort) {
        Covered::Wholly => Some(false),
        Covered::But(_) => Some(true),
        Covered::Unknown => None,
    }
}

fn search(index: &Index, within: Option<usize>, rows: &RowSet, effort: &mut Effort) -> Covered {
    let mut search = Search {
        index,
        within,
        whole: Vec::new(),
        known: HashSet::new(),
        effort,
    };
    let mut chosen = Vec::new();
    let found = search.prepare().and_then(|()| search.open(0, rows, &mut chosen));
    match found {
        Ok(true) => Covered::But(chosen),
        Ok(false) => Covered::Wholly,
        Err(Spent) => Covered::Unknown,
    }
}

struct Search<'a> {
    index: &'a Index,
    /// Only combinations for which this row holds are looked at.
    within: Option<usize>,
    /// For each column, the rows that hold for everything that is looked at from there on.
    whole: Vec<RowSet>,
    /// From which column on which rows are known to leave nothing open.
    known: HashSet<(usize, RowSet)>,
    effort: &'a mut Effort,
}

impl<'a> Search<'a> {
    fn pieces(&self, column: &'a IndexColumn) -> Box<dyn Iterator<Item = usize> + 'a> {
        match self.within {
            Some(row) => Box::new(column.pieces(row)),
            None => Box::new(column.all()),
        }
    }

    fn prepare(&mut self) -> Result<(), Spent> {
        let mut whole = RowSet::first(self.index.rows, self.index.rows);
        for column in self.index.columns.iter().rev() {
            for piece in self.pieces(column) {
                self.effort.spend(whole.size())?;
                if let Some(held) = column.held.get(piece) {
                    whole.keep(held);
                }
            }
            self.whole.push(whole.clone());
        }
        self.whole.reverse();
        Ok(())
    }

    /// Whether some combination from a column on has none of these rows; what was chosen of each column is then it.
    fn open(&mut self, place: usize, rows: &RowSet, chosen: &mut Vec<usize>) -> Result<bool, Spent> {
        if rows.is_empty() {
            let left = self.index.columns.iter().skip(place);
            chosen.extend(left.filter_map(|column| self.pieces(column).next()));
            return Ok(true);
        }
        let Some(column) = self.index.columns.get(place) else {
            return Ok(false);
        };
        let covers = self.whole.get(place).is_some_and(|whole| whole.meets(rows));
        if covers || !self.known.insert((place, rows.clone())) {
            return Ok(false);
        }
        let mut seen = HashSet::new();
        for piece in self.pieces(column) {
            self.effort.spend(rows.size())?;
            let Some(held) = column.held.get(piece) else {
                continue;
            };
            let left = rows.both(held);
            if !seen.insert(left.clone()) {
                continue;
            }
            chosen.push(piece);
            if self.open(place + 1, &left, chosen)? {
                return Ok(true);
            }
            chosen.pop();
        }
        Ok(false)
    }
}
