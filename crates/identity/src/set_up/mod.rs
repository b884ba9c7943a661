//! The first person of a fresh server: a link, printed at a start without users, that makes a tenant and its admin once.

pub mod http;
pub mod service;
pub mod store;

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use countersign_kernel::id::{self, TenantId, TypedId};

use crate::secret::Secret;

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
        write!(
            f,
            "{PREFIX}{}_{}",
            id::encode(self.tenant.uuid()),
            self.secret.text()
        )
    }
}

/// Not of the form of a set-up token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl FromStr for SetUpToken {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let (tenant, secret) = text
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('_'))
            .ok_or(Malformed)?;
        let tenant = TenantId(id::decode(tenant).ok_or(Malformed)?);
        Ok(Self {
            tenant,
            secret: Secret::parse(secret).ok_or(Malformed)?,
        })
    }
}
