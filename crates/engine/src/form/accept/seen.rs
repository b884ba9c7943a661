//! The form as sent, in front of everything else that is read.

use super::Outer;
use crate::definition::{Form, Table};
use crate::expr::{DateRange, Environment, Fault, PersonPart, Reference, Span, Value};
use crate::form::value::{content_value, field_value};
use chrono_tz::Tz;
use countersign_kernel::id::UserId;
use countersign_kernel::money::Currency;
use countersign_kernel::time::Instant;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// The form as sent in front of everything else.
pub(super) struct Seen<'a> {
    pub(super) form: &'a Form,
    pub(super) content: &'a Map<String, Json>,
    pub(super) outer: Option<Outer<'a>>,
    pub(super) base: &'a dyn Environment,
}

impl Environment for Seen<'_> {
    fn read(&self, what: &Reference) -> Value {
        let Reference::Field(name) = what else {
            return self.base.read(what);
        };
        if self.form.field(name).is_some() {
            return content_value(self.form, name, self.content, self.currency());
        }
        match self.outer {
            Some(outer) => match (outer.form.field(name), outer.content.get(name)) {
                (Some(field), Some(json)) => field_value(&field.kind, json, self.currency()),
                (Some(_), None) => Value::Empty,
                (None, _) => self.base.read(what),
            },
            // A fact.
            None => self.base.read(what),
        }
    }

    fn person(&self, who: UserId, part: PersonPart) -> Value {
        self.base.person(who, part)
    }

    fn working_days(&self, range: DateRange) -> Result<Decimal, Fault> {
        self.base.working_days(range)
    }

    fn later(&self, from: Instant, span: Span) -> Result<Instant, Fault> {
        self.base.later(from, span)
    }

    fn table(&self, name: &str) -> Option<Arc<Table>> {
        self.base.table(name)
    }

    fn currency(&self) -> Currency {
        self.base.currency()
    }

    fn zone(&self) -> Tz {
        self.base.zone()
    }
}
