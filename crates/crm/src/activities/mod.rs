//! Activities: the calls, e-mails, meetings, tasks and notes about customers, done and still to be done.

mod events;
pub mod http;
pub mod shape;
pub mod store;
pub mod verb;
pub mod words;

use countersign_kernel::catalogue::{EventType, Link};
use countersign_kernel::filter::Noun;
use countersign_kernel::id::{AccountId, ActivityId, ContactId, DealId, LeadId, TypedId};
use countersign_kernel::time::{Date, Instant};
use countersign_web::Member;

use crate::record::fault::Faults;
use crate::record::ground::{Ground, Wanted};
use crate::record::{Doing, Kind, Meta, Ownership, Record};
use events::{COMPLETED, REOPENED, UPDATED};
pub use events::{EVENTS, KIND};
use shape::{ActivityEdit, ActivityView, NOUN, NewActivity};
use words::{ActivityStatus, ActivityType, Priority};

/// Something that was done about customers, or is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Its owner is who is to do it.
    pub meta: Meta,
    pub of: ActivityType,
    pub subject: String,
    pub body: Option<String>,
    pub status: ActivityStatus,
    pub priority: Priority,
    pub due_at: Option<Instant>,
    /// If it is due on a day: `due_at` is the end of it.
    pub due_on: Option<Date>,
    pub starts_at: Option<Instant>,
    pub ends_at: Option<Instant>,
    /// Of one that is done, and of no other.
    pub completed_at: Option<Instant>,
    pub account: Option<AccountId>,
    pub contact: Option<ContactId>,
    pub deal: Option<DealId>,
    pub lead: Option<LeadId>,
}

/// When something is due, as people say it.
enum Due {
    At(Instant),
    On(Date),
}

impl Due {
    fn read(text: &str) -> Option<Self> {
        let day = || {
            Date::parse_from_str(text, "%Y-%m-%d")
                .ok()
                .filter(|day| day.to_string() == text)
        };
        text.parse().ok().map(Self::At).or_else(|| day().map(Self::On))
    }
}

impl Activity {
    /// What it is about. With a deal, or else a contact, that is its account too, unless something is said of that.
    fn concern(&mut self, edit: &ActivityEdit, ground: &Ground, faults: &mut Faults) {
        let before = (self.contact, self.deal);
        let deal = edit.deal.clone();
        faults.reference(("/deal", "deal"), &mut self.deal, deal, |id| {
            ground.deals.contains_key(id)
        });
        let lead = edit.lead.clone();
        faults.reference(("/lead", "lead"), &mut self.lead, lead, |id| {
            ground.leads.contains(id)
        });
        let contact = edit.contact.clone();
        faults.reference(("/contact", "contact"), &mut self.contact, contact, |id| {
            ground.contacts.contains_key(id)
        });
        let account = edit.account.clone();
        faults.reference(("/account", "account"), &mut self.account, account, |id| {
            ground.accounts.contains(id)
        });
        if edit.account.is_absent() && self.account.is_none() && (self.contact, self.deal) != before {
            let of_deal = self.deal.and_then(|deal| *ground.deals.get(&deal)?);
            let of_contact = self.contact.and_then(|contact| *ground.contacts.get(&contact)?);
            let of_either = of_deal.or(of_contact);
            self.account = of_either.filter(|account| ground.accounts.contains(account));
        }
    }

    /// When it is due, and from when to when a meeting lasts.
    fn plan(&mut self, edit: &ActivityEdit, ground: &Ground, faults: &mut Faults) {
        let began = self.starts_at;
        self.starts_at = edit.starts_at.clone().over(self.starts_at);
        self.ends_at = edit.ends_at.clone().over(self.ends_at);
        match &edit.due_at {
            Member::Absent if self.starts_at != began && self.due_at == began => {
                (self.due_at, self.due_on) = (self.starts_at, None);
            }
            Member::Absent => {}
            Member::Null => (self.due_at, self.due_on) = (None, None),
            Member::Set(text) => match Due::read(text) {
                // What was read may be sent back: a day stays one.
                Some(Due::At(at)) if self.due_at == Some(at) => {}
                Some(Due::At(at)) => (self.due_at, self.due_on) = (Some(at), None),
                Some(Due::On(day)) => (self.due_at, self.due_on) = (Some(ground.end_of(day)), Some(day)),
                None => faults.push(
                    "/due_at",
                    "bad_value",
                    "This is an instant like 2027-03-02T09:00:00Z, or a date like 2027-03-02.",
                    "此项为时刻（如 2027-03-02T09:00:00Z）或日期（如 2027-03-02）。",
                ),
            },
        }
        let lasts = self.starts_at.is_some() || self.ends_at.is_some();
        if self.of != ActivityType::Meeting && lasts {
            faults.push(
                "/starts_at",
                "not_a_meeting",
                "Only a meeting starts and ends: say due_at instead.",
                "只有会议有开始和结束时间：请使用 due_at。",
            );
        } else if self.ends_at.is_some() && self.ends_at <= self.starts_at.or(self.ends_at) {
            faults.push(
                "/ends_at",
                "ends_too_early",
                "A meeting ends after it starts: give starts_at, and ends_at after it.",
                "会议的结束时间须晚于开始时间：请给出 starts_at，且 ends_at 在其后。",
            );
        }
    }

