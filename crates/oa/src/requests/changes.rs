//! What a decision writes: the rows and log entries that follow from its events. Pure: no SQL, no clock.

use std::collections::BTreeSet;

use countersign_engine::state::{Seat, SeatStatus, State, Timer};
use countersign_engine::stored::NEWEST_FORMAT;
use countersign_engine::vocabulary::{Event, Purpose, Status, Verdict, What};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, RequestId, TaskId, TimerId, UserId, derive};
use countersign_kernel::time::Instant;
use countersign_storage::Entry;
use countersign_storage::log::{Cause, ChangeContext};
use serde_json::{Value as Json, json};

/// Tasks whose holders see something new after these events.
pub(crate) fn touched_tasks(events: &[Event], state: &State) -> BTreeSet<TaskId> {
    let mut touched = BTreeSet::new();
    for event in events {
        match &event.what {
            What::SeatOpened(_)
            | What::Voted(_)
            | What::Voided { .. }
            | What::Transferred { .. }
            | What::Claimed { .. }
            | What::Released { .. }
            | What::Resumed { .. }
            | What::SeatClosed { .. }
            | What::Mended { .. }
            | What::Returned(_) => touched.extend(event.task()),
            // So does every other task of the place, which waits with it.
            What::ApproverAdded { task, .. } | What::ApproverRemoved { task, .. } => {
                touched.extend(with_its_place(state, *task));
            }
            // Everybody who is asked sees the form.
            What::Edited { .. } | What::Resubmitted(_) => {
                touched.extend(state.open_seats().map(|seat| seat.task));
            }
            What::Submitted(_)
            | What::Entered(_)
            | What::Skipped(_)
            | What::Copied(_)
            | What::VariablesSet(_)
            | What::Held { .. }
            | What::TimerSet { .. }
            | What::TimerFired { .. }
            | What::Late { .. }
            | What::Reminded { .. }
            | What::ActionWanted { .. }
            | What::ActionDone { .. }
            | What::ActionFailed { .. }
            | What::StepEnded { .. }
            | What::Repeated { .. }
            | What::Stopped { .. }
            | What::EventCame { .. }
            | What::Closed { .. }
            | What::Recalled { .. }
            | What::Urged { .. }
            | What::Commented { .. }
            | What::Retried { .. }
            | What::Bypassed { .. }
            | What::Moved(_)
            | What::Ended(_) => {}
        }
    }
    touched
}

/// A task, and those who are asked for the same voice.
fn with_its_place(state: &State, task: TaskId) -> impl Iterator<Item = TaskId> + '_ {
    let place = state.seat(task).map(|seat| (seat.scope, seat.place));
    let open = state.open_seats();
    let same = open.filter(move |seat| Some((seat.scope, seat.place)) == place);
    same.map(|seat| seat.task).chain([task])
}

/// Who gave a task away and must still find the request.
pub(crate) fn former_holders(events: &[Event], before: &State) -> BTreeSet<UserId> {
    let holder = |task: TaskId| {
        let opened = events.iter().find_map(|event| match &event.what {
            What::SeatOpened(opened) if opened.task == task => Some(opened.asked.holder),
            _ => None,
        });
        before.seat(task).map(|seat| seat.holder).or(opened)
    };
    let transferred = events.iter().filter_map(|event| match &event.what {
        What::Transferred { task, .. } => holder(*task),
        _ => None,
    });
    transferred.collect()
}

/// Who is in copy from now on, and may read the request.
pub(crate) fn copied(events: &[Event]) -> impl Iterator<Item = UserId> + '_ {
    let people = events.iter().filter_map(|event| match &event.what {
        What::Copied(copied) => Some(copied.people.iter().copied()),
        _ => None,
    });
    people.flatten()
}

/// Timers that are new or gone: the id, and when it is due (none: called off).
pub(crate) fn moved_timers(before: &State, after: &State) -> Vec<(TimerId, Option<Instant>)> {
    let has = |timers: &[Timer], id: TimerId| timers.iter().any(|timer| timer.id == id);
    let new = after
        .timers
        .iter()
        .filter(|timer| !has(&before.timers, timer.id))
        .map(|timer| (timer.id, Some(timer.due)));
    let gone = before
        .timers
        .iter()
        .filter(|timer| !has(&after.timers, timer.id))
        .map(|timer| (timer.id, None));
    new.chain(gone).collect()
}

