//! The state of a request: a tree of scopes, seats and timers. Only [`apply`](crate::apply::apply) changes it.

mod added;
mod items;
mod record;
mod scope;
mod seats;
mod verb;
mod voices;
mod waiting;

use std::collections::BTreeMap;

use countersign_kernel::directory::Person;
use countersign_kernel::id::{RequestId, TaskId, TimerId, UserId};
use countersign_kernel::text::Text;
use countersign_kernel::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::definition::{Need, Rest};
use crate::vocabulary::{
    AwaitedEvent, Because, Closing, Outcome, Purpose, ScopeId, Status, Trouble, Verdict, is_one, one,
};

pub use record::Record;
pub use verb::{Done, Verb};
pub use voices::{Added, Ballot, Vote};
pub use waiting::Waiting;

pub(crate) use items::step_of;

/// The shape of [`State`] as it is stored; a row of an older one is folded again. Raised with every change of what is
/// stored for the same history. In every shape the form stands in `form`: a draft's has no history to be folded from.
pub const STATE_FORMAT: i32 = 2;

/// A request, as its history left it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub id: RequestId,
    /// How many events it is the fold of.
    pub version: u64,
    pub status: Status,
    /// The workflow and its version; empty and 0 before it is submitted.
    pub workflow: String,
    pub workflow_version: i64,
    pub title: Text,
    pub number: String,
    pub summary: Option<Text>,
    pub requester: Option<UserId>,
    /// Who submitted it for the requester or published what started it, where that was another person: barred from deciding it
    /// like the requester.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starter: Option<UserId>,
    /// Who proposed what started it, where somebody else published that: barred too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_starter: Option<UserId>,
    /// The requester as they were at the latest submission; none once erased.
    pub person: Option<Box<Person>>,
    /// Submissions so far.
    pub round: u32,
    pub form: Map<String, Json>,
    /// What was looked up of earlier requests at the latest submission, by fact.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub facts: Map<String, Json>,
    /// What `set` steps gave names, of this round.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub variables: Map<String, Json>,
    /// How often the form changed.
    pub revision: u32,
    pub warnings: Vec<Text>,
    pub submitted_at: Option<Instant>,
    pub decided_at: Option<Instant>,
    pub note: Option<Text>,
    pub scopes: BTreeMap<ScopeId, Scope>,
    pub seats: Vec<Seat>,
    pub timers: Vec<Timer>,
    /// The latest outcome of each step of this round; inside `each`, by item: `head#lines.2`.
    pub outcomes: BTreeMap<String, Record>,
    /// Who is in copy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copied: Vec<UserId>,
    /// How often each step returned the request; inside `each`, by item.
    pub returns: BTreeMap<String, u32>,
    /// The latest thing that somebody decided: what the second of two is told.
    pub last: Option<Done>,
    /// When its requester last reminded those who were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urged_at: Option<Instant>,
}

/// A step, a branch or a case that runs or ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scope {
    /// None: the whole of the request.
    pub parent: Option<ScopeId>,
    /// Its place in the parent's list.
    pub index: u32,
    /// The step's key; empty for the whole.
    pub step: String,
    pub title: Text,
    pub status: Run,
    pub kind: Kind,
    pub held: Option<Trouble>,
    pub since: Instant,
}

/// Whether a scope goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    Running,
    Ended(Outcome),
    Closed(Closing),
}

/// What a scope is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The whole of the request.
    Whole(List),
    /// What a `choose` runs; `case: None` is `otherwise`.
    Case {
        case: Option<u32>,
        list: List,
    },
    Branch {
        name: String,
        list: List,
    },
    /// The items of an `each` are its branches, by their numbers. `each_decides`: what comes of one decides of that one alone.
    Parallel {
        need: Need,
        rest: Rest,
        branches: u32,
        results: BTreeMap<String, Outcome>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        each_decides: bool,
    },
    /// The steps of an `each` for one of its items, counted from 1.
    Item {
        number: u32,
        list: List,
    },
    /// `round`: how often its steps began, from 1.
    Repeat {
        round: u32,
        list: List,
    },
    Stage(List),
    Wait(Waiting),
    Approval(Ballot),
    Action {
        attempt: u32,
    },
    Unclear,
}

/// A list of steps, run from top to bottom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// The next step to begin.
    pub next: u32,
    /// Whether anything in it was done, rather than skipped.
    pub done: bool,
}

/// A place for one person to decide; people see it as a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seat {
    pub task: TaskId,
    pub scope: ScopeId,
    pub place: u32,
    pub part: u32,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub votes: u32,
    pub holder: UserId,
    pub chain: Vec<Because>,
    pub purpose: Purpose,
    pub status: SeatStatus,
    pub opened_at: Instant,
    pub due: Option<Instant>,
    /// Whether its holder took it from a pool.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub claimed: bool,
    /// Whether it waits for somebody who decides before its holder: it has no clock meanwhile.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// [`State::revision`] when it was opened or handed over.
    pub revision: u32,
}

