//! Which leave a request asks for.

use std::sync::Arc;

use chrono_tz::Tz;
use countersign_kernel::id::UserId;
use countersign_kernel::money::Currency;
use countersign_kernel::number;
use countersign_kernel::time::Instant;
use rust_decimal::Decimal;

use super::{Amount, Away, LeaveType};
use crate::definition::{Table, Workflow};
use crate::expr::{DateRange, Environment, Expr, Fault, PersonPart, Reference, Span, Value};
use crate::form;
use crate::machine::Facts;
use crate::reading::{Effort, Reading, part_of};
use crate::state::State;

/// Where a workflow's form says which leave is asked for.
#[derive(Debug, Clone)]
pub struct AsksForLeave {
    /// The name of the type; none where leave that was approved is changed.
    pub of: Option<Expr>,
    /// A field with dates; empty, the leave that is changed is cancelled.
    pub dates: String,
    /// A field with hours of a single day.
    pub hours: Option<String>,
    /// A field with files.
    pub evidence: Option<String>,
    /// A step asks for evidence, after the request is submitted.
    pub evidence_later: bool,
    /// A field with the id or number of the request whose leave is changed.
    pub changes: Option<String>,
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveWanted {
    pub of: Option<String>,
    pub away: Option<Away>,
    /// It is attached, or a step asks for it.
    pub has_evidence: bool,
    pub changes: Option<String>,
}

/// What a request of this workflow asks for, as its form is; none where the workflow is not about leave.
pub fn leave_wanted(definition: &Workflow, state: &State, facts: &Facts<'_>) -> Option<LeaveWanted> {
    let asks = definition.leave.as_ref()?;
    let effort = Effort::default();
    let reading = Reading::new(definition, state, facts, &effort);
    let of = asks.of.as_ref().and_then(|of| of.eval(&reading).ok());
    let filled = |name: &Option<String>| {
        let json = state.form.get(name.as_ref()?)?;
        (!json.is_null()).then_some(json)
    };
    let hours = filled(&asks.hours)
        .and_then(|json| json.as_number().and_then(number::of_json))
        .and_then(Amount::of_decimal);
    let range = form::content_value(&definition.form, &asks.dates, &state.form, facts.currency);
    let away = match range {
        Value::DateRange(range) => Some(Away {
            first: range.start,
            last: range.end,
            start_half: range.start_half,
            end_half: range.end_half,
            hours,
        }),
        _ => None,
    };
    Some(LeaveWanted {
        of: of.filter(|of| !of.is_empty()).map(|of| of.to_string()),
        away,
        has_evidence: asks.evidence_later || filled(&asks.evidence).is_some(),
        changes: filled(&asks.changes)
            .and_then(|json| json.as_str())
            .map(str::to_owned),
    })
}

/// Whether a type is somebody's: what its condition cannot be asked about counts as no.
pub fn is_for(of: &LeaveType, person: UserId, facts: &Facts<'_>) -> bool {
    let about = OfPerson { person, facts };
    of.who
        .as_ref()
        .is_none_or(|who| who.holds(&about).unwrap_or(false))
}

/// What a condition about one person sees.
struct OfPerson<'a> {
    person: UserId,
    facts: &'a Facts<'a>,
}

impl Environment for OfPerson<'_> {
    fn read(&self, what: &Reference) -> Value {
        match what {
            Reference::Candidate => Value::Person(self.person),
            _ => Value::Empty,
        }
    }

    fn person(&self, who: UserId, part: PersonPart) -> Value {
        let person = self.facts.directory.person(who);
        person.map_or(Value::Empty, |person| part_of(person, part, self.facts.currency))
    }

    fn working_days(&self, _: DateRange) -> Result<Decimal, Fault> {
        Err(Fault::NoCalendar)
    }

    fn later(&self, _: Instant, _: Span) -> Result<Instant, Fault> {
        Err(Fault::NoCalendar)
    }

    fn table(&self, name: &str) -> Option<Arc<Table>> {
        self.facts.tables.get(name).cloned()
    }

    fn currency(&self) -> Currency {
        self.facts.currency
    }

    fn zone(&self) -> Tz {
        self.facts.zone
    }
}
