//! What a step waits for.

use countersign_kernel::time::Instant;
use serde::{Deserialize, Serialize};

use crate::vocabulary::AwaitedEvent;

/// What a wait ends with: an instant, or one of these events.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// What the instant is called, among several ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<AwaitedEvent>,
    /// Which of several ends came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came: Option<String>,
}
