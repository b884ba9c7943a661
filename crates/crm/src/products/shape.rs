//! What callers send and see of a product.

use countersign_kernel::filter::{FilterField, FilterType, Noun};
use countersign_kernel::id::ProductId;
use countersign_kernel::time::Instant;
use countersign_web::Member;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::pricing::Number;
use crate::pricing::number::Written;

/// A new product. It is active unless told otherwise.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Seat, one year", "code": "SEAT-1Y", "unit": "seat", "tax_rate_percent": "19"}))]
pub struct NewProduct {
    /// On one line, not blank.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// On one line; no two products have one, in whatever case.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    pub code: Member<String>,
    /// Several lines.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10000)]
    pub description: Member<String>,
    /// What quantities of it count, like `hour`.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 50)]
    pub unit: Member<String>,
    /// Whether it is still sold.
    #[serde(default)]
    pub active: Member<bool>,
    /// The tax rate of lines that do not say otherwise: 0 to 100, with at most 4 decimal places.
    #[serde(default)]
    pub tax_rate_percent: Member<Written>,
}

/// What changes about a product; what is absent stays, null empties.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"active": false}))]
pub struct ProductEdit {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Member<String>,
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    pub code: Member<String>,
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10000)]
    pub description: Member<String>,
    #[serde(default)]
    #[schema(min_length = 1, max_length = 50)]
    pub unit: Member<String>,
    #[serde(default)]
    pub active: Member<bool>,
    #[serde(default)]
    pub tax_rate_percent: Member<Written>,
}

/// A product.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProductView {
    pub id: ProductId,
    /// Always `product`.
    pub object: &'static str,
    pub name: String,
    pub code: Option<String>,
    pub description: Option<String>,
    pub unit: Option<String>,
    /// Whether it is still sold.
    pub active: bool,
    /// The tax rate of lines that do not say otherwise.
    #[schema(value_type = Option<String>)]
    pub tax_rate_percent: Option<Number>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// How products are listed.
pub const NOUN: Noun = Noun {
    object: "product",
    plural: "products",
    fields: &[
        FilterField::id("product"),
        FilterField::written("name").required().sortable().searched(),
        FilterField::written("code").sortable().searched(),
        FilterField::new("active", FilterType::YesNo).required(),
        FilterField::instant("created_at").required().sortable(),
        FilterField::instant("updated_at").required().sortable(),
    ],
    expandable: &[],
    default_sort: "-created_at",
};