    /// Where it stands, and since when it is done.
    fn stand(&mut self, edit: &ActivityEdit, ground: &Ground, faults: &mut Faults) {
        if self.meta.version == 0 && self.of == ActivityType::Note {
            self.status = ActivityStatus::Done;
        }
        faults.set("/status", &mut self.status, edit.status.clone());
        let done = self.status == ActivityStatus::Done;
        match edit.completed_at.as_set() {
            Some(_) if !done => faults.push(
                "/completed_at",
                "not_done",
                "Only what is done was completed: say \"status\": \"done\" too.",
                "只有已完成的活动才有完成时间：请同时给出 \"status\": \"done\"。",
            ),
            Some(at) if *at > ground.now => faults.push(
                "/completed_at",
                "in_the_future",
                "What is done was completed by now.",
                "完成时间不能晚于现在。",
            ),
            Some(at) => self.completed_at = Some(*at),
            None => self.completed_at = done.then(|| self.completed_at.unwrap_or(ground.now)),
        }
    }
}

impl Record for Activity {
    type Id = ActivityId;
    type New = NewActivity;
    type Edit = ActivityEdit;
    type View = ActivityView;

    const KIND: &'static Kind = &KIND;
    const NOUN: &'static Noun = &NOUN;

    fn blank(meta: Meta) -> Self {
        Self {
            meta,
            of: ActivityType::Task,
            subject: String::new(),
            body: None,
            status: ActivityStatus::Open,
            priority: Priority::Normal,
            due_at: None,
            due_on: None,
            starts_at: None,
            ends_at: None,
            completed_at: None,
            account: None,
            contact: None,
            deal: None,
            lead: None,
        }
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn wants(_: Option<&Self>, doing: Doing<'_, ActivityEdit>, wanted: &mut Wanted) {
        if let Doing::Edit(edit) = doing {
            wanted.accounts.extend(edit.account.as_set());
            wanted.contacts.extend(edit.contact.as_set());
            wanted.deals.extend(edit.deal.as_set());
            wanted.leads.extend(edit.lead.as_set());
            let due = edit.due_at.as_set();
            wanted.zone |= due.is_some_and(|text| matches!(Due::read(text), Some(Due::On(_))));
        }
    }

    fn edit(&mut self, edit: ActivityEdit, ground: &Ground, faults: &mut Faults) {
        faults.set("/type", &mut self.of, edit.r#type.clone());
        if let Some(subject) = faults.line("/subject", edit.subject.clone(), 200) {
            self.subject = subject;
        }
        faults.prose("/body", &mut self.body, edit.body.clone(), 10_000);
        faults.set("/priority", &mut self.priority, edit.priority.clone());
        self.concern(&edit, ground, faults);
        self.plan(&edit, ground, faults);
        self.stand(&edit, ground, faults);
        Ownership {
            owner: edit.owner,
            visibility: edit.visibility,
        }
        .apply(&mut self.meta, ground, faults);
    }

    fn edited(&self, before: &Self) -> &'static EventType {
        match (before.status, self.status) {
            (was, is) if was == is => &UPDATED,
            (_, ActivityStatus::Done) => &COMPLETED,
            (_, ActivityStatus::Open) => &REOPENED,
            (_, ActivityStatus::Cancelled) => &UPDATED,
        }
    }

    fn view(&self, _ground: &Ground) -> ActivityView {
        ActivityView {
            id: self.id(),
            object: KIND.object,
            r#type: self.of,
            subject: self.subject.clone(),
            body: self.body.clone(),
            status: self.status,
            priority: self.priority,
            due_at: self.due_at,
            due_on: self.due_on,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            completed_at: self.completed_at,
            account: self.account,
            contact: self.contact,
            deal: self.deal,
            lead: self.lead,
            owner: self.meta.owner,
            visibility: self.meta.visibility,
            created_at: self.meta.created_at,
            updated_at: self.meta.updated_at,
            version: self.meta.version,
        }
    }

    /// Itself, and what it is about: it stands on the timelines of those.
    fn links(&self) -> Vec<Link> {
        let account = self.account.map(|account| Link::new("account", account.uuid()));
        let contact = self.contact.map(|contact| Link::new("contact", contact.uuid()));
        let deal = self.deal.map(|deal| Link::new("deal", deal.uuid()));
        let lead = self.lead.map(|lead| Link::new("lead", lead.uuid()));
        std::iter::once(Link::new(KIND.object, self.meta.id))
            .chain([account, contact, deal, lead].into_iter().flatten())
            .collect()
    }

    fn state(&self) -> &'static str {
        if self.meta.deleted_at.is_some() {
            "deleted"
        } else {
            self.status.as_str()
        }
    }

    fn possible(&self) -> &'static [&'static str] {
        match self.status {
            _ if self.meta.deleted_at.is_some() => &["restore"],
            ActivityStatus::Open => &["update", "complete", "delete"],
            ActivityStatus::Done | ActivityStatus::Cancelled => &["update", "reopen", "delete"],
        }
    }
}

impl From<NewActivity> for ActivityEdit {
    fn from(new: NewActivity) -> Self {
        Self {
            r#type: Member::Set(new.r#type),
            subject: Member::Set(new.subject),
            body: new.body,
            status: new.status,
            priority: new.priority,
            due_at: new.due_at,
            starts_at: new.starts_at,
            ends_at: new.ends_at,
            completed_at: new.completed_at,
            account: new.account,
            contact: new.contact,
            deal: new.deal,
            lead: new.lead,
            owner: new.owner,
            visibility: new.visibility,
        }
    }
}
