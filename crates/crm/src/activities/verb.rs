//! What can be done with an activity beside editing it: complete, reopen. Pure.

use countersign_kernel::catalogue::EventType;
use countersign_kernel::text::Words;

use super::Activity;
use super::events::{COMPLETED, REOPENED};
use super::words::ActivityStatus;
use crate::record::Record;
use crate::record::change::Deed;
use crate::record::ground::Ground;
use crate::record::refusal::{Conflict, Refusal};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Complete,
    Reopen,
}

impl Verb {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Complete => ("completed", "标记为完成"),
            Self::Reopen => ("reopened", "重新打开"),
        }
    }

    fn conflict(self, activity: &Activity) -> Refusal {
        let ((en, zh), state) = (self.words(), activity.state());
        let possible = activity.possible().join(", ");
        Refusal::Conflict(Conflict {
            code: "wrong_state",
            detail: Words::new(
                format!("This activity is {state}, so it cannot be {en}. Possible now: {possible}."),
                format!("此活动状态为 {state}，无法{zh}；现在可以：{possible}。"),
            ),
            state,
            possible: activity.possible().to_vec(),
        })
    }
}

impl Deed<Activity> for Verb {
    fn event(&self) -> &'static EventType {
        match self {
            Self::Complete => &COMPLETED,
            Self::Reopen => &REOPENED,
        }
    }

    fn judge(&self, activity: &Activity, ground: &Ground) -> Result<Activity, Refusal> {
        let open = activity.status == ActivityStatus::Open;
        match self {
            Self::Complete if open => Ok(Activity {
                status: ActivityStatus::Done,
                completed_at: Some(ground.now),
                ..activity.clone()
            }),
            Self::Reopen if !open => Ok(Activity {
                status: ActivityStatus::Open,
                completed_at: None,
                ..activity.clone()
            }),
            Self::Complete | Self::Reopen => Err(self.conflict(activity)),
        }
    }
}
