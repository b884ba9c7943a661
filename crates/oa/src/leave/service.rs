//! What HR does with leave: adjust a balance, say what somebody works, keep what is due.

use std::collections::BTreeMap;

use countersign_engine::leave::{Amount, Bucket, Employment, Entry, EntryKind, is_in_reach, ledger};
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EmploymentId, EventId, LeaveEntryId, LeaveRunId, UserId, derive};
use countersign_kernel::text::Words;
use countersign_kernel::time::Date;
use countersign_rules::scene::Scene;
use countersign_storage::log::ChangeContext;
use countersign_storage::{Uow, Work};
use countersign_web::Expected;
use serde_json::json;

use super::account::{self, Holder};
use super::employment::EmploymentBody;
use super::refused::{invalid, unknown_type};
use super::{store, turn_of};
use crate::error::Error;
use crate::office::Office;
use crate::requests::load;
use crate::requests::service::expect;

/// HR adjusts somebody's balance, with a reason.
pub(super) struct Adjust {
    pub office: Office,
    pub id: LeaveEntryId,
    pub person: UserId,
    pub of: String,
    pub amount: Amount,
    pub on: Option<Date>,
    pub reason: String,
    pub change: ChangeContext,
}

/// The entry, and the balance on its day after it.
#[derive(Debug, Clone)]
pub(super) struct Adjusted {
    pub row: store::entry::Model,
    pub balance: Amount,
}

impl Work for Adjust {
    type Out = Adjusted;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Adjusted, Error> {
        uow.hold(turn_of(self.person)).await?;
        let scene = scene(&self.office, uow, &self.change).await?;
        let employments = store::employments(uow.reads(), uow.tenant(), &[self.person]).await?;
        let employment = employments.get(&self.person).cloned().unwrap_or_default();
        let holder = Holder::of(&scene, self.person, &employment).ok_or(Error::NotFound { kind: "user" })?;
        let of = holder.types.of(&self.of).filter(|of| of.entitlement.is_some());
        let of = of.ok_or_else(|| {
            let counted = holder.types.types.iter().filter(|of| of.entitlement.is_some());
            let known: Vec<&str> = counted.map(|of| of.name.as_str()).collect();
            invalid("/type", "leave_unknown_type", &unknown_type(&self.of, &known))
        })?;
        let account = holder.account(of);
        let on = self.on.unwrap_or(holder.today);
        in_reach("/on", on, holder.today)?;
        let entry = Entry {
            kind: EntryKind::Adjusted,
            on,
            bucket: Bucket {
                period: account.period_of(on),
                carried: false,
            },
            amount: self.amount,
            key: None,
        };
        let kept = store::entries(uow.reads(), uow.tenant(), &[self.person], Some(&self.of)).await?;
        let rows = kept.into_values().next().unwrap_or_default();
        let mut entries = account::entries(&rows)?;
        entries.push(entry.clone());
        let balance = ledger(&account, &entries, on)
            .iter()
            .map(|line| line.entry.amount)
            .sum();
        let new = store::New {
            id: self.id,
            person: self.person,
            of: self.of.clone(),
            entry,
            request: None,
            reason: Some(self.reason.clone()),
        };
        let row = store::row(uow.tenant(), &new, &self.change.actor, self.change.at);
        store::add(uow, vec![new], &self.change.actor, self.change.at).await?;
        self.tell(uow, &row);
        Ok(Adjusted { row, balance })
    }
}

impl Adjust {
    fn tell(&self, uow: &mut Uow, row: &store::entry::Model) {
        let event = EventId(derive("leave event", row.id.0, b"1", self.change.at));
        let thing = json!({"id": row.id, "person": row.person, "type": row.leave_type, "on": row.on_day});
        let entry = self
            .change
            .entry(event, Link::new("leave_entry", row.id.0), 1, "oa.leave.adjusted")
            .with_links(vec![Link::new("user", row.person.0)])
            .with_body(json!({ "thing": thing }))
            .with_private(Some(json!({"thing": {"reason": self.reason}})));
        uow.append(entry);
    }
}

/// HR says what somebody works.
pub(super) struct SetEmployment {
    pub office: Office,
    pub person: UserId,
    pub body: EmploymentBody,
    pub expected: Expected,
    pub change: ChangeContext,
}

impl Work for SetEmployment {
    type Out = store::terms::Model;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<store::terms::Model, Error> {
        uow.hold(turn_of(self.person)).await?;
        let scene = scene(&self.office, uow, &self.change).await?;
        if scene.directory.person(self.person).is_none() {
            return Err(Error::NotFound { kind: "user" });
        }
        let known = store::employment_of(uow.reads(), uow.tenant(), self.person).await?;
        let version = known.as_ref().map_or(0, |known| known.version);
        expect(&self.expected, version)?;
        let terms = serde_json::to_string(&self.body)?;
        if let Some(known) = known.as_ref().filter(|known| known.terms == terms) {
            return Ok(known.clone());
        }
        let row = store::terms::Model {
            tenant_id: uow.tenant(),
            person: self.person,
            version: version + 1,
            terms,
            created_at: known.map_or(self.change.at, |known| known.created_at),
            updated_at: self.change.at,
        };
        let event = EventId(derive(
            "leave event",
            self.person.0,
            &row.version.to_be_bytes(),
            self.change.at,
        ));
        let subject = Link::new("employment", self.person.0);
        let entry = self
            .change
            .entry(event, subject, row.version, "oa.leave.employment_changed")
            .with_links(vec![Link::new("user", self.person.0)])
            .with_body(json!({"id": EmploymentId(self.person.0)}))
            .with_private(Some(serde_json::to_value(&self.body)?));
        uow.append(entry);
        store::keep_employment(uow, row.clone()).await?;
        Ok(row)
    }
}

