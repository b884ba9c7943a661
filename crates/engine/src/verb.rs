//! What people and the world can ask, a file per verb; and what all verbs on a task have in common.

use countersign_kernel::id::{TaskId, UserId};

use crate::definition::{Approval, Comment};
use crate::machine::Judge;
use crate::refusal::{Happened, Named, Refusal, Restriction};
use crate::state::{Seat, SeatStatus, State, Verb, Vote};
use crate::step::approval;
use crate::vocabulary::{Closing, Purpose, Status, Trouble};

pub(crate) mod act;
pub(crate) mod add_approver;
pub(crate) mod approve;
pub(crate) mod claim;
pub(crate) mod comment;
pub(crate) mod complete;
pub(crate) mod fire;
pub(crate) mod give_back;
pub(crate) mod held;
pub(crate) mod mine;
pub(crate) mod recall;
pub(crate) mod reject;
pub(crate) mod reseat;
pub(crate) mod resubmit;
pub(crate) mod submit;
pub(crate) mod transfer;
pub(crate) mod urge;
pub(crate) mod withdraw;

impl<'a> Judge<'a> {
    pub(crate) fn actor(&self) -> Result<UserId, Refusal> {
        self.facts.actor.user().ok_or(Refusal::NoSuchTask)
    }

    /// The seat, if it is the actor's and still waits for them.
    pub(crate) fn own_seat(&self, task: TaskId) -> Result<Seat, Refusal> {
        let actor = self.actor()?;
        let seat = self.state.seat(task).ok_or(Refusal::NoSuchTask)?;
        if seat.holder != actor {
            let held_before = seat.chain.iter().any(|because| because.person == actor)
                && self.state.requester != Some(actor);
            let holder = self.named(seat.holder);
            return Err(if held_before {
                Refusal::HandedOn { to: holder }
            } else {
                Refusal::NotYours { holder }
            });
        }
        if let Some(by) = self.claimant(seat) {
            return Err(Refusal::Claimed { by: self.named(by) });
        }
        let happened = self.happened(seat);
        match (self.state.status, seat.status) {
            (Status::Open | Status::Held, SeatStatus::Open) => {}
            (Status::Returned, _) => return Err(Refusal::WithTheRequester { happened }),
            (Status::Open | Status::Held | Status::Draft, _) => return Err(Refusal::TaskOver { happened }),
            (status, _) => return Err(Refusal::Over { status, happened }),
        }
        match self.reading().lapsed(seat) {
            None => Ok(seat.clone()),
            Some(Restriction::NotActive) => Err(Refusal::NotActive {
                who: self.named(actor),
            }),
            Some(why) => Err(Refusal::Restricted {
                who: self.named(actor),
                why,
            }),
        }
    }

    /// The seat and its approval, if the actor may decide there now, however they came to it.
    pub(crate) fn deciding(&self, task: TaskId, verb: Verb) -> Result<(Seat, &'a Approval), Refusal> {
        let seat = self.own_seat(task)?;
        let fits = match seat.purpose {
            Purpose::Decide => verb != Verb::Complete,
            Purpose::Do => matches!(
                verb,
                Verb::Complete | Verb::Transfer | Verb::Claim | Verb::Release
            ),
            Purpose::Repair => false,
        };
        if !fits {
            let purpose = seat.purpose;
            return Err(Refusal::NotForThisTask { verb, purpose });
        }
        if let Some(first) = self.state.waits_for(&seat).filter(|_| verb != Verb::AddApprover) {
            return Err(Refusal::WaitsForAdded {
                who: self.named(first.holder),
            });
        }
        let approval = approval::of(self, seat.scope).ok_or(Refusal::NoSuchTask)?;
        self.unrestricted(approval, &seat, seat.holder)?;
        if self.has_spoken(&seat) {
            let step = self.state.title_of(task).cloned().unwrap_or_else(|| "".into());
            return Err(Refusal::OneVoice { step });
        }
        Ok((seat, approval))
    }

