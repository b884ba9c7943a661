//! By whose rights an action acts.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_kernel::directory::{Directory, FOR_OTHERS};
use countersign_kernel::id::UserId;

/// By whose rights an action acts: it judges by them what it touches, as it would be judged over HTTP.
#[derive(Debug, Clone)]
pub enum Rights {
    /// The server's own, for what it does unasked.
    Server,
    /// These people's, in the organisation as it is now: whoever may, suffices.
    Of(Vec<Acting>, Arc<Directory>),
}

/// Somebody for whom an action acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    pub user: UserId,
    /// Whoever must hold the rights too, where two published a text together: what only one of them may, neither may here.
    pub with: Option<Box<Self>>,
    /// The roles that count.
    pub roles: BTreeSet<String>,
}

impl Acting {
    /// Whether it is so of everybody who must have the rights.
    pub fn all(&self, so: impl Fn(&Self) -> bool) -> bool {
        so(self) && self.with.as_ref().is_none_or(|other| so(other))
    }

    /// What is left of it now: nothing once one of them has left.
    fn now(&self, directory: &Directory) -> Option<Self> {
        let person = directory.person(self.user).filter(|person| person.active)?;
        let with = match &self.with {
            Some(other) => Some(Box::new(other.now(directory)?)),
            None => None,
        };
        Some(Self {
            user: self.user,
            with,
            roles: person.roles.intersection(&self.roles).cloned().collect(),
        })
    }
}

impl Rights {
    /// Those of these people who are active. Of publishers only the roles count that they held when they published.
    pub fn of(requester: Option<UserId>, publisher: Option<&Acting>, directory: &Arc<Directory>) -> Self {
        let now = |user: UserId| directory.person(user).filter(|person| person.active);
        let requester = requester.and_then(now).map(|person| Acting {
            user: person.id,
            with: None,
            roles: person.roles.clone(),
        });
        let publisher = publisher.and_then(|publisher| publisher.now(directory));
        let people = requester.into_iter().chain(publisher).collect();
        Self::Of(people, Arc::clone(directory))
    }

    /// Whether somebody acts for others: starts their requests, and writes to them in the company's name.
    pub fn reach_others(&self) -> bool {
        match self {
            Self::Server => true,
            Self::Of(people, _) => people
                .iter()
                .any(|one| one.all(|one| FOR_OTHERS.iter().any(|role| one.roles.contains(*role)))),
        }
    }

    /// Whether this person is one of them, by rights of their own.
    pub fn are_of(&self, user: UserId) -> bool {
        match self {
            Self::Server => false,
            Self::Of(people, _) => people.iter().any(|one| one.user == user && one.with.is_none()),
        }
    }

    /// The active person that an input of an action names by id or e-mail address, as far as it is to be asked.
    pub fn person(&self, written: &str) -> Option<UserId> {
        let user = match (self, written.parse().ok()) {
            (_, Some(user)) => user,
            (Self::Of(_, directory), None) => directory.by_email(written)?.id,
            (Self::Server, None) => return None,
        };
        self.know(user).then_some(user)
    }

    /// Whether somebody of this id is there and active, as far as it is to be asked.
    pub fn know(&self, user: UserId) -> bool {
        match self {
            Self::Server => true,
            Self::Of(_, directory) => directory.is_active(user),
        }
    }
}
