//! A table that is asked.

use super::Run;
use crate::expr::node::Asked;
use crate::expr::{Fault, Value};

impl Run<'_> {
    /// What the table as it is now gives, if it can still be asked as it could when the expression was read.
    pub(super) fn table(&self, asked: &Asked, given: &[Value]) -> Result<Value, Fault> {
        let table = self.environment.table(&asked.name);
        let table = table.ok_or_else(|| Fault::NoTable(asked.name.clone()))?;
        if !table.signature.serves(&asked.signature) {
            return Err(Fault::OtherTable(asked.name.clone()));
        }
        self.spend_many(table.index.cost())?;
        let value = table.look_up(given, self.environment.currency())?;
        let rows = match &value {
            Value::List(rows) => rows.len(),
            _ => 0,
        };
        self.spend_many(rows)?;
        self.copied(value)
    }
}
