//! `approval`: asks people to decide, counts what they say, and acts on silence as the file says.

use countersign_kernel::id::{TaskId, UserId};
use serde_json::{Map, Value as Json};

use crate::definition::{Approval, LateAct, OnReject, Order, Rest, ReturnTo};
use crate::machine::{Judge, Place};
use crate::seating::{Asking, votes};
use crate::state::{Seat, SeatStatus};
use crate::step::clock::{Clock, clock, wind};
use crate::step::succession;
use crate::verb::give_back;
use crate::vocabulary::{
    Agreed, Asked, Because, Closing, Opened, Outcome, Purpose, Reason, ScopeId, Verdict, Voted, What,
};

pub(crate) fn begin<'a>(judge: &mut Judge<'a>, at: Place<'a>, approval: &'a Approval) {
    let asking = judge.reading_in(at.parent).ask(approval);
    let ballot = |places: u32, queue: Vec<Asked>, agreed: Vec<Agreed>| Opened::Approval {
        need: approval.need,
        order: approval.order,
        reject: approval.reject,
        rest: approval.rest,
        places,
        queue,
        agreed,
    };
    match asking {
        Asking::Skip(why) => judge.skip(at.parent, at.index, at.step, why),
        Asking::Hold(why) => {
            let scope = judge.enter(&at, ballot(0, Vec::new(), Vec::new()), 0);
            judge.hold(scope, why);
        }
        Asking::Ask(asked, agreed) => {
            // Where somebody agreed before, nobody needs to be picked.
            let asked = if agreed.is_empty() {
                judge.pick(&at.step.key, approval.assign, asked)
            } else {
                asked
            };
            let places = votes(&asked, &agreed);
            let in_turn = approval.order == Order::OneByOne;
            let (queue, at_once) = if in_turn {
                (asked, Vec::new())
            } else {
                (Vec::new(), asked)
            };
            let scope = judge.enter(&at, ballot(places, queue, agreed), 0);
            // Those who agreed before may suffice.
            let decided = judge.state.ballot(scope).and_then(crate::state::Ballot::outcome);
            for one in at_once.into_iter().filter(|_| decided.is_none()) {
                seat(judge, scope, approval, one);
            }
            if decided.is_some() || (in_turn && call_next(judge, scope, approval)) {
                count(judge, scope, approval, None);
            }
        }
    }
}

/// One by one: the next in the queue is asked when nobody else is. True: the next one may not act any more, nobody else is to
/// be asked, and the others are to be counted anew.
fn call_next(judge: &mut Judge<'_>, scope: ScopeId, approval: &Approval) -> bool {
    let next = judge
        .state
        .ballot(scope)
        .and_then(|ballot| ballot.queue.first().cloned());
    let Some(next) = next.filter(|_| judge.state.seats_of(scope).next().is_none()) else {
        return false;
    };
    seat(judge, scope, approval, next);
    let seated = judge.state.seats_of(scope).next().cloned();
    let lapsed = seated.filter(|seat| judge.reading().lapsed(seat).is_some());
    lapsed.is_some_and(|seat| succession::decide_without(judge, &seat, approval))
}

/// Opens a seat with the deadline and the timers of its holder's calendar; one that can't be reckoned holds the step.
pub(crate) fn seat(judge: &mut Judge<'_>, scope: ScopeId, approval: &Approval, asked: Asked) {
    let is_paused = !approval.is_work() && judge.state.decides_before(scope, asked.place).is_some();
    let clock = if is_paused {
        Ok(Clock::default())
    } else {
        clock(&judge.reading_in(scope), approval, asked.holder)
    };
    match clock {
        Err(why) => {
            let already_held = judge.state.scope(scope).is_some_and(|scope| scope.held.is_some());
            if !already_held {
                judge.hold(scope, why);
            }
        }
        Ok(clock) => {
            let purpose = if approval.is_work() {
                Purpose::Do
            } else {
                Purpose::Decide
            };
            let task = judge.open_seat(scope, purpose, asked, clock.due);
            wind(judge, task, &clock);
        }
    }
}

