//! Who is asked when somebody may not act any more: whoever the rule finds without them.

use crate::ballot;
use crate::definition::Approval;
use crate::machine::Judge;
use crate::seating::Asking;
use crate::state::{Seat, State};
use crate::step::{added, approval};
use crate::vocabulary::{Asked, Because, Closing, Outcome, Purpose, Reason, ScopeId, Trouble, What};

/// Fills the seat of one who may not act any more.
pub(crate) fn succeed(judge: &mut Judge<'_>, seat: &Seat) {
    let Some(approval) = approval::of(judge, seat.scope).filter(|_| seat.purpose != Purpose::Repair) else {
        return mend_without(judge, seat);
    };
    if decide_without(judge, seat, approval) {
        approval::count(judge, seat.scope, approval, None);
    }
}

/// Asks somebody else for a decision. True: nobody else was to be asked, and what the others said is to be counted anew.
pub(crate) fn decide_without(judge: &mut Judge<'_>, seat: &Seat, approval: &Approval) -> bool {
    if !judge.state.counts(seat.scope) {
        close(judge, seat, Closing::LeftOut);
        return false;
    }
    if let Some(added) = judge.state.added(seat).cloned() {
        added::succeed(judge, seat, &added);
        return false;
    }
    match judge.reading_in(seat.scope).ask(approval) {
        Asking::Hold(why) => {
            close(judge, seat, Closing::Unseated);
            hold(judge, seat.scope, why);
            false
        }
        Asking::Skip(_) if !has_others(&judge.state, seat) => {
            close(judge, seat, Closing::Unseated);
            judge.ended(seat.scope, Outcome::Skipped);
            false
        }
        Asking::Skip(_) => leave_out(judge, seat),
        Asking::Ask(asked, _) => {
            let successors = successors(&judge.state, seat, asked);
            if successors.is_empty() {
                return leave_out(judge, seat);
            }
            close(judge, seat, Closing::Unseated);
            let step = approval::step_of(judge, seat.scope);
            for one in judge.pick(&step, approval.assign, successors) {
                approval::seat(judge, seat.scope, approval, one);
            }
            false
        }
    }
}

/// Whom the rule finds beyond those who are asked already, each in the place of whoever cannot act: one of them answers.
fn successors(state: &State, seat: &Seat, asked: Vec<Asked>) -> Vec<Asked> {
    let new = asked.into_iter().filter(|one| {
        let same_person = one.holder == seat.holder;
        same_person || (one.part == seat.part && !state.has_voice(seat.scope, one.holder))
    });
    new.map(|one| {
        let succeeded = Because {
            person: one.holder,
            reason: Reason::Succeeded { from: seat.holder },
        };
        let chain = seat.chain.iter().cloned().chain([succeeded]).chain(one.chain);
        Asked {
            place: seat.place,
            part: one.part,
            holder: one.holder,
            chain: chain.collect(),
            votes: seat.votes,
        }
    })
    .collect()
}

/// Whether somebody else decides, or has decided, in the same step.
fn has_others(state: &State, seat: &Seat) -> bool {
    let seated = state.seats_of(seat.scope).any(|other| other.task != seat.task);
    let counted = state.ballot(seat.scope).is_some_and(|ballot| {
        let given = ballot.votes.iter().any(|vote| vote.counted && !vote.voided);
        given || !ballot.queue.is_empty() || !ballot.agreed.is_empty()
    });
    seated || counted
}

/// The others decide without them, if they can.
fn leave_out(judge: &mut Judge<'_>, seat: &Seat) -> bool {
    close(judge, seat, Closing::LeftOut);
    let Some(ballot) = judge.state.ballot(seat.scope) else {
        return false;
    };
    let (found, need) = (ballot.places, ballot::needed(ballot.need, ballot.places));
    if need <= found {
        return true;
    }
    let why = if found == 0 {
        Trouble::Nobody
    } else {
        Trouble::TooFew { need, found }
    };
    hold(judge, seat.scope, why);
    false
}

/// Another owner mends what holds the step; if there was none, all who own the workflow now are asked.
fn mend_without(judge: &mut Judge<'_>, seat: &Seat) {
    close(judge, seat, Closing::Unseated);
    let asked = judge
        .state
        .seats_of(seat.scope)
        .any(|other| other.purpose == Purpose::Repair);
    if !asked {
        judge.ask_owners(seat.scope);
    }
}

fn hold(judge: &mut Judge<'_>, scope: ScopeId, why: Trouble) {
    let is_held = judge.state.scope(scope).is_some_and(|scope| scope.held.is_some());
    if !is_held {
        judge.hold(scope, why);
    }
}

fn close(judge: &mut Judge<'_>, seat: &Seat, why: Closing) {
    judge.emit(What::SeatClosed { task: seat.task, why });
}
