//! What an evaluation may cost at most.

use super::Run;
use crate::expr::{DateRange, Environment, Expr, Fault, Reference, Value};
use countersign_kernel::text;
use rust_decimal::Decimal;
use std::cell::Cell;

/// How many parts an evaluation may visit.
pub(super) const BUDGET: u32 = 100_000;
/// Bytes of text that are copied in the time of visiting one part.
const COPIED: usize = 1_024;
/// Bytes of text whose keys are made and compared in the time of visiting one part.
const FOLDED: usize = 64;

impl Expr {
    /// The value, and how many parts were visited for it.
    pub(crate) fn eval_counted(&self, environment: &dyn Environment) -> (Result<Value, Fault>, u32) {
        let run = Run {
            environment,
            left: Cell::new(BUDGET),
        };
        let value = run.eval(&self.node, &mut Vec::new());
        (value, BUDGET - run.left.get())
    }
}

impl Run<'_> {
    /// Counts work that is more than visiting a part: what takes long costs much.
    pub(super) fn spend(&self, parts: u32) -> Result<(), Fault> {
        let left = self.left.get().checked_sub(parts).ok_or(Fault::TooLong)?;
        self.left.set(left);
        Ok(())
    }

    /// What is read is copied, so a list costs as much as it is long, and texts as much as they are.
    pub(super) fn read(&self, reference: &Reference) -> Result<Value, Fault> {
        let value = self.environment.read(reference);
        let items = match &value {
            Value::List(items) => items.len(),
            _ => 0,
        };
        self.spend_many(items + letters(&value) / COPIED)?;
        Ok(value)
    }

    /// A copy of a value at hand.
    pub(super) fn copy(&self, value: Option<&Value>) -> Result<Value, Fault> {
        let Some(value) = value else {
            return Ok(Value::Empty);
        };
        self.spend_many(letters(value) / COPIED)?;
        Ok(value.clone())
    }

    /// Whether a text contains another, however both are spelt.
    pub(super) fn contains(&self, whole: &str, part: &str) -> Result<bool, Fault> {
        self.spend_many((whole.len() + part.len()) / FOLDED)?;
        Ok(text::contains(whole, part))
    }

    /// Whether a text starts with another, however both are spelt.
    pub(super) fn starts(&self, whole: &str, part: &str) -> Result<bool, Fault> {
        self.spend_many((whole.len() + part.len()) / FOLDED)?;
        Ok(text::starts_with(whole, part))
    }

    /// Whether two texts are one, however both are spelt.
    pub(super) fn same(&self, one: &str, other: &str) -> Result<bool, Fault> {
        self.spend_many((one.len() + other.len()) / FOLDED)?;
        Ok(text::same(one, other))
    }

    /// A value that was made of texts that are kept elsewhere.
    pub(super) fn copied(&self, value: Value) -> Result<Value, Fault> {
        self.spend_many(letters(&value) / COPIED)?;
        Ok(value)
    }

    pub(super) fn spend_many(&self, parts: usize) -> Result<(), Fault> {
        self.spend(u32::try_from(parts).unwrap_or(u32::MAX))
    }

    /// Working days, day by day: a long time costs more than a short one.
    pub(super) fn count_days(&self, range: DateRange) -> Result<Decimal, Fault> {
        let days = (range.end - range.start).num_days().unsigned_abs() / 16 + 1;
        self.spend(u32::try_from(days).unwrap_or(u32::MAX))?;
        self.environment.working_days(range)
    }
}

/// Bytes of all texts in a value.
fn letters(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::List(items) => items.iter().map(letters).sum(),
        Value::Group(parts) => parts.values().map(letters).sum(),
        _ => 0,
    }
}
