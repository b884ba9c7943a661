//! What people can do, by name.

use countersign_kernel::id::UserId;
use countersign_kernel::time::Instant;
use serde::{Deserialize, Serialize};

/// What people can do, as the API calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Submit,
    Resubmit,
    Approve,
    Reject,
    Return,
    Transfer,
    Complete,
    Withdraw,
    Comment,
    Retry,
    Skip,
    Move,
    Claim,
    Release,
}

impl Verb {
    pub fn word(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Resubmit => "resubmit",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Return => "return",
            Self::Transfer => "transfer",
            Self::Complete => "complete",
            Self::Withdraw => "withdraw",
            Self::Comment => "comment",
            Self::Retry => "retry",
            Self::Skip => "skip",
            Self::Move => "move",
            Self::Claim => "claim",
            Self::Release => "release",
        }
    }
}

/// Who decided what, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub by: Option<UserId>,
    pub step: String,
    pub verb: Verb,
    pub at: Instant,
}
