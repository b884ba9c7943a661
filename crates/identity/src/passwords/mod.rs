//! Passwords: people change their own, and set a first or forgotten one with a link that an admin hands them.

pub mod breached;
pub mod http;
pub mod policy;
pub mod service;
pub mod store;

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use countersign_kernel::id::{TenantId, TypedId, UserId};

use crate::secret::{Malformed, Secret, read_token, token};

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
        f.write_str(&token(
            PREFIX,
            [self.tenant.uuid(), self.user.uuid()],
            &self.secret,
        ))
    }
}

impl FromStr for LinkToken {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let ([tenant, user], secret) = read_token(PREFIX, text)?;
        Ok(Self {
            tenant: TenantId(tenant),
            user: UserId(user),
            secret,
        })
    }
}
