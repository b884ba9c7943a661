//! Whether whoever was asked may still act: a right that somebody was asked for is judged again when they act.
//!
//! A role, a group, a department, its head and the owners of a workflow are such rights. Managers are found once: who was
//! the requester's manager when the step opened decides it, whatever the organisation looks like later.

use countersign_kernel::directory::Person;
use countersign_kernel::id::UserId;

use crate::reading::Reading;
use crate::refusal::{Membership, Restriction};
use crate::state::Seat;
use crate::vocabulary::Reason;

impl Reading<'_> {
    /// What keeps a seat's holder from acting on it, of what was so when they were asked.
    pub(crate) fn lapsed(&self, seat: &Seat) -> Option<Restriction> {
        if !self.facts.directory.is_active(seat.holder) {
            return Some(Restriction::NotActive);
        }
        let person = self.facts.directory.person(seat.holder)?;
        let lost = self.lost(person, asked_as(seat)?)?;
        Some(Restriction::NoLonger(lost))
    }

    fn lost(&self, person: &Person, asked_as: &Reason) -> Option<Membership> {
        let (is_still, membership) = match asked_as {
            Reason::Role(role) => (person.roles.contains(role), Membership::Role(role.clone())),
            Reason::Group(group) => (person.groups.contains(group), Membership::Group(group.clone())),
            Reason::Department(name) => (
                person.department.as_ref() == Some(name),
                Membership::Department(name.clone()),
            ),
            Reason::HeadOf(name) => (
                self.facts
                    .directory
                    .department(name)
                    .and_then(|department| department.head)
                    == Some(person.id),
                Membership::HeadOf(name.clone()),
            ),
            Reason::Owner => (self.owns(person.id), Membership::Owner),
            Reason::Admin => (person.roles.contains("admin"), Membership::Owner),
            _ => return None,
        };
        (!is_still).then_some(membership)
    }

    fn owns(&self, user: UserId) -> bool {
        let owners = self.find(&self.definition.owners).unwrap_or_default();
        owners.iter().any(|owner| owner.user == user)
    }
}

/// The reason for which the holder was found; whoever got a task handed on by somebody has none.
fn asked_as(seat: &Seat) -> Option<&Reason> {
    let own = seat.chain.iter().rev().take_while(|because| {
        because.person == seat.holder && !matches!(because.reason, Reason::Transferred { .. })
    });
    own.map(|because| &because.reason)
        .find(|reason| !reason.is_about_found())
}
