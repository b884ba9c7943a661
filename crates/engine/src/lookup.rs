//! Facts at work: which earlier requests a submission needs to know, and what they come to. Whoever judges looks them up between
//! the two, in the unit of work of the submission.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveTime, TimeDelta};
use countersign_kernel::calendar::civil_instant;
use countersign_kernel::id::UserId;
use countersign_kernel::money::Currency;
use countersign_kernel::time::Instant;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

use crate::automation::value as value_by_shape;
use crate::definition::{Adds, FieldKind, Lookup, Within, Workflow};
use crate::expr::{Environment, Fault, Type, Value};
use crate::form::{self, typed_value};
use crate::machine::{Facts, Judge};
use crate::reading::Reading;
use crate::refusal::{Refusal, both};
use crate::state::State;
use crate::verb::submit;
use crate::vocabulary::Status;

/// So many earlier requests are looked at for one fact at most.
pub const LOOKED_AT_MOST: usize = 10_000;

/// Earlier requests that a fact is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    pub fact: String,
    pub workflow: String,
    pub requester: UserId,
    /// Submitted then or later.
    pub since: Instant,
    pub statuses: Vec<Status>,
    /// The fields of their forms that are read.
    pub fields: Vec<String>,
}

/// A submission whose facts are to be known.
pub struct Submission<'a> {
    pub definition: &'a Workflow,
    /// As it is: new, a draft, or returned.
    pub state: &'a State,
    /// As sent.
    pub form: &'a Json,
    pub requester: UserId,
    pub facts: &'a Facts<'a>,
}

/// What is to be looked up for a submission: the forms of at most [`LOOKED_AT_MOST`] requests and one for each. A fact about nobody
/// is not among them.
pub fn earlier(submission: &Submission<'_>) -> Vec<Earlier> {
    let lookups = &submission.definition.facts;
    if lookups.is_empty() {
        return Vec::new();
    }
    submission.read(|reading| {
        let one = |lookup: &Lookup| {
            Some(Earlier {
                fact: lookup.name.clone(),
                workflow: lookup.of.clone(),
                requester: reading.person_ref(&lookup.person)?,
                since: since(lookup.within, reading),
                statuses: lookup.statuses.clone(),
                fields: lookup.fields.clone(),
            })
        };
        lookups.iter().filter_map(one).collect()
    })
}

