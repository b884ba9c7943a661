//! Price book entries: what one product costs in a price book, for a while, by quantity.

pub mod http;
pub mod shape;
pub mod store;
mod validity;

use countersign_kernel::catalogue::{EventType, Field, FieldType, Link};
use countersign_kernel::filter::Noun;
use countersign_kernel::id::{PriceBookEntryId, PriceBookId, ProductId, TypedId};
use countersign_kernel::money::{Currency, Money};
use countersign_kernel::text::Words;
use countersign_storage::{Rule, RuleLock};
use countersign_web::Member;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::pricing::{FROM_QUANTITY, Number};
use crate::record::fault::Faults;
use crate::record::ground::{Ground, Wanted};
use crate::record::refusal::{Clash, Conflict, Refusal};
use crate::record::{Doing, Kind, Meta, Record, has, may_have};
use shape::{NOUN, NewPriceBookEntry, PriceBookEntryEdit, PriceBookEntryView, TierEdit};
pub use validity::Validity;

/// A price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceBookEntry {
    pub meta: Meta,
    pub price_book: PriceBookId,
    pub product: ProductId,
    /// At least one, in the order of their quantities.
    pub tiers: Vec<Tier>,
    pub validity: Validity,
}

/// The price of one from some quantity on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tier {
    #[schema(value_type = String)]
    pub from_quantity: Number,
    pub unit_price: Money,
}

pub const KIND: Kind = Kind {
    object: "price_book_entry",
    plural: "price-book-entries",
    zh: "价格",
    created: &CREATED,
    updated: &UPDATED,
    deleted: &DELETED,
    restored: &RESTORED,
    read: "crm:price-books:read",
    write: "crm:price-books:write",
    owned: false,
};

const FIELDS: &[Field] = &[
    has("id", FieldType::Record("price_book_entry"), "The entry."),
    has(
        "price_book",
        FieldType::Record("price_book"),
        "The price book in which it stands.",
    ),
    has(
        "product",
        FieldType::Record("product"),
        "What it is the price of.",
    ),
    has(
        "tiers",
        FieldType::Json,
        "The price of one, by the quantity from which it holds.",
    ),
    may_have("valid_from", FieldType::Date, "The first day of the price."),
    may_have("valid_until", FieldType::Date, "Its last day."),
];

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "price_book_entry",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "crm:price-books:read",
    }
}

const CREATED: EventType = event("crm.price_book_entry.created", "A price was made.");
const UPDATED: EventType = event(
    "crm.price_book_entry.updated",
    "A price, or its validity, changed.",
);
const DELETED: EventType = event(
    "crm.price_book_entry.deleted",
    "A price was deleted; it can be restored.",
);
const RESTORED: EventType = event(
    "crm.price_book_entry.restored",
    "A deleted price was brought back.",
);

/// Every event that an entry emits.
pub const EVENTS: &[EventType] = &[CREATED, UPDATED, DELETED, RESTORED];

/// Of a product, a price book has one price on a day.
const ONE_PRICE: Rule = Rule::named("price book entries");

const MOST_TIERS: usize = 20;

impl PriceBookEntry {
    /// The price of one at a quantity; below the first tier there is none.
    pub fn unit_price(&self, quantity: Number) -> Option<Money> {
        let mut tiers = self.tiers.iter().rev();
        let tier = tiers.find(|tier| tier.from_quantity <= quantity)?;
        Some(tier.unit_price)
    }

    /// Where it stands, of a new one; what is wrong with its place is said.
    fn place(
        &mut self,
        book: Option<PriceBookId>,
        product: Option<ProductId>,
        ground: &Ground,
        faults: &mut Faults,
    ) {
        if self.meta.version > 0 {
            self.stays(book, product, faults);
            return;
        }
        self.price_book = book.unwrap_or(self.price_book);
        self.product = product.unwrap_or(self.product);
        if !ground.price_books.contains_key(&self.price_book) {
            faults.unknown("/price_book", "price_book");
        }
        if !ground.products.contains_key(&self.product) {
            faults.unknown("/product", "product");
        }
    }

    /// What other systems send again is no change.
    fn stays(&self, book: Option<PriceBookId>, product: Option<ProductId>, faults: &mut Faults) {
        let moved = [
            ("/price_book", book.is_some_and(|book| book != self.price_book)),
            ("/product", product.is_some_and(|product| product != self.product)),
        ];
        for (pointer, _) in moved.into_iter().filter(|(_, moved)| *moved) {
            faults.push(
                pointer,
                "fixed",
                "An entry stays with its price book and product: delete it, and create another.",
                "价格所属的价格表和产品不可更改：请删除后重新创建。",
            );
        }
    }

    /// The tiers as an edit wants them; what is wrong is said at each one's place.
    fn tiers(edits: &[TierEdit], currency: Option<Currency>, faults: &mut Faults) -> Vec<Tier> {
        if edits.is_empty() || edits.len() > MOST_TIERS {
            faults.push(
                "/tiers",
                "tiers",
                format!("An entry has 1 to {MOST_TIERS} tiers."),
                format!("一条价格须有 1 到 {MOST_TIERS} 个数量级。"),
            );
            return Vec::new();
        }
        let mut tiers: Vec<Tier> = Vec::with_capacity(edits.len());
        for (place, edit) in edits.iter().enumerate() {
            let at = |member: &str| format!("/tiers/{place}/{member}");
            let from = match &edit.from_quantity {
                None => Some(Number::ZERO),
                Some(text) => faults.number(&at("from_quantity"), &text.0, &FROM_QUANTITY),
            };
            if let (Some(from), Some(last)) = (from, tiers.last())
                && from <= last.from_quantity
            {
                faults.push(
                    &at("from_quantity"),
                    "not_ascending",
                    "Each tier begins at a larger quantity than the one before.",
                    "每个数量级的起始数量须大于前一级。",
                );
            }
            if let Some(currency) = currency.filter(|currency| *currency != edit.unit_price.currency) {
                faults.push(
                    &at("unit_price/currency"),
                    "other_currency",
                    format!("This price book's prices are in {currency}."),
                    format!("此价格表的币种为 {currency}。"),
                );
            }
            let price = faults.price(&at("unit_price"), edit.unit_price);
            if let (Some(from_quantity), Some(unit_price)) = (from, price) {
                tiers.push(Tier {
                    from_quantity,
                    unit_price,
                });
            }
        }
        tiers
    }