/// The approval that a scope runs, by its definition.
pub(crate) fn of<'a>(judge: &Judge<'a>, scope: ScopeId) -> Option<&'a Approval> {
    let step = &judge.state.scope(scope)?.step;
    judge.definition.step(step)?.approval()
}

/// How a voice comes to be.
pub(crate) enum Voice {
    Spoken,
    /// Nobody spoke in time; the file says what that means.
    Silent,
    /// Some work is done; this was filled in.
    Done(Map<String, Json>),
}

/// A voice is given; then the count is looked at.
pub(crate) fn vote(
    judge: &mut Judge<'_>,
    seat: &Seat,
    verdict: Verdict,
    comment: Option<&str>,
    voice: Voice,
) {
    let Some(approval) = of(judge, seat.scope) else {
        return;
    };
    let counted = judge.state.counts(seat.scope);
    let saw = judge.reading().seen_by(&step_of(judge, seat.scope));
    let silent = matches!(voice, Voice::Silent);
    let answers = match voice {
        Voice::Done(answers) => answers,
        Voice::Spoken | Voice::Silent => Map::new(),
    };
    let veto =
        verdict == Verdict::Reject && !silent && judge.reading_in(seat.scope).may_veto(approval, seat.holder);
    judge.emit(What::Voted(Voted {
        task: seat.task,
        verdict,
        saw,
        counted,
        silent,
        veto,
        answers,
        comment: comment.map(str::to_owned),
    }));
    if !counted {
        return;
    }
    let same_place: Vec<TaskId> = judge
        .state
        .seats_of(seat.scope)
        .filter(|other| other.place == seat.place)
        .map(|other| other.task)
        .collect();
    for task in same_place {
        judge.emit(What::SeatClosed {
            task,
            why: Closing::Answered,
        });
    }
    count(judge, seat.scope, approval, comment);
}

pub(crate) fn step_of(judge: &Judge<'_>, scope: ScopeId) -> String {
    judge
        .state
        .scope(scope)
        .map(|scope| scope.step.clone())
        .unwrap_or_default()
}

pub(crate) fn count(judge: &mut Judge<'_>, scope: ScopeId, approval: &Approval, comment: Option<&str>) {
    loop {
        match judge.state.ballot(scope).and_then(crate::state::Ballot::outcome) {
            None if call_next(judge, scope, approval) => {}
            None => return,
            Some(outcome) => return decided(judge, scope, approval, outcome, comment),
        }
    }
}

/// The count has come to its end.
fn decided(
    judge: &mut Judge<'_>,
    scope: ScopeId,
    approval: &Approval,
    outcome: Outcome,
    comment: Option<&str>,
) {
    if approval.rest == Rest::Cancel || outcome == Outcome::Rejected {
        judge.close_seats(|one| one == scope, Closing::Decided);
    }
    let back = match (&approval.on_reject, outcome) {
        (OnReject::Return { to, at_most }, Outcome::Rejected) => Some((to, *at_most)),
        _ => None,
    };
    let returned = back.is_some_and(|(to, at_most)| {
        let to = match to {
            ReturnTo::Requester => None,
            ReturnTo::Step(step) => Some(step.as_str()),
        };
        give_back::after_rejection(judge, scope, to, at_most, comment)
    });
    if !returned {
        judge.ended(scope, outcome);
    }
}

