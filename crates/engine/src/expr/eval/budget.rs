//! What an evaluation may cost at most.

use super::Run;
use crate::expr::{Environment, Expr, Fault, Reference, Value};
use countersign_kernel::time::Date;
use rust_decimal::Decimal;
use std::cell::Cell;

/// How many parts an evaluation may visit.
pub(super) const BUDGET: u32 = 100_000;

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

    /// What is read is copied, so a list costs as much as it is long.
    pub(super) fn read(&self, reference: &Reference) -> Result<Value, Fault> {
        let value = self.environment.read(reference);
        let copied = match &value {
            Value::List(items) => items.len(),
            Value::Text(text) => text.len() / 1_024,
            _ => 0,
        };
        self.spend(u32::try_from(copied).unwrap_or(u32::MAX))?;
        Ok(value)
    }

    /// Working days, day by day: a long time costs more than a short one.
    pub(super) fn count_days(&self, from: Date, to: Date) -> Result<Decimal, Fault> {
        let days = (to - from).num_days().unsigned_abs() / 16 + 1;
        self.spend(u32::try_from(days).unwrap_or(u32::MAX))?;
        self.environment.working_days(from, to)
    }
}
