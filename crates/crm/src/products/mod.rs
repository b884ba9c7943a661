//! Products: what is sold, apart from what it costs.

pub mod http;
pub mod shape;
pub mod store;

use countersign_kernel::catalogue::{EventType, Field, FieldType, Link};
use countersign_kernel::filter::Noun;
use countersign_kernel::id::ProductId;
use countersign_kernel::text::{self, Words};
use countersign_storage::{Rule, RuleLock};
use countersign_web::Member;

use crate::pricing::{Number, PERCENT};
use crate::record::fault::Faults;
use crate::record::ground::{Ground, Wanted};
use crate::record::refusal::Clash;
use crate::record::{Doing, Kind, Meta, Record, has, may_have};
use shape::{NOUN, NewProduct, ProductEdit, ProductView};

/// Something that is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub meta: Meta,
    pub name: String,
    /// What it is called in lists and other systems; no two have one.
    pub code: Option<String>,
    pub description: Option<String>,
    /// What quantities of it count: `hour`, `piece`.
    pub unit: Option<String>,
    /// Whether it is still sold.
    pub active: bool,
    /// In percent, for lines that do not say otherwise.
    pub tax_rate: Option<Number>,
}

pub const KIND: Kind = Kind {
    object: "product",
    plural: "products",
    zh: "产品",
    created: &CREATED,
    updated: &UPDATED,
    deleted: &DELETED,
    restored: &RESTORED,
    read: "crm:products:read",
    write: "crm:products:write",
    owned: false,
};

const FIELDS: &[Field] = &[
    has("id", FieldType::Record("product"), "The product."),
    has("name", FieldType::Text, "Its name."),
    may_have("code", FieldType::Text, "Its code, which no other product has."),
    may_have("description", FieldType::Text, "What it is."),
    may_have("unit", FieldType::Text, "What quantities of it count."),
    has("active", FieldType::YesNo, "Whether it is still sold."),
    may_have(
        "tax_rate_percent",
        FieldType::Percent,
        "The tax rate of lines that do not say otherwise, in percent.",
    ),
];

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "product",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "crm:products:read",
    }
}

const CREATED: EventType = event("crm.product.created", "A product was created.");
const UPDATED: EventType = event("crm.product.updated", "Fields of a product changed.");
const DELETED: EventType = event(
    "crm.product.deleted",
    "A product was deleted; it can be restored.",
);
const RESTORED: EventType = event("crm.product.restored", "A deleted product was brought back.");

/// Every event that a product emits.
pub const EVENTS: &[EventType] = &[CREATED, UPDATED, DELETED, RESTORED];

/// No two products have one code, in whatever spelling.
const CODES: Rule = Rule::named("product codes");

impl Product {
    fn code_key(&self) -> Option<String> {
        self.code.as_deref().map(text::index_key)
    }
}

impl Record for Product {
    type Id = ProductId;
    type New = NewProduct;
    type Edit = ProductEdit;
    type View = ProductView;

    const KIND: &'static Kind = &KIND;
    const RULE: Option<RuleLock> = Some(CODES.exclusive());
    const NOUN: &'static Noun = &NOUN;

    fn blank(meta: Meta) -> Self {
        Self {
            meta: Meta { owner: None, ..meta },
            name: String::new(),
            code: None,
            description: None,
            unit: None,
            active: true,
            tax_rate: None,
        }
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn wants(current: Option<&Self>, doing: Doing<'_, ProductEdit>, wanted: &mut Wanted) {
        match doing {
            Doing::Edit(edit) => wanted
                .codes
                .extend(edit.code.as_set().map(|code| text::index_key(code))),
            Doing::Restore => wanted.codes.extend(current.and_then(Self::code_key)),
            Doing::Show | Doing::Delete | Doing::Other => {}
        }
    }

    fn edit(&mut self, edit: ProductEdit, _ground: &Ground, faults: &mut Faults) {
        if let Some(name) = faults.line("/name", edit.name, 200) {
            self.name = name;
        }
        faults.optional_line("/code", &mut self.code, edit.code, 100);
        faults.prose("/description", &mut self.description, edit.description, 10_000);
        faults.optional_line("/unit", &mut self.unit, edit.unit, 50);
        faults.set("/active", &mut self.active, edit.active);
        match edit.tax_rate_percent {
            Member::Absent => {}
            Member::Null => self.tax_rate = None,
            Member::Set(text) => self.tax_rate = faults.number("/tax_rate_percent", &text.0, &PERCENT),
        }
    }

    fn clash(&self, other: &Self) -> Option<Clash> {
        let (code, theirs) = (self.code.as_deref()?, other.code.as_deref()?);
        text::same(code, theirs).then(|| Clash {
            pointer: "/code",
            code: "code_taken",
            detail: Words::new(
                format!(
                    "{:?} ({}) has the code {code:?}: choose another, or change that product's.",
                    other.name,
                    other.id()
                ),
                format!(
                    "“{}”（{}）已使用编码 {code:?}：请另选编码，或修改那个产品的编码。",
                    other.name,
                    other.id()
                ),
            ),
        })
    }

    fn view(&self, _ground: &Ground) -> ProductView {
        ProductView {
            id: self.id(),
            object: KIND.object,
            name: self.name.clone(),
            code: self.code.clone(),
            description: self.description.clone(),
            unit: self.unit.clone(),
            active: self.active,
            tax_rate_percent: self.tax_rate,
            created_at: self.meta.created_at,
            updated_at: self.meta.updated_at,
            version: self.meta.version,
        }
    }

    fn links(&self) -> Vec<Link> {
        vec![Link::new(KIND.object, self.meta.id)]
    }
}

impl From<NewProduct> for ProductEdit {
    fn from(new: NewProduct) -> Self {
        Self {
            name: Member::Set(new.name),
            code: new.code,
            description: new.description,
            unit: new.unit,
            active: new.active,
            tax_rate_percent: new.tax_rate_percent,
        }
    }
}
