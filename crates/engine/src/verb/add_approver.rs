//! **Add an approver**: "I want their yes too", before, after or beside one's own; and **remove** one who has not decided.

use countersign_kernel::id::{TaskId, UserId};

use super::{approve, words};
use crate::definition::Approval;
use crate::machine::Judge;
use crate::reading::is_live;
use crate::refusal::{Refusal, Restriction};
use crate::state::{Added, Scope, Seat, State, Verb};
use crate::step::approval;
use crate::vocabulary::{AddApprover, Asked, Because, Closing, Position, Purpose, Reason, What};

/// So many voices may be added to a step at most.
pub(crate) const AT_MOST: usize = 10;

pub(crate) fn add(judge: &mut Judge<'_>, add: &AddApprover) -> Result<(), Refusal> {
    let (task, who, position) = (add.task, add.who, add.position);
    let comment = add.comment.as_deref();
    let (seat, approval) = judge.deciding(task, Verb::AddApprover)?;
    may_add(judge, &seat, approval, position)?;
    may_be_added(judge, &seat, approval, who)?;
    let place = judge.state.free_place(seat.scope);
    judge.emit(What::ApproverAdded {
        task,
        who,
        position,
        place,
        comment: words(comment).map(str::to_owned),
    });
    let by = seat.holder;
    let reason = Reason::Added { by, position };
    let asked = Asked {
        place,
        part: seat.part,
        holder: who,
        chain: vec![Because { person: who, reason }],
        votes: 1,
    };
    approval::seat(judge, seat.scope, approval, asked);
    match position {
        Position::Before | Position::Beside => Ok(()),
        // Whoever is added afterwards is asked to agree with what was approved.
        Position::After => approve::run(judge, task, comment, None),
    }
}

fn may_add(judge: &Judge<'_>, seat: &Seat, approval: &Approval, position: Position) -> Result<(), Refusal> {
    let verb = Verb::AddApprover;
    if !approval.allow.add_approver {
        return Err(Refusal::NotAllowedHere { verb });
    }
    if !judge.state.counts(seat.scope) {
        return Err(Refusal::TaskOver {
            happened: judge.happened(seat),
        });
    }
    // Their own approval comes first of all, and cannot be given yet.
    if let Some(first) = judge
        .state
        .waits_for(seat)
        .filter(|_| position == Position::After)
    {
        return Err(Refusal::WaitsForAdded {
            who: judge.named(first.holder),
        });
    }
    let added = judge
        .state
        .ballot(seat.scope)
        .map_or(0, |ballot| ballot.added.len());
    if added >= AT_MOST {
        return Err(Refusal::TooManyAdded { at_most: AT_MOST });
    }
    Ok(())
}

/// The same judge as of a transfer; and nobody decides their own request by being added, whatever the file lets them.
fn may_be_added(judge: &Judge<'_>, seat: &Seat, approval: &Approval, who: UserId) -> Result<(), Refusal> {
    if !judge.facts.directory.is_active(who) {
        return Err(Refusal::NoSuchPerson { at: "/who" });
    }
    if judge.state.has_voice(seat.scope, who) {
        return Err(Refusal::AlreadyAsked {
            who: judge.named(who),
        });
    }
    if judge.state.requester == Some(who) {
        let (who, why) = (judge.named(who), Restriction::OwnRequest);
        return Err(Refusal::Restricted { who, why });
    }
    judge.unrestricted(approval, seat, who)
}

pub(crate) fn remove(
    judge: &mut Judge<'_>,
    task: TaskId,
    who: UserId,
    comment: Option<&str>,
) -> Result<(), Refusal> {
    let (seat, approval) = removing(judge, task)?;
    let named = || judge.named(who);
    let actor = judge.actor()?;
    let added = added_by(&judge.state, &seat, actor, who);
    let added = added.ok_or_else(|| Refusal::NotAddedByYou { who: named() })?;
    let ballot = judge.state.ballot(seat.scope);
    if ballot.is_some_and(|ballot| ballot.has_spoken(added.place)) {
        return Err(Refusal::AddedHasDecided { who: named() });
    }
    take_away(judge, task, &added, words(comment));
    approval::count(judge, seat.scope, approval, None);
    Ok(())
}

