//! What callers send and see of a deal's lines.

use countersign_kernel::id::{DealId, PriceBookId, ProductId};
use countersign_kernel::money::{Money, MoneyError};
use countersign_web::Member;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Line, totals};
use crate::deals::Deal;
use crate::pricing::Number;
use crate::pricing::amounts::Amounts;
use crate::pricing::number::Written;
use crate::record::Record as _;

/// All lines of a deal, in order; all in one currency. Without any, the deal keeps its amount, which is then given by hand.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"lines": [{"description": "Seat, one year", "quantity": "40", "unit_price": {"amount": "45.00", "currency": "EUR"}, "discount_percent": "10", "tax_rate_percent": "19"}]}))]
pub struct DealLinesEdit {
    /// Where lines without a `unit_price` have theirs from: unless told, the one that the deal has, or the standard one for
    /// the currency of its amount.
    #[serde(default)]
    pub price_book: Member<PriceBookId>,
    #[schema(max_items = 200)]
    pub lines: Vec<LineEdit>,
}

/// A line as it shall be: a product, or a description.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
pub struct LineEdit {
    #[serde(default)]
    pub product: Option<ProductId>,
    /// The product's name unless told.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500)]
    pub description: Option<String>,
    /// The product's unless told.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 50)]
    pub unit: Option<String>,
    /// More than 0, with at most 4 decimal places.
    pub quantity: Written,
    /// The product's in the price book, today and at this quantity, unless told.
    #[serde(default)]
    pub unit_price: Option<Money>,
    /// 0 to 100; 0 unless told.
    #[serde(default)]
    pub discount_percent: Option<Written>,
    /// 0 to 100; the product's unless told, else 0.
    #[serde(default)]
    pub tax_rate_percent: Option<Written>,
}

/// The lines of a deal, and what they come to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DealLinesView {
    /// Always `deal_lines`.
    pub object: &'static str,
    pub deal: DealId,
    /// Where lines have their prices from unless they say.
    pub price_book: Option<PriceBookId>,
    pub lines: Vec<LineView>,
    /// Sums of what the lines show; `net` is the deal's amount. Null without lines.
    pub totals: Option<Amounts>,
    /// The deal's.
    pub version: i64,
}

/// A line: each of its amounts is rounded at the scale of the currency, half away from zero.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LineView {
    /// From 1.
    pub position: usize,
    pub product: Option<ProductId>,
    pub description: String,
    pub unit: Option<String>,
    #[schema(value_type = String)]
    pub quantity: Number,
    pub unit_price: Money,
    #[schema(value_type = String)]
    pub discount_percent: Number,
    #[schema(value_type = String)]
    pub tax_rate_percent: Number,
    #[serde(flatten)]
    pub amounts: Amounts,
}

impl LineView {
    pub fn of((line, position): (&Line, usize)) -> Result<Self, MoneyError> {
        Ok(Self {
            position,
            product: line.product,
            description: line.description.clone(),
            unit: line.unit.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            discount_percent: line.discount,
            tax_rate_percent: line.tax_rate,
            amounts: line.amounts()?,
        })
    }
}

impl DealLinesView {
    pub fn of(deal: &Deal, lines: &[Line]) -> Result<Self, MoneyError> {
        Ok(Self {
            object: "deal_lines",
            deal: deal.id(),
            price_book: deal.price_book,
            lines: lines
                .iter()
                .zip(1..)
                .map(LineView::of)
                .collect::<Result<_, _>>()?,
            totals: totals(lines)?,
            version: deal.meta.version,
        })
    }
}