    /// What is there to bring it back to.
    fn home(&self, ground: &Ground) -> Option<&'static str> {
        if !ground.price_books.contains_key(&self.price_book) {
            Some("price book")
        } else if !ground.products.contains_key(&self.product) {
            Some("product")
        } else {
            None
        }
    }
}

impl Record for PriceBookEntry {
    type Id = PriceBookEntryId;
    type New = NewPriceBookEntry;
    type Edit = PriceBookEntryEdit;
    type View = PriceBookEntryView;

    const KIND: &'static Kind = &KIND;
    const RULE: Option<RuleLock> = Some(ONE_PRICE.exclusive());
    const NOUN: &'static Noun = &NOUN;

    fn blank(meta: Meta) -> Self {
        Self {
            meta: Meta { owner: None, ..meta },
            price_book: PriceBookId(Uuid::nil()),
            product: ProductId(Uuid::nil()),
            tiers: Vec::new(),
            validity: Validity::default(),
        }
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn wants(current: Option<&Self>, doing: Doing<'_, PriceBookEntryEdit>, wanted: &mut Wanted) {
        let place = match (current, doing) {
            (_, Doing::Show | Doing::Delete | Doing::Other) => None,
            (Some(entry), _) => Some((entry.price_book, entry.product)),
            (None, Doing::Edit(edit)) => edit.price_book.zip(edit.product),
            (None, Doing::Restore) => None,
        };
        if let Some((book, product)) = place {
            wanted.price_books.insert(book);
            wanted.products.insert(product);
            wanted.entries_of.insert((book, product));
        }
    }

    fn edit(&mut self, edit: PriceBookEntryEdit, ground: &Ground, faults: &mut Faults) {
        self.place(edit.price_book, edit.product, ground, faults);
        let currency = ground.price_books.get(&self.price_book).map(|book| book.currency);
        let currency = currency.or_else(|| self.tiers.first().map(|tier| tier.unit_price.currency));
        match edit.tiers {
            Member::Absent => {}
            Member::Null => faults.needed("/tiers"),
            Member::Set(tiers) => self.tiers = Self::tiers(&tiers, currency, faults),
        }
        self.validity.from = edit.valid_from.over(self.validity.from);
        self.validity.until = edit.valid_until.over(self.validity.until);
        if self.validity.is_empty() {
            faults.push(
                "/valid_until",
                "before_valid_from",
                "The last day is not before the first.",
                "最后一天不能早于第一天。",
            );
        }
    }

    fn clash(&self, other: &Self) -> Option<Clash> {
        let same = (self.price_book, self.product) == (other.price_book, other.product);
        if !same || !self.validity.meets(other.validity) {
            return None;
        }
        let (theirs, id) = (other.validity, other.id());
        Some(Clash {
            pointer: if other.validity.begins_later(self.validity) {
                "/valid_until"
            } else {
                "/valid_from"
            },
            code: "overlaps",
            detail: Words::new(
                format!(
                    "This price book has a price of this product that holds {}: change the days of {id}, or choose days outside.",
                    theirs.words().en
                ),
                format!(
                    "此价格表中该产品已有{}有效的价格：请修改 {id} 的日期，或另选日期。",
                    theirs.words().zh
                ),
            ),
        })
    }

    fn may_return(&self, ground: &Ground) -> Result<(), Refusal> {
        let Some(gone) = self.home(ground) else {
            return Ok(());
        };
        Err(Refusal::Conflict(Conflict {
            code: "parent_deleted",
            detail: Words::new(
                format!("Its {gone} is deleted: restore that first."),
                "它所属的价格表或产品已被删除：请先恢复。",
            ),
            state: self.state(),
            possible: self.possible().to_vec(),
        }))
    }

    fn view(&self, _ground: &Ground) -> PriceBookEntryView {
        PriceBookEntryView {
            id: self.id(),
            object: KIND.object,
            price_book: self.price_book,
            product: self.product,
            tiers: self.tiers.clone(),
            valid_from: self.validity.from,
            valid_until: self.validity.until,
            created_at: self.meta.created_at,
            updated_at: self.meta.updated_at,
            version: self.meta.version,
        }
    }

    fn links(&self) -> Vec<Link> {
        vec![
            Link::new(KIND.object, self.meta.id),
            Link::new("price_book", self.price_book.uuid()),
            Link::new("product", self.product.uuid()),
        ]
    }
}

impl From<NewPriceBookEntry> for PriceBookEntryEdit {
    fn from(new: NewPriceBookEntry) -> Self {
        Self {
            price_book: Some(new.price_book),
            product: Some(new.product),
            tiers: Member::Set(new.tiers),
            valid_from: new.valid_from,
            valid_until: new.valid_until,
        }
    }
}