/// `open`, `done` or `cancelled`, and the decision with its instant.
pub(crate) fn standing(seat: &Seat) -> (&'static str, Option<&'static str>, Option<Instant>) {
    match seat.status {
        SeatStatus::Open => ("open", None, None),
        SeatStatus::Voted { verdict, at } => ("done", Some(decision(seat.purpose, verdict)), Some(at)),
        SeatStatus::Returned { at } => ("done", Some("returned"), Some(at)),
        SeatStatus::Done { at } => ("done", Some("completed"), Some(at)),
        SeatStatus::Closed { at, .. } => ("cancelled", None, Some(at)),
    }
}

pub(crate) fn decision(purpose: Purpose, verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approve if purpose == Purpose::Do => "completed",
        Verdict::Approve => "approved",
        Verdict::Reject => "rejected",
    }
}

/// As the API calls what a person is asked for.
pub(crate) fn task_kind(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Decide => "approval",
        Purpose::Do => "task",
        Purpose::Repair => "repair",
    }
}

/// Whether what an automation asked to have once may be asked for again.
pub(crate) fn frees_its_key(status: Status) -> bool {
    matches!(status, Status::Rejected | Status::Withdrawn | Status::Cancelled)
}

/// The id of an event: a function of its place, so that a unit of work may run twice.
pub(crate) fn event_id(request: RequestId, number: u64, at: Instant) -> EventId {
    EventId(derive("event", request.0, &number.to_be_bytes(), at))
}

/// The log's entries for these events, which brought `before` to `after`. People's words stand in `private`:
/// `event` is the engine's own part, `thing` holds declared fields that are somebody's words.
pub(crate) fn entries(
    before: u64,
    after: &State,
    events: &[Event],
    links: &[Link],
    cause: &Cause,
) -> Result<Vec<Entry>, serde_json::Error> {
    let numbered = events.iter().zip(before + 1..);
    let entry = |(event, number): (&Event, u64)| {
        let (engine, words) = event.split()?;
        let mut body = json!({ "event": engine });
        let mut private = serde_json::Map::new();
        private.extend(words.map(|words| ("event".to_owned(), words)));
        if let (Some(thing), Some(body)) = (thing(event, after), body.as_object_mut()) {
            body.insert("changed".to_owned(), json!(changed(event)));
            body.insert("thing".to_owned(), thing);
            private
                .extend(reason(event, events).map(|words| ("thing".to_owned(), json!({ "reason": words }))));
        }
        let mut links = links.to_vec();
        links.extend(event.task().map(|task| Link::new("task", task.0)));
        let change = ChangeContext {
            actor: event.by.clone(),
            at: event.at,
            cause: cause.clone(),
        };
        let (id, subject) = (
            event_id(after.id, number, event.at),
            Link::new("request", after.id.0),
        );
        Ok(change
            .entry(id, subject, number as i64, event.log_type())
            .with_format(event.format())
            .with_links(links)
            .with_body(body)
            .with_private((!private.is_empty()).then_some(Json::Object(private))))
    };
    numbered.map(entry).collect()
}

/// The engine's event that an entry keeps.
pub(crate) fn event_of(entry: &Entry) -> Result<Event, countersign_storage::Error> {
    let (found, known) = (i64::from(entry.format), i64::from(NEWEST_FORMAT));
    countersign_storage::Error::check_format("an entry of a request's history", found, known)?;
    let words = entry.private.as_ref().and_then(|private| private.get("event"));
    let body = entry.body.get("event").cloned().unwrap_or_default();
    Event::join(body, words.cloned()).map_err(countersign_storage::Error::broken)
}

/// Fields of the request that an event moves, for thin payloads.
fn changed(event: &Event) -> &'static [&'static str] {
    match &event.what {
        What::Submitted(_) => &["status", "number", "form", "summary", "submitted_at"],
        What::Resubmitted(_) => &["status", "form", "summary", "round", "submitted_at"],
        What::Returned(_)
        | What::Recalled { .. }
        | What::Held { .. }
        | What::Retried { .. }
        | What::Bypassed { .. } => &["status"],
        What::Moved(_) => &["status", "workflow"],
        What::Ended(_) => &["status", "decided_at"],
        What::SeatOpened(_) | What::Voted(_) | What::Transferred { .. } | What::SeatClosed { .. } => {
            &["current"]
        }
        _ => &[],
    }
}

