//! What someone may do now: the same rules that judge, asked beforehand.

use countersign_kernel::actor::Actor;
use countersign_kernel::id::UserId;

use crate::definition::{Allow, Assign, Who, Workflow};
use crate::machine::{Facts, Judge};
use crate::reading::{Effort, Item, Reading, is_live};
use crate::state::{Seat, SeatStatus, State, Verb};
use crate::step::approval;
use crate::verb::{add_approver, held, recall, urge, withdraw};
use crate::vocabulary::{Because, Purpose, Reason, Status};

/// The verbs that `facts.actor` may use on a task now.
pub fn allowed(definition: &Workflow, state: &State, seat: &Seat, facts: &Facts<'_>) -> Vec<Verb> {
    if facts.actor.user() != Some(seat.holder) || !is_live(state.status) {
        return Vec::new();
    }
    let judge = Judge::new(definition, state, facts);
    let (adds, removes) = add_approver::possible(&judge, seat);
    if seat.status != SeatStatus::Open {
        return removes.then_some(Verb::RemoveApprover).into_iter().collect();
    }
    if seat.purpose == Purpose::Repair {
        return if judge.own_seat(seat.task).is_ok() {
            vec![Verb::Complete, Verb::Reject, Verb::Return, Verb::Comment]
        } else {
            Vec::new()
        };
    }
    let approval = approval::of(&judge, seat.scope);
    let allow = approval.map_or(Allow::DEFAULT, |approval| approval.allow);
    // Whether it was claimed, where it is asked from a pool.
    let pool = approval
        .filter(|approval| approval.assign == Assign::Pool && state.added(seat).is_none())
        .map(|_| seat.claimed);
    if seat.purpose == Purpose::Do {
        let may = judge.deciding(seat.task, Verb::Complete).is_ok();
        let verbs = [
            (may, Verb::Complete),
            (may && allow.transfer, Verb::Transfer),
            (may && pool == Some(false), Verb::Claim),
            (may && pool == Some(true), Verb::Release),
            (true, Verb::Comment),
        ];
        return verbs
            .iter()
            .filter(|(may, _)| *may)
            .map(|(_, verb)| *verb)
            .collect();
    }
    let others = adds.then_some(Verb::AddApprover).into_iter();
    let others = others.chain(removes.then_some(Verb::RemoveApprover));
    if judge.deciding(seat.task, Verb::Approve).is_err() {
        return others.chain([Verb::Comment]).collect();
    }
    let mut verbs = vec![Verb::Approve, Verb::Reject];
    verbs.extend((allow.give_back && state.counts(seat.scope)).then_some(Verb::Return));
    verbs.extend(allow.transfer.then_some(Verb::Transfer));
    verbs.extend(others);
    verbs.extend(pool.map(|claimed| if claimed { Verb::Release } else { Verb::Claim }));
    verbs.push(Verb::Comment);
    verbs
}

/// The verbs that `facts.actor` may use on the request now: what a conflict tells them is possible.
pub fn possible(definition: &Workflow, state: &State, facts: &Facts<'_>) -> Vec<Verb> {
    let Actor::User(actor) = facts.actor else {
        return Vec::new();
    };
    let mut verbs: Vec<Verb> = Vec::new();
    for seat in state.open_seats().filter(|seat| seat.holder == actor) {
        let verbs_there = allowed(definition, state, seat, facts).into_iter();
        verbs.extend(verbs_there.filter(|verb| !matches!(verb, Verb::Claim | Verb::Release)));
    }
    if state.requester == Some(actor) {
        let judge = Judge::new(definition, state, facts);
        verbs.extend((state.status == Status::Returned).then_some(Verb::Resubmit));
        verbs.extend(withdraw::possible(&judge).is_ok().then_some(Verb::Withdraw));
        verbs.extend(recall::possible(&judge).is_ok().then_some(Verb::Recall));
        verbs.extend(urge::possible(&judge).is_ok().then_some(Verb::Urge));
    }
    let judge = Judge::new(definition, state, facts);
    verbs.extend(held::possible(&judge));
    if concerns(state, actor) {
        verbs.push(Verb::Comment);
    }
    verbs.sort_unstable();
    verbs.dedup();
    verbs
}

/// The items of the form that a task is about, where its step stands in an `each`; outermost first.
pub fn items(definition: &Workflow, state: &State, seat: &Seat, facts: &Facts<'_>) -> Vec<Item> {
    let effort = Effort::default();
    Reading::new(definition, state, facts, &effort).items_around(seat.scope)
}

/// People whom `visible_to` finds for this request: those that cannot be named without it, being the requester's
/// manager, say, or meeting a `where`. A rule that cannot be judged lets nobody see.
pub fn readers(definition: &Workflow, state: &State, facts: &Facts<'_>) -> Vec<UserId> {
    let parts = definition
        .visible_to
        .iter()
        .flat_map(|who| &who.parts)
        .filter(|part| part.needs_request());
    let who = Who {
        parts: parts.cloned().collect(),
    };
    let effort = Effort::default();
    let found = Reading::new(definition, state, facts, &effort).find(&who);
    found
        .map(|found| found.into_iter().map(|one| one.user).collect())
        .unwrap_or_default()
}

/// Who owns the version of the workflow that a request goes by; the admins where nobody does.
pub fn owners(definition: &Workflow, state: &State, facts: &Facts<'_>) -> Vec<UserId> {
    let effort = Effort::default();
    let found = Reading::new(definition, state, facts, &effort).find(&definition.owners);
    let owners = found.unwrap_or_default().into_iter().map(|one| one.user);
    let mut owners: Vec<UserId> = owners.collect();
    if owners.is_empty() {
        owners.extend(facts.directory.holders("admin").map(|person| person.id));
    }
    owners
}

/// Whether someone has or had part in a request: its requester, whoever submitted it for them, who is in copy, and
/// whoever was ever asked.
pub fn concerns(state: &State, user: UserId) -> bool {
    let asked = |seat: &Seat| {
        seat.holder == user
            || seat
                .chain
                .iter()
                .any(|because| because.person == user && was_asked(because))
    };
    state.requester == Some(user)
        || state.was_started_by(user)
        || state.copied.contains(&user)
        || state.seats.iter().any(asked)
}

/// A link of a chain stands for someone who was asked, but for those who were passed over.
fn was_asked(because: &Because) -> bool {
    !matches!(
        because.reason,
        Reason::InsteadOfRequester
            | Reason::InsteadOfStarter
            | Reason::InsteadOfPublisher
            | Reason::InsteadOfNobody
    )
}
