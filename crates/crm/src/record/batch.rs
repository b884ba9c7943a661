//! Up to two hundred changes in one call: all or none of them, or each by itself. One unit of work either way.

use std::collections::BTreeMap;

use countersign_storage::{RuleLock, Uow, Work};
use countersign_web::{Fault, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::change::{Done, Hand, Op, What, change};
use super::store::Table;

/// Changes to be made together.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"atomic": true, "rows": [{"op": "create", "data": {"name": "Borealis Shipping"}}]}))]
pub struct Batch {
    /// All rows or none (the default), or each by itself.
    #[serde(default = "all_or_none")]
    #[schema(default = true)]
    pub atomic: bool,
    /// Judged and applied in order.
    #[schema(min_items = 1, max_items = 200)]
    pub rows: Vec<Row>,
}

fn all_or_none() -> bool {
    true
}

/// One change.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct Row {
    pub op: RowOp,
    /// Of the record to update or delete.
    #[serde(default)]
    pub id: Option<String>,
    /// Its version, as it was read.
    #[serde(default)]
    pub version: Option<i64>,
    /// As the body of a creation or a change by itself.
    #[serde(default)]
    pub data: Option<Value>,
}

/// What a row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowOp {
    Create,
    Update,
    Delete,
}

/// What became of the rows.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BatchView {
    pub data: Vec<RowView>,
}

/// What became of one row.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RowView {
    /// Its place among the rows, from 0.
    pub index: usize,
    /// As if the row had been a call by itself.
    pub status: u16,
    /// The record as it is now; absent after a deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub object: Option<Value>,
    /// Why nothing happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub problem: Option<Value>,
}

/// Many changes as one unit of work.
#[derive(Debug)]
pub struct Many<R: Table> {
    pub hand: Hand,
    pub atomic: bool,
    /// Each with its place among the rows.
    pub ops: Vec<Op<R>>,
    pub places: Vec<usize>,
    /// Rows that could not even be read.
    pub faulty: BTreeMap<usize, Problem>,
}

impl<R: Table> Work for Many<R> {
    type Out = BTreeMap<usize, Result<Done<R>, Problem>>;
    type Error = Problem;

    fn rules(&self) -> Vec<RuleLock> {
        R::RULE.into_iter().collect()
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Self::Out, Problem> {
        let outcomes = change(uow, &self.hand, &self.ops, self.atomic).await?;
        let judged = self.places.iter().zip(outcomes).map(|(place, outcome)| {
            (
                *place,
                outcome.map_err(|refusal| Problem::from(refusal).under(&format!("/rows/{place}/data"))),
            )
        });
        let faulty = self
            .faulty
            .iter()
            .map(|(place, problem)| (*place, Err(problem.clone())));
        let rows: Self::Out = judged.chain(faulty).collect();
        if self.atomic && rows.values().any(Result::is_err) {
            return Err(Problem::invalid(
                rows.into_iter().flat_map(|(place, row)| faults(place, row.err())),
            ));
        }
        Ok(rows)
    }
}

/// Everything that is wrong with a row, at its place.
fn faults(place: usize, problem: Option<Problem>) -> Vec<Fault> {
    match problem {
        None => Vec::new(),
        Some(problem) if problem.faults().is_empty() => {
            vec![Fault::at(
                format!("/rows/{place}"),
                problem.code().to_owned(),
                problem.detail().clone(),
            )]
        }
        Some(problem) => problem.faults().to_vec(),
    }
}

impl<R: Table> Many<R> {
    /// What became of each row. `show` says a problem in the words of the request.
    pub fn view(rows: &<Self as Work>::Out, show: impl Fn(&Problem) -> Value) -> BatchView {
        let view = |(index, row): (&usize, &Result<Done<R>, Problem>)| match row {
            Err(problem) => RowView {
                index: *index,
                status: problem.status().as_u16(),
                object: None,
                problem: Some(show(problem)),
            },
            Ok(done) if done.record.meta().deleted_at.is_some() => RowView {
                index: *index,
                status: 204,
                object: None,
                problem: None,
            },
            Ok(done) => RowView {
                index: *index,
                status: if done.created { 201 } else { 200 },
                object: serde_json::to_value(done.view()).ok(),
                problem: None,
            },
        };
        BatchView {
            data: rows.iter().map(view).collect(),
        }
    }
}

/// What a row wants, before its data is read.
pub fn what<R: Table>(op: RowOp, edit: Option<R::Edit>) -> Option<What<R>> {
    match (op, edit) {
        (RowOp::Create, Some(edit)) => Some(What::Create(edit)),
        (RowOp::Update, Some(edit)) => Some(What::Edit(edit)),
        (RowOp::Delete, None) => Some(What::Delete),
        _ => None,
    }
}
