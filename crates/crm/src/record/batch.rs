//! Up to two hundred changes in one call: all or none of them, or each by itself. One unit of work either way.

use std::collections::BTreeMap;

use countersign_storage::{RuleLock, Uow, Work};
use countersign_web::Problem;
use countersign_web::batch::{self, BatchView, RowView};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::change::{Done, Hand, Op, What, change};
use super::store::Table;

/// Changes to be made together.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"atomic": true, "rows": [{"op": "create", "data": {"name": "Borealis Shipping"}}]}))]
pub struct Batch {
    /// All rows or none (the default), or each by itself.
    #[serde(default = "batch::all_or_none")]
    #[schema(default = true)]
    pub atomic: bool,
    /// Judged and applied in order.
    #[schema(min_items = 1, max_items = 200)]
    pub rows: Vec<Row>,
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
        batch::all_or_each(self.atomic, judged.chain(faulty).collect())
    }
}

impl<R: Table> Many<R> {
    /// What became of each row. `show` says a problem in the words of the request.
    pub fn view(rows: &<Self as Work>::Out, show: impl Fn(&Problem) -> Value) -> BatchView {
        let view = |(index, row): (&usize, &Result<Done<R>, Problem>)| match row {
            Err(problem) => RowView::refused(*index, problem, show(problem)),
            Ok(done) if done.record.meta().deleted_at.is_some() => RowView::done(*index, 204, None),
            Ok(done) => RowView::done(
                *index,
                if done.created { 201 } else { 200 },
                serde_json::to_value(done.view()).ok(),
            ),
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
