//! What events do to seats and voices.

use countersign_kernel::id::{TaskId, UserId};
use countersign_kernel::text::Text;
use countersign_kernel::time::Instant;
use serde_json::Value as Json;

use crate::state::{Done, Kind, Record, Seat, SeatStatus, State, Verb, Vote};
use crate::vocabulary::{
    Agreed, Because, Change, Closing, Event, Outcome, Purpose, Reason, SeatOpened, Verdict, Voted,
};

impl State {
    pub(super) fn edited(&mut self, task: TaskId, changes: &[Change], summary: Option<&Text>) {
        self.change(changes);
        self.summary = summary.cloned();
        let revision = self.revision;
        if let Some(seat) = self.seat_mut(task) {
            seat.revision = revision;
        }
    }

    pub(super) fn transferred(&mut self, task: TaskId, to: UserId, reason: &Reason) {
        let revision = self.revision;
        if let Some(seat) = self.seat_mut(task) {
            seat.holder = to;
            seat.revision = revision;
            seat.chain.push(Because {
                person: to,
                reason: reason.clone(),
            });
        }
    }

    pub(super) fn claimed(&mut self, task: TaskId, claimed: bool) {
        if let Some(seat) = self.seat_mut(task) {
            seat.claimed = claimed;
        }
    }

    pub(super) fn seat_opened(&mut self, opened: &SeatOpened, at: Instant) {
        let place = opened.asked.place;
        if let Some(ballot) = self.ballot_mut(opened.scope) {
            ballot.queue.retain(|asked| asked.place != place);
        }
        let paused = self.opens_paused(opened.scope, opened.purpose, place);
        self.seats.push(Seat {
            task: opened.task,
            scope: opened.scope,
            place,
            part: opened.asked.part,
            votes: opened.asked.votes,
            holder: opened.asked.holder,
            chain: opened.asked.chain.clone(),
            purpose: opened.purpose,
            status: SeatStatus::Open,
            opened_at: at,
            due: opened.due,
            claimed: false,
            paused,
            revision: self.revision,
        });
    }

    pub(super) fn voted(&mut self, voted: &Voted, event: &Event) {
        let (verdict, at) = (voted.verdict, event.at);
        let work = self.purpose(voted.task) == Purpose::Do;
        let verb = match verdict {
            Verdict::Approve if work => Verb::Complete,
            Verdict::Approve => Verb::Approve,
            Verdict::Reject => Verb::Reject,
        };
        self.finish_seat(voted.task, SeatStatus::Voted { verdict, at });
        let by = if voted.silent { None } else { event.by.user() };
        let Some(seat) = self.seat(voted.task) else { return };
        let (id, place, votes) = (seat.scope, seat.place, seat.votes);
        let repair = seat.purpose == Purpose::Repair;
        let Some(scope) = self.scopes.get_mut(&id) else {
            return;
        };
        let step = scope.step.clone();
        if let (Kind::Approval(ballot), false) = (&mut scope.kind, repair) {
            let (task, saw, counted) = (voted.task, voted.saw.clone(), voted.counted);
            ballot.votes.push(Vote {
                place,
                task,
                by,
                verdict,
                saw,
                at,
                counted,
                voided: false,
                veto: voted.veto,
                votes,
            });
        }
        if voted.counted {
            self.last = Some(Done { by, step, verb, at });
        }
        if voted.counted && !repair {
            self.heard(self.key_of(id), by, voted, at);
        }
    }

    /// What `step('…')` reads of a step that begins with voices that were given before.
    pub(super) fn agreed(&mut self, key: String, agreed: &[Agreed], at: Instant) {
        if agreed.is_empty() {
            return;
        }
        let record = Record {
            by: agreed.iter().map(|one| one.person).collect(),
            ..Record::plain(Outcome::Approved, at)
        };
        self.outcomes.insert(key, record);
    }

    /// What `step('…')` reads: the last voice, and whoever spoke for the same side.
    pub(super) fn heard(&mut self, key: String, by: Option<UserId>, voted: &Voted, at: Instant) {
        let outcome = match voted.verdict {
            Verdict::Approve => Outcome::Approved,
            Verdict::Reject => Outcome::Rejected,
        };
        let record = self
            .outcomes
            .entry(key)
            .or_insert_with(|| Record::plain(outcome, at));
        record.outcome = outcome;
        record.at = at;
        record.by.retain(|one| Some(*one) != by);
        record.by.extend(by);
        record.comment.clone_from(&voted.comment);
        if !voted.answers.is_empty() {
            match &mut record.output {
                Json::Object(before) => before.extend(voted.answers.clone()),
                output => *output = Json::Object(voted.answers.clone()),
            }
        }
    }

    pub(super) fn voided(&mut self, task: TaskId, due: Option<Instant>) {
        let revision = self.revision;
        let Some(seat) = self.seat(task) else { return };
        let (scope, holder) = (seat.scope, seat.holder);
        let paused = self.opens_paused(scope, seat.purpose, seat.place);
        if let Some(seat) = self.seat_mut(task) {
            seat.status = SeatStatus::Open;
            seat.due = due;
            seat.paused = paused;
            seat.revision = revision;
        }
        let key = self.key_of(scope);
        self.pause_behind(task);
        let Some(ballot) = self.ballot_mut(scope) else {
            return;
        };
        for vote in ballot.votes.iter_mut().filter(|vote| vote.task == task) {
            vote.voided = true;
        }
        if let Some(record) = self.outcomes.get_mut(&key) {
            record.by.retain(|one| *one != holder);
        }
    }

    pub(super) fn mended(&mut self, task: TaskId, event: &Event) {
        self.finish_seat(task, SeatStatus::Done { at: event.at });
        let Some(id) = self.seat(task).map(|seat| seat.scope) else {
            return;
        };
        if let Some(scope) = self.scopes.get_mut(&id) {
            scope.held = None;
            let step = scope.step.clone();
            self.last = Some(Done {
                by: event.by.user(),
                step,
                verb: Verb::Complete,
                at: event.at,
            });
        }
        self.see_whether_held();
    }

    pub(super) fn seat_closed(&mut self, task: TaskId, why: Closing, at: Instant) {
        self.finish_seat(task, SeatStatus::Closed { why, at });
        if why == Closing::LeftOut {
            self.place_left_out(task);
        }
    }

    /// A place that nobody else fills is not counted any more.
    fn place_left_out(&mut self, task: TaskId) {
        let left_out = self.seat(task).map(|seat| (seat.scope, seat.place, seat.votes));
        let Some((scope, place, votes)) = left_out else {
            return;
        };
        let seated = self.seats_of(scope).any(|seat| seat.place == place);
        let Some(ballot) = self.ballot_mut(scope) else {
            return;
        };
        let queued = ballot.queue.iter().any(|asked| asked.place == place);
        let given = ballot
            .votes
            .iter()
            .any(|vote| vote.place == place && vote.counted && !vote.voided);
        if !(seated || queued || given) {
            ballot.places = ballot.places.saturating_sub(votes);
        }
    }

    pub(super) fn finish_seat(&mut self, task: TaskId, status: SeatStatus) {
        self.timers.retain(|timer| timer.task != Some(task));
        if let Some(seat) = self.seat_mut(task) {
            seat.status = status;
        }
    }

    pub(super) fn seat_mut(&mut self, task: TaskId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.task == task)
    }
}
