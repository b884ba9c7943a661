//! From "who" to people, each with the reason; and the restrictions that hold however someone comes to a step.

use std::collections::BTreeSet;

use countersign_kernel::directory::Person;
use countersign_kernel::id::{TaskId, UserId};

use crate::definition::{Approval, IfRequester, IfSameApprover, PersonRef, StepKind, Who, WhoKind, WhoPart};
use crate::expr::Value;
use crate::filling;
use crate::reading::Reading;
use crate::refusal::Restriction;
use crate::state::{Kind, Run, Scope, SeatStatus};
use crate::vocabulary::{Outcome, Reason, ScopeId, Trouble, Verdict};

/// Someone found, with the reason.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub user: UserId,
    pub reason: Reason,
}

impl Reading<'_> {
    /// Everyone whom any part finds, once each, who is active and meets that part's `where`.
    pub(crate) fn find(&self, who: &Who) -> Result<Vec<Found>, Trouble> {
        let mut all: Vec<Found> = Vec::new();
        for part in &who.parts {
            for found in self.find_part(part)? {
                if all.iter().all(|one| one.user != found.user) {
                    all.push(found);
                }
            }
        }
        Ok(all)
    }

    pub(crate) fn find_part(&self, part: &WhoPart) -> Result<Vec<Found>, Trouble> {
        let mut found = self.find_kind(&part.kind)?;
        found.retain(|one| self.facts.directory.is_active(one.user));
        let mut met = Vec::with_capacity(found.len());
        for one in found {
            if self.meets(part, one.user)? {
                met.push(one);
            }
        }
        Ok(met)
    }

    fn meets(&self, part: &WhoPart, user: UserId) -> Result<bool, Trouble> {
        part.filter
            .as_ref()
            .map_or(Ok(true), |filter| self.clone().candidate(user).holds(filter))
    }

    fn find_kind(&self, kind: &WhoKind) -> Result<Vec<Found>, Trouble> {
        let one = |user: Option<UserId>, reason: Reason| {
            user.map(|user| Found { user, reason }).into_iter().collect()
        };
        Ok(match kind {
            WhoKind::Everyone => self.members(&Reason::Everyone, |_| true),
            WhoKind::Role(name) => {
                self.members(&Reason::Role(name.clone()), |person| person.roles.contains(name))
            }
            WhoKind::Group(name) => self.members(&Reason::Group(name.clone()), |person| {
                person.groups.contains(name)
            }),
            WhoKind::Department(name) => self.members(&Reason::Department(name.clone()), |person| {
                person.department.as_ref() == Some(name)
            }),
            WhoKind::Requester => one(self.state.requester, Reason::Requester),
            WhoKind::User(email) => one(
                self.facts.directory.by_email(email).map(|person| person.id),
                Reason::Named,
            ),
            WhoKind::HeadOf(name) => one(self.head_of(name), Reason::HeadOf(name.clone())),
            WhoKind::HeadOfValue(expr) => match self.value(expr)? {
                Value::Text(name) => one(self.head_of(&name), Reason::HeadOf(name)),
                _ => Vec::new(),
            },
            WhoKind::ManagerOf { person, level } => {
                let Some(of) = self.person_ref(person) else {
                    return Ok(Vec::new());
                };
                let level = (*level).max(1);
                one(
                    self.line_of(of).get(level as usize - 1).copied(),
                    Reason::ManagerOf { person: of, level },
                )
            }
            WhoKind::ManagersOf { person, up_to, until } => {
                return self.managers(person, *up_to, until.as_ref());
            }
            WhoKind::ApproverOf(step) => found_all(self.approvers(step), &Reason::ApproverOf(step.clone())),
            WhoKind::Person(expr) => found_all(
                people_in(&self.value(expr)?),
                &Reason::Value(expr.source().to_owned()),
            ),
        })
    }

    fn members(&self, reason: &Reason, belongs: impl Fn(&Person) -> bool) -> Vec<Found> {
        let found = self
            .facts
            .directory
            .people
            .values()
            .filter(|person| belongs(person));
        found_all(found.map(|person| person.id).collect(), reason)
    }

    fn head_of(&self, department: &str) -> Option<UserId> {
        self.facts.directory.department(department)?.head
    }

    pub(crate) fn person_ref(&self, person: &PersonRef) -> Option<UserId> {
        match person {
            PersonRef::Requester => self.state.requester,
            PersonRef::Approver => self.approver,
            PersonRef::Field(name) => {
                match filling::read(&self.definition.form, name, &self.state.form, self) {
                    Value::Person(id) => Some(id),
                    _ => None,
                }
            }
        }
    }

    /// Managers upwards as they are now, nearest first; one who has left is passed over; a circle ends.
    pub(crate) fn line_of(&self, person: UserId) -> Vec<UserId> {
        let mut seen = BTreeSet::from([person]);
        let mut line = Vec::new();
        let mut at = self
            .facts
            .directory
            .person(person)
            .and_then(|person| person.manager);
        while let Some(id) = at.filter(|id| seen.insert(*id)) {
            let Some(manager) = self.facts.directory.person(id) else {
                break;
            };
            if manager.active {
                line.push(id);
            }
            at = manager.manager;
        }
        line
    }

    fn managers(
        &self,
        person: &PersonRef,
        up_to: Option<u32>,
        until: Option<&crate::expr::Expr>,
    ) -> Result<Vec<Found>, Trouble> {
        let Some(of) = self.person_ref(person) else {
            return Ok(Vec::new());
        };
        let mut chain = Vec::new();
        for (place, user) in self
            .line_of(of)
            .into_iter()
            .take(up_to.unwrap_or(u32::MAX) as usize)
            .enumerate()
        {
            chain.push(Found {
                user,
                reason: Reason::LineOf {
                    person: of,
                    level: place as u32 + 1,
                },
            });
            if let Some(until) = until
                && self.clone().candidate(user).holds(until)?
            {
                return Ok(chain);
            }
        }
        // Nobody up the line may end it: the step is held, whoever would have signed.
        if until.is_some() {
            Err(Trouble::Nobody)
        } else {
            Ok(chain)
        }
    }

    /// Nobody decides what they asked for, started or made the rule of; work is anybody's to do.
    fn own_cause(&self, approval: &Approval, user: UserId) -> Option<Restriction> {
        if approval.is_work() {
            None
        } else if self.state.requester == Some(user) && approval.if_requester != IfRequester::Allow {
            Some(Restriction::OwnRequest)
        } else if self.state.was_started_by(user) {
            Some(Restriction::Starter)
        } else {
            let rule = self.facts.publisher.is_some_and(|publisher| publisher.is(user));
            rule.then_some(Restriction::OwnRule)
        }
    }

    /// What keeps this person from deciding an approval, in whichever way they came to it.
    pub(crate) fn restriction(
        &self,
        approval: &Approval,
        part: u32,
        user: UserId,
    ) -> Result<Option<Restriction>, Trouble> {
        if !self.facts.directory.is_active(user) {
            return Ok(Some(Restriction::NotActive));
        }
        if let Some(own) = self.own_cause(approval, user) {
            return Ok(Some(own));
        }
        for step in &approval.not_same_as {
            let mut records = self.state.records(step, self.place);
            if records.any(|record| record.by.contains(&user)) {
                let title = self
                    .definition
                    .step(step)
                    .map_or_else(|| step.as_str().into(), crate::step::title);
                return Ok(Some(Restriction::DecidedBefore(title)));
            }
        }
        let part = approval.by.parts.get(part as usize);
        match part.and_then(|part| part.filter.as_ref().map(|filter| (part, filter))) {
            Some((part, filter)) if !self.meets(part, user)? => {
                Ok(Some(Restriction::Where(filter.source().to_owned())))
            }
            _ => Ok(None),
        }
    }
}

