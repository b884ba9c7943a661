//! What stands under a name: fields, facts, what was set, and what steps came to.

use super::{Reading, outcome_word};
use crate::definition::Step;
use crate::expr::{StepPart, Type, Value};
use crate::filling;
use crate::form::typed_value;
use crate::vocabulary::Outcome;

impl Reading<'_> {
    /// A field of the form, or a fact.
    pub(super) fn field(&self, name: &str) -> Value {
        match self.definition.fact(name) {
            Some(fact) if self.definition.form.field(name).is_none() => {
                let known = self.state.facts.get(name);
                known.map_or(Value::Empty, |json| {
                    typed_value(&fact.slot.of, json, self.facts.currency)
                })
            }
            None if self.definition.form.field(name).is_none() => self.variable(name),
            _ => filling::read(&self.definition.form, name, &self.state.form, self),
        }
    }

    /// What a `set` gave a name; empty before.
    fn variable(&self, name: &str) -> Value {
        let Some(expr) = self.definition.variable(name) else {
            return Value::Empty;
        };
        match (self.state.variables.get(name), &expr.slot().of) {
            (Some(json), of) => typed_value(of, json, self.facts.currency),
            (None, Type::List(_)) => Value::List(Vec::new()),
            (None, _) => Value::Empty,
        }
    }

    pub(super) fn step(&self, key: &str, part: StepPart) -> Value {
        let record = self.state.record(key, self.place);
        let Some(record) = record.filter(|record| record.outcome != Outcome::Skipped) else {
            return Value::Empty;
        };
        let is = |outcome: Outcome| Value::YesNo(record.outcome == outcome);
        match part {
            StepPart::Decision => Value::Text(outcome_word(record.outcome).to_owned()),
            StepPart::By => record.by.last().map_or(Value::Empty, |id| Value::Person(*id)),
            StepPart::Comment => record.comment.clone().map_or(Value::Empty, Value::Text),
            StepPart::Approved => is(Outcome::Approved),
            StepPart::Rejected => is(Outcome::Rejected),
            StepPart::Came => record.came.clone().map_or(Value::Empty, Value::Text),
        }
    }

    /// What was filled in when a step's work was done, by field.
    pub(super) fn step_form(&self, key: &str) -> Value {
        let filled = self.state.record(key, self.place);
        let filled = filled.and_then(|record| record.output.as_object());
        let form = self.definition.step(key).and_then(Step::work);
        let Some((filled, form)) = filled.zip(form) else {
            return Value::Empty;
        };
        let fields = form.fields.iter().map(|field| {
            let value = filling::read(form, &field.name, filled, self);
            (field.name.clone(), value)
        });
        Value::Group(fields.collect())
    }
}
