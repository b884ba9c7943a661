//! How lines are kept: a row for each, written anew as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_kernel::id::{DealId, ProductId, TenantId};
use countersign_kernel::money::Money;
use countersign_storage::Conn;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use sea_orm::{EntityTrait, IntoActiveModel};

use super::Line;
use crate::pricing::Number;
use crate::record::lookup::grouped;
use crate::record::refusal::Refusal;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "deal_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub deal: DealId,
    /// From 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    pub product: Option<ProductId>,
    pub description: String,
    pub unit: Option<String>,
    /// Ten-thousandths, as are the two percentages.
    pub quantity: i64,
    pub unit_price_minor: i64,
    pub unit_price_currency: String,
    pub discount: i64,
    pub tax_rate: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    fn new(tenant: TenantId, deal: DealId, position: i64, line: &Line) -> Self {
        Self {
            tenant_id: tenant,
            deal,
            position,
            product: line.product,
            description: line.description.clone(),
            unit: line.unit.clone(),
            quantity: line.quantity.ten_thousandths(),
            unit_price_minor: line.unit_price.minor,
            unit_price_currency: line.unit_price.currency.code().to_owned(),
            discount: line.discount.ten_thousandths(),
            tax_rate: line.tax_rate.ten_thousandths(),
        }
    }

    fn line(self) -> Result<Line, Refusal> {
        let currency = self
            .unit_price_currency
            .parse()
            .map_err(countersign_storage::Error::broken)?;
        Ok(Line {
            product: self.product,
            description: self.description,
            unit: self.unit,
            quantity: Number::of_ten_thousandths(self.quantity),
            unit_price: Money::new(self.unit_price_minor, currency),
            discount: Number::of_ten_thousandths(self.discount),
            tax_rate: Number::of_ten_thousandths(self.tax_rate),
        })
    }
}

/// The lines of these deals, in order.
pub async fn of(
    conn: &Conn,
    tenant: TenantId,
    deals: &BTreeSet<DealId>,
) -> Result<BTreeMap<DealId, Arc<Vec<Line>>>, Refusal> {
    let rows = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Deal.is_in(deals.iter().copied()))
        .order_by_asc(Column::Deal)
        .order_by_asc(Column::Position)
        .all(conn)
        .await?;
    let lines = rows.into_iter().map(|row| Ok((row.deal, row.line()?)));
    let lines = lines.collect::<Result<Vec<_>, Refusal>>()?;
    let by_deal = grouped(lines).into_iter();
    Ok(by_deal.map(|(deal, lines)| (deal, Arc::new(lines))).collect())
}

/// Keeps these lines of a deal in place of those that it had.
pub async fn keep(conn: &Conn, tenant: TenantId, deal: DealId, lines: &[Line]) -> Result<(), Refusal> {
    let gone = Entity::delete_many()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Deal.eq(deal));
    gone.exec(conn).await?;
    let rows = lines.iter().zip(0..);
    let rows: Vec<ActiveModel> = rows
        .map(|(line, position)| Model::new(tenant, deal, position, line).into_active_model())
        .collect();
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}
