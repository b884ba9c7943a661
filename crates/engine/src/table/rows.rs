//! Sets of rows, a bit for each.

/// Some of a table's rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RowSet(Box<[u64]>);

const BITS: usize = 64;

impl RowSet {
    pub(super) fn none(rows: usize) -> Self {
        Self(vec![0; rows.div_ceil(BITS)].into())
    }

    /// The first so many rows of all.
    pub(super) fn first(count: usize, rows: usize) -> Self {
        let mut set = Self::none(rows);
        (0..count.min(rows)).for_each(|row| set.insert(row));
        set
    }

    pub(super) fn insert(&mut self, row: usize) {
        if let Some(word) = self.0.get_mut(row / BITS) {
            *word |= 1 << (row % BITS);
        }
    }

    /// Takes a row in, or out where it is in.
    pub(super) fn turn(&mut self, row: usize) {
        if let Some(word) = self.0.get_mut(row / BITS) {
            *word ^= 1 << (row % BITS);
        }
    }

    pub(super) fn keep(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own &= other;
        }
    }

    pub(super) fn both(&self, other: &Self) -> Self {
        Self(
            self.0
                .iter()
                .zip(&other.0)
                .map(|(one, other)| one & other)
                .collect(),
        )
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(one, other)| one & other != 0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Words of memory, which is what an operation costs.
    pub(super) fn size(&self) -> usize {
        self.0.len()
    }

    /// The places of its rows, in order.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(place, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = usize::try_from(left.trailing_zeros())
                    .ok()
                    .filter(|_| left != 0)?;
                left &= left - 1;
                Some(place * BITS + bit)
            })
        })
    }
}