/// A seat's time is up: what the file says about its silence.
pub(crate) fn late(judge: &mut Judge<'_>, seat: &Seat, act: &LateAct) {
    match act {
        LateAct::Notify => {
            judge.emit(What::Late {
                task: seat.task,
                nobody: false,
            });
        }
        LateAct::Approve => vote(judge, seat, Verdict::Approve, None, Voice::Silent),
        LateAct::Reject => vote(judge, seat, Verdict::Reject, None, Voice::Silent),
        LateAct::EscalateTo(who) => {
            let found = instead(judge, seat, who);
            if found.is_empty() {
                judge.emit(What::Late {
                    task: seat.task,
                    nobody: true,
                });
            }
            let Some(approval) = of(judge, seat.scope) else {
                return;
            };
            for because in found {
                let mut chain = seat.chain.clone();
                chain.push(Because {
                    person: because.person,
                    reason: Reason::Escalated { from: seat.holder },
                });
                chain.push(because.clone());
                let asked = Asked {
                    place: seat.place,
                    part: seat.part,
                    holder: because.person,
                    chain,
                    votes: seat.votes,
                };
                self::seat(judge, seat.scope, approval, asked);
            }
        }
        LateAct::TransferTo(who) => match instead(judge, seat, who).into_iter().next() {
            None => {
                judge.emit(What::Late {
                    task: seat.task,
                    nobody: true,
                });
            }
            Some(because) => hand_on(judge, seat, &because),
        },
    }
}

/// They replace whoever is late, with a deadline of their own.
fn hand_on(judge: &mut Judge<'_>, seat: &Seat, because: &Because) {
    let Some(approval) = of(judge, seat.scope) else {
        return;
    };
    judge.emit(What::SeatClosed {
        task: seat.task,
        why: Closing::HandedOn,
    });
    let mut chain = seat.chain.clone();
    chain.push(Because {
        person: because.person,
        reason: Reason::LateTransfer { from: seat.holder },
    });
    chain.push(because.clone());
    let asked = Asked {
        place: seat.place,
        part: seat.part,
        holder: because.person,
        chain,
        votes: seat.votes,
    };
    self::seat(judge, seat.scope, approval, asked);
}

/// Whoever may take part in someone's place: not the requester, not restricted, not asked here already.
fn instead(judge: &Judge<'_>, seat: &Seat, who: &crate::definition::Who) -> Vec<Because> {
    let Some(approval) = of(judge, seat.scope) else {
        return Vec::new();
    };
    let reading = judge.reading_in(seat.scope).approver(Some(seat.holder));
    let found = reading.find(who).unwrap_or_default();
    let free = |user: UserId| {
        !judge.state.has_voice(seat.scope, user)
            && (approval.is_work() || judge.state.requester != Some(user))
            && matches!(reading.restriction(approval, seat.part, user), Ok(None))
    };
    let free = found.into_iter().filter(|one| free(one.user));
    free.map(|one| Because {
        person: one.user,
        reason: one.reason,
    })
    .collect()
}

/// Voices whose givers saw something else than what now stands are asked for again.
pub(crate) fn void_what_changed(judge: &mut Judge<'_>, scope: ScopeId) {
    let Some(approval) = of(judge, scope).filter(|approval| !approval.is_work()) else {
        return;
    };
    let saw = judge.reading().seen_by(&step_of(judge, scope));
    let Some(ballot) = judge.state.ballot(scope) else {
        return;
    };
    let stale = ballot
        .votes
        .iter()
        .filter(|vote| vote.counted && !vote.voided && vote.by.is_some() && vote.saw != saw);
    let stale: Vec<TaskId> = stale.map(|vote| vote.task).collect();
    for task in stale {
        let Some(seat) = judge
            .state
            .seat(task)
            .filter(|seat| matches!(seat.status, SeatStatus::Voted { .. }))
        else {
            continue;
        };
        let clock = if judge.state.decides_before(scope, seat.place).is_some() {
            Clock::default()
        } else {
            clock(&judge.reading_in(scope), approval, seat.holder).unwrap_or_default()
        };
        judge.emit(What::Voided { task, due: clock.due });
        wind(judge, task, &clock);
        let asked_again = judge.state.seat(task).cloned();
        if let Some(seat) = asked_again.filter(|seat| judge.reading().lapsed(seat).is_some()) {
            succession::succeed(judge, &seat);
        }
    }
}
