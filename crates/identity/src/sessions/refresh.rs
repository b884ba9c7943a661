//! Refresh tokens: each is used once and leaves an heir. A used one gives the same heir for ten seconds (two tabs),
//! later it is theft and ends the family.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use countersign_kernel::id::{SessionId, TenantId, TypedId};
use countersign_kernel::time::Instant;

use crate::secret::{Malformed, Secret, read_token, token};

/// Two tabs that refresh at once are so far apart at most.
pub const GRACE: TimeDelta = TimeDelta::seconds(10);
/// A session ends when it is not refreshed for so long.
pub const IDLE: TimeDelta = TimeDelta::days(30);
const PREFIX: &str = "csr_";

/// `csr_` + tenant + session + `_` + secret. It names its tenant, so that no look-up across tenants is needed.
#[derive(Clone)]
pub struct RefreshToken {
    pub tenant: TenantId,
    pub session: SessionId,
    pub secret: Secret,
}

impl fmt::Display for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&token(
            PREFIX,
            [self.tenant.uuid(), self.session.uuid()],
            &self.secret,
        ))
    }
}

impl FromStr for RefreshToken {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let ([tenant, session], secret) = read_token(PREFIX, text)?;
        Ok(Self {
            tenant: TenantId(tenant),
            session: SessionId(session),
            secret,
        })
    }
}

/// When a token was used, and the salt that leads to its heir.
#[derive(Debug, Clone)]
pub struct Used {
    pub at: Instant,
    pub salt: Secret,
}

/// What becomes of a token that belongs to a family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is fresh: keep its heir.
    Rotate,
    /// It was used a moment ago: the same heir again.
    SameHeir(Secret),
    /// It was used longer ago: somebody else has it.
    Theft,
}

/// Judges a token of a living family.
pub fn judge(secret: &Secret, used: Option<&Used>, now: Instant) -> Verdict {
    match used {
        None => Verdict::Rotate,
        Some(used) if now <= used.at.plus(GRACE) => Verdict::SameHeir(secret.heir(&used.salt)),
        Some(_) => Verdict::Theft,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use countersign_kernel::id::Entropy;
    use uuid::Uuid;

    struct Fixed(u8);
    impl Entropy for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn a_token_reads_back_what_it_wrote_and_only_that() {
        let token = RefreshToken {
            tenant: TenantId(Uuid::from_u128(1)),
            session: SessionId(Uuid::from_u128(2)),
            secret: Secret::mint(&Fixed(9)),
        };
        let text = token.to_string();
        let read: RefreshToken = text.parse().unwrap();
        assert_eq!(
            (read.tenant, read.session, read.secret == token.secret),
            (token.tenant, token.session, true)
        );
        for text in [
            "",
            "csr_",
            "csr__",
            &text[4..],
            &text[..60],
            &format!("{text}0"),
            "csr_é_é",
        ] {
            assert!(text.parse::<RefreshToken>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_used_token_gives_the_same_heir_for_a_moment_and_then_is_theft() {
        let (secret, salt, at) = (
            Secret::mint(&Fixed(1)),
            Secret::mint(&Fixed(2)),
            Instant::from_millis(1_000_000),
        );
        let used = Used {
            at,
            salt: salt.clone(),
        };
        assert_eq!(judge(&secret, None, at), Verdict::Rotate);
        assert_eq!(
            judge(&secret, Some(&used), at),
            Verdict::SameHeir(secret.heir(&salt))
        );
        assert_eq!(
            judge(&secret, Some(&used), at.plus(GRACE)),
            Verdict::SameHeir(secret.heir(&salt))
        );
        assert_eq!(
            judge(&secret, Some(&used), at.plus(GRACE + TimeDelta::milliseconds(1))),
            Verdict::Theft
        );
    }
}
