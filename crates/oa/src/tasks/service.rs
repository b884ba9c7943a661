//! Reading tasks: one, the inbox, the inbox in numbers. Deciding is giving a command: see [`crate::requests::service`].

use chrono::TimeDelta;
use countersign_kernel::actor::Caller;
use countersign_kernel::filter::List;
use countersign_kernel::id::TaskId;
use countersign_kernel::text::Locale;
use countersign_kernel::time::Instant;
use countersign_storage::filter::Rows;

use super::store;
use super::view::{SummaryView, TaskView};
use crate::error::Error;
use crate::office::Office;
use crate::requests::load::Target;

impl Office {
    /// One task.
    pub(crate) async fn task(
        &self,
        caller: &Caller,
        task: TaskId,
        now: Instant,
        locale: Locale,
    ) -> Result<TaskView, Error> {
        let gone = Error::NotFound { kind: "task" };
        let read = self.db.read(caller.tenant).await?;
        let case = self
            .case_for(&read, caller.tenant, Target::Task(task), caller, now)
            .await?;
        // The version is of the moment of the state: by its ETag nobody approves what they never saw.
        let (seat, row) = case.state.seat(task).zip(case.loaded.task).ok_or(gone)?;
        Ok(TaskView::new(seat, row, case.seen(caller, locale)))
    }

    /// A page of tasks: the caller's own, and those of requests that they may read.
    pub(crate) async fn list_tasks(
        &self,
        caller: &Caller,
        list: &List,
        now: Instant,
        locale: Locale,
    ) -> Result<Rows<TaskView>, Error> {
        let read = self.db.read(caller.tenant).await?;
        let desk = self.desk(&read, caller, now).await?;
        let page = store::page(&read, caller.tenant, &desk.visible, caller.user, list).await?;
        let mut ids: Vec<uuid::Uuid> = page.rows.iter().map(|row| row.request_id.0).collect();
        ids.sort_unstable();
        ids.dedup();
        let cases = self.cases_by_id(&read, caller.tenant, &ids, &desk).await?;
        let view = |row: store::Model| {
            let case = cases.get(&row.request_id)?;
            Some(TaskView::new(
                case.state.seat(row.id)?,
                row.own(),
                case.seen(caller, locale),
            ))
        };
        Ok(page.with(|rows| rows.into_iter().filter_map(view).collect()))
    }

    /// The caller's inbox in numbers.
    pub(crate) async fn inbox(&self, caller: &Caller, now: Instant) -> Result<SummaryView, Error> {
        let read = self.db.read(caller.tenant).await?;
        let counts = store::counts(
            &read,
            caller.tenant,
            caller.user,
            now,
            now.plus(TimeDelta::hours(24)),
        )
        .await?;
        Ok(SummaryView {
            object: "task_summary",
            open: counts.open,
            late: counts.late,
            due_soon: counts.soon,
        })
    }
}
