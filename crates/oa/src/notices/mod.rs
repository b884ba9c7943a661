//! Who is told of what became of a request: its requester of what was decided, and of its end whoever submitted it for them, too; of a
//! deadline that passed, whoever is late, the requester and the owners; of a reminder, whoever is asked; who is in copy. Nobody is told of what they did themselves. The admins are
//! told of a role that nobody holds any more, and of a change of who publishes.
//!
//! The events are heard from the log: a decision stands whether or not anybody can be told of it, and does not wait.

mod publishing;
mod vacancies;
mod words;

use countersign_engine::owners;
use countersign_engine::state::SeatStatus;
use countersign_engine::vocabulary::{Event, What};
use countersign_events::{Consumer, Failure, thing};
use countersign_kernel::actor::Actor;
use countersign_kernel::id::{RequestId, TaskId, UserId};
use countersign_kernel::text::Words;
use countersign_kernel::time::Instant;
use countersign_platform::notices::{Note, send_once};
use countersign_storage::log::{self, Cause, ChangeContext, Logged};
use countersign_storage::{Conn, Uow};
use futures_util::future::BoxFuture;

use crate::actions::failure;
use crate::office::Office;
use crate::requests::act::Case;
use crate::requests::changes;
use crate::requests::load::{self, Target};
use words::Teller;

/// People who are told of one event, those nearest to it first.
const TOLD_MAX: usize = 100;

const LATE: &str = "oa.task.late";
const COPIED: &str = "oa.request.copied";
const REMINDED: &str = "oa.task.reminded";
const RETURNED: &str = "oa.request.returned";
const URGED: &str = "oa.request.urged";

/// A consumer of decisions and of deadlines that passed.
pub struct Notices {
    office: Office,
}

impl Notices {
    pub fn new(office: Office) -> Self {
        Self { office }
    }

    async fn hear(&self, uow: &mut Uow, event: &Logged) -> Result<(), Failure> {
        if !is_news(event) {
            return Ok(());
        }
        let now = self.office.clock.business(event.tenant);
        let told = match event.subject.kind.as_str() {
            "user" => vacancies::told(&self.office, uow.reads(), event).await?,
            "tenant" => publishing::told(&self.office, uow.reads(), event).await?,
            _ => self.of_request(uow, event, now).await?,
        };
        tell(uow, event, told, now).await
    }

    async fn of_request(
        &self,
        uow: &Uow,
        event: &Logged,
        now: Instant,
    ) -> Result<Vec<(UserId, Words)>, Failure> {
        let (conn, tenant) = (uow.reads(), uow.tenant());
        let target = Target::Request(RequestId(event.subject.id));
        let Some(loaded) = load::load(conn, tenant, target, None).await? else {
            return Ok(Vec::new());
        };
        let case = self
            .office
            .open(conn, tenant, loaded, now)
            .await
            .map_err(failure)?;
        let happened = changes::event_of(event)?;
        let submitter = match (&happened.what, case.state.starter) {
            (What::Ended(_), Some(starter)) => submitter(conn, event).await?.filter(|by| *by == starter),
            _ => None,
        };
        Ok(told(&case, event, &happened, submitter))
    }
}

impl Consumer for Notices {
    fn name(&self) -> &'static str {
        "oa.notices"
    }

    fn wants(&self, kind: &str) -> bool {
        matches!(
            kind,
            COPIED
                | LATE
                | REMINDED
                | RETURNED
                | URGED
                | "oa.request.approved"
                | "oa.request.rejected"
                | "oa.request.cancelled"
                | "identity.user.updated"
                | "identity.user.disabled"
                | "identity.tenant.updated"
        )
    }

    /// A notice of what was decided long ago is no news.
    fn hears_the_past(&self) -> bool {
        false
    }

    fn concerns(&self, event: &Logged) -> bool {
        is_news(event)
    }

    fn handle<'a>(&'a self, uow: &'a mut Uow, event: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.hear(uow, event))
    }
}

