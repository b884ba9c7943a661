//! Counting leave again after calendars, terms of employment or types have changed: what is open or still to come takes what its days
//! take now.

use std::collections::BTreeMap;

use chrono::Days;
use countersign_engine::leave::{Amount, DayTaken, Entry, Why, reserve, takes};
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, LeaveId, LeaveRecountId, UserId, derive};
use countersign_kernel::text::{Text, Words};
use countersign_kernel::time::Date;
use countersign_rules::scene::Scene;
use countersign_storage::log::ChangeContext;
use countersign_storage::{Uow, Work};
use serde_json::json;

use super::account::{self, Holder};
use super::follow::{Standing, Wanted, away_of};
use super::keep::{Keeping, given_back};
use super::service::{in_reach, page_of_people, scene};
use super::{store, turn_of};
use crate::error::Error;
use crate::office::Office;

/// Behind any leave that can be asked for.
const BEYOND: Days = Days::new(100 * 366);

/// Leave of some people is counted again, from a day on.
pub(super) struct Recount {
    pub office: Office,
    pub id: LeaveRecountId,
    /// Today unless said: days before it stay as they were counted.
    pub from: Option<Date>,
    pub after: Option<UserId>,
    pub people: usize,
    pub change: ChangeContext,
}

/// What a recount came to.
#[derive(Debug, Clone)]
pub(super) struct Recounted {
    pub from: Date,
    pub people: usize,
    pub leaves: Vec<LeaveRecounted>,
    /// Whoever comes next is behind this one.
    pub next: Option<UserId>,
}

/// A leave that its days take another amount of than was kept.
#[derive(Debug, Clone)]
pub(super) struct LeaveRecounted {
    pub leave: store::leave::Model,
    pub is: Amount,
    pub days: Vec<DayRecounted>,
    /// Why it stays as it was.
    pub refused: Option<Text>,
}

/// A day that takes something else.
#[derive(Debug, Clone)]
pub(super) struct DayRecounted {
    pub was: Amount,
    pub is: DayTaken,
}

/// What a leave's days took.
type ByDay = BTreeMap<Date, Amount>;

impl Work for Recount {
    type Out = Recounted;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Recounted, Error> {
        let scene = scene(&self.office, uow, &self.change).await?;
        let today = self.change.at.utc().date_naive();
        let from = self.from.unwrap_or(today);
        in_reach("/from", from, today)?;
        let (people, next) = page_of_people(&scene, self.after, self.people)?;
        // In the order of their ids, as every run has them: no two wait for each other.
        for person in &people {
            uow.hold(turn_of(*person)).await?;
        }
        let (conn, tenant) = (uow.reads(), uow.tenant());
        let employments = store::employments(conn, tenant, &people).await?;
        let mut entries = store::entries(conn, tenant, &people, None).await?;
        let far = from.checked_add_days(BEYOND).unwrap_or(from);
        let leaves = store::leaves_between(conn, tenant, Some(&people), (from, far)).await?;
        if leaves.len() > store::LEAVES_MAX {
            let words = Words::fixed(
                "They have more leave than is counted at once: count for fewer people.",
                "这些人的休假超过一次可重算的数量：请减少人数。",
            );
            return Err(super::refused::invalid("/people", "out_of_range", &words));
        }
        let ids: Vec<LeaveId> = leaves.iter().map(|leave| leave.id).collect();
        let mut days = store::days_of(conn, tenant, &ids).await?;
        let mut recounted = Vec::new();
        for leave in leaves {
            let employment = employments.get(&leave.person).cloned().unwrap_or_default();
            let Some(holder) = Holder::of(&scene, leave.person, &employment) else {
                continue;
            };
            let kept = entries
                .entry((leave.person, leave.leave_type.clone()))
                .or_default();
            let was = days.remove(&leave.id).unwrap_or_default();
            let one = self
                .leave(uow, (&scene, &holder), (leave, &was, from), kept)
                .await?;
            recounted.extend(one);
        }
        self.tell(uow, &recounted, people.len());
        Ok(Recounted {
            from,
            people: people.len(),
            leaves: recounted,
            next,
        })
    }
}