/// Whether a seat waits for its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatStatus {
    Open,
    Voted {
        verdict: Verdict,
        at: Instant,
    },
    /// The holder sent it back.
    Returned {
        at: Instant,
    },
    /// A repair is done.
    Done {
        at: Instant,
    },
    Closed {
        why: Closing,
        at: Instant,
    },
}

/// Something to be done at an instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timer {
    pub id: TimerId,
    /// Whose answer it looks after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    /// The wait that it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<ScopeId>,
    /// Which of the step's `if_late`, or which reminder.
    #[serde(default)]
    pub act: u32,
    pub due: Instant,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reminds: bool,
}

/// A step that people are working on now, or that waits for its time.
#[derive(Debug, Clone, PartialEq)]
pub struct Current<'a> {
    pub step: &'a str,
    pub title: &'a Text,
    pub seats: Vec<&'a Seat>,
    /// The earliest.
    pub due: Option<Instant>,
}

impl State {
    /// Whether this person, not being its requester, submitted it or published or proposed what started it.
    pub fn was_started_by(&self, user: UserId) -> bool {
        self.starter == Some(user) || self.second_starter == Some(user)
    }

    /// A request of which nothing is known yet.
    pub fn new(id: RequestId) -> Self {
        Self {
            id,
            version: 0,
            status: Status::Draft,
            workflow: String::new(),
            workflow_version: 0,
            title: Text::from(""),
            number: String::new(),
            summary: None,
            requester: None,
            starter: None,
            second_starter: None,
            person: None,
            round: 0,
            form: Map::new(),
            facts: Map::new(),
            variables: Map::new(),
            revision: 0,
            warnings: Vec::new(),
            submitted_at: None,
            decided_at: None,
            note: None,
            scopes: BTreeMap::new(),
            seats: Vec::new(),
            timers: Vec::new(),
            outcomes: BTreeMap::new(),
            copied: Vec::new(),
            returns: BTreeMap::new(),
            last: None,
            urged_at: None,
        }
    }

    pub fn seat(&self, task: TaskId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.task == task)
    }

    pub fn open_seats(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| seat.status == SeatStatus::Open)
    }

    /// Open seats directly under a scope.
    pub fn seats_of(&self, scope: ScopeId) -> impl Iterator<Item = &Seat> {
        self.open_seats().filter(move |seat| seat.scope == scope)
    }

    pub fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scopes.get(&id)
    }

    /// The scope that a seat stands in.
    pub fn scope_of(&self, seat: &Seat) -> Option<&Scope> {
        self.scopes.get(&seat.scope)
    }

    pub fn ballot(&self, scope: ScopeId) -> Option<&Ballot> {
        match self.scopes.get(&scope).map(|scope| &scope.kind) {
            Some(Kind::Approval(ballot)) => Some(ballot),
            _ => None,
        }
    }

    /// The step that a task belongs to, as people read it.
    pub fn title_of(&self, task: TaskId) -> Option<&Text> {
        self.seat(task)
            .and_then(|seat| self.scope_of(seat))
            .map(|scope| &scope.title)
    }

    /// The scope and all that stand under it, parents first.
    pub fn within(&self, root: ScopeId) -> Vec<ScopeId> {
        let under = |id: ScopeId| self.path(id).contains(&root);
        self.scopes.keys().copied().filter(|id| under(*id)).collect()
    }

    /// The scope and its parents, up to the whole.
    pub fn path(&self, scope: ScopeId) -> Vec<ScopeId> {
        std::iter::successors(Some(scope), |id| self.scopes.get(id).and_then(|one| one.parent)).collect()
    }

    /// The steps that people are working on now, and what is waited for, in order of beginning.
    pub fn current(&self) -> Vec<Current<'_>> {
        let with_seats = self.scopes.iter().filter_map(|(id, scope)| {
            let seats: Vec<&Seat> = self.seats_of(*id).collect();
            let waiting = scope.waiting();
            let until = waiting.and_then(|waiting| waiting.until);
            let due = seats.iter().filter_map(|seat| seat.due).chain(until).min();
            (!seats.is_empty() || waiting.is_some()).then_some(Current {
                step: &scope.step,
                title: &scope.title,
                seats,
                due,
            })
        });
        with_seats.collect()
    }

    /// The events that are waited for.
    pub fn awaited(&self) -> impl Iterator<Item = &AwaitedEvent> {
        let waiting = self.scopes.values().filter_map(Scope::waiting);
        waiting.flat_map(|waiting| &waiting.events)
    }

    /// Whether what is decided there still counts: not so in what was kept open after its block was decided.
    pub fn counts(&self, scope: ScopeId) -> bool {
        self.path(scope)
            .iter()
            .all(|id| self.scopes.get(id).is_some_and(Scope::is_running))
    }

    /// Whether the form changed after this task was opened or handed over.
    pub fn edited_since(&self, seat: &Seat) -> bool {
        self.revision > seat.revision
    }
}
