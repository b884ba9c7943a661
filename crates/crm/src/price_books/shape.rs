//! What callers send and see of a price book, and of one price in it.

use chrono::NaiveDate;
use countersign_kernel::filter::{FilterField, FilterType, Noun};
use countersign_kernel::id::{PriceBookEntryId, PriceBookId, ProductId};
use countersign_kernel::money::{Currency, Money};
use countersign_kernel::time::Instant;
use countersign_web::Member;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::pricing::Number;

/// A new price book. It is active and not the standard one, unless told otherwise.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Europe", "currency": "EUR", "standard": true}))]
pub struct NewPriceBook {
    /// On one line, not blank.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Of all its prices; it cannot be changed.
    #[schema(pattern = "^[A-Z]{3}$")]
    pub currency: String,
    /// Whether lines may take prices from it.
    #[serde(default)]
    pub active: Member<bool>,
    /// Whether lines in its currency take prices from it unless told otherwise; the one that was it then is it no more.
    #[serde(default)]
    pub standard: Member<bool>,
}

/// What changes about a price book; what is absent stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"standard": true}))]
pub struct PriceBookEdit {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Member<String>,
    /// Of a new one alone.
    #[serde(skip)]
    pub currency: Member<String>,
    #[serde(default)]
    pub active: Member<bool>,
    #[serde(default)]
    pub standard: Member<bool>,
}

/// A price book.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PriceBookView {
    pub id: PriceBookId,
    /// Always `price_book`.
    pub object: &'static str,
    pub name: String,
    /// Of all its prices.
    #[schema(value_type = String)]
    pub currency: Currency,
    /// Whether lines may take prices from it.
    pub active: bool,
    /// Whether lines in its currency take prices from it unless told otherwise.
    pub standard: bool,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// Which price is asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// How much is bought: 1 unless told.
    #[param(pattern = r"^[0-9]+(\.[0-9]+)?$")]
    pub quantity: Option<String>,
    /// On which day: today, where the company is, unless told.
    pub on: Option<NaiveDate>,
}

/// What a product costs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PriceView {
    /// Always `price`.
    pub object: &'static str,
    pub price_book: PriceBookId,
    pub product: ProductId,
    #[schema(value_type = String)]
    pub quantity: Number,
    pub on: NaiveDate,
    /// Of one, at this quantity.
    pub unit_price: Money,
    /// The entry that says so.
    pub entry: PriceBookEntryId,
}

/// How price books are listed.
pub const NOUN: Noun = Noun {
    object: "price_book",
    plural: "price-books",
    fields: &[
        FilterField::id("price_book"),
        FilterField::written("name").required().sortable().searched(),
        FilterField::text("currency").required(),
        FilterField::new("active", FilterType::YesNo).required(),
        FilterField::new("standard", FilterType::YesNo).required(),
        FilterField::instant("created_at").required().sortable(),
        FilterField::instant("updated_at").required().sortable(),
    ],
    expandable: &[],
    default_sort: "created_at",
};
