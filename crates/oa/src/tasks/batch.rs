//! Many decisions in one unit of work: all or none of them, or each by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_kernel::id::TaskId;
use countersign_storage::{Uow, Work};
use countersign_web::{Problem, batch};
use futures_util::FutureExt;

use crate::error::Error;
use crate::requests::load;
use crate::requests::service::{Give, Given};

/// Decisions to be made together.
pub(crate) struct Decisions {
    pub atomic: bool,
    /// Each with its place among the rows; judged in that order.
    pub gives: Vec<(usize, TaskId, Arc<Give>)>,
    /// Rows that could not even be read.
    pub faulty: BTreeMap<usize, Problem>,
}

/// What became of each row.
pub(crate) type Decided = BTreeMap<usize, Result<Given, Problem>>;

impl Work for Decisions {
    type Out = Decided;
    type Error = Problem;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Decided, Problem> {
        let tasks: Vec<TaskId> = self.gives.iter().map(|(_, task, _)| *task).collect();
        // All at once and in one order, so that two batches never wait for each other.
        load::hold_those_of(uow, &tasks).await?;
        let faulty = self.faulty.iter();
        let mut rows: Decided = faulty
            .map(|(place, problem)| (*place, Err(problem.clone())))
            .collect();
        for (place, _, give) in &self.gives {
            let give = Arc::clone(give);
            let decided = uow
                .savepoint(move |uow| async move { give.on_held(uow).await }.boxed())
                .await?;
            let row = match decided {
                // The database's trouble is not the row's.
                Err(error @ Error::Storage(_)) if !error.is_of_one_request() => return Err(error.into()),
                decided => {
                    decided.map_err(|error| Problem::from(error).under(&format!("/rows/{place}/data")))
                }
            };
            rows.insert(*place, row);
        }
        batch::all_or_each(self.atomic, rows)
    }
}