/// Whether it tells anybody what they do not know.
fn is_news(event: &Logged) -> bool {
    match event.subject.kind.as_str() {
        "user" => return !vacancies::roles(event).is_empty(),
        "tenant" => return publishing::before(event).is_some(),
        _ => (),
    }
    let thing = thing(event);
    let field = |name: &str| thing.get(name).and_then(|value| value.as_str());
    // What requesters did themselves is known to them.
    matches!(event.kind.as_str(), COPIED | LATE | REMINDED | URGED)
        || field("requester") != Some(event.actor.to_string().as_str())
}

/// Whoever made the request by hand: what a rule of theirs starts is not theirs to follow.
async fn submitter(conn: &Conn, event: &Logged) -> Result<Option<UserId>, Failure> {
    let first = log::history(conn, event.tenant, &event.subject, 0, 1).await?;
    Ok(first.first().and_then(|entry| entry.actor.user()))
}

/// Who is told what, each once; nobody who is disabled. `submitter`: who made the request for somebody else.
fn told(case: &Case, event: &Logged, happened: &Event, submitter: Option<UserId>) -> Vec<(UserId, Words)> {
    let teller = Teller { case, event };
    let requester = case.state.requester;
    let told = match &happened.what {
        What::Late { task, nobody } => {
            let Some(seat) = case.state.seat(*task) else {
                return Vec::new();
            };
            let others = teller.late(seat, *nobody);
            let mut told = vec![(seat.holder, teller.you_are_late(seat))];
            told.extend(requester.map(|requester| (requester, others.clone())));
            told.extend(owners_of(case).into_iter().map(|owner| (owner, others.clone())));
            told
        }
        What::Copied(copied) => {
            let people = copied.people.iter();
            people.map(|person| (*person, teller.in_copy())).collect()
        }
        What::Reminded { task } => {
            let seat = case
                .state
                .seat(*task)
                .filter(|seat| seat.status == SeatStatus::Open);
            seat.map(|seat| (seat.holder, teller.reminder(seat)))
                .into_iter()
                .collect()
        }
        What::Urged { tasks, comment } => {
            let open = |task: &TaskId| {
                let seat = case.state.seat(*task);
                seat.filter(|seat| seat.status == SeatStatus::Open)
            };
            let seats = tasks.iter().filter_map(open);
            seats
                .map(|seat| (seat.holder, teller.urged(seat, comment.as_deref())))
                .collect()
        }
        What::Returned(_) | What::Ended(_) => {
            let concerned = requester.into_iter().chain(submitter);
            concerned
                .map(|person| (person, teller.decided(&happened.what)))
                .collect()
        }
        _ => Vec::new(),
    };
    let mut once = std::collections::BTreeSet::new();
    let heard = |to: &UserId| case.scene.directory.is_active(*to) && event.actor.user() != Some(*to);
    told.into_iter()
        .filter(|(to, _)| heard(to) && once.insert(*to))
        .collect()
}

fn owners_of(case: &Case) -> Vec<UserId> {
    let Some(workflow) = case.definition.workflow() else {
        return Vec::new();
    };
    let facts = case.scene.facts(Actor::System, case.definition.publisher());
    owners(workflow, &case.state, &facts)
}

/// Sends each of them a notice, of as many as may be told.
async fn tell(
    uow: &mut Uow,
    event: &Logged,
    mut told: Vec<(UserId, Words)>,
    now: Instant,
) -> Result<(), Failure> {
    if told.len() > TOLD_MAX {
        let (tenant, left_out) = (event.tenant, told.len() - TOLD_MAX);
        tracing::warn!(%tenant, event = %event.id, kind = event.kind, left_out, "so many are concerned that not all are told");
        told.truncate(TOLD_MAX);
    }
    let change = ChangeContext {
        actor: Actor::System,
        at: now,
        cause: Cause::from(event),
    };
    let notes = told.into_iter().map(|(to, text)| Note {
        to,
        text,
        about: Some(event.subject.clone()).filter(|subject| subject.kind != "tenant"),
        cause: event.id,
        parent: event.id.0,
        key: to.to_string(),
        since: event.at,
    });
    Ok(send_once(uow, notes.collect(), &change).await?)
}
