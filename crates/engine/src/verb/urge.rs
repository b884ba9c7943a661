//! **Urge**: the requester reminds those who are asked now. It changes nothing, and is not done again within the hour.

use chrono::TimeDelta;
use countersign_kernel::id::TaskId;

use super::words;
use crate::machine::Judge;
use crate::reading::is_live;
use crate::refusal::Refusal;
use crate::state::{Seat, Verb};
use crate::vocabulary::{Status, What};

/// From one to the next.
const APART: TimeDelta = TimeDelta::hours(1);

pub(crate) fn run(judge: &mut Judge<'_>, comment: Option<&str>) -> Result<(), Refusal> {
    let requester = judge.state.requester.ok_or(Refusal::NotSubmitted)?;
    if judge.facts.actor.user() != Some(requester) {
        return Err(Refusal::NotTheRequester { verb: Verb::Urge });
    }
    let tasks = possible(judge)?;
    judge.emit(What::Urged {
        tasks,
        comment: words(comment).map(str::to_owned),
    });
    Ok(())
}

/// The tasks whose holders are reminded.
pub(crate) fn possible(judge: &Judge<'_>) -> Result<Vec<TaskId>, Refusal> {
    let (state, happened) = (&judge.state, judge.happened_last());
    if state.status == Status::Returned {
        return Err(Refusal::WithTheRequester { happened });
    }
    if !is_live(state.status) {
        return Err(Refusal::Over {
            status: state.status,
            happened,
        });
    }
    let since = state.urged_at.map(|last| judge.facts.now.utc() - last.utc());
    if let Some(since) = since.filter(|since| *since < APART) {
        // Begun minutes are whole ones, so that who waits as long as told is not refused again.
        let minutes = (APART - since).num_minutes() + 1;
        return Err(Refusal::UrgedAlready { minutes });
    }
    // Whoever waits for somebody else cannot do anything about it, and no requester is reminded of what they are asked themselves.
    let can_act = |seat: &&Seat| state.waits_for(seat).is_none() && state.requester != Some(seat.holder);
    let tasks: Vec<TaskId> = state.open_seats().filter(can_act).map(|seat| seat.task).collect();
    if tasks.is_empty() {
        return Err(Refusal::NobodyToUrge);
    }
    Ok(tasks)
}
