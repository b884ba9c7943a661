//! One event to one endpoint, tried until it succeeds or all attempts are used up.

pub mod attempt;
pub mod consumer;
mod failed;
pub mod http;
mod postponed;
mod prepare;
pub mod sender;
pub mod service;
pub mod store;
mod successes;
pub mod trim;

use std::time::Duration;

/// How much of a receiver's answer is kept, in bytes.
pub const ANSWER_BYTES_MAX: usize = 4096;

/// An attempt is given up after so many seconds.
pub const ATTEMPT_S: u64 = 15;

/// A parked delivery is looked at again after so long, should whatever releases it have missed it.
pub const PARKED_LOOK_MS: i64 = 6 * 3_600_000;

/// A delivery is kept for so long after it last moved, unless it is still to be tried.
pub const KEPT: Duration = Duration::from_hours(30 * 24);

pub(crate) const KEPT_MS: i64 = KEPT.as_millis() as i64;

/// Why a delivery to a disabled endpoint waits.
pub const DISABLED: &str = "its endpoint is disabled";

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Will be tried.
    Pending,
    Succeeded,
    /// All attempts are used up, or it may not or can never be sent; it may be sent again on request.
    Failed,
    /// The endpoint is disabled, or its breaker is open.
    Parked,
}

impl Status {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Succeeded, Self::Failed, Self::Parked];

    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Parked => "parked",
        }
    }
}

/// Headers of a receiver's answer that may hold a secret: their values are not kept.
pub fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["cookie", "authorization", "token", "secret", "key", "signature"]
        .iter()
        .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::is_secret_header;

    #[test]
    fn secrets_of_receivers_are_known_by_their_headers() {
        for name in ["Set-Cookie", "authorization", "X-Api-Key", "x-csrf-token"] {
            assert!(is_secret_header(name), "{name}");
        }
        for name in ["content-type", "server", "date"] {
            assert!(!is_secret_header(name), "{name}");
        }
    }
}
