//! **Reseat**: whoever was asked left, or lost what they were asked for. A task that stays theirs is refused quietly.

use countersign_kernel::id::TaskId;

use crate::machine::Judge;
use crate::reading::is_live;
use crate::refusal::Refusal;
use crate::state::SeatStatus;
use crate::step::succession;

pub(crate) fn run(judge: &mut Judge<'_>, task: TaskId) -> Result<(), Refusal> {
    let live = is_live(judge.state.status);
    let seat = judge
        .state
        .seat(task)
        .filter(|seat| live && seat.status == SeatStatus::Open)
        .cloned()
        .ok_or(Refusal::Obsolete)?;
    if judge.reading().lapsed(&seat).is_none() {
        return Err(Refusal::Obsolete);
    }
    succession::succeed(judge, &seat);
    Ok(())
}
