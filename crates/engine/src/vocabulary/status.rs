//! Where requests stand.

use serde::{Deserialize, Serialize};

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    #[default]
    Draft,
    Open,
    Returned,
    Held,
    Approved,
    Rejected,
    Withdrawn,
    Cancelled,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Returned => "returned",
            Self::Held => "held",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn zh(self) -> &'static str {
        match self {
            Self::Draft => "草稿",
            Self::Open => "审批中",
            Self::Returned => "已退回",
            Self::Held => "已挂起",
            Self::Approved => "已通过",
            Self::Rejected => "已拒绝",
            Self::Withdrawn => "已撤回",
            Self::Cancelled => "已取消",
        }
    }

    /// Whether nothing can happen to it any more.
    pub fn is_end(self) -> bool {
        matches!(
            self,
            Self::Approved | Self::Rejected | Self::Withdrawn | Self::Cancelled
        )
    }
}
