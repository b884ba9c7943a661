//! Where a request stands, for its picture.

use std::collections::BTreeMap;

use crate::refusal::both;
use crate::state::{Kind, Record, Run, Scope, SeatStatus, State, step_of};
use crate::vocabulary::{Outcome, Purpose, Status, Verdict};
use crate::why::Telling;

/// Lines beneath a step that runs for several items.
const LINES: usize = 8;

/// How a step is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Open,
    Held,
    Approved,
    Rejected,
    Skipped,
    /// Begun and closed again.
    Closed,
}

/// The marks of a request; none for a picture of the workflow alone.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub steps: BTreeMap<String, (Mark, Vec<String>)>,
    /// Which case each `choose` took; `None` is `otherwise`.
    pub cases: BTreeMap<String, Option<u32>>,
    pub status: Option<Status>,
    /// Who submitted what, when.
    pub begin: Vec<String>,
}

impl Marks {
    pub(super) fn of(state: &State, telling: &Telling<'_>) -> Self {
        let mut marks = Self {
            status: Some(state.status),
            ..Self::default()
        };
        if let (Some(requester), Some(at)) = (state.requester, state.submitted_at) {
            marks.begin = vec![
                state.number.clone(),
                format!("{}, {}", telling.name(requester), telling.instant(at)),
            ];
        }
        for (step, record) in state
            .outcomes
            .iter()
            .filter(|(_, record)| record.outcome == Outcome::Skipped)
        {
            marks.put(step_of(step), Mark::Skipped, vec![skipped(record, telling)]);
        }
        let of_this_round = state
            .scopes
            .iter()
            .filter(|(_, scope)| Some(scope.since) >= state.submitted_at);
        for (id, scope) in of_this_round.filter(|(_, scope)| scope.parent.is_some()) {
            if let Kind::Case { case, .. } = scope.kind {
                marks.cases.insert(scope.step.clone(), case);
            }
            if !matches!(scope.kind, Kind::Branch { .. } | Kind::Item { .. }) {
                let mark = mark(scope);
                let mut lines = lines(state, *id, telling);
                let key = state.key_of(*id);
                let record = state.outcomes.get(&key);
                let left_out = record.filter(|record| mark == Mark::Skipped && !record.by.is_empty());
                lines.extend(left_out.map(|record| skipped(record, telling)));
                if key == scope.step {
                    marks.steps.insert(key, (mark, lines));
                } else {
                    marks.put(&scope.step, mark, lines);
                }
            }
        }
        if let Some(note) = &state.note {
            marks.begin.push(note.get(telling.locale).to_owned());
        }
        marks
    }
}

impl Marks {
    /// Marks a step that may run for several items: what is open, then what was rejected, tells most.
    fn put(&mut self, step: &str, mark: Mark, lines: Vec<String>) {
        let weight = |mark: Mark| match mark {
            Mark::Open | Mark::Held => 3,
            Mark::Rejected => 2,
            Mark::Approved => 1,
            Mark::Skipped | Mark::Closed => 0,
        };
        let (before, all) = self
            .steps
            .entry(step.to_owned())
            .or_insert_with(|| (mark, Vec::new()));
        if weight(mark) > weight(*before) {
            *before = mark;
        }
        all.extend(lines);
        if all.len() > LINES {
            all.truncate(LINES);
            all.push("…".to_owned());
        }
    }

    /// Whether somebody's rejection, and not the file, ended the request.
    pub(super) fn by_a_voice(&self) -> bool {
        self.steps.values().any(|(mark, _)| *mark == Mark::Rejected)
    }
}

/// `skipped`, and by whom where somebody went on without it.
fn skipped(record: &Record, telling: &Telling<'_>) -> String {
    match record.by.first() {
        None => telling.locale.pick("skipped", "已跳过").to_owned(),
        Some(by) => {
            let (name, at) = (telling.name(*by), telling.instant(record.at));
            telling.locale.pick(
                format!("skipped by {name}, {at}"),
                format!("由 {name} 跳过，{at}"),
            )
        }
    }
}

fn mark(scope: &Scope) -> Mark {
    match scope.status {
        Run::Running if scope.held.is_some() => Mark::Held,
        Run::Running => Mark::Open,
        Run::Ended(Outcome::Approved) => Mark::Approved,
        Run::Ended(Outcome::Rejected) => Mark::Rejected,
        Run::Ended(Outcome::Skipped) => Mark::Skipped,
        Run::Closed(_) => Mark::Closed,
    }
}

/// `✓ Bo Berg, 2026-01-05 10:00` for each who was asked.
fn lines(state: &State, scope: u64, telling: &Telling<'_>) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(until) = state
        .scope(scope)
        .and_then(Scope::waiting)
        .and_then(|waiting| waiting.until)
    {
        let until = telling.instant(until);
        all.push(
            telling
                .locale
                .pick(format!("● until {until}"), format!("● 至 {until}")),
        );
    }
    for seat in state.seats.iter().filter(|seat| seat.scope == scope) {
        let name = telling.name(seat.holder);
        let line = match seat.status {
            SeatStatus::Voted {
                verdict: Verdict::Approve,
                at,
            } => format!("✓ {name}, {}", telling.instant(at)),
            SeatStatus::Voted {
                verdict: Verdict::Reject,
                at,
            } => format!("✗ {name}, {}", telling.instant(at)),
            SeatStatus::Returned { at } => format!("↩ {name}, {}", telling.instant(at)),
            SeatStatus::Open => {
                let waits = match seat.purpose {
                    Purpose::Decide if seat.paused => both("then", "随后等待"),
                    Purpose::Decide => both("waits for", "等待"),
                    Purpose::Do => both("to be done by", "待办理："),
                    Purpose::Repair => both("to be mended by", "待修复："),
                };
                let due = seat
                    .due
                    .map(|due| format!(" ({})", telling.instant(due)))
                    .unwrap_or_default();
                format!("● {} {name}{due}", waits.get(telling.locale))
            }
            SeatStatus::Done { .. } | SeatStatus::Closed { .. } => continue,
        };
        all.push(line);
    }
    all
}
