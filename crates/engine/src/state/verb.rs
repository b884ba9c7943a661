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
    AddApprover,
    RemoveApprover,
    Recall,
    Urge,
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
            Self::AddApprover => "add_approver",
            Self::RemoveApprover => "remove_approver",
            Self::Recall => "recall",
            Self::Urge => "urge",
        }
    }

    /// What somebody would do with something: `transfer it`, `add an approver`.
    pub(crate) fn with(self, object: &str) -> String {
        match self {
            Self::AddApprover => "add an approver".to_owned(),
            Self::RemoveApprover => "remove an approver".to_owned(),
            _ => format!("{} {object}", self.word()),
        }
    }

    /// What somebody did, as in: Bo approved it.
    pub(crate) fn past(self) -> &'static str {
        match self {
            Self::Submit => "submitted",
            Self::Resubmit => "resubmitted",
            Self::Approve => "approved",
            Self::Reject => "rejected",
            Self::Return => "returned",
            Self::Transfer => "transferred",
            Self::Complete => "completed",
            Self::Withdraw => "withdrew",
            Self::Comment => "commented on",
            Self::Retry => "tried again",
            Self::Skip => "skipped",
            Self::Move => "moved",
            Self::Claim => "claimed",
            Self::Release => "gave back",
            Self::AddApprover => "added an approver to",
            Self::RemoveApprover => "removed an approver from",
            Self::Recall => "recalled",
            Self::Urge => "urged",
        }
    }

    /// The same in Chinese, as for what is to be done.
    pub(crate) fn zh(self) -> &'static str {
        match self {
            Self::Submit => "提交",
            Self::Resubmit => "重新提交",
            Self::Approve => "通过",
            Self::Reject => "拒绝",
            Self::Return => "退回",
            Self::Transfer => "转交",
            Self::Complete => "完成",
            Self::Withdraw => "撤回",
            Self::Comment => "评论",
            Self::Retry => "重试",
            Self::Skip => "跳过",
            Self::Move => "移动",
            Self::Claim => "认领",
            Self::Release => "放回",
            Self::AddApprover => "加签",
            Self::RemoveApprover => "减签",
            Self::Recall => "收回",
            Self::Urge => "催办",
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
