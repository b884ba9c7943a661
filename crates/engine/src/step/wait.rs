//! `wait`: the request goes on by itself when a time has come, or something has happened elsewhere.

use countersign_kernel::time::Instant;

use crate::definition::{EventWait, Wait, WaitFor};
use crate::event_key::event_key;
use crate::expr::{Expr, Fault, Value};
use crate::machine::{Judge, Place};
use crate::reading::{Reading, later, start_of, trouble};
use crate::vocabulary::{AwaitedEvent, Opened, Outcome, ScopeId, Trouble};

pub(crate) fn begin(judge: &mut Judge<'_>, at: Place<'_>, wait: &Wait) {
    let opened = match opened(judge, at.parent, wait) {
        Ok(opened) => opened,
        Err(trouble) => {
            let scope = judge.enter(&at, Opened::Unclear, 0);
            return judge.hold(scope, trouble);
        }
    };
    let has_come = matches!(
        &opened,
        Opened::Wait {
            until: Some(_),
            timer: None,
            ..
        }
    );
    let scope = judge.enter(&at, opened, 0);
    if has_come {
        over(judge, scope);
    }
}

/// What it waits for has come.
pub(crate) fn over(judge: &mut Judge<'_>, scope: ScopeId) {
    judge.ended(scope, Outcome::Approved);
}

fn opened(judge: &Judge<'_>, parent: ScopeId, wait: &Wait) -> Result<Opened, Trouble> {
    let reading = judge.reading_in(parent);
    let mut earliest: Option<(Instant, Option<String>)> = None;
    let mut events = Vec::new();
    let mut never_comes = None;
    for (place, awaited) in (1..).zip(&wait.first_of) {
        let name = awaited.name.clone();
        let instant = match &awaited.what {
            WaitFor::After(span) => after(&reading, *span)?,
            WaitFor::Until(expr) => until(&reading, expr)?,
            WaitFor::Event(event) => {
                let value = match value(&reading, event)? {
                    Ok(value) => value,
                    Err(missing) => {
                        never_comes = Some(missing);
                        continue;
                    }
                };
                events.push(AwaitedEvent {
                    timer: judge.next_timer_of(place),
                    name,
                    event: event.event.clone(),
                    field: event.matching.as_ref().map(|matching| matching.field.clone()),
                    value,
                    keep: event.keep,
                });
                continue;
            }
        };
        // Of two at one instant the first that is written comes.
        if earliest.as_ref().is_none_or(|(first, _)| instant < *first) {
            earliest = Some((instant, name));
        }
    }
    if let (None, true, Some(missing)) = (&earliest, events.is_empty(), never_comes) {
        return Err(missing);
    }
    let (until, name) = earliest.map_or((None, None), |(until, name)| (Some(until), name));
    let has_come = until.is_some_and(|until| until <= judge.facts.now);
    if has_come {
        events.clear();
    }
    Ok(Opened::Wait {
        until,
        timer: until.filter(|_| !has_come).map(|until| judge.next_timer(until)),
        name,
        events,
    })
}

fn after(reading: &Reading<'_>, span: crate::expr::Span) -> Result<Instant, Trouble> {
    let requester = reading.state.requester;
    let at = later(&reading.calendar(requester), reading.facts.now, span);
    at.map_err(|fault| Trouble::Rule {
        source: span.to_string(),
        fault: fault.to_string(),
        fault_zh: fault.zh(),
    })
}

fn until(reading: &Reading<'_>, expr: &Expr) -> Result<Instant, Trouble> {
    match reading.value(expr)? {
        Value::Instant(at) => Ok(at),
        Value::Date(date) => Ok(start_of(date, reading.zone_of(reading.state.requester))),
        _ => Err(trouble(expr, &Fault::Missing(expr.source().to_owned()))),
    }
}

/// What the event's field has to be; inner error: nothing, so that it never comes.
fn value(reading: &Reading<'_>, event: &EventWait) -> Result<Result<Option<String>, Trouble>, Trouble> {
    let Some(matching) = &event.matching else {
        return Ok(Ok(None));
    };
    let value = event_key(&reading.value(&matching.equals)?.to_json());
    let missing = || {
        let source = matching.equals.source();
        trouble(&matching.equals, &Fault::Missing(source.to_owned()))
    };
    Ok(value.map(Some).ok_or_else(missing))
}