/// What is due by a day is kept, for so many people after one.
pub(super) struct Run {
    pub office: Office,
    pub id: LeaveRunId,
    pub until: Date,
    pub after: Option<UserId>,
    pub people: usize,
    pub change: ChangeContext,
}

/// What was kept, or would be.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub until: Date,
    pub people: usize,
    pub lines: Vec<store::entry::Model>,
    /// Whoever comes next is behind this one.
    pub next: Option<UserId>,
}

impl Work for Run {
    type Out = Kept;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Kept, Error> {
        let scene = scene(&self.office, uow, &self.change).await?;
        in_reach("/until", self.until, self.change.at.utc().date_naive())?;
        let (people, next) = page_of_people(&scene, self.after, self.people)?;
        // In the order of their ids, as every run has them: no two wait for each other.
        for person in &people {
            uow.hold(turn_of(*person)).await?;
        }
        let employments = store::employments(uow.reads(), uow.tenant(), &people).await?;
        let mut kept = store::entries(uow.reads(), uow.tenant(), &people, None).await?;
        let mut lines = Vec::new();
        for person in &people {
            let employment = employments.get(person).cloned().unwrap_or_default();
            let due = self.due(&scene, *person, &employment, &mut kept)?;
            lines.extend(due);
        }
        let new = |(place, (person, of, entry)): (usize, (UserId, String, Entry))| store::New {
            id: LeaveEntryId(derive(
                "leave_entry",
                self.id.0,
                &(place as u64).to_be_bytes(),
                self.change.at,
            )),
            person,
            of,
            entry,
            request: None,
            reason: None,
        };
        let new: Vec<store::New> = lines.into_iter().enumerate().map(new).collect();
        let (tenant, actor, now) = (uow.tenant(), &self.change.actor, self.change.at);
        let lines = new
            .iter()
            .map(|new| store::row(tenant, new, actor, now))
            .collect();
        let count = new.len();
        store::add(uow, new, actor, now).await?;
        if count > 0 {
            self.tell(uow, count, people.len());
        }
        Ok(Kept {
            until: self.until,
            people: people.len(),
            lines,
            next,
        })
    }
}

impl Run {
    /// What is due of somebody and not kept yet.
    fn due(
        &self,
        scene: &Scene,
        person: UserId,
        employment: &Employment,
        kept: &mut BTreeMap<(UserId, String), Vec<store::entry::Model>>,
    ) -> Result<Vec<(UserId, String, Entry)>, Error> {
        let Some(holder) = Holder::of(scene, person, employment) else {
            return Ok(Vec::new());
        };
        let mut due = Vec::new();
        for of in holder.own_types(scene) {
            let rows = kept.remove(&(person, of.name.clone())).unwrap_or_default();
            let entries = account::entries(&rows)?;
            let lines = ledger(&holder.account(of), &entries, self.until).into_iter();
            let new = lines.filter(|line| line.kept.is_none());
            due.extend(new.map(|line| (person, of.name.clone(), line.entry)));
        }
        Ok(due)
    }

    fn tell(&self, uow: &mut Uow, entries: usize, people: usize) {
        let event = EventId(derive("leave event", self.id.0, b"1", self.change.at));
        let entry = self
            .change
            .entry(event, Link::new("leave_run", self.id.0), 1, "oa.leave.run")
            .with_body(json!({"id": self.id, "until": self.until, "entries": entries, "people": people}));
        uow.append(entry);
    }
}

/// So many people behind one, in the order of their ids; and the last of them, where somebody comes behind.
pub(super) fn page_of_people(
    scene: &Scene,
    after: Option<UserId>,
    count: usize,
) -> Result<(Vec<UserId>, Option<UserId>), Error> {
    if after.is_some_and(|after| scene.directory.person(after).is_none()) {
        let words = Words::fixed("There is nobody of this id.", "没有此人。");
        return Err(invalid("/after", "user_not_found", &words));
    }
    let behind = |id: &&UserId| after.is_none_or(|after| **id > after);
    let mut rest = scene.directory.people.keys().filter(behind).copied();
    let people: Vec<UserId> = rest.by_ref().take(count).collect();
    let next = rest.next().and(people.last().copied());
    Ok((people, next))
}

/// A day on which leave is counted.
pub(super) fn in_reach(at: &str, date: Date, today: Date) -> Result<(), Error> {
    if is_in_reach(date, today) {
        return Ok(());
    }
    let words = Words::fixed("Name a day within forty years.", "请写前后四十年内的日期。");
    Err(invalid(at, "out_of_range", &words))
}

/// What a change of leave is judged by.
pub(super) async fn scene(office: &Office, uow: &Uow, change: &ChangeContext) -> Result<Scene, Error> {
    let ground = load::ground(uow.reads(), uow.tenant()).await?;
    office
        .scene_in(uow.reads(), uow.tenant(), &ground, change.at)
        .await
}
