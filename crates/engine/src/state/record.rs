//! What became of a step.

use countersign_kernel::id::UserId;
use countersign_kernel::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::vocabulary::Outcome;

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub outcome: Outcome,
    pub at: Instant,
    /// Who decided it, the last voice last; silence has no name.
    pub by: Vec<UserId>,
    pub comment: Option<String>,
    /// What an action gave back.
    pub output: Json,
    /// Which of several ends of a wait came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came: Option<String>,
}

impl Record {
    /// With nobody and nothing to be said about it.
    pub(crate) fn plain(outcome: Outcome, at: Instant) -> Self {
        Self {
            outcome,
            at,
            by: Vec::new(),
            comment: None,
            output: Json::Null,
            came: None,
        }
    }
}
