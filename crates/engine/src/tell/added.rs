//! Whom somebody asked besides.

use super::Teller;
use crate::vocabulary::{Event, Position, What};

impl Teller<'_> {
    pub(super) fn added(&self, event: &Event) -> String {
        let Some(task) = event.task() else {
            return String::new();
        };
        let (by, step) = (self.telling.actor(&event.by), self.step_of(task));
        let (en, zh, comment) = match &event.what {
            What::ApproverAdded {
                who,
                position,
                comment,
                ..
            } => {
                let who = self.telling.name(*who);
                let when = match position {
                    Position::Before => "before them",
                    Position::After => "after them",
                    Position::Beside => "beside them",
                };
                (
                    format!("{by} added {who} to \"{step}\", to decide {when}"),
                    format!("{by} 在“{step}”{} {who}", position.zh()),
                    comment,
                )
            }
            What::ApproverRemoved { who, comment, .. } => {
                let who = self.telling.name(*who);
                (
                    format!("{by} removed {who} from \"{step}\""),
                    format!("{by} 在“{step}”减签 {who}"),
                    comment,
                )
            }
            _ => {
                let holder = self.holder(task);
                (
                    format!("\"{step}\" is {holder}'s to decide again: nobody decides before them any more"),
                    format!("“{step}”重新由 {holder} 审批：已无人须先于其审批"),
                    &None,
                )
            }
        };
        format!(
            "{}{}",
            self.telling.locale.pick(en, zh),
            self.words(comment.as_ref())
        )
    }
}
