//! What callers send and see of a price book entry.

use chrono::NaiveDate;
use countersign_kernel::filter::{FilterField, Noun};
use countersign_kernel::id::{PriceBookEntryId, PriceBookId, ProductId};
use countersign_kernel::money::Money;
use countersign_kernel::time::Instant;
use countersign_web::Member;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Tier;
use crate::pricing::number::Written;

/// A price of a product. Of one product a price book has one price on a day.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"price_book": "book_01jc0000000000000000000000", "product": "prod_01jc0000000000000000000000", "tiers": [{"unit_price": {"amount": "45.00", "currency": "EUR"}}, {"from_quantity": "100", "unit_price": {"amount": "39.00", "currency": "EUR"}}], "valid_from": "2027-01-01"}))]
pub struct NewPriceBookEntry {
    pub price_book: PriceBookId,
    pub product: ProductId,
    /// By ascending quantities; all of a quantity has the price of the last tier that it reaches.
    #[schema(min_items = 1, max_items = 20)]
    pub tiers: Vec<TierEdit>,
    /// The first day; without it, it held ever since.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub valid_from: Member<NaiveDate>,
    /// The last day; without it, it has no end.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub valid_until: Member<NaiveDate>,
}

/// What changes about a price; what is absent stays, null empties. `tiers` replaces all tiers.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"valid_until": "2027-12-31"}))]
pub struct PriceBookEntryEdit {
    /// Of a new one alone.
    #[serde(skip)]
    pub price_book: Option<PriceBookId>,
    #[serde(skip)]
    pub product: Option<ProductId>,
    #[serde(default)]
    pub tiers: Member<Vec<TierEdit>>,
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub valid_from: Member<NaiveDate>,
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub valid_until: Member<NaiveDate>,
}

/// The price of one from some quantity on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct TierEdit {
    /// 0 unless told; with at most 4 decimal places.
    #[serde(default)]
    pub from_quantity: Option<Written>,
    /// In the price book's currency.
    pub unit_price: Money,
}

/// A price of a product.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PriceBookEntryView {
    pub id: PriceBookEntryId,
    /// Always `price_book_entry`.
    pub object: &'static str,
    pub price_book: PriceBookId,
    pub product: ProductId,
    /// By ascending quantities.
    pub tiers: Vec<Tier>,
    pub valid_from: Option<NaiveDate>,
    pub valid_until: Option<NaiveDate>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// How price book entries are listed.
pub const NOUN: Noun = Noun {
    object: "price_book_entry",
    plural: "price-book-entries",
    fields: &[
        FilterField::id("price_book_entry"),
        FilterField::record("price_book", "price_book", "price_book").required(),
        FilterField::record("product", "product", "product").required(),
        FilterField::date("valid_from"),
        FilterField::date("valid_until"),
        FilterField::instant("created_at").required().sortable(),
        FilterField::instant("updated_at").required().sortable(),
    ],
    expandable: &[("price_book", "price_book"), ("product", "product")],
    default_sort: "-created_at",
};
