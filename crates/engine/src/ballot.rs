//! Counting voices, in whole numbers: reached at equal, and over as soon as it can no longer be reached.

use std::collections::BTreeMap;

use crate::definition::{Need, RejectRule};
use crate::state::{Ballot, Vote};
use crate::vocabulary::{Outcome, Verdict};

/// How many of `total` must approve. At least one, so that nothing passes without a voice.
pub(crate) fn needed(need: Need, total: u32) -> u32 {
    match need {
        Need::All => total.max(1),
        Need::Any => 1,
        Need::Majority => total / 2 + 1,
        Need::Count(count) => count.max(1),
        Need::Share { part, whole } => {
            let (part, whole, total) = (u64::from(part), u64::from(whole.max(1)), u64::from(total));
            u32::try_from((total * part).div_ceil(whole))
                .unwrap_or(u32::MAX)
                .max(1)
        }
    }
}

/// A count: voices for, against, and still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub yes: u32,
    pub no: u32,
    pub open: u32,
}

impl Tally {
    /// Approved as soon as the need is reached, rejected as soon as the rule says so or it can't be reached.
    pub(crate) fn outcome(self, need: Need, reject: RejectRule) -> Option<Outcome> {
        let total = self.yes + self.no + self.open;
        let needed = needed(need, total);
        if self.yes >= needed {
            return Some(Outcome::Approved);
        }
        (self.is_against(reject) || self.yes + self.open < needed).then_some(Outcome::Rejected)
    }

    /// Whether the voices against it decide, as the rule says.
    fn is_against(self, reject: RejectRule) -> bool {
        match reject {
            RejectRule::One => self.no >= 1,
            RejectRule::Majority => self.no * 2 > self.yes + self.no + self.open,
            RejectRule::NoneLeft => false,
        }
    }
}

impl Ballot {
    /// Voices that were given and count.
    pub(crate) fn counted(&self) -> impl Iterator<Item = &Vote> {
        self.votes.iter().filter(|vote| vote.counted && !vote.voided)
    }

    /// Places count, not seats: whoever of a place is quicker fills it. What was added is no voice of the rule.
    pub(crate) fn tally(&self) -> Tally {
        let given = |verdict: Verdict| {
            let counted = self
                .counted()
                .filter(|vote| vote.verdict == verdict && !self.is_added(vote.place));
            let places: BTreeMap<u32, u32> = counted.map(|vote| (vote.place, vote.votes)).collect();
            places.values().sum::<u32>()
        };
        let agreed: u32 = self.agreed.iter().map(|one| one.votes).sum();
        let (yes, no) = (given(Verdict::Approve) + agreed, given(Verdict::Reject));
        Tally {
            yes,
            no,
            open: self.places.saturating_sub(yes + no),
        }
    }

    /// What the rule comes to, and then whether everybody agrees who was added: adding makes nothing easier to approve.
    pub fn outcome(&self) -> Option<Outcome> {
        if self.counted().any(|vote| vote.veto) || self.is_refused() {
            return Some(Outcome::Rejected);
        }
        let tally = self.tally();
        let outcome = tally.outcome(self.need, self.reject);
        if outcome == Some(Outcome::Approved) && self.awaits_added() {
            // Whoever is asked may still speak meanwhile, and what they say counts.
            return tally.is_against(self.reject).then_some(Outcome::Rejected);
        }
        outcome
    }
}

/// What branches come to: those left out are neither approved nor part of the total.
pub(crate) fn branches(need: Need, branches: u32, results: impl Iterator<Item = Outcome>) -> Option<Outcome> {
    let (mut yes, mut no, mut out) = (0_u32, 0_u32, 0_u32);
    for outcome in results {
        match outcome {
            Outcome::Approved => yes += 1,
            Outcome::Rejected => no += 1,
            Outcome::Skipped => out += 1,
        }
    }
    let open = branches.saturating_sub(yes + no + out);
    if yes + no + open == 0 {
        return Some(Outcome::Skipped);
    }
    Tally { yes, no, open }.outcome(need, RejectRule::NoneLeft)
}

