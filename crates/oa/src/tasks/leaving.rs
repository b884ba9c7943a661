//! What would become of somebody's open tasks, were they disabled: judged without keeping anything. What then happens is the
//! work of [`super::succession`].

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_engine::vocabulary::{Command, Purpose, What};
use countersign_identity::people::leaving::{Leaving, LeftTasks};
use countersign_kernel::actor::Actor;
use countersign_kernel::id::{RequestId, TaskId, TenantId, UserId};
use countersign_storage::{Conn, Error as Kept};
use futures_util::future::BoxFuture;

use super::store;
use crate::error::Error;
use crate::office::Office;
use crate::requests::act::{self, Case};
use crate::requests::load;
use crate::requests::read::Desk;
use crate::requests::visible::Visible;

/// Tasks that are judged for one answer.
const JUDGED_MAX: u64 = 500;
/// Requests that are in memory at once.
const AT_ONCE: usize = 50;

/// Tells what waits for somebody.
pub struct Leavings {
    office: Office,
}

impl Leavings {
    pub fn new(office: Office) -> Self {
        Self { office }
    }

    async fn of(&self, tenant: TenantId, person: UserId) -> Result<LeftTasks, Error> {
        let read = self.office.db.read(tenant).await?;
        let mut left = LeftTasks::default();
        let open = store::count_open(&read, tenant, person).await?;
        if open == 0 {
            return Ok(left);
        }
        let mut by_request: BTreeMap<RequestId, Vec<TaskId>> = BTreeMap::new();
        for (task, request) in store::open_in_requests(&read, tenant, person, JUDGED_MAX).await? {
            by_request.entry(request).or_default().push(task);
        }
        let desk = self.desk_without(&read, tenant, person).await?;
        let requests: Vec<_> = by_request.keys().map(|request| request.0).collect();
        for some in requests.chunks(AT_ONCE) {
            let cases = self.office.cases_by_id(&read, tenant, some, &desk).await?;
            for (request, mut case) in cases {
                for task in by_request.get(&request).into_iter().flatten() {
                    judge(&mut case, *task, &mut left);
                }
                // Others are served in between.
                tokio::task::yield_now().await;
            }
        }
        left.not_counted = open.saturating_sub(left.handed_on + left.held + left.dropped);
        Ok(left)
    }

    /// The tenant as it would be without this person.
    async fn desk_without(&self, conn: &Conn, tenant: TenantId, person: UserId) -> Result<Desk, Error> {
        let ground = load::ground(conn, tenant).await?;
        let now = self.office.clock.business(tenant);
        let mut scene = self.office.scene_in(conn, tenant, &ground, now).await?;
        let mut directory = (*scene.directory).clone();
        if let Some(person) = directory.people.get_mut(&person) {
            person.active = false;
        }
        scene.directory = Arc::new(directory);
        Ok(Desk {
            ground,
            scene,
            visible: Visible::All,
        })
    }
}

impl Leaving for Leavings {
    fn foreseen(&self, tenant: TenantId, person: UserId) -> BoxFuture<'_, Result<LeftTasks, Kept>> {
        Box::pin(async move {
            self.of(tenant, person).await.map_err(|error| match error {
                Error::Storage(error) => error,
                other => Kept::broken(other.to_string()),
            })
        })
    }
}

/// Judges one task, and leaves the case as it would be then: further tasks of it are judged after that.
fn judge(case: &mut Case, task: TaskId, left: &mut LeftTasks) {
    let Some(seat) = case.state.seat(task).cloned() else {
        return;
    };
    let Ok(events) = act::judge(case, Actor::System, &Command::Reseat { task }) else {
        return;
    };
    for event in &events {
        countersign_engine::apply(&mut case.state, event);
    }
    let scope = case.state.scope(seat.scope);
    let is_held = scope.is_some_and(|scope| scope.held.is_some());
    let is_asked = |what: &What| matches!(what, What::SeatOpened(opened) if opened.scope == seat.scope);
    if seat.purpose == Purpose::Decide && is_held {
        left.held += 1;
    } else if events.iter().any(|event| is_asked(&event.what)) {
        left.handed_on += 1;
    } else {
        left.dropped += 1;
    }
}
