//! A timer's instant has come, or the event that it stands for. One that is not waited for any more is refused quietly; it never acts twice.

use countersign_kernel::id::TimerId;

use crate::machine::Judge;
use crate::refusal::Refusal;
use crate::state::SeatStatus;
use crate::step::{approval, clock, wait};
use crate::vocabulary::{Came, What};

pub(crate) fn run(judge: &mut Judge<'_>, timer: TimerId, event: Option<&Came>) -> Result<(), Refusal> {
    if let Some(came) = event {
        return event_came(judge, timer, came);
    }
    let timer = judge
        .state
        .timers
        .iter()
        .find(|one| one.id == timer)
        .cloned()
        .ok_or(Refusal::Obsolete)?;
    if judge.facts.now < timer.due {
        return Err(Refusal::TooEarly { due: timer.due });
    }
    if let Some(scope) = timer.wait {
        judge.emit(What::TimerFired { timer: timer.id });
        wait::over(judge, scope);
        return Ok(());
    }
    let seat = timer
        .task
        .and_then(|task| judge.state.seat(task))
        .filter(|seat| seat.status == SeatStatus::Open)
        .cloned()
        .ok_or(Refusal::Obsolete)?;
    let approval = approval::of(judge, seat.scope).ok_or(Refusal::Obsolete)?;
    if timer.reminds {
        judge.emit(What::TimerFired { timer: timer.id });
        clock::remind(judge, &seat, approval, timer.act);
        return Ok(());
    }
    let act = approval
        .if_late
        .get(timer.act as usize)
        .ok_or(Refusal::Obsolete)?;
    judge.emit(What::TimerFired { timer: timer.id });
    approval::late(judge, &seat, &act.then);
    Ok(())
}

/// A wait ends with an event.
fn event_came(judge: &mut Judge<'_>, timer: TimerId, came: &Came) -> Result<(), Refusal> {
    let stands = judge.state.scopes.iter().find(|(_, scope)| {
        let waiting = scope.waiting();
        waiting.is_some_and(|waiting| waiting.events.iter().any(|awaited| awaited.timer == timer))
    });
    let scope = stands.map(|(id, _)| *id).ok_or(Refusal::Obsolete)?;
    judge.emit(What::EventCame {
        scope,
        timer,
        event: came.event,
        kind: came.kind.clone(),
    });
    wait::over(judge, scope);
    Ok(())
}
