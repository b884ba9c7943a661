//! The first person of a fresh server: a link, printed at a start without users, that makes a tenant and its admin once.

pub mod http;
pub mod service;
pub mod shipped;
pub mod store;

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use countersign_kernel::id::{TenantId, TypedId};

use crate::secret::{Malformed, Secret, read_token, token};

/// A link is good for a day; the next start prints another.
pub const LIFETIME: TimeDelta = TimeDelta::days(1);
const PREFIX: &str = "csu_";

/// `csu_` + tenant + `_` + secret. It names the tenant that it will make, so that link and tenant stand in one unit of
/// work.
#[derive(Clone)]
pub struct SetUpToken {
    pub tenant: TenantId,
    pub secret: Secret,
}

impl fmt::Display for SetUpToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&token(PREFIX, [self.tenant.uuid()], &self.secret))
    }
}

impl FromStr for SetUpToken {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let ([tenant], secret) = read_token(PREFIX, text)?;
        Ok(Self {
            tenant: TenantId(tenant),
            secret,
        })
    }
}
