//! Rows that hold at once.

use super::index::{Index, IndexColumn};

/// Two rows that hold at once, and for what: a piece of each column.
pub(crate) struct Overlap {
    pub row: usize,
    pub earlier: usize,
    pub at: Vec<usize>,
}

/// For each row the first earlier one that holds at once; so many of them at most.
pub(crate) fn overlaps(index: &Index, at_most: usize, is_late: &dyn Fn() -> bool) -> Vec<Overlap> {
    let found = (1..index.rows).take_while(|_| !is_late()).filter_map(|row| {
        (0..row).find_map(|earlier| {
            let at = index.columns.iter().map(|column| common(column, earlier, row));
            Some(Overlap {
                row,
                earlier,
                at: at.collect::<Option<_>>()?,
            })
        })
    });
    found.take(at_most).collect()
}

/// The first piece in which both rows hold and something can be given.
fn common(column: &IndexColumn, one: usize, other: usize) -> Option<usize> {
    let spans = |row: usize| column.spans.get(row).map(Vec::as_slice).unwrap_or_default();
    let (mut ones, mut others) = (spans(one), spans(other));
    while let (Some((first, ones_left)), Some((second, others_left))) =
        (ones.split_first(), others.split_first())
    {
        if let Some(piece) = column.real(first.0.max(second.0), first.1.min(second.1)) {
            return Some(piece);
        }
        if first.1 <= second.1 {
            ones = ones_left;
        } else {
            others = others_left;
        }
    }
    None
}
