//! Calls with many rows: all or none of them, or each by itself; what became of each is answered.

use std::collections::BTreeMap;

use countersign_kernel::text::Words;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{Fault, Problem};

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
    #[schema(value_type = Option<Object>, nullable = false)]
    pub object: Option<Value>,
    /// Why nothing happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    pub problem: Option<Value>,
}

impl RowView {
    pub fn done(index: usize, status: u16, object: Option<Value>) -> Self {
        Self {
            index,
            status,
            object,
            problem: None,
        }
    }

    /// `said`: the problem in the words of the request.
    pub fn refused(index: usize, problem: &Problem, said: Value) -> Self {
        Self {
            index,
            status: problem.status().as_u16(),
            object: None,
            problem: Some(said),
        }
    }
}

/// Whether all rows or none are meant where nothing is said.
pub fn all_or_none() -> bool {
    true
}

/// What became of the rows by their places; where all or none were meant and some could not be kept, 422 with everything that is wrong
/// with each of these at its place.
pub fn all_or_each<T>(
    atomic: bool,
    rows: BTreeMap<usize, Result<T, Problem>>,
) -> Result<BTreeMap<usize, Result<T, Problem>>, Problem> {
    if !atomic || rows.values().all(Result::is_ok) {
        return Ok(rows);
    }
    let faults = |(place, problem): (usize, Problem)| {
        if problem.faults().is_empty() {
            let pointer = format!("/rows/{place}");
            return vec![Fault::at(
                pointer,
                problem.code().to_owned(),
                problem.detail().clone(),
            )];
        }
        problem.faults().to_vec()
    };
    let refused = rows
        .into_iter()
        .filter_map(|(place, row)| Some((place, row.err()?)));
    Err(Problem::invalid(refused.flat_map(faults)))
}

/// 400 if a member is given that the row's op does not take.
pub fn superfluous(pointer: &str, given: bool) -> Result<(), Problem> {
    if !given {
        return Ok(());
    }
    let words = Words::fixed("This op takes no such member.", "此操作不接受该成员。");
    Err(Problem::wrong_shape([Fault::at(
        pointer,
        "unknown_member",
        words,
    )]))
}
