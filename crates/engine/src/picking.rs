//! One of many: whom a step asks that goes to a single one of those who are found. What is to be known of them is looked up between
//! two calls, in the unit of work of the command, by whoever judges.

use std::collections::BTreeMap;

use countersign_kernel::id::UserId;

use crate::definition::Assign;
use crate::machine::Judge;
use crate::state::State;
use crate::vocabulary::{Asked, Because, Event, Reason, What};

/// How people stand of whom a step asks one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standings {
    /// Tasks that are open of somebody in other requests.
    open_tasks: BTreeMap<UserId, u32>,
    /// When a step last asked somebody in turn, by step: the higher, the later.
    turns: BTreeMap<String, BTreeMap<UserId, i64>>,
}

/// What a judgement had to do without: it took it that nothing is open of anybody, and nobody was asked before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub step: String,
    pub standing: Standing,
}

/// What of people a step picks one by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// How many tasks are open of each of these.
    OpenTasks(Vec<UserId>),
    /// When the step asked each of those whom it has asked so far.
    Turns,
}

impl Standings {
    /// Of somebody, so many tasks are open in other requests.
    pub fn know_open_tasks(&mut self, of: UserId, open: u32) {
        self.open_tasks.insert(of, open);
    }

    /// All turns of a step: whoever is not among them was never asked.
    pub fn know_turns(&mut self, step: &str, turns: BTreeMap<UserId, i64>) {
        self.turns.insert(step.to_owned(), turns);
    }

    /// What has come to pass since they were looked up.
    pub(crate) fn follow(&mut self, state: &State, event: &Event) {
        let What::SeatOpened(opened) = &event.what else {
            return;
        };
        if !opened.asked.is_in_turn() {
            return;
        }
        if let Some(scope) = state.scope(opened.scope) {
            let turns = self.turns.entry(scope.step.clone()).or_default();
            let last = turns.values().max().copied().unwrap_or_default();
            turns.insert(opened.asked.holder, last + 1);
        }
    }

    fn turn(&self, step: &str, user: UserId) -> Option<i64> {
        self.turns.get(step)?.get(&user).copied()
    }
}

impl Asked {
    /// Whether it was their turn.
    pub fn is_in_turn(&self) -> bool {
        let last = self.chain.last();
        last.is_some_and(|because| because.reason == Reason::InTurn)
    }
}

impl Judge<'_> {
    /// Of those whom a step found, whom it asks. Of several who stand alike, the first that was found.
    pub(crate) fn pick(&mut self, step: &str, assign: Assign, found: Vec<Asked>) -> Vec<Asked> {
        let picked = match assign {
            Assign::Everyone | Assign::Pool => return found,
            Assign::LeastBusy => self.least_busy(step, found),
            Assign::InTurn => self.in_turn(step, found),
        };
        let link = |(mut asked, reason): (Asked, Reason)| {
            let person = asked.holder;
            asked.chain.push(Because { person, reason });
            asked
        };
        picked.map(link).into_iter().collect()
    }

    fn least_busy(&mut self, step: &str, found: Vec<Asked>) -> Option<(Asked, Reason)> {
        let is_unknown = |one: &&Asked| !self.standings.open_tasks.contains_key(&one.holder);
        let unknown: Vec<UserId> = found.iter().filter(is_unknown).map(|one| one.holder).collect();
        if !unknown.is_empty() {
            self.miss(step, Standing::OpenTasks(unknown));
        }
        let open = |user: UserId| {
            let elsewhere = self.standings.open_tasks.get(&user).copied().unwrap_or_default();
            let here = self.state.open_seats().filter(|seat| seat.holder == user);
            elsewhere.saturating_add(here.count() as u32)
        };
        let counted = found.into_iter().map(|one| (open(one.holder), one));
        let (open, least) = counted.min_by_key(|(open, _)| *open)?;
        Some((least, Reason::LeastBusy { open }))
    }

    fn in_turn(&mut self, step: &str, found: Vec<Asked>) -> Option<(Asked, Reason)> {
        if !self.standings.turns.contains_key(step) {
            self.miss(step, Standing::Turns);
        }
        let next = found
            .into_iter()
            .min_by_key(|one| self.standings.turn(step, one.holder))?;
        Some((next, Reason::InTurn))
    }

    fn miss(&mut self, step: &str, standing: Standing) {
        let missing = Missing {
            step: step.to_owned(),
            standing,
        };
        if !self.missing.contains(&missing) {
            self.missing.push(missing);
        }
    }
}
