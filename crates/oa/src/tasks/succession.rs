//! When somebody leaves, or loses a role, a group or a place, their open tasks are looked at again.
//!
//! The change of the person is heard from the log. Each of their open tasks gets an entry of its own, so that it is judged
//! in a unit of work of its own: one that cannot be judged waits for its next try, and the others do not wait for it.

use std::collections::BTreeSet;

use countersign_engine::vocabulary::Command;
use countersign_events::{Consumer, Failure};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, TaskId, UserId, derive};
use countersign_storage::Uow;
use countersign_storage::log::{Cause, ChangeContext, Logged};
use futures_util::future::BoxFuture;
use serde_json::{Value as Json, json};

use super::store;
use crate::actions::failure;
use crate::office::Office;

/// The entry that asks for a task to be judged again.
pub(crate) const QUESTIONED: &str = "oa.task.questioned";

/// Names the person in an entry that asks for a task and all behind it.
const ALL_FROM_HERE_OF: &str = "all_from_here_of";

/// So many tasks are asked for in one unit of work.
const BATCH: u64 = 500;

/// What a task may hang on, of what a change of a person names.
const RIGHTS: [&str; 2] = ["roles", "department"];

/// A consumer of what changes who may act.
pub struct Successions {
    office: Office,
}

impl Successions {
    pub fn new(office: Office) -> Self {
        Self { office }
    }

    async fn hear(&self, uow: &mut Uow, event: &Logged) -> Result<(), Failure> {
        if event.kind != QUESTIONED {
            return match concerned(event) {
                Some(person) => self.question(uow, event, person, None).await,
                None => Ok(()),
            };
        }
        let first = TaskId(event.subject.id);
        match event.body.get(ALL_FROM_HERE_OF).and_then(Json::as_str) {
            Some(person) => {
                let person = person.parse().map_err(countersign_storage::Error::broken)?;
                self.question(uow, event, person, Some(first)).await
            }
            None => self.judge(uow, event, first).await,
        }
    }

    /// Asks for somebody's open tasks to be judged again, so many at once: the one behind them asks for the rest.
    async fn question(
        &self,
        uow: &mut Uow,
        event: &Logged,
        person: UserId,
        from: Option<TaskId>,
    ) -> Result<(), Failure> {
        let tasks = store::open_of(uow.reads(), event.tenant, person, from, BATCH + 1).await?;
        let change = ChangeContext {
            actor: Actor::System,
            at: self.office.clock.business(event.tenant),
            cause: Cause::from(event),
        };
        for (place, task) in tasks.into_iter().enumerate() {
            let id = EventId(derive(QUESTIONED, task.0, event.id.0.as_bytes(), change.at));
            let entry = change.entry(id, Link::new("task", task.0), event.seq, QUESTIONED);
            let of_all = json!({ ALL_FROM_HERE_OF: person });
            let body = if place as u64 == BATCH { of_all } else { json!({}) };
            uow.append(entry.with_body(body));
        }
        Ok(())
    }

    async fn judge(&self, uow: &mut Uow, event: &Logged, task: TaskId) -> Result<(), Failure> {
        let Some(row) = store::find(uow.reads(), event.tenant, task).await? else {
            return Ok(());
        };
        let now = self.office.clock.business(event.tenant);
        let (command, cause) = (Command::Reseat { task }, Cause::from(event));
        self.office
            .give_as_system(uow, row.request_id, &command, now, &cause)
            .await
            .map(|_| ())
            .map_err(failure)
    }
}

impl Consumer for Successions {
    fn name(&self) -> &'static str {
        "oa.successions"
    }

    fn wants(&self, kind: &str) -> bool {
        matches!(
            kind,
            "identity.user.disabled" | "identity.user.updated" | "identity.department.updated" | QUESTIONED
        )
    }

    fn concerns(&self, event: &Logged) -> bool {
        event.kind == QUESTIONED || concerned(event).is_some()
    }

    fn handle<'a>(&'a self, uow: &'a mut Uow, event: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.hear(uow, event))
    }
}

/// Whoever may have lost what they were asked for.
fn concerned(event: &Logged) -> Option<UserId> {
    let changed: BTreeSet<&str> = event
        .body
        .get("changed")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    match event.kind.as_str() {
        "identity.user.disabled" => Some(UserId(event.subject.id)),
        "identity.user.updated" if RIGHTS.iter().any(|right| changed.contains(right)) => {
            Some(UserId(event.subject.id))
        }
        "identity.department.updated" => event.body.get("previous")?.get("head")?.as_str()?.parse().ok(),
        _ => None,
    }
}
