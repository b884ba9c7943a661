//! Back-off on failed sign-ins. Failures alone count. Each is forgiven after a while; beyond a few, each makes the next try
//! wait, longer and longer.
//!
//! A failure counts for the account (the e-mail address and tenant as they were typed, whether anybody has them or not) and
//! for the client's network address. Where somebody has signed in before they have a count of their own: however often
//! strangers guess elsewhere, a person at their usual place is not kept out.

pub mod service;
pub mod store;
pub mod trim;

use std::net::IpAddr;

use chrono::TimeDelta;
use countersign_kernel::id::UserId;
use countersign_kernel::net::Network;
use countersign_kernel::text;
use countersign_kernel::time::Instant;
use sha2::{Digest, Sha256};

use crate::secret::hex;

/// No wait is longer.
const LONGEST: TimeDelta = TimeDelta::minutes(15);
/// Waits double from a second on; after so many doublings they are longer than [`LONGEST`].
const DOUBLINGS: u32 = 10;
/// Somebody who has not signed in from a place for so long is a stranger there.
pub const FAMILIAR: TimeDelta = TimeDelta::days(90);

/// How failures are counted under one key.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// So many in a row cost no wait.
    free: u32,
    /// One is forgiven in so much time.
    forgiven_in: TimeDelta,
}

/// How failures are counted for accounts and for network addresses.
#[derive(Debug, Clone, Copy)]
pub struct Throttle {
    account: Allowance,
    address: Allowance,
}

/// The failures under one key: `forgiven_at` says how many, since it moves on by the same time with each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    pub last_at: Instant,
    /// When the last of them is forgiven.
    pub forgiven_at: Instant,
}

/// The keys that one try counts under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The account, from wherever it is tried.
    account: String,
    /// The account, from this place: counted instead where the person has signed in before.
    account_here: String,
    address: String,
}

impl Throttle {
    /// Five failures for an account and then four an hour; so many at once and then each hour for an address, behind which a
    /// whole office may be.
    pub fn of(failures_an_hour_of_address: u32) -> Self {
        let free = failures_an_hour_of_address.max(1);
        let hour_ms = TimeDelta::hours(1).num_milliseconds();
        Self {
            account: Allowance {
                free: 5,
                forgiven_in: TimeDelta::minutes(15),
            },
            address: Allowance {
                free,
                forgiven_in: TimeDelta::milliseconds((hour_ms / i64::from(free)).max(1)),
            },
        }
    }
}

impl Allowance {
    /// The failures after one more.
    fn one_more(self, before: Option<Failures>, now: Instant) -> Failures {
        let from = before.map_or(now, |before| before.forgiven_at.max(now));
        let most = i32::try_from(self.free + DOUBLINGS + 1).unwrap_or(i32::MAX);
        Failures {
            last_at: now,
            forgiven_at: from.plus(self.forgiven_in).min(now.plus(self.forgiven_in * most)),
        }
    }

    /// When the next try is let through.
    fn next_at(self, failures: Failures) -> Instant {
        let unforgiven_ms = failures.forgiven_at.millis() - failures.last_at.millis();
        let step_ms = self.forgiven_in.num_milliseconds().max(1);
        let count = unforgiven_ms.saturating_add(step_ms - 1) / step_ms;
        match count - i64::from(self.free) {
            ..=0 => failures.last_at,
            beyond => {
                let doublings = (beyond - 1).min(i64::from(DOUBLINGS));
                failures
                    .last_at
                    .plus(TimeDelta::seconds(1 << doublings).min(LONGEST))
            }
        }
    }
}

impl Attempt {
    /// To sign in.
    pub fn sign_in(email: &str, tenant: Option<&str>, client: Option<IpAddr>) -> Self {
        let email = text::key(email);
        Self::of(&["account", &email, tenant.unwrap_or_default()], client)
    }

    /// To say the present password: for whoever found somebody's session open.
    pub fn present_password(user: UserId, client: Option<IpAddr>) -> Self {
        Self::of(&["present password", &user.to_string()], client)
    }

    fn of(account: &[&str], client: Option<IpAddr>) -> Self {
        let network = client.map_or_else(String::new, |client| Network::of(client).to_string());
        Self {
            account: key(account),
            account_here: key(&[account, &["at", &network]].concat()),
            address: key(&["address", &network]),
        }
    }

    fn keys(&self) -> [&str; 3] {
        [&self.account, &self.account_here, &self.address]
    }
}

fn key(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests;
