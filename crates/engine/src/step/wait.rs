//! `wait`: the request goes on by itself when a time has come.

use countersign_kernel::time::Instant;

use crate::definition::Wait;
use crate::expr::{Fault, Value};
use crate::machine::{Judge, Place};
use crate::reading::{Reading, later, start_of, trouble};
use crate::vocabulary::{Opened, Outcome, ScopeId, Trouble};

pub(crate) fn begin(judge: &mut Judge<'_>, at: Place<'_>, wait: &Wait) {
    let until = match until(&judge.reading_in(at.parent), wait) {
        Ok(until) => until,
        Err(trouble) => {
            let scope = judge.enter(&at, Opened::Unclear, 0);
            return judge.hold(scope, trouble);
        }
    };
    let has_come = until <= judge.facts.now;
    let timer = (!has_come).then(|| judge.next_timer(until));
    let scope = judge.enter(&at, Opened::Wait { until, timer }, 0);
    if has_come {
        over(judge, scope);
    }
}

/// Its time has come.
pub(crate) fn over(judge: &mut Judge<'_>, scope: ScopeId) {
    judge.ended(scope, Outcome::Approved);
}

fn until(reading: &Reading<'_>, wait: &Wait) -> Result<Instant, Trouble> {
    let requester = reading.state.requester;
    match wait {
        Wait::After(span) => {
            let at = later(&reading.calendar(requester), reading.facts.now, *span);
            at.map_err(|fault| Trouble::Rule {
                source: span.to_string(),
                fault: fault.to_string(),
                fault_zh: fault.zh(),
            })
        }
        Wait::Until(expr) => match reading.value(expr)? {
            Value::Instant(at) => Ok(at),
            Value::Date(date) => Ok(start_of(date, reading.zone_of(requester))),
            _ => Err(trouble(expr, &Fault::Missing(expr.source().to_owned()))),
        },
    }
}
