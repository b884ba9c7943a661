//! Lines of a deal: what is sold, how much of it, and for how much. They are read and written as a whole.

pub mod http;
pub mod set;
pub mod shape;
pub mod store;

use std::sync::Arc;

use countersign_kernel::id::ProductId;
use countersign_kernel::money::{Money, MoneyError};
use serde_json::Value;

use super::Deal;
use crate::pricing::Number;
use crate::pricing::amounts::{Amounts, Priced};
use crate::record::Record as _;
use crate::record::ground::Ground;
use shape::LineView;

pub const MOST_LINES: usize = 200;

/// One thing that is sold: what it costs stands in it, whatever becomes of the product and its prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub product: Option<ProductId>,
    pub description: String,
    pub unit: Option<String>,
    pub quantity: Number,
    pub unit_price: Money,
    /// In percent.
    pub discount: Number,
    pub tax_rate: Number,
}

impl Line {
    pub fn amounts(&self) -> Result<Amounts, MoneyError> {
        Priced {
            quantity: self.quantity,
            unit_price: self.unit_price,
            discount: self.discount,
            tax_rate: self.tax_rate,
        }
        .amounts()
    }
}

/// What lines come to together; nothing where there are none.
pub fn totals(lines: &[Line]) -> Result<Option<Amounts>, MoneyError> {
    let Some(first) = lines.first() else {
        return Ok(None);
    };
    let none = Amounts::none(first.unit_price.currency);
    let sum = lines
        .iter()
        .try_fold(none, |sum, line| sum.checked_add(line.amounts()?))?;
    Ok(Some(sum))
}

/// A deal's lines as events tell them, if they were looked up or are new.
pub(super) fn told(deal: &Deal, ground: &Ground) -> Option<Value> {
    let lines = deal.lines.as_ref().or_else(|| ground.lines.get(&deal.id()))?;
    let views: Result<Vec<LineView>, MoneyError> = lines.iter().zip(1..).map(LineView::of).collect();
    serde_json::to_value(views.ok()?).ok()
}

/// The lines of a deal, new or as they were looked up.
pub fn of(deal: &Deal, ground: &Ground) -> Arc<Vec<Line>> {
    let known = deal.lines.as_ref().or_else(|| ground.lines.get(&deal.id()));
    known.cloned().unwrap_or_default()
}
