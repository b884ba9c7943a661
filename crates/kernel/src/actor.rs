//! Who acts: the caller of a request, and the actor that the log keeps.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::{ApiKeyId, SessionId, TenantId, UserId};
use crate::text::Locale;

/// Who did it, as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Actor {
    User(UserId),
    /// An automation, by name.
    Automation(String),
    /// The server itself: timers, set-up.
    System,
}

impl Actor {
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(*user),
            Self::Automation(_) | Self::System => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => user.fmt(f),
            Self::Automation(name) => write!(f, "automation:{name}"),
            Self::System => f.write_str("system"),
        }
    }
}

impl FromStr for Actor {
    type Err = crate::id::IdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix("automation:") {
            Some(name) => Ok(Self::Automation(name.to_owned())),
            None if text == "system" => Ok(Self::System),
            None => text.parse().map(Self::User),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Who published a version: one person, or two where the company wants a second one. Neither decides by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Publisher {
    pub user: UserId,
    /// Who proposed what this person published.
    pub proposer: Option<UserId>,
}

impl Publisher {
    /// Whether this person is one of them.
    pub fn is(&self, user: UserId) -> bool {
        self.user == user || self.proposer == Some(user)
    }
}

impl From<UserId> for Publisher {
    fn from(user: UserId) -> Self {
        Self { user, proposer: None }
    }
}

/// By what the caller proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Via {
    Session(SessionId),
    Key(ApiKeyId),
}

/// Who calls, and what they may ask for. Made by identity, read by everyone.
#[derive(Debug, Clone)]
pub struct Caller {
    pub tenant: TenantId,
    pub user: UserId,
    pub via: Via,
    /// What this session or key may touch: `crm:deals:write`. A session has all.
    pub scopes: Scopes,
    /// Names of the roles that the person holds.
    pub roles: Arc<BTreeSet<String>>,
    pub locale: Locale,
}

impl Caller {
    /// `admin` reads every request, event and history of its tenant.
    pub fn is_admin(&self) -> bool {
        self.roles.contains("admin")
    }

    pub fn actor(&self) -> Actor {
        Actor::User(self.user)
    }
}

/// A set of scopes; `All` is what a person's own session has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scopes {
    All,
    Some(BTreeSet<String>),
}

impl Scopes {
    /// Whether `area:noun:act` is covered; `write` covers `read`.
    pub fn allow(&self, wanted: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(held) => {
                let by_write = wanted.strip_suffix(":read").map(|noun| format!("{noun}:write"));
                held.contains(wanted) || by_write.is_some_and(|write| held.contains(&write))
            }
        }
    }

    /// The scopes that both of them allow.
    #[must_use]
    pub fn both(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, one) | (one, Self::All) => one.clone(),
            (Self::Some(these), Self::Some(those)) => {
                let ours = these.iter().filter(|scope| other.allow(scope));
                let theirs = those.iter().filter(|scope| self.allow(scope));
                Self::Some(ours.chain(theirs).cloned().collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Scopes;

    fn scopes(held: &[&str]) -> Scopes {
        Scopes::Some(held.iter().map(|scope| (*scope).to_owned()).collect())
    }

    #[test]
    fn what_both_allow_is_no_more_than_either() {
        let (reads, writes) = (
            scopes(&["crm:deals:read", "oa:requests:read"]),
            scopes(&["crm:deals:write", "crm:accounts:read"]),
        );
        assert_eq!(reads.both(&writes), scopes(&["crm:deals:read"]));
        assert_eq!(writes.both(&reads), scopes(&["crm:deals:read"]));
        assert_eq!(writes.both(&Scopes::All), writes);
        assert_eq!(Scopes::All.both(&writes), writes);
    }
}
