//! Price books: what products cost in one currency, for one kind of customer.

pub mod http;
pub mod shape;
pub mod store;

use countersign_kernel::catalogue::{EventType, Field, FieldType, Link};
use countersign_kernel::filter::Noun;
use countersign_kernel::id::PriceBookId;
use countersign_kernel::money::Currency;
use countersign_kernel::text::Words;
use countersign_storage::{Rule, RuleLock};
use countersign_web::Member;

use crate::record::fault::Faults;
use crate::record::ground::{Ground, Wanted};
use crate::record::refusal::{Conflict, Refusal};
use crate::record::{Doing, Kind, Meta, Record, has};
use shape::{NOUN, NewPriceBook, PriceBookEdit, PriceBookView};

/// A list of prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceBook {
    pub meta: Meta,
    pub name: String,
    /// Of all its prices; it stays for ever.
    pub currency: Currency,
    /// Whether lines may take prices from it.
    pub active: bool,
    /// Whether lines in its currency take prices from it unless told otherwise. At most one of a currency is.
    pub standard: bool,
}

pub const KIND: Kind = Kind {
    object: "price_book",
    plural: "price-books",
    zh: "价格表",
    created: &CREATED,
    updated: &UPDATED,
    deleted: &DELETED,
    restored: &RESTORED,
    read: "crm:price-books:read",
    write: "crm:price-books:write",
    owned: false,
};

const FIELDS: &[Field] = &[
    has("id", FieldType::Record("price_book"), "The price book."),
    has("name", FieldType::Text, "Its name."),
    has("currency", FieldType::Text, "The currency of all its prices."),
    has(
        "active",
        FieldType::YesNo,
        "Whether lines may take prices from it.",
    ),
    has(
        "standard",
        FieldType::YesNo,
        "Whether lines in its currency take prices from it unless told otherwise.",
    ),
];

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "price_book",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "crm:price-books:read",
    }
}

const CREATED: EventType = event("crm.price_book.created", "A price book was created.");
const UPDATED: EventType = event("crm.price_book.updated", "Fields of a price book changed.");
const DELETED: EventType = event(
    "crm.price_book.deleted",
    "A price book was deleted; it can be restored.",
);
const RESTORED: EventType = event(
    "crm.price_book.restored",
    "A deleted price book was brought back.",
);

/// Every event that a price book emits.
pub const EVENTS: &[EventType] = &[CREATED, UPDATED, DELETED, RESTORED];

/// At most one price book of a currency is the standard one.
const STANDARD: Rule = Rule::named("standard price books");

impl Record for PriceBook {
    type Id = PriceBookId;
    type New = NewPriceBook;
    type Edit = PriceBookEdit;
    type View = PriceBookView;

    const KIND: &'static Kind = &KIND;
    const RULE: Option<RuleLock> = Some(STANDARD.exclusive());
    const NOUN: &'static Noun = &NOUN;

    fn blank(meta: Meta) -> Self {
        Self {
            meta: Meta { owner: None, ..meta },
            name: String::new(),
            currency: Currency::EUR,
            active: true,
            standard: false,
        }
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn wants(_current: Option<&Self>, doing: Doing<'_, PriceBookEdit>, wanted: &mut Wanted) {
        wanted.standard_books |= matches!(doing, Doing::Edit(_));
    }

    fn edit(&mut self, edit: PriceBookEdit, _ground: &Ground, faults: &mut Faults) {
        if let Some(name) = faults.line("/name", edit.name, 200) {
            self.name = name;
        }
        if let Member::Set(code) = edit.currency {
            match code.parse() {
                Ok(currency) => self.currency = currency,
                Err(error) => {
                    let Words { en, zh } = countersign_kernel::money::MoneyError::words(&error);
                    faults.push("/currency", "unknown_currency", en, zh);
                }
            }
        }
        faults.set("/active", &mut self.active, edit.active);
        faults.set("/standard", &mut self.standard, edit.standard);
    }

    fn may_go(&self, _ground: &Ground) -> Result<(), Refusal> {
        if !self.standard {
            return Ok(());
        }
        Err(Refusal::Conflict(Conflict {
            code: "standard_price_book",
            detail: Words::new(
                format!(
                    "This is the standard price book for {}: make another one the standard, or set standard to false, first.",
                    self.currency
                ),
                format!(
                    "这是 {} 的标准价格表：请先将另一个设为标准，或将 standard 设为 false。",
                    self.currency
                ),
            ),
            state: self.state(),
            possible: vec!["update"],
        }))
    }

    /// Whichever was the standard one of its currency before is it no more.
    fn follows(&self, ground: &Ground) -> Vec<(Self, Self)> {
        let rival = |other: &&Self| {
            other.standard && other.currency == self.currency && other.meta.id != self.meta.id
        };
        let others = ground
            .price_books
            .values()
            .filter(|_| self.standard)
            .filter(rival);
        others
            .map(|before| {
                let after = Self {
                    standard: false,
                    ..before.clone()
                };
                (before.clone(), after)
            })
            .collect()
    }

    fn view(&self, _ground: &Ground) -> PriceBookView {
        PriceBookView {
            id: self.id(),
            object: KIND.object,
            name: self.name.clone(),
            currency: self.currency,
            active: self.active,
            standard: self.standard,
            created_at: self.meta.created_at,
            updated_at: self.meta.updated_at,
            version: self.meta.version,
        }
    }

    fn links(&self) -> Vec<Link> {
        vec![Link::new(KIND.object, self.meta.id)]
    }
}

impl From<NewPriceBook> for PriceBookEdit {
    fn from(new: NewPriceBook) -> Self {
        Self {
            name: Member::Set(new.name),
            currency: Member::Set(new.currency),
            active: new.active,
            standard: new.standard,
        }
    }
}