/// Why it happened, in somebody's words: where a voice ended the request, what was said with that voice.
fn reason<'a>(event: &'a Event, of_one_command: &'a [Event]) -> Option<&'a str> {
    let own = comment(event);
    match &event.what {
        What::Ended(_) => own.or_else(|| of_one_command.iter().find_map(comment)),
        _ => own,
    }
}

/// What somebody said with it.
pub(crate) fn comment(event: &Event) -> Option<&str> {
    match &event.what {
        What::Voted(voted) => voted.comment.as_deref(),
        What::Returned(returned) => returned.comment.as_deref(),
        What::Ended(ended) => ended.comment.as_deref(),
        What::Moved(moved) => moved.comment.as_deref(),
        What::Resubmitted(again) => again.comment.as_deref(),
        What::Transferred { comment, .. }
        | What::ApproverAdded { comment, .. }
        | What::ApproverRemoved { comment, .. }
        | What::Claimed { comment, .. }
        | What::Released { comment, .. }
        | What::Commented { comment, .. }
        | What::Recalled { comment, .. }
        | What::Urged { comment, .. }
        | What::Retried { comment, .. }
        | What::Bypassed { comment, .. }
        | What::Mended { comment, .. } => comment.as_deref(),
        _ => None,
    }
}

/// The declared fields of a public event (see [`crate::events`]), less people's words; none where the event is
/// history alone.
fn thing(event: &Event, state: &State) -> Option<Json> {
    let mut thing = of_request(state);
    let fields = thing.as_object_mut()?;
    match &event.what {
        What::Submitted(_)
        | What::Resubmitted(_)
        | What::Copied(_)
        | What::Held { .. }
        | What::Commented { .. }
        | What::Retried { .. }
        | What::Bypassed { .. }
        | What::Moved(_)
        | What::Returned(_)
        | What::Recalled { .. }
        | What::Urged { .. }
        | What::Ended(_) => {
            fields.insert("form".to_owned(), Json::Object(state.form.clone()));
        }
        What::SeatOpened(_)
        | What::Transferred { .. }
        | What::Claimed { .. }
        | What::Released { .. }
        | What::SeatClosed { .. } => {}
        What::ApproverAdded { who, position, .. } => {
            fields.insert("approver".to_owned(), json!(who));
            fields.insert("where".to_owned(), json!(position.word()));
        }
        What::ApproverRemoved { who, .. } => {
            fields.insert("approver".to_owned(), json!(who));
        }
        What::Late { task, .. } | What::Reminded { task } | What::Resumed { task, .. } => {
            let due = state.seat(*task).and_then(|seat| seat.due);
            fields.insert("due".to_owned(), json!(due));
        }
        What::Voted(voted) => {
            if !voted.answers.is_empty() {
                fields.insert("answers".to_owned(), Json::Object(voted.answers.clone()));
            }
            fields.insert(
                "decision".to_owned(),
                json!(decision(state.purpose(voted.task), voted.verdict)),
            );
        }
        _ => return None,
    }
    if let Some(task) = event
        .task()
        .filter(|_| !matches!(event.what, What::Returned(_) | What::Commented { .. }))
    {
        let seat = state.seat(task);
        let scope = seat.and_then(|seat| state.scope_of(seat));
        fields.insert("task".to_owned(), json!(task));
        fields.insert("step".to_owned(), json!(scope.map(|scope| &scope.step)));
        fields.insert("assignee".to_owned(), json!(seat.map(|seat| seat.holder)));
    }
    Some(thing)
}

fn of_request(state: &State) -> Json {
    json!({
        "id": state.id,
        "number": state.number,
        "workflow": state.workflow,
        "status": state.status.word(),
        "requester": state.requester,
        "summary": summary(state),
        "round": state.round,
    })
}

/// The line that stands for a request, in English where the file has several languages.
pub(crate) fn summary(state: &State) -> String {
    let text = state.summary.as_ref().unwrap_or(&state.title);
    text.get(countersign_kernel::text::Locale::En).to_owned()
}

/// Who a task was decided by, if by its holder's own act.
pub(crate) fn decided_by(seat: &Seat, events: &[Event]) -> Option<UserId> {
    let of_seat = events.iter().rev().find(|event| {
        event.task() == Some(seat.task)
            && matches!(
                event.what,
                What::Voted(_) | What::Returned(_) | What::Mended { .. }
            )
    })?;
    match &of_seat.by {
        Actor::User(user) => Some(*user),
        Actor::Automation(_) | Actor::System => None,
    }
}