impl Recount {
    /// One leave; none where it takes what it took.
    async fn leave(
        &self,
        uow: &mut Uow,
        (scene, holder): (&Scene, &Holder),
        (leave, was, from): (store::leave::Model, &ByDay, Date),
        kept: &mut Vec<store::entry::Model>,
    ) -> Result<Option<LeaveRecounted>, Error> {
        let Some(of) = holder.types.of(&leave.leave_type) else {
            return Ok(None);
        };
        let now = takes(of, &holder.working, away_of(&leave));
        let days = differences(&now, was, from);
        if days.is_empty() {
            return Ok(None);
        }
        let to_come: Vec<DayTaken> = now.into_iter().filter(|day| day.date >= from).collect();
        let mut freed = given_back(kept, leave.id)?;
        freed.retain(|entry| entry.on >= from);
        let mut there = account::entries(kept)?;
        there.extend(freed.iter().cloned());
        let uses = match reserve(&holder.account(of), &there, &to_come) {
            Ok(uses) => uses,
            Err(short) => {
                return Ok(Some(LeaveRecounted {
                    is: Amount::of_thousandths(leave.amount),
                    leave,
                    days,
                    refused: Some(short.broken(of).text),
                }));
            }
        };
        let keeping = Keeping {
            scene,
            person: leave.person,
            origin: (
                derive("leave_recount", self.id.0, leave.id.0.as_bytes(), self.change.at),
                1,
            ),
            context: self.change.clone(),
        };
        let wanted = Wanted {
            of,
            away: away_of(&leave),
            days: past(was, from).chain(to_come).collect(),
            standing: Standing::read(&leave.status),
        };
        let known = Some((leave.id, leave.version, leave.created_at));
        let is = wanted.days.iter().map(|day| day.takes).sum();
        let added = keeping.keep(uow, leave.id, known, &wanted, (freed, uses)).await?;
        self.remember(kept, &leave, added);
        Ok(Some(LeaveRecounted {
            leave,
            is,
            days,
            refused: None,
        }))
    }

    /// The next leave of the same type is counted with what this one added.
    fn remember(&self, kept: &mut Vec<store::entry::Model>, leave: &store::leave::Model, added: Vec<Entry>) {
        let row = |entry: Entry| {
            let new = store::New {
                id: countersign_kernel::id::LeaveEntryId(leave.id.0),
                person: leave.person,
                of: leave.leave_type.clone(),
                entry,
                request: Some(leave.id),
                reason: None,
            };
            store::row(leave.tenant_id, &new, &self.change.actor, self.change.at)
        };
        kept.extend(added.into_iter().map(row));
    }

    fn tell(&self, uow: &mut Uow, leaves: &[LeaveRecounted], people: usize) {
        let event = EventId(derive("leave event", self.id.0, b"1", self.change.at));
        let counted = leaves.iter().filter(|one| one.refused.is_none()).count();
        let entry = self
            .change
            .entry(
                event,
                Link::new("leave_recount", self.id.0),
                1,
                "oa.leave.recounted",
            )
            .with_body(json!({"id": self.id, "leaves": counted, "people": people}));
        uow.append(entry);
    }
}

/// Days before a day, as they were counted.
fn past(was: &ByDay, from: Date) -> impl Iterator<Item = DayTaken> {
    was.range(..from).map(|(date, takes)| DayTaken {
        date: *date,
        takes: *takes,
        why: Why::Worked,
    })
}

/// The days from a day on that take something else than they took.
fn differences(now: &[DayTaken], was: &ByDay, from: Date) -> Vec<DayRecounted> {
    let before = |date: Date| was.get(&date).copied().unwrap_or_default();
    now.iter()
        .filter(|day| day.date >= from && day.takes != before(day.date))
        .map(|day| DayRecounted {
            was: before(day.date),
            is: day.clone(),
        })
        .collect()
}
