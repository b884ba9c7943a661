//! The contract of a deal: what the office says about it, and what its account lists.

use countersign_kernel::id::{DealId, RequestId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A contract as its deal shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Contract {
    /// The request by which it was asked for.
    pub request: RequestId,
    /// The request's readable number: `CON-2026-00042`.
    pub number: Option<String>,
    /// The request's status: `open`, `approved`, `rejected` …
    pub status: String,
    /// Why, if somebody said so.
    pub reason: Option<String>,
}

/// A contract as the account lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ListedContract {
    pub request: RequestId,
    pub number: Option<String>,
    pub status: String,
    pub deal: DealId,
}

impl ListedContract {
    pub fn new(deal: DealId, contract: &Contract) -> Self {
        Self {
            request: contract.request,
            number: contract.number.clone(),
            status: contract.status.clone(),
            deal,
        }
    }
}

/// Whether a deal that shows `shown` should show `told` instead: the newest request counts (ids are in order of
/// time), so news of an older one changes only the account's list.
pub fn supersedes(told: &Contract, shown: Option<&Contract>) -> bool {
    shown.is_none_or(|shown| told.request >= shown.request && told != shown)
}