/// The actor's own seat in a step that goes on, whether or not they have decided.
fn removing<'a>(judge: &Judge<'a>, task: TaskId) -> Result<(Seat, &'a Approval), Refusal> {
    let verb = Verb::RemoveApprover;
    let actor = judge.actor()?;
    let seat = judge.state.seat(task).cloned().ok_or(Refusal::NoSuchTask)?;
    let had_it = seat.chain.iter().any(|because| because.person == actor);
    if seat.holder != actor && !(had_it && judge.state.requester != Some(actor)) {
        return Err(Refusal::NotYours {
            holder: judge.named(seat.holder),
        });
    }
    if seat.purpose != Purpose::Decide {
        let purpose = seat.purpose;
        return Err(Refusal::NotForThisTask { verb, purpose });
    }
    let runs = judge.state.scope(seat.scope).is_some_and(Scope::is_running);
    if !is_live(judge.state.status) || !runs {
        return Err(Refusal::TaskOver {
            happened: judge.happened(&seat),
        });
    }
    let approval = approval::of(judge, seat.scope).ok_or(Refusal::NoSuchTask)?;
    if !approval.allow.remove_approver {
        return Err(Refusal::NotAllowedHere { verb });
    }
    Ok((seat, approval))
}

/// Who was added by somebody themselves, or from the task that is theirs now.
fn removable<'a>(state: &'a State, seat: &'a Seat, actor: UserId) -> impl Iterator<Item = &'a Added> {
    let added = state
        .ballot(seat.scope)
        .into_iter()
        .flat_map(|ballot| &ballot.added);
    added.filter(move |added| added.by == actor || (added.from == seat.place && seat.holder == actor))
}

/// Whether the holder of a task may add somebody, and remove somebody.
pub(crate) fn possible(judge: &Judge<'_>, seat: &Seat) -> (bool, bool) {
    let Some(ballot) = judge.state.ballot(seat.scope) else {
        return (false, false);
    };
    let free = ballot.added.len() < AT_MOST && judge.state.counts(seat.scope);
    let may_add = free && judge.deciding(seat.task, Verb::AddApprover).is_ok();
    let mut removable = removable(&judge.state, seat, seat.holder);
    let may_remove = removable.any(|added| !ballot.has_spoken(added.place));
    let allow = approval::of(judge, seat.scope).map(|approval| approval.allow);
    let may_add = may_add && allow.is_some_and(|allow| allow.add_approver);
    (may_add, may_remove && removing(judge, seat.task).is_ok())
}

fn added_by(state: &State, seat: &Seat, actor: UserId, who: UserId) -> Option<Added> {
    let is_meant = |added: &&Added| {
        let holds = |seat: &Seat| seat.holder == who;
        added.who == who || state.seats_at(seat.scope, added.place).any(holds)
    };
    removable(state, seat, actor).find(is_meant).cloned()
}

/// With those whom they added themselves and who have not decided either: these were wanted for their sake.
fn take_away(judge: &mut Judge<'_>, task: TaskId, added: &Added, comment: Option<&str>) {
    let Some(seat) = judge.state.seat(task) else {
        return;
    };
    let (scope, place) = (seat.scope, added.place);
    let ballot = judge.state.ballot(scope).into_iter();
    let theirs = ballot.flat_map(|ballot| {
        let open = |added: &&Added| added.from == place && !ballot.has_spoken(added.place);
        ballot.added.iter().filter(open).cloned()
    });
    let theirs: Vec<Added> = theirs.collect();
    judge.emit(What::ApproverRemoved {
        task,
        who: added.who,
        place,
        comment: comment.map(str::to_owned),
    });
    let asked: Vec<TaskId> = judge.state.seats_at(scope, place).map(|seat| seat.task).collect();
    for task in asked {
        judge.emit(What::SeatClosed {
            task,
            why: Closing::Removed,
        });
    }
    for one in theirs {
        take_away(judge, task, &one, None);
    }
}