    /// Refuses whoever a restriction keeps out; one that can't be judged keeps out too.
    pub(crate) fn unrestricted(&self, approval: &Approval, seat: &Seat, user: UserId) -> Result<(), Refusal> {
        let who = || self.named(user);
        // `if_requester: allow` is about whom the file asks.
        if self.state.requester == Some(user) && self.state.added(seat).is_some() {
            return Err(Refusal::OwnRequest);
        }
        match self.reading_in(seat.scope).restriction(approval, seat.part, user) {
            Ok(None) => Ok(()),
            Ok(Some(Restriction::OwnRequest)) if self.facts.actor.user() == Some(user) => {
                Err(Refusal::OwnRequest)
            }
            Ok(Some(why)) => Err(Refusal::Restricted { who: who(), why }),
            Err(Trouble::Rule { source, .. }) => Err(Refusal::Restricted {
                who: who(),
                why: Restriction::Where(source),
            }),
            Err(_) => Err(Refusal::Restricted {
                who: who(),
                why: Restriction::NotActive,
            }),
        }
    }

    /// One person, one voice, through however many seats.
    fn has_spoken(&self, seat: &Seat) -> bool {
        let ballot = self.state.ballot(seat.scope);
        ballot.is_some_and(|ballot| {
            ballot
                .votes
                .iter()
                .any(|vote| vote.by == Some(seat.holder) && !vote.voided)
        })
    }

    /// Who decided what, when: what the second of two is told.
    pub(crate) fn happened(&self, seat: &Seat) -> Option<Box<Happened>> {
        happened(&self.state, Some(seat), &|id| self.named(id))
    }

    pub(crate) fn happened_last(&self) -> Option<Box<Happened>> {
        happened(&self.state, None, &|id| self.named(id))
    }
}

/// For a seat that was decided, the voice that did it; else the latest thing that was decided at all.
fn happened(state: &State, seat: Option<&Seat>, named: &dyn Fn(UserId) -> Named) -> Option<Box<Happened>> {
    let (by, verb, step, at) = match seat.and_then(|seat| Some((seat, deciding_vote(state, seat)?))) {
        Some((seat, vote)) => {
            let verb = mine::verb_of(state.purpose(vote.task), vote.verdict);
            (vote.by, verb, state.title_of(seat.task), vote.at)
        }
        None => {
            let last = state.last.as_ref()?;
            let mut steps = state.scopes.values().rev().filter(|scope| scope.parent.is_some());
            let step = steps
                .find(|scope| scope.step == last.step)
                .map(|scope| &scope.title);
            (last.by, last.verb, step, last.at)
        }
    };
    Some(Box::new(Happened {
        by: by.map(named),
        verb,
        step: step.cloned(),
        at,
    }))
}

/// The seat's own voice, or the last one of a step that was decided without it.
fn deciding_vote<'a>(state: &'a State, seat: &Seat) -> Option<&'a Vote> {
    let mut votes = state
        .ballot(seat.scope)?
        .votes
        .iter()
        .rev()
        .filter(|vote| vote.counted && !vote.voided);
    match seat.status {
        SeatStatus::Voted { .. } => votes.find(|vote| vote.task == seat.task),
        SeatStatus::Closed {
            why: Closing::Decided | Closing::Answered,
            ..
        } => votes.next(),
        SeatStatus::Open
        | SeatStatus::Returned { .. }
        | SeatStatus::Done { .. }
        | SeatStatus::Closed { .. } => None,
    }
}

/// The words, if there are any.
pub(crate) fn words(comment: Option<&str>) -> Option<&str> {
    comment.map(str::trim).filter(|words| !words.is_empty())
}

/// Whether the step wants words for this verb, and they are missing.
pub(crate) fn need_words(approval: &Approval, verb: Verb, comment: Option<&str>) -> Result<(), Refusal> {
    let wanted = match approval.comment {
        Comment::Optional => false,
        Comment::Required => true,
        Comment::RequiredOnReject => !matches!(verb, Verb::Approve | Verb::Complete),
    };
    if wanted && words(comment).is_none() {
        Err(Refusal::CommentNeeded { verb })
    } else {
        Ok(())
    }
}