impl Reading<'_> {
    /// How often somebody's voice counts in an approval.
    pub(crate) fn votes_of(&self, approval: &Approval, user: UserId) -> Result<u32, Trouble> {
        for weight in &approval.weights {
            if self.find(&weight.who)?.iter().any(|found| found.user == user) {
                return Ok(weight.votes);
            }
        }
        Ok(1)
    }

    /// Whether somebody's rejection decides at once; a rule that cannot be judged lets it.
    pub(crate) fn may_veto(&self, approval: &Approval, user: UserId) -> bool {
        let Some(who) = &approval.veto else { return false };
        self.find(who)
            .map_or(true, |found| found.iter().any(|one| one.user == user))
    }

    /// The step that somebody has approved in this round, where that counts for them again: the form is what they saw.
    pub(crate) fn approved_before(&self, rule: IfSameApprover, user: UserId) -> Option<String> {
        let approvals = self.state.scopes.iter().rev().filter(|(id, scope)| {
            let is_latest = || {
                let record = self.state.record(&scope.step, Some(**id));
                record.is_some_and(|record| record.outcome == Outcome::Approved)
            };
            matches!(scope.kind, Kind::Approval(_))
                && self.decides(&scope.step)
                && scope.status == Run::Ended(Outcome::Approved)
                && self.state.is_seen_from(**id, self.place)
                && is_latest()
        });
        let far = match rule {
            IfSameApprover::AskAgain => 0,
            IfSameApprover::SkipIfLast => 1,
            IfSameApprover::Skip => usize::MAX,
        };
        let mut approvals = approvals.map(|(_, scope)| scope).take(far);
        let found = approvals.find(|scope| match &scope.kind {
            Kind::Approval(ballot) => {
                let given = ballot.votes.iter().any(|vote| {
                    let yes = vote.counted && !vote.voided && vote.verdict == Verdict::Approve;
                    yes && vote.by == Some(user) && self.is_as_seen(vote.task)
                });
                given || (ballot.agreed.iter().any(|one| one.person == user) && self.agreed_still(user))
            }
            _ => false,
        });
        found.map(|scope| scope.step.clone())
    }

    /// Whoever approved a step in this round; of a step inside an `each`, in any of its items.
    fn approvers(&self, step: &str) -> Vec<UserId> {
        let approved = |scope: ScopeId| {
            let record = self.state.record(step, Some(scope));
            record.is_some_and(|record| record.outcome == Outcome::Approved)
        };
        let mut seen = BTreeSet::new();
        let mut all = Vec::new();
        for (id, scope) in self.state.scopes.iter().rev() {
            let is_one = scope.step == step && scope.status == Run::Ended(Outcome::Approved) && approved(*id);
            if is_one && self.state.is_near(*id, self.place) && seen.insert(self.state.key_of(*id)) {
                for user in yeses(scope) {
                    if !all.contains(&user) {
                        all.push(user);
                    }
                }
            }
        }
        all
    }

    /// Whether a step asks for a decision; who has done some work has decided nothing.
    fn decides(&self, step: &str) -> bool {
        let kind = self.definition.step(step).map(|step| &step.kind);
        matches!(kind, Some(StepKind::Approval(approval)) if !approval.is_work())
    }

    /// Whether the form is as it was when somebody decided.
    fn is_as_seen(&self, task: TaskId) -> bool {
        self.state
            .seat(task)
            .is_some_and(|seat| !self.state.edited_since(seat))
    }

    /// Of somebody whose earlier voice counted for a step: whether the form is still as it was when they gave it.
    fn agreed_still(&self, user: UserId) -> bool {
        let own = self.state.seats.iter().filter(|seat| seat.holder == user);
        let mut given = own.filter(|seat| matches!(seat.status, SeatStatus::Voted { .. }));
        given.any(|seat| self.is_as_seen(seat.task))
    }
}

fn found_all(users: Vec<UserId>, reason: &Reason) -> Vec<Found> {
    users
        .into_iter()
        .map(|user| Found {
            user,
            reason: reason.clone(),
        })
        .collect()
}

/// Who gave an approval their yes.
fn yeses(scope: &Scope) -> Vec<UserId> {
    let Kind::Approval(ballot) = &scope.kind else {
        return Vec::new();
    };
    let yes = ballot
        .votes
        .iter()
        .filter(|vote| vote.counted && !vote.voided && vote.verdict == Verdict::Approve);
    let agreed = ballot.agreed.iter().map(|one| one.person);
    agreed.chain(yes.filter_map(|vote| vote.by)).collect()
}

fn people_in(value: &Value) -> Vec<UserId> {
    match value {
        Value::Person(id) => vec![*id],
        Value::List(items) => items.iter().flat_map(people_in).collect(),
        _ => Vec::new(),
    }
}