impl Submission<'_> {
    /// The facts, as [`Facts::looked_up`] takes them, of the forms that were found for each.
    pub fn facts(
        &self,
        found: &BTreeMap<String, Vec<Map<String, Json>>>,
    ) -> Result<Map<String, Json>, Refusal> {
        let mut known = Map::new();
        self.read(|reading| {
            for lookup in &self.definition.facts {
                let forms = found.get(&lookup.name).map_or(&[][..], Vec::as_slice);
                let value = self
                    .add(lookup, forms, reading)
                    .map_err(|why| refused(lookup, &why))?;
                known.insert(lookup.name.clone(), value.to_json());
            }
            Ok(())
        })?;
        Ok(known)
    }

    /// The form as far as it can be read, as this submission would have it.
    fn read<T>(&self, ask: impl FnOnce(&Reading<'_>) -> T) -> T {
        let judge = Judge::new(self.definition, self.state, self.facts);
        let mut seen = submit::seen_by(&judge, self.requester);
        let mut sent = self.state.form.clone();
        if let Json::Object(changed) = self.form {
            sent.extend(changed.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        let reading = Reading {
            state: &seen,
            ..judge.reading()
        };
        let content = form::fill(&self.definition.form, &sent, &reading).content;
        seen.form = content;
        ask(&Reading {
            state: &seen,
            ..judge.reading()
        })
    }

    fn add(
        &self,
        lookup: &Lookup,
        forms: &[Map<String, Json>],
        reading: &Reading<'_>,
    ) -> Result<Value, WhyNot> {
        if forms.len() > LOOKED_AT_MOST {
            return Err(WhyNot::TooMany);
        }
        let tenant = reading.facts.currency;
        let mut total = nothing(lookup, self.definition, tenant);
        for form in forms {
            let counts = match &lookup.filter {
                Some(filter) => filter.holds(&reading.clone().other(self.other(lookup, form))),
                None => Ok(true),
            };
            if counts.map_err(WhyNot::Fault)? {
                total = plus(total, lookup, form, tenant).map_err(WhyNot::Fault)?;
            }
        }
        Ok(total)
    }

    /// The form of an earlier request: by its fields' kinds where it is this workflow's own, else by the shape of its values.
    fn other(&self, lookup: &Lookup, content: &Map<String, Json>) -> Value {
        let (own, currency) = (&self.definition.form, self.facts.currency);
        let read = |(name, json): (&String, &Json)| {
            let value = if lookup.of == self.definition.name {
                form::content_value(own, name, content, currency)
            } else {
                value_by_shape(json)
            };
            (name.clone(), value)
        };
        Value::Group(content.iter().map(read).collect())
    }
}

/// What a fact is where nothing is found.
pub(crate) fn nothing(lookup: &Lookup, definition: &Workflow, tenant: Currency) -> Value {
    if lookup.slot.of != Type::Money {
        return Value::Number(Decimal::ZERO);
    }
    let own = match &lookup.adds {
        Adds::Sum(field) if lookup.of == definition.name => definition.form.field(field),
        Adds::Sum(_) | Adds::Count => None,
    };
    let named = match own.map(|field| &field.kind) {
        Some(FieldKind::Money { currencies }) => currencies.first().copied(),
        _ => None,
    };
    Value::Money(Decimal::ZERO, named.unwrap_or(tenant))
}

/// An empty field adds nothing.
fn plus(total: Value, lookup: &Lookup, form: &Map<String, Json>, tenant: Currency) -> Result<Value, Fault> {
    let sum = |one: Decimal, other: Decimal| one.checked_add(other).ok_or(Fault::Overflow);
    let Adds::Sum(field) = &lookup.adds else {
        return match total {
            Value::Number(count) => Ok(Value::Number(sum(count, Decimal::ONE)?)),
            other => Ok(other),
        };
    };
    let Some(json) = form.get(field).filter(|json| !json.is_null()) else {
        return Ok(total);
    };
    match (total, typed_value(&lookup.slot.of, json, tenant)) {
        (Value::Money(one, of), Value::Money(other, also)) if of == also => {
            Ok(Value::Money(sum(one, other)?, of))
        }
        (Value::Money(_, of), Value::Money(_, also)) => Err(Fault::OtherCurrency(also, of)),
        (Value::Number(one), Value::Number(other)) => Ok(Value::Number(sum(one, other)?)),
        (_, _) => Err(Fault::Missing(field.clone())),
    }
}

enum WhyNot {
    TooMany,
    Fault(Fault),
}

/// A fact that cannot be had refuses the submission.
fn refused(lookup: &Lookup, why: &WhyNot) -> Refusal {
    let name = &lookup.name;
    let text = match why {
        WhyNot::TooMany => both(
            format!(
                "`{name}` cannot be known: it would take more than {LOOKED_AT_MOST} earlier requests. Ask the workflow's owners to look at a shorter time."
            ),
            format!(
                "无法得出 `{name}`：需要查看的历史申请超过 {LOOKED_AT_MOST} 个。请联系流程负责人缩短时间范围。"
            ),
        ),
        WhyNot::Fault(fault) => both(
            format!("`{name}` cannot be known: {fault}."),
            format!("无法得出 `{name}`：{}。", fault.zh()),
        ),
    };
    Refusal::Check { text }
}

/// The first instant that counts.
fn since(within: Within, reading: &Reading<'_>) -> Instant {
    let (now, zone) = (reading.facts.now, reading.zone());
    let today = now.utc().with_timezone(&zone).date_naive();
    let first = match within {
        Within::Last(millis) => return now.plus(TimeDelta::milliseconds(-millis)),
        Within::Day => Some(today),
        Within::Week => today.checked_sub_days(Days::new(u64::from(today.weekday().num_days_from_monday()))),
        Within::Month => today.with_day(1),
        Within::Year => today.with_ordinal(1),
    };
    civil_instant(zone, first.unwrap_or(today).and_time(NaiveTime::MIN))
}
