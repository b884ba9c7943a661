//! Deals that were won or lost before they came here.

use countersign_kernel::catalogue::EventType;
use countersign_kernel::time::Instant;
use countersign_web::Member;

use crate::deals::{Deal, Status};
use crate::record::Record as _;
use crate::record::change::Deed;
use crate::record::fault::Faults;
use crate::record::ground::Ground;
use crate::record::refusal::Refusal;

/// How a new deal ended, and when.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: Status,
    pub(super) at: Option<Instant>,
    pub(super) lost_reason: Option<String>,
}

impl Deed<Deal> for Ended {
    fn event(&self) -> &'static EventType {
        Deal::KIND.created
    }

    fn judge(&self, deal: &Deal, ground: &Ground) -> Result<Deal, Refusal> {
        let mut faults = Faults::default();
        let mut after = deal.clone();
        after.close(self.status, self.at.unwrap_or(ground.now));
        if self.at.is_some_and(|at| at > ground.now) {
            faults.push(
                "/closed_on",
                "in_the_future",
                "A deal was won or lost at a time that is over.",
                "成交或输单的日期不能在将来。",
            );
        }
        if let Some(reason) = self.lost_reason.clone().filter(|_| self.status == Status::Lost) {
            after.lost_reason = faults.line("/lost_reason", Member::Set(reason), 500);
        }
        faults.into_result().map_err(Refusal::Invalid)?;
        Ok(after)
    }
}
