//! Sign-ins: sessions, their refresh tokens, and the access tokens that they give out.

pub mod http;
pub mod password;
pub mod refresh;
pub mod rotate;
pub mod service;
pub mod sign_in;
pub mod signing;
pub mod store;
pub mod throttle;
pub mod token;
pub mod trim;

use std::net::IpAddr;

use countersign_kernel::catalogue::EventType;
use countersign_kernel::id::{SessionId, UserId};
use countersign_kernel::time::Instant;

/// Who asks without being signed in, as far as their request tells.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// What the browser or program calls itself.
    pub agent: Option<String>,
    /// The network address.
    pub client: Option<IpAddr>,
    /// The W3C `traceparent`.
    pub trace: Option<String>,
}

/// A sign-in: a family of refresh tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user: UserId,
    /// What the browser or program called itself.
    pub agent: Option<String>,
    pub created_at: Instant,
    pub refreshed_at: Instant,
    /// When it ends unless it is refreshed.
    pub expires_at: Instant,
    pub ended_at: Option<Instant>,
}

impl Session {
    pub fn lives(&self, now: Instant) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Signed out, here or from the list of sessions.
    SignedOut,
    /// An admin ended it.
    ByAdmin,
    /// A used refresh token came again.
    Theft,
    /// The person signed in once more than they may have sessions.
    OverQuota,
}

impl Ended {
    pub fn word(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::ByAdmin => "ended_by_admin",
            Self::Theft => "refresh_token_reused",
            Self::OverQuota => "over_quota",
        }
    }
}

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "session",
        within: None,
        about,
        public: false,
        fields: &[],
        scope: "identity:sessions:read",
    }
}

pub const STARTED: EventType = event("identity.session.started", "Somebody signed in.");
pub const ENDED: EventType = event("identity.session.ended", "A sign-in ended.");
