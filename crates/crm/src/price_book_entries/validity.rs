//! From which day to which a price holds.

use countersign_kernel::text::Words;
use countersign_kernel::time::Date;

/// Both days belong to it; without one it has no end on that side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    pub from: Option<Date>,
    pub until: Option<Date>,
}

impl Validity {
    pub fn is_empty(self) -> bool {
        self.from
            .zip(self.until)
            .is_some_and(|(from, until)| until < from)
    }

    /// Whether there is a day on which both hold.
    pub fn meets(self, other: Self) -> bool {
        let before = |one: Self, two: Self| one.until.zip(two.from).is_some_and(|(until, from)| until < from);
        !before(self, other) && !before(other, self)
    }

    pub fn begins_later(self, than: Self) -> bool {
        self.from > than.from
    }

    pub fn words(self) -> Words {
        match (self.from, self.until) {
            (None, None) => Words::fixed("on every day", "始终"),
            (Some(from), None) => Words::new(format!("from {from} on"), format!("自 {from} 起")),
            (None, Some(until)) => Words::new(format!("until {until}"), format!("至 {until} 止")),
            (Some(from), Some(until)) => Words::new(
                format!("from {from} until {until}"),
                format!("自 {from} 至 {until} "),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(one: Validity, on: Date) -> bool {
        one.from.is_none_or(|from| from <= on) && one.until.is_none_or(|until| on <= until)
    }

    fn day(number: u32) -> Option<Date> {
        Date::from_ymd_opt(2027, 1, number)
    }

    #[test]
    fn two_meet_where_a_day_is_in_both() {
        let days = [None, day(1), day(2), day(3), day(4)];
        let all = days.iter().flat_map(|from| {
            days.iter().map(|until| Validity {
                from: *from,
                until: *until,
            })
        });
        let all: Vec<Validity> = all.filter(|one| !one.is_empty()).collect();
        for one in &all {
            for other in &all {
                let shared = (1..=5)
                    .filter_map(day)
                    .any(|on| holds(*one, on) && holds(*other, on));
                let shared = shared || (one.from.is_none() && other.from.is_none());
                assert_eq!(one.meets(*other), shared, "{one:?} {other:?}");
            }
        }
    }
}
