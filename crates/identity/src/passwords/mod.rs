//! Passwords: people change their own, and set a first or forgotten one with a link that an admin hands them.

pub mod breached;
pub mod http;
pub mod policy;
pub mod service;
pub mod store;

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use countersign_kernel::id::{self, TenantId, TypedId, UserId};

use crate::secret::Secret;

/// A link is good for a day; an admin makes another.
pub const LIFETIME: TimeDelta = TimeDelta::days(1);
const PREFIX: &str = "csp_";

/// `csp_` + tenant + person + `_` + secret. It names its tenant, so that no look-up across tenants is needed.
#[derive(Clone)]
pub struct LinkToken {
    pub tenant: TenantId,
    pub user: UserId,
    pub secret: Secret,
}

impl fmt::Display for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{PREFIX}{}{}_{}",
            id::encode(self.tenant.uuid()),
            id::encode(self.user.uuid()),
            self.secret.text()
        )
    }
}

/// Not of the form of a link's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl FromStr for LinkToken {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let (names, secret) = text
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('_'))
            .ok_or(Malformed)?;
        let (tenant, user) = names.split_at_checked(26).ok_or(Malformed)?;
        Ok(Self {
            tenant: TenantId(id::decode(tenant).ok_or(Malformed)?),
            user: UserId(id::decode(user).ok_or(Malformed)?),
            secret: Secret::parse(secret).ok_or(Malformed)?,
        })
    }
}
