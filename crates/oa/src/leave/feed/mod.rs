//! Calendars of leave for other programs: behind a link that its owner can revoke, with what the owner may see at that moment.

pub(super) mod calendar;
pub(super) mod service;
pub(super) mod store;

use std::fmt;
use std::str::FromStr;

use countersign_identity::secret::{Malformed, Secret, read_token, token};
use countersign_kernel::id::{LeaveFeedId, TenantId, TypedId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Links of one person.
pub(super) const FEEDS_MAX: usize = 20;

const PREFIX: &str = "csf_";
/// Some programs tell by it what a link leads to.
const SUFFIX: &str = ".ics";

/// Whose leave a feed shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LeaveFeedShows)]
pub(super) enum Shows {
    Own,
    Department,
    Company,
}

impl Shows {
    const ALL: [Self; 3] = [Self::Own, Self::Department, Self::Company];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Department => "department",
            Self::Company => "company",
        }
    }

    pub(super) fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shows| shows.word() == word)
    }
}

/// `csf_` + tenant + feed + `_` + secret + `.ics`. It names its tenant, so that no look-up across tenants is needed.
#[derive(Clone)]
pub(super) struct FeedLink {
    pub tenant: TenantId,
    pub feed: LeaveFeedId,
    pub secret: Secret,
}

impl fmt::Display for FeedLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = [self.tenant.uuid(), self.feed.uuid()];
        write!(f, "{}{SUFFIX}", token(PREFIX, ids, &self.secret))
    }
}

impl FromStr for FeedLink {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let token = text.strip_suffix(SUFFIX).unwrap_or(text);
        let ([tenant, feed], secret) = read_token(PREFIX, token)?;
        Ok(Self {
            tenant: TenantId(tenant),
            feed: LeaveFeedId(feed),
            secret,
        })
    }
}
