//! Whom those who are asked have asked besides.

use super::{Added, Ballot, Seat, SeatStatus, State};
use crate::vocabulary::{Position, Purpose, ScopeId, Verdict};

impl Ballot {
    /// Whether the voice of a place was given, and counts.
    pub(crate) fn has_spoken(&self, place: u32) -> bool {
        self.counted().any(|vote| vote.place == place)
    }

    pub(crate) fn is_added(&self, place: u32) -> bool {
        self.added.iter().any(|added| added.place == place)
    }

    /// Whether an added voice said no: what is wanted besides cannot be had any more.
    pub(crate) fn is_refused(&self) -> bool {
        let mut voices = self.counted();
        voices.any(|vote| vote.verdict == Verdict::Reject && self.is_added(vote.place))
    }

    /// Whether an added voice is still to come.
    pub(crate) fn awaits_added(&self) -> bool {
        self.added.iter().any(|added| !self.has_spoken(added.place))
    }
}

impl State {
    /// How somebody who was added came to this seat.
    pub fn added(&self, seat: &Seat) -> Option<&Added> {
        let ballot = self
            .ballot(seat.scope)
            .filter(|_| seat.purpose == Purpose::Decide)?;
        ballot.added.iter().find(|added| added.place == seat.place)
    }

    /// Who was added from a seat, or from another of its place.
    pub fn added_from<'a>(&'a self, seat: &'a Seat) -> impl Iterator<Item = &'a Added> {
        let ballot = self
            .ballot(seat.scope)
            .filter(|_| seat.purpose == Purpose::Decide);
        let added = ballot.into_iter().flat_map(|ballot| &ballot.added);
        added.filter(|added| added.from == seat.place)
    }

    /// Open seats of those who were added with this place of their own.
    pub(crate) fn seats_at(&self, scope: ScopeId, place: u32) -> impl Iterator<Item = &Seat> {
        self.seats_of(scope)
            .filter(move |seat| seat.place == place && seat.purpose == Purpose::Decide)
    }

    /// Whoever decides before the voice of this place.
    pub(crate) fn decides_before(&self, scope: ScopeId, place: u32) -> Option<&Seat> {
        let first = |added: &Added| added.from == place && added.position == Position::Before;
        let mut before = self.ballot(scope)?.added.iter().filter(|added| first(added));
        before.find_map(|added| self.seats_at(scope, added.place).next())
    }

    /// The seat for whose holder this one waits.
    pub fn waits_for(&self, seat: &Seat) -> Option<&Seat> {
        (seat.purpose == Purpose::Decide && seat.status == SeatStatus::Open)
            .then(|| self.decides_before(seat.scope, seat.place))?
    }

    /// A place that no voice of a step has.
    pub(crate) fn free_place(&self, scope: ScopeId) -> u32 {
        let seated = self.seats.iter().filter(|seat| seat.scope == scope);
        let seated = seated.map(|seat| seat.place);
        let ballot = self.ballot(scope).into_iter();
        let queued = ballot
            .clone()
            .flat_map(|ballot| &ballot.queue)
            .map(|asked| asked.place);
        let added = ballot.flat_map(|ballot| &ballot.added).map(|added| added.place);
        seated
            .chain(queued)
            .chain(added)
            .max()
            .map_or(0, |place| place + 1)
    }
}
