//! By when somebody is to answer, what happens when they do not, and when they are reminded.

use countersign_kernel::calendar::Calendar;
use countersign_kernel::id::{TaskId, UserId};
use countersign_kernel::time::Instant;

use crate::definition::{Approval, Deadline};
use crate::expr::{Span, Value};
use crate::machine::Judge;
use crate::reading::{Reading, end_of, later, trouble};
use crate::state::Seat;
use crate::vocabulary::{Trouble, What};

/// A deadline, and the instants at which something is done about lateness.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    pub due: Option<Instant>,
    acts: Vec<Instant>,
    /// The first reminder counted from now.
    every: Option<Instant>,
    /// The reminder before the deadline.
    before: Option<Instant>,
}

/// The number that the reminder before the deadline has; those counted from the asking are numbered from 0.
const BEFORE: u32 = u32::MAX;

pub(crate) fn clock(reading: &Reading<'_>, approval: &Approval, holder: UserId) -> Result<Clock, Trouble> {
    let calendar = reading.calendar(Some(holder));
    let from = reading.facts.now;
    let said = |source: String, fault: &crate::expr::Fault| Trouble::Rule {
        source,
        fault: fault.to_string(),
        fault_zh: fault.zh(),
    };
    let remind = approval.remind.as_ref();
    let every = remind
        .and_then(|remind| remind.every)
        .map(|(span, _)| later(&calendar, from, span).map_err(|fault| said(span.to_string(), &fault)));
    let every = every.transpose()?;
    let Some(deadline) = &approval.deadline else {
        return Ok(Clock {
            every,
            ..Clock::default()
        });
    };
    let due = match deadline {
        Deadline::After(span) => {
            later(&calendar, from, *span).map_err(|fault| said(span.to_string(), &fault))?
        }
        Deadline::At(expr) => {
            let reading = reading.clone().approver(Some(holder));
            match reading.value(expr)? {
                Value::Instant(at) => at,
                Value::Date(date) => end_of(date, reading.zone_of(Some(holder))),
                Value::Duration(span) => {
                    later(&calendar, from, span).map_err(|fault| trouble(expr, &fault))?
                }
                _ => {
                    return Err(trouble(
                        expr,
                        &crate::expr::Fault::Missing(expr.source().to_owned()),
                    ));
                }
            }
        }
    };
    let mut acts = Vec::with_capacity(approval.if_late.len());
    for late in &approval.if_late {
        let at = late.after.map_or(Ok(due), |span| {
            later(&calendar, due, span).map_err(|fault| said(span.to_string(), &fault))
        })?;
        acts.push(at);
    }
    let before = remind.and_then(|remind| remind.before);
    Ok(Clock {
        due: Some(due),
        acts,
        every,
        before: before.and_then(|span| earlier(&calendar, from, due, span)),
    })
}

/// The latest instant from which it is as long to `due` as the span says; none if that was before `from`.
fn earlier(calendar: &Calendar, from: Instant, due: Instant, span: Span) -> Option<Instant> {
    let reaches = |at: i64| {
        later(calendar, Instant::from_millis(at), span)
            .ok()
            .map(|end| end <= due)
    };
    let (mut low, mut high) = (from.millis(), due.millis());
    if !reaches(low)? {
        return None;
    }
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        if reaches(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(Instant::from_millis(low))
}

/// Sets the timers of a seat.
pub(crate) fn wind(judge: &mut Judge<'_>, task: TaskId, clock: &Clock) {
    for (act, due) in clock.acts.iter().enumerate() {
        judge.set_timer(task, act as u32, *due, false);
    }
    if let Some(at) = clock.every {
        judge.set_timer(task, 0, at, true);
    }
    if let Some(at) = clock.before {
        judge.set_timer(task, BEFORE, at, true);
    }
}

/// A reminder's instant has come: whoever holds the seat is told, and the next is set.
pub(crate) fn remind(judge: &mut Judge<'_>, seat: &Seat, approval: &Approval, number: u32) {
    judge.emit(What::Reminded { task: seat.task });
    let Some((span, at_most)) = approval.remind.as_ref().and_then(|remind| remind.every) else {
        return;
    };
    if number == BEFORE || number + 1 >= at_most {
        return;
    }
    let calendar = judge.reading().calendar(Some(seat.holder));
    if let Ok(at) = later(&calendar, judge.facts.now, span) {
        judge.set_timer(seat.task, number + 1, at, true);
    }
}
