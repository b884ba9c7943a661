//! What can be done with a lead beside editing and converting it: disqualify, reopen. Pure.

use countersign_kernel::catalogue::EventType;
use countersign_kernel::id;
use countersign_kernel::text::Words;
use countersign_web::Member;

use super::Lead;
use super::events::{DISQUALIFIED, REOPENED};
use super::words::LeadStatus;
use crate::record::Record;
use crate::record::change::Deed;
use crate::record::fault::Faults;
use crate::record::ground::Ground;
use crate::record::refusal::{Conflict, Refusal};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    Disqualify {
        reason: String,
    },
    /// It is worked on again.
    Reopen,
}

impl Deed<Lead> for Verb {
    fn event(&self) -> &'static EventType {
        match self {
            Self::Disqualify { .. } => &DISQUALIFIED,
            Self::Reopen => &REOPENED,
        }
    }

    fn judge(&self, lead: &Lead, _: &Ground) -> Result<Lead, Refusal> {
        match self {
            Self::Disqualify { reason } if lead.status.is_open() => {
                let mut faults = Faults::default();
                let reason = faults.line("/reason", Member::Set(reason.clone()), 500);
                faults.into_result().map_err(Refusal::Invalid)?;
                Ok(Lead {
                    status: LeadStatus::Disqualified,
                    disqualified_reason: reason,
                    ..lead.clone()
                })
            }
            Self::Reopen if lead.status == LeadStatus::Disqualified => Ok(Lead {
                status: LeadStatus::Working,
                disqualified_reason: None,
                ..lead.clone()
            }),
            Self::Disqualify { .. } => Err(lead.cannot_be("disqualified", "标记为无效")),
            Self::Reopen => Err(lead.cannot_be("reopened", "重新打开")),
        }
    }
}

impl Lead {
    /// It stands otherwise; of one that is converted, what it became is said.
    pub(super) fn cannot_be(&self, en: &str, zh: &str) -> Refusal {
        let (state, possible) = (self.state(), self.possible());
        let became = self.links().into_iter().skip(1);
        let became: Vec<String> = became.map(|link| id::show(&link.kind, link.id)).collect();
        let (to_en, to_zh) = match became.join(", ") {
            none if none.is_empty() => (String::new(), String::new()),
            all => (format!(", to {all}"), format!("（{all}）")),
        };
        let list = possible.join(", ");
        Refusal::Conflict(Conflict {
            code: "wrong_state",
            detail: Words::new(
                format!("This lead is {state}{to_en}, so it cannot be {en}. Possible now: {list}."),
                format!("此线索状态为 {state}{to_zh}，无法{zh}；现在可以：{list}。"),
            ),
            state,
            possible: possible.to_vec(),
        })
    }
}
