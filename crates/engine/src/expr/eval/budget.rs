//! What an evaluation may cost at most.

use super::Run;
use crate::expr::{Fault, Reference, Value};

/// How many parts an evaluation may visit.
pub(super) const BUDGET: u32 = 100_000;

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
}
