//! Leads: people of whom nobody knows yet whether they buy, until they become a contact, an account and a deal, or nothing.

pub mod conversion;
pub mod convert;
mod events;
pub mod http;
mod matching;
pub mod shape;
pub mod store;
pub mod verb;
pub mod words;

use countersign_kernel::catalogue::Link;
use countersign_kernel::filter::Noun;
use countersign_kernel::id::{AccountId, ContactId, DealId, LeadId, TypedId};
use countersign_kernel::money::Money;
use countersign_kernel::time::Instant;
use countersign_web::Member;

use crate::contacts::{EMAIL, PHONE};
use crate::record::fault::{Faults, TextForm};
use crate::record::ground::{Ground, Wanted};
use crate::record::{Doing, Kind, Meta, Ownership, Record};
pub use events::{EVENTS, KIND};
use shape::{LeadEdit, LeadView, NOUN, NewLead};
use words::LeadStatus;

/// Somebody who may buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    pub meta: Meta,
    pub name: String,
    pub company: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Where it comes from: `web`.
    pub source: Option<String>,
    pub status: LeadStatus,
    pub estimated_amount: Option<Money>,
    pub notes: Option<String>,
    /// Of one that is disqualified, and of no other.
    pub disqualified_reason: Option<String>,
    /// Of one that is converted, and of no other.
    pub converted_at: Option<Instant>,
    /// What it became.
    pub account: Option<AccountId>,
    pub contact: Option<ContactId>,
    pub deal: Option<DealId>,
}

const SOURCE: TextForm = TextForm {
    most: 64,
    holds: is_word,
    code: "invalid_source",
    en: "A source is lower-case letters, digits, _ or -, like trade_fair.",
    zh: "来源由小写字母、数字、_ 或 - 组成，例如 trade_fair。",
};

fn is_word(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte))
}

impl Lead {
    /// Where it stands, as an edit says: that it is disqualified or converted, only the verbs say.
    fn stand(&mut self, status: Member<LeadStatus>, faults: &mut Faults) {
        match status {
            Member::Set(status) if status != self.status => {
                if self.status.is_open() && status.is_open() {
                    self.status = status;
                } else {
                    faults.push(
                        "/status",
                        "not_by_edit",
                        "A lead is new, working or qualified: use disqualify, convert or reopen for the rest.",
                        "此处只能设为 new、working 或 qualified：其他状态请使用 disqualify、convert 或 reopen。",
                    );
                }
            }
            Member::Null => faults.needed("/status"),
            Member::Set(_) | Member::Absent => {}
        }
    }
}

impl Record for Lead {
    type Id = LeadId;
    type New = NewLead;
    type Edit = LeadEdit;
    type View = LeadView;

    const KIND: &'static Kind = &KIND;
    const NOUN: &'static Noun = &NOUN;

    fn blank(meta: Meta) -> Self {
        Self {
            meta,
            name: String::new(),
            company: None,
            email: None,
            phone: None,
            source: None,
            status: LeadStatus::New,
            estimated_amount: None,
            notes: None,
            disqualified_reason: None,
            converted_at: None,
            account: None,
            contact: None,
            deal: None,
        }
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn wants(_: Option<&Self>, _: Doing<'_, LeadEdit>, _: &mut Wanted) {}

    fn edit(&mut self, edit: LeadEdit, ground: &Ground, faults: &mut Faults) {
        if let Some(name) = faults.line("/name", edit.name, 200) {
            self.name = name;
        }
        faults.optional_line("/company", &mut self.company, edit.company, 200);
        faults.text("/email", &mut self.email, edit.email, &EMAIL);
        faults.text("/phone", &mut self.phone, edit.phone, &PHONE);
        faults.text("/source", &mut self.source, edit.source, &SOURCE);
        self.stand(edit.status, faults);
        faults.money(
            "/estimated_amount",
            &mut self.estimated_amount,
            edit.estimated_amount,
        );
        faults.prose("/notes", &mut self.notes, edit.notes, 10_000);
        Ownership {
            owner: edit.owner,
            visibility: edit.visibility,
        }
        .apply(&mut self.meta, ground, faults);
    }

    fn view(&self, _ground: &Ground) -> LeadView {
        LeadView {
            id: self.id(),
            object: KIND.object,
            name: self.name.clone(),
            company: self.company.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            source: self.source.clone(),
            status: self.status,
            estimated_amount: self.estimated_amount,
            notes: self.notes.clone(),
            disqualified_reason: self.disqualified_reason.clone(),
            converted_at: self.converted_at,
            account: self.account,
            contact: self.contact,
            deal: self.deal,
            owner: self.meta.owner,
            visibility: self.meta.visibility,
            created_at: self.meta.created_at,
            updated_at: self.meta.updated_at,
            version: self.meta.version,
        }
    }

    /// Itself, and what it became.
    fn links(&self) -> Vec<Link> {
        let account = self.account.map(|account| Link::new("account", account.uuid()));
        let contact = self.contact.map(|contact| Link::new("contact", contact.uuid()));
        let deal = self.deal.map(|deal| Link::new("deal", deal.uuid()));
        std::iter::once(Link::new(KIND.object, self.meta.id))
            .chain([account, contact, deal].into_iter().flatten())
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
            LeadStatus::Disqualified => &["update", "reopen", "delete"],
            LeadStatus::Converted => &["update", "delete"],
            _ => &["update", "convert", "disqualify", "delete"],
        }
    }
}

impl From<NewLead> for LeadEdit {
    fn from(new: NewLead) -> Self {
        Self {
            name: Member::Set(new.name),
            company: new.company,
            email: new.email,
            phone: new.phone,
            source: new.source,
            status: new.status,
            estimated_amount: new.estimated_amount,
            notes: new.notes,
            owner: new.owner,
            visibility: new.visibility,
        }
    }
}
