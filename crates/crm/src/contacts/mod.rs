//! Contacts: the people at the companies that we sell to.

pub mod http;
pub mod shape;
pub mod store;

use countersign_kernel::catalogue::{EventType, Field, FieldType, Link};
use countersign_kernel::filter::Noun;
use countersign_kernel::id::{AccountId, ContactId, TypedId};
use countersign_web::Member;

use crate::accounts;
use crate::record::fault::{Faults, TextForm};
use crate::record::ground::{Ground, Wanted};
use crate::record::refusal::Refusal;
use crate::record::{Doing, Kind, Meta, Ownership, Record, has, may_have};
use shape::{ContactEdit, ContactView, NOUN, NewContact};

/// A person at a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub meta: Meta,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub account: Option<AccountId>,
}

pub const KIND: Kind = Kind {
    object: "contact",
    plural: "contacts",
    zh: "联系人",
    created: &CREATED,
    updated: &UPDATED,
    deleted: &DELETED,
    restored: &RESTORED,
    read: "crm:contacts:read",
    write: "crm:contacts:write",
    owned: true,
};

const FIELDS: &[Field] = &[
    has("id", FieldType::Record("contact"), "The contact."),
    has("name", FieldType::Text, "The person's name."),
    may_have("owner", FieldType::Person, "Who looks after this person."),
    has("visibility", FieldType::Text, "Who sees it: tenant or mine."),
    may_have("email", FieldType::Text, "The e-mail address."),
    may_have("phone", FieldType::Text, "The telephone number."),
    may_have("account", FieldType::Record("account"), "The company."),
];

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "contact",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "crm:contacts:read",
    }
}

const CREATED: EventType = event("crm.contact.created", "A contact was created.");
const UPDATED: EventType = event("crm.contact.updated", "Fields of a contact changed.");
const DELETED: EventType = event(
    "crm.contact.deleted",
    "A contact was deleted; it can be restored.",
);
const RESTORED: EventType = event("crm.contact.restored", "A deleted contact was brought back.");

/// Every event that a contact emits.
pub const EVENTS: &[EventType] = &[CREATED, UPDATED, DELETED, RESTORED];

pub(crate) const EMAIL: TextForm = TextForm {
    most: 254,
    holds: is_email,
    code: "invalid_email",
    en: "An e-mail address reads like ann@acme.example.",
    zh: "电子邮件地址应类似 ann@acme.example。",
};

pub(crate) const PHONE: TextForm = TextForm {
    most: 40,
    holds: is_phone,
    code: "invalid_phone",
    en: "A telephone number is digits, with blanks, ( ) - . / and a leading + if need be.",
    zh: "电话号码由数字组成，可含空格、( ) - . / 以及开头的 +。",
};

impl Record for Contact {
    type Id = ContactId;
    type New = NewContact;
    type Edit = ContactEdit;
    type View = ContactView;

    const KIND: &'static Kind = &KIND;
    const NOUN: &'static Noun = &NOUN;

    fn blank(meta: Meta) -> Self {
        Self {
            meta,
            name: String::new(),
            email: None,
            phone: None,
            account: None,
        }
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn wants(current: Option<&Self>, doing: Doing<'_, ContactEdit>, wanted: &mut Wanted) {
        if matches!(doing, Doing::Restore) {
            wanted.parents.extend(current.and_then(|contact| contact.account));
        }
        if let Doing::Edit(ContactEdit {
            account: Member::Set(account),
            ..
        }) = doing
        {
            wanted.accounts.insert(*account);
        }
    }

    fn edit(&mut self, edit: ContactEdit, ground: &Ground, faults: &mut Faults) {
        if let Some(name) = faults.line("/name", edit.name, 200) {
            self.name = name;
        }
        faults.text("/email", &mut self.email, edit.email, &EMAIL);
        faults.text("/phone", &mut self.phone, edit.phone, &PHONE);
        faults.reference(
            ("/account", "account"),
            &mut self.account,
            edit.account,
            |account| ground.accounts.contains(account),
        );
        Ownership {
            owner: edit.owner,
            visibility: edit.visibility,
        }
        .apply(&mut self.meta, ground, faults);
    }

    fn may_return(&self, ground: &Ground) -> Result<(), Refusal> {
        accounts::must_be_there(self, self.account, ground)
    }

    fn view(&self, _ground: &Ground) -> ContactView {
        ContactView {
            id: self.id(),
            object: KIND.object,
            name: self.name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            account: self.account,
            owner: self.meta.owner,
            visibility: self.meta.visibility,
            created_at: self.meta.created_at,
            updated_at: self.meta.updated_at,
            version: self.meta.version,
        }
    }

    fn links(&self) -> Vec<Link> {
        let account = self.account.map(|account| Link::new("account", account.uuid()));
        std::iter::once(Link::new(KIND.object, self.meta.id))
            .chain(account)
            .collect()
    }
}

impl From<NewContact> for ContactEdit {
    fn from(new: NewContact) -> Self {
        Self {
            name: Member::Set(new.name),
            email: new.email,
            phone: new.phone,
            account: new.account,
            owner: new.owner,
            visibility: new.visibility,
        }
    }
}

/// One `@`, something before it, a dotted name after it, no blanks. More only the mail itself can tell.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    !local.is_empty()
        && local.len() <= 64
        && !text.contains(char::is_whitespace)
        && !local.contains('@')
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    digits.chars().filter(char::is_ascii_digit).count() >= 3
        && digits
            .chars()
            .all(|letter| letter.is_ascii_digit() || " ()-./".contains(letter))
}
