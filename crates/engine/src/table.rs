//! Tables at work: which rows hold for values, and what comes of them.

mod gaps;
mod index;
mod overlaps;
mod rows;
mod space;

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_kernel::money::Currency;

use crate::definition::{Otherwise, Signature, Table, TakeRows};
use crate::expr::{Fault, Value};
pub(crate) use gaps::{Covered, Effort, gap, is_reached};
pub(crate) use index::Index;
pub(crate) use overlaps::overlaps;
pub(crate) use space::Point;

/// The tables of a tenant, or of a folder, by name; each with its version where it has one.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    all: BTreeMap<String, (Arc<Table>, Option<i64>)>,
}

impl Tables {
    /// Where there are none.
    pub const fn none() -> Self {
        Self { all: BTreeMap::new() }
    }

    pub fn new(tables: impl IntoIterator<Item = (Arc<Table>, Option<i64>)>) -> Self {
        let all = tables.into_iter();
        Self {
            all: all
                .map(|(table, version)| (table.name.clone(), (table, version)))
                .collect(),
        }
    }

    /// Tables of which no more is known than what they are asked with and answer: enough to read an expression, and
    /// nothing that one would give.
    pub fn remembered(signatures: BTreeMap<String, Signature>) -> Self {
        let tables = signatures.into_iter().map(|(name, signature)| {
            let table = Table {
                name,
                title: None,
                owners: None,
                index: Index::of(&signature.given, &[], &[]),
                signature,
                rows: Vec::new(),
                take: TakeRows::Only,
                otherwise: None,
            };
            (Arc::new(table), None)
        });
        Self::new(tables)
    }

    /// Adds a table, in the place of one of the same name.
    pub fn insert(&mut self, table: Arc<Table>) {
        self.all.insert(table.name.clone(), (table, None));
    }

    pub fn get(&self, name: &str) -> Option<&Arc<Table>> {
        self.all.get(name).map(|(table, _)| table)
    }

    /// Which version of a table is looked up in.
    pub fn version(&self, name: &str) -> Option<i64> {
        self.all.get(name).and_then(|(_, version)| *version)
    }

    /// What expressions need to know of each.
    pub(crate) fn signatures(&self) -> BTreeMap<String, Signature> {
        let tables = self.all.iter();
        tables
            .map(|(name, (table, _))| (name.clone(), table.signature.clone()))
            .collect()
    }
}

impl Table {
    /// What it gives for these values, one for each column that is given.
    pub fn look_up(&self, given: &[Value], currency: Currency) -> Result<Value, Fault> {
        let held = self.index.held(given, currency)?;
        let mut places = held.places();
        let otherwise = || match &self.otherwise {
            Some(Otherwise::Gives(values)) => Ok(self.value(values)),
            Some(Otherwise::Nothing) | None => Err(Fault::NoRow(self.name.clone())),
        };
        let row = |place: usize| self.rows.get(place).map(|row| self.value(&row.gives));
        match self.take {
            TakeRows::First => places.next().and_then(row).map_or_else(otherwise, Ok),
            TakeRows::Only => match (places.next(), places.next()) {
                (Some(_), Some(_)) => Err(Fault::SeveralRows(self.name.clone())),
                (one, _) => one.and_then(row).map_or_else(otherwise, Ok),
            },
            TakeRows::All => {
                let found: Vec<Value> = places.filter_map(row).collect();
                match (found.is_empty(), &self.otherwise) {
                    (false, _) | (true, Some(Otherwise::Nothing)) => Ok(Value::List(found)),
                    (true, _) => otherwise().map(|one| Value::List(vec![one])),
                }
            }
        }
    }

    /// The values of a row: one alone, or several by name.
    fn value(&self, values: &[Value]) -> Value {
        match values {
            [one] => one.clone(),
            many => {
                let columns = self.signature.gives.iter();
                let named = columns.zip(many);
                Value::Group(
                    named
                        .map(|(column, value)| (column.name.clone(), value.clone()))
                        .collect(),
                )
            }
        }
    }
}
