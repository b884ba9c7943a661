//! From "who" to people, each with the reason; and the restrictions that hold however someone comes to a step.

use std::collections::BTreeSet;

use countersign_kernel::directory::Person;
use countersign_kernel::id::UserId;

use crate::definition::{Approval, IfRequester, PersonRef, Who, WhoKind, WhoPart};
use crate::expr::Value;
use crate::filling;
use crate::reading::Reading;
use crate::refusal::Restriction;
use crate::state::{Kind, Run, State};
use crate::vocabulary::{Outcome, Reason, Trouble, Verdict};

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
            WhoKind::ApproverOf(step) => {
                found_all(approvers(self.state, step), &Reason::ApproverOf(step.clone()))
            }
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

    fn person_ref(&self, person: &PersonRef) -> Option<UserId> {
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
        if self.state.requester == Some(user) && approval.if_requester != IfRequester::Allow {
            return Ok(Some(Restriction::OwnRequest));
        }
        if self.state.was_started_by(user) {
            return Ok(Some(Restriction::Starter));
        }
        if self.facts.publisher.is_some_and(|publisher| publisher.is(user)) {
            return Ok(Some(Restriction::OwnRule));
        }
        for step in &approval.not_same_as {
            if self
                .state
                .outcomes
                .get(step)
                .is_some_and(|record| record.by.contains(&user))
            {
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

fn found_all(users: Vec<UserId>, reason: &Reason) -> Vec<Found> {
    users
        .into_iter()
        .map(|user| Found {
            user,
            reason: reason.clone(),
        })
        .collect()
}

/// Whoever approved a step in this round.
fn approvers(state: &State, step: &str) -> Vec<UserId> {
    if !state
        .outcomes
        .get(step)
        .is_some_and(|record| record.outcome == Outcome::Approved)
    {
        return Vec::new();
    }
    let latest = state
        .scopes
        .values()
        .rev()
        .find(|scope| scope.step == step && scope.status == Run::Ended(Outcome::Approved));
    match latest.map(|scope| &scope.kind) {
        Some(Kind::Approval(ballot)) => {
            let yes = ballot
                .votes
                .iter()
                .filter(|vote| vote.counted && !vote.voided && vote.verdict == Verdict::Approve);
            yes.filter_map(|vote| vote.by).collect()
        }
        _ => Vec::new(),
    }
}

fn people_in(value: &Value) -> Vec<UserId> {
    match value {
        Value::Person(id) => vec![*id],
        Value::List(items) => items.iter().flat_map(people_in).collect(),
        _ => Vec::new(),
    }
}