/// What items come to that decide each for itself: once all are decided the block is done, whatever was decided.
pub(crate) fn each_decided(items: u32, results: impl Iterator<Item = Outcome>) -> Option<Outcome> {
    let (mut decided, mut left_out) = (0_u32, 0_u32);
    for outcome in results {
        match outcome {
            Outcome::Approved | Outcome::Rejected => decided += 1,
            Outcome::Skipped => left_out += 1,
        }
    }
    (decided + left_out >= items).then_some(if decided == 0 {
        Outcome::Skipped
    } else {
        Outcome::Approved
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_need_is_reached_at_equal_in_whole_numbers() {
        for (need, total, expected) in [
            (Need::All, 3, 3),
            (Need::Any, 3, 1),
            (Need::Majority, 4, 3),
            (Need::Majority, 5, 3),
            (Need::Count(2), 5, 2),
            (Need::Share { part: 50, whole: 100 }, 4, 2),
            (Need::Share { part: 50, whole: 100 }, 5, 3),
            (Need::Share { part: 2, whole: 3 }, 3, 2),
            (Need::Share { part: 2, whole: 3 }, 4, 3),
            (Need::Share { part: 33, whole: 100 }, 3, 1),
            (Need::Share { part: 34, whole: 100 }, 3, 2),
            (Need::Share { part: 0, whole: 100 }, 3, 1),
            (Need::All, 0, 1),
        ] {
            assert_eq!(needed(need, total), expected, "{need:?} of {total}");
        }
    }

    #[test]
    fn an_approval_is_over_as_soon_as_it_is_certain() {
        use Outcome::{Approved, Rejected};
        let count = |yes, no, open, need, reject| Tally { yes, no, open }.outcome(need, reject);
        assert_eq!(count(1, 0, 1, Need::All, RejectRule::One), None);
        assert_eq!(count(2, 0, 0, Need::All, RejectRule::One), Some(Approved));
        assert_eq!(count(1, 1, 1, Need::Majority, RejectRule::One), Some(Rejected));
        assert_eq!(count(1, 1, 1, Need::Majority, RejectRule::Majority), None);
        assert_eq!(
            count(1, 1, 0, Need::Majority, RejectRule::Majority),
            Some(Rejected),
            "a tie is no majority"
        );
        assert_eq!(count(0, 2, 1, Need::Any, RejectRule::NoneLeft), None);
        assert_eq!(count(0, 3, 0, Need::Any, RejectRule::NoneLeft), Some(Rejected));
        assert_eq!(
            count(0, 2, 2, Need::Count(3), RejectRule::NoneLeft),
            Some(Rejected)
        );
        assert_eq!(
            count(2, 1, 0, Need::Share { part: 2, whole: 3 }, RejectRule::NoneLeft),
            Some(Approved),
            "exactly at the share"
        );
    }

    #[test]
    fn branches_left_out_do_not_count() {
        use Outcome::{Approved, Rejected, Skipped};
        let count = |need, total, results: &[Outcome]| branches(need, total, results.iter().copied());
        assert_eq!(count(Need::All, 2, &[Approved]), None);
        assert_eq!(count(Need::All, 2, &[Approved, Skipped]), Some(Approved));
        assert_eq!(count(Need::All, 2, &[Skipped, Skipped]), Some(Skipped));
        assert_eq!(count(Need::All, 3, &[Rejected]), Some(Rejected));
        assert_eq!(count(Need::Any, 2, &[Rejected]), None);
        assert_eq!(count(Need::Any, 2, &[Rejected, Rejected]), Some(Rejected));
        assert_eq!(
            count(Need::Count(2), 3, &[Approved, Skipped, Skipped]),
            Some(Rejected),
            "two can no longer be reached"
        );
    }
}
