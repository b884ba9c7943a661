//! An automation at work: an event in, what is to be done out. Nothing is done here.

use std::sync::Arc;

use chrono_tz::Tz;
use countersign_kernel::id::UserId;
use countersign_kernel::money::Currency;
use countersign_kernel::number;
use countersign_kernel::text::Text;
use countersign_kernel::time::{Date, Instant};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

use crate::definition::{Automation, Do, DoKind, Start, Table, Template};
use crate::expr::{DateRange, Environment, Expr, Fault, PersonPart, Reference, Span, Value};
use crate::machine::Facts;
use crate::reading::{later, part_of, trouble, trouble_text, version, working_days};
use crate::refusal::both;
use crate::vocabulary::Trouble;

/// An action to be done: what `compose` registered under this name does it.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionCall {
    /// `requests.start`.
    pub action: String,
    pub inputs: Json,
    /// One live request for each value; only where the file says so.
    pub key: Option<String>,
}

/// What an automation makes of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct AutomationRun {
    pub calls: Vec<ActionCall>,
    /// Why it did nothing.
    pub why_not: Option<Text>,
}

/// The automation could not be judged on this event; nothing is done.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldRun {
    pub why: Text,
}

/// What is to be done about an event: `{"deal": {…}, …}`.
pub fn run_automation(
    automation: &Automation,
    event: &Json,
    facts: &Facts<'_>,
) -> Result<AutomationRun, HeldRun> {
    let seen = EventReading { event, facts };
    let held = |trouble: Trouble| HeldRun {
        why: trouble_text(&trouble),
    };
    if let Some(when) = &automation.when
        && !seen.holds(when).map_err(held)?
    {
        let reads: Vec<String> = when
            .read_values(&seen)
            .iter()
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        let (source, reads) = (when.source(), reads.join(", "));
        let why_not = both(
            format!("`{source}` does not hold ({reads})."),
            format!("`{source}` 不成立（{reads}）。"),
        );
        return Ok(AutomationRun {
            calls: Vec::new(),
            why_not: Some(why_not),
        });
    }
    let mut calls = Vec::new();
    seen.all(&automation.does, &mut calls).map_err(held)?;
    let why_not = calls.is_empty().then(|| both("No case holds.", "没有分支成立。"));
    Ok(AutomationRun { calls, why_not })
}

struct EventReading<'a> {
    event: &'a Json,
    facts: &'a Facts<'a>,
}

impl EventReading<'_> {
    fn holds(&self, expr: &Expr) -> Result<bool, Trouble> {
        expr.holds(self).map_err(|fault| trouble(expr, &fault))
    }

    fn all(&self, does: &[Do], calls: &mut Vec<ActionCall>) -> Result<(), Trouble> {
        for one in does {
            if one.when.as_ref().map_or(Ok(true), |when| self.holds(when))? {
                self.one(one, calls)?;
            }
        }
        Ok(())
    }

    fn one(&self, one: &Do, calls: &mut Vec<ActionCall>) -> Result<(), Trouble> {
        match &one.kind {
            DoKind::Start(start) => calls.push(self.start(start)?),
            DoKind::Action { action, with } => {
                let inputs = Json::Object(self.filled(with)?);
                calls.push(ActionCall {
                    action: action.clone(),
                    inputs,
                    key: None,
                });
            }
            DoKind::Choose { cases, otherwise } => {
                for case in cases {
                    if self.holds(&case.when)? {
                        return self.all(&case.does, calls);
                    }
                }
                self.all(otherwise, calls)?;
            }
        }
        Ok(())
    }

    fn start(&self, start: &Start) -> Result<ActionCall, Trouble> {
        let value = |expr: &Expr| expr.eval(self).map_err(|fault| trouble(expr, &fault));
        let requester = match value(&start.requester)? {
            Value::Person(id) => id,
            _ => {
                return Err(trouble(
                    &start.requester,
                    &Fault::Missing(start.requester.source().to_owned()),
                ));
            }
        };
        let key = start
            .key
            .as_ref()
            .map(value)
            .transpose()?
            .filter(|key| !key.is_empty())
            .map(|key| key.to_string());
        let mut inputs =
            json!({"workflow": start.workflow, "requester": requester, "form": self.filled(&start.form)?});
        if let (Some(key), Some(inputs)) = (&key, inputs.as_object_mut()) {
            inputs.insert("key".to_owned(), json!(key));
        }
        Ok(ActionCall {
            action: "requests.start".to_owned(),
            inputs,
            key,
        })
    }

    /// What is empty is left out.
    fn filled(&self, with: &[(String, Template)]) -> Result<Map<String, Json>, Trouble> {
        let mut all = Map::new();
        for (name, template) in with {
            let value = template.value(self).map_err(|fault| Trouble::Rule {
                source: template.source.clone(),
                fault: fault.to_string(),
                fault_zh: fault.zh(),
            })?;
            if !value.is_empty() {
                all.insert(name.clone(), value.to_json());
            }
        }
        Ok(all)
    }
}

impl Environment for EventReading<'_> {
    fn read(&self, what: &Reference) -> Value {
        match what {
            Reference::Event(path) => {
                let found = path.iter().try_fold(self.event, |at, name| at.get(name));
                found.map_or(Value::Empty, value)
            }
            Reference::Today => {
                Value::Date(self.facts.now.utc().with_timezone(&self.facts.zone).date_naive())
            }
            Reference::Now => Value::Instant(self.facts.now),
            Reference::Table(name) => version(self.facts, name),
            _ => Value::Empty,
        }
    }

    fn person(&self, who: UserId, part: PersonPart) -> Value {
        self.facts
            .directory
            .person(who)
            .map_or(Value::Empty, |person| part_of(person, part, self.facts.currency))
    }

    fn working_days(&self, range: DateRange) -> Result<Decimal, Fault> {
        let calendar = self.facts.calendars.tenant().ok_or(Fault::NoCalendar)?;
        Ok(working_days(calendar, range))
    }

    fn later(&self, from: Instant, span: Span) -> Result<Instant, Fault> {
        later(
            self.facts.calendars.tenant().ok_or(Fault::NoCalendar)?,
            from,
            span,
        )
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

/// What an event carries, by its shape: money, ids of people, dates and instants are known by how they are written.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Empty,
        Json::Bool(yes) => Value::YesNo(*yes),
        Json::Number(number) => number::of_json(number).map_or(Value::Empty, Value::Number),
        Json::String(text) => text_value(text),
        Json::Array(items) => Value::List(items.iter().map(value).collect()),
        Json::Object(parts) => money(parts).unwrap_or_else(|| {
            Value::Group(
                parts
                    .iter()
                    .map(|(name, part)| (name.clone(), value(part)))
                    .collect(),
            )
        }),
    }
}

fn text_value(text: &str) -> Value {
    if let Ok(id) = text.parse::<UserId>() {
        return Value::Person(id);
    }
    if let Some(date) = (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten() {
        return Value::Date(date);
    }
    match text.parse::<Instant>() {
        Ok(at) => Value::Instant(at),
        Err(_) => Value::Text(text.to_owned()),
    }
}

fn money(parts: &Map<String, Json>) -> Option<Value> {
    let (amount, currency) = (parts.get("amount")?.as_str()?, parts.get("currency")?.as_str()?);
    (parts.len() == 2).then_some(())?;
    Some(Value::Money(amount.parse().ok()?, currency.parse().ok()?))
}
