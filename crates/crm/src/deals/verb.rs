//! What can be done with a deal beside editing it: move, win, lose, reopen. Pure.

use countersign_kernel::catalogue::EventType;
use countersign_kernel::id::StageId;
use countersign_kernel::text::Words;
use countersign_kernel::time::Instant;
use countersign_web::Member;

use super::{Deal, LOST, REOPENED, STAGE_CHANGED, Status, WON};
use crate::record::Record;
use crate::record::change::Deed;
use crate::record::fault::Faults;
use crate::record::ground::{Ground, Wanted};
use crate::record::refusal::{Conflict, Refusal};

/// A verb with what it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// To another stage of the deal's pipeline.
    Move {
        stage: StageId,
    },
    Win,
    Lose {
        reason: String,
    },
    /// Back to where it stood before it was won or lost.
    Reopen,
}

impl Verb {
    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Move { .. } => ("moved", "移动"),
            Self::Win => ("won", "标记为赢单"),
            Self::Lose { .. } => ("lost", "标记为输单"),
            Self::Reopen => ("reopened", "重新打开"),
        }
    }

    fn conflict(&self, deal: &Deal) -> Refusal {
        let (en, zh) = self.words();
        let state = deal.state();
        let possible = deal.possible().join(", ");
        Refusal::Conflict(Conflict {
            code: "wrong_state",
            detail: Words::new(
                format!("This deal is {state}, so it cannot be {en}. Possible now: {possible}."),
                format!("此商机状态为 {state}，无法{zh}；现在可以：{possible}。"),
            ),
            state,
            possible: deal.possible().to_vec(),
        })
    }
}

impl Deed<Deal> for Verb {
    /// Whoever hears that a deal is won hears what was sold.
    fn wants(&self, before: Option<&Deal>, wanted: &mut Wanted) {
        let lined = before.filter(|deal| *self == Self::Win && deal.line_count > 0);
        wanted.lines_of.extend(lined.map(Deal::id));
    }

    fn event(&self) -> &'static EventType {
        match self {
            Self::Move { .. } => &STAGE_CHANGED,
            Self::Win => &WON,
            Self::Lose { .. } => &LOST,
            Self::Reopen => &REOPENED,
        }
    }

    fn judge(&self, deal: &Deal, ground: &Ground) -> Result<Deal, Refusal> {
        let open = deal.status == Status::Open;
        if open == (*self == Self::Reopen) {
            return Err(self.conflict(deal));
        }
        let mut after = deal.clone();
        let mut faults = Faults::default();
        match self {
            Self::Move { stage } => {
                let pipeline = ground.pipelines.get(&deal.pipeline);
                match pipeline.and_then(|pipeline| pipeline.stage(*stage)) {
                    Some(found) if found.id != deal.stage => {
                        after.stage = found.id;
                        after.probability = found.probability;
                    }
                    Some(_) => {}
                    None => faults.unknown("/stage", "stage"),
                }
            }
            Self::Win => after.close(Status::Won, ground.now),
            Self::Lose { reason } => {
                after.close(Status::Lost, ground.now);
                after.lost_reason = faults.line("/reason", Member::Set(reason.clone()), 500);
            }
            Self::Reopen => {
                let stage = ground
                    .pipelines
                    .get(&deal.pipeline)
                    .and_then(|pipeline| pipeline.stage(deal.stage));
                after.status = Status::Open;
                after.probability = stage.map_or(deal.probability, |stage| stage.probability);
                after.closed_at = None;
                after.lost_reason = None;
            }
        }
        faults.into_result().map_err(Refusal::Invalid)?;
        Ok(after)
    }
}

impl Deal {
    /// It is won or lost, and certain from then on.
    pub(crate) fn close(&mut self, status: Status, at: Instant) {
        self.status = status;
        self.probability = if status == Status::Won { 100 } else { 0 };
        self.closed_at = Some(at);
    }
}
