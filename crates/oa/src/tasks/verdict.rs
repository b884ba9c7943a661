//! What a holder says, whichever way their task was named.

use countersign_engine::vocabulary::Command;
use countersign_kernel::id::TaskId;
use serde_json::Value as Json;

/// A verdict, before it is known on which task.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    Approve {
        comment: Option<String>,
        form: Option<Json>,
    },
    Reject {
        comment: Option<String>,
    },
    /// `to: None` is the requester.
    Return {
        to: Option<String>,
        comment: Option<String>,
    },
}

impl Verdict {
    /// The command that it is, said of this task.
    pub(crate) fn on(self, task: TaskId) -> Command {
        match self {
            Self::Approve { comment, form } => Command::Approve { task, comment, form },
            Self::Reject { comment } => Command::Reject { task, comment },
            Self::Return { to, comment } => Command::Return { task, to, comment },
        }
    }
}
