//! Ranges together. A file may have thousands, so each is added and asked for by a search, not by a walk.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::{Range, ends_before, starts_before};

/// What ranges hold together: pieces that do not touch, in order.
#[derive(Debug, Default)]
pub(crate) struct Cover {
    pieces: Vec<Range>,
}

impl Cover {
    pub(crate) fn of<'r>(ranges: impl IntoIterator<Item = &'r Range>) -> Self {
        let mut cover = Self::default();
        for range in ranges {
            cover.add(range);
        }
        cover
    }

    pub(crate) fn add(&mut self, range: &Range) {
        if range.is_empty() {
            return;
        }
        let from = self.pieces.partition_point(|piece| apart(piece, range));
        let to = self
            .pieces
            .partition_point(|piece| !apart(range, piece))
            .max(from);
        let mut whole = range.clone();
        for piece in self.pieces.drain(from..to) {
            if low_order(&piece, &whole) == Ordering::Less {
                whole.low = piece.low;
            }
            if high_order(&piece, &whole) == Ordering::Greater {
                whole.high = piece.high;
            }
        }
        self.pieces.insert(from, whole);
    }

    /// Whether all of a range is held.
    pub(crate) fn covers(&self, range: &Range) -> bool {
        self.last_from(|piece| low_order(piece, range) != Ordering::Greater)
            .is_some_and(|piece| high_order(piece, range) != Ordering::Less)
    }

    pub(super) fn holds(&self, value: Decimal) -> bool {
        self.last_from(|piece| piece.low.is_none_or(|(low, _)| low <= value))
            .is_some_and(|piece| piece.holds(value))
    }

    fn last_from(&self, begins: impl FnMut(&Range) -> bool) -> Option<&Range> {
        let end = self.pieces.partition_point(begins);
        self.pieces.get(end.checked_sub(1)?)
    }
}

/// Whether one ends before another begins, with something between them.
fn apart(one: &Range, other: &Range) -> bool {
    match (one.high, other.low) {
        (Some((high, held)), Some((low, inside))) => low > high || (low == high && !inside && !held),
        _ => false,
    }
}

fn low_order(one: &Range, other: &Range) -> Ordering {
    match (one.low, other.low) {
        (Some(one), Some(other)) => starts_before(one, other),
        (one, other) => one.is_some().cmp(&other.is_some()),
    }
}

fn high_order(one: &Range, other: &Range) -> Ordering {
    match (one.high, other.high) {
        (Some(one), Some(other)) => ends_before(one, other),
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: Option<(i64, bool)>, high: Option<(i64, bool)>) -> Range {
        let bound = |(value, inside): (i64, bool)| (Decimal::from(value), inside);
        Range {
            low: low.map(bound),
            high: high.map(bound),
        }
    }

    #[test]
    fn ranges_that_touch_hold_what_lies_across_them() {
        let cover = Cover::of(&[
            range(Some((10, true)), Some((20, false))),
            range(None, Some((5, false))),
            range(Some((20, true)), None),
        ]);
        assert!(cover.covers(&range(Some((10, true)), None)));
        assert!(cover.covers(&range(Some((12, false)), Some((30, true)))));
        assert!(!cover.covers(&range(Some((5, true)), Some((6, true)))));
        assert!(!cover.covers(&Range::everything()));
        assert!(cover.holds(Decimal::from(20)) && !cover.holds(Decimal::from(5)));
    }

    #[test]
    fn ranges_that_leave_a_point_out_do_not_touch() {
        let apart = [range(None, Some((5, false))), range(Some((5, false)), None)];
        assert!(!Cover::of(&apart).covers(&Range::everything()));
        assert_eq!(Range::point_gap(&apart), Some(Decimal::from(5)));
        let point = range(Some((5, true)), Some((5, true)));
        assert!(Cover::of(apart.iter().chain([&point])).covers(&Range::everything()));
    }

    #[test]
    fn thousands_of_ranges_that_touch_are_one_piece() {
        let ranges: Vec<Range> = (0..5_000)
            .map(|from| {
                range(
                    Some((from * 7 % 5_000, true)),
                    Some((from * 7 % 5_000 + 1, false)),
                )
            })
            .collect();
        let cover = Cover::of(&ranges);
        assert_eq!(cover.pieces.len(), 1);
        assert!(cover.covers(&range(Some((0, true)), Some((5_000, false)))));
    }

    #[test]
    fn a_range_of_nothing_holds_nothing() {
        let cover = Cover::of(&[range(Some((5, false)), Some((3, false)))]);
        assert_eq!(cover.pieces.len(), 0);
    }
}
