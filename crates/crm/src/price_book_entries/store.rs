//! How price book entries are kept: tiers in their entry's row, as JSON.

use std::collections::{BTreeMap, BTreeSet};

use countersign_kernel::id::{PriceBookId, ProductId, TenantId};
use countersign_kernel::text::Words;
use countersign_kernel::time::{Date, Instant};
use countersign_storage::Conn;
use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait as _, QuerySelect};

use super::{PriceBookEntry, Tier, Validity};
use crate::record::ground::Wanted;
use crate::record::refusal::{Conflict, Refusal};
use crate::record::store::Table;
use crate::record::{Meta, Visibility};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "price_book_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub deleted_at: Option<Instant>,
    pub price_book: PriceBookId,
    pub product: ProductId,
    pub tiers: String,
    pub valid_from: Option<Date>,
    pub valid_until: Option<Date>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Table for PriceBookEntry {
    type Entity = Entity;
    type Row = Model;
    type Active = ActiveModel;

    fn from_row(row: Model) -> Self {
        Self {
            meta: Meta {
                tenant: row.tenant_id,
                id: row.id,
                owner: None,
                visibility: Visibility::Tenant,
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
                deleted_at: row.deleted_at,
            },
            price_book: row.price_book,
            product: row.product,
            tiers: read_tiers(&row.tiers),
            validity: Validity {
                from: row.valid_from,
                until: row.valid_until,
            },
        }
    }

    fn row(&self) -> Model {
        Model {
            tenant_id: self.meta.tenant,
            id: self.meta.id,
            version: self.meta.version,
            created_at: self.meta.created_at,
            updated_at: self.meta.updated_at,
            deleted_at: self.meta.deleted_at,
            price_book: self.price_book,
            product: self.product,
            tiers: serde_json::json!(self.tiers).to_string(),
            valid_from: self.validity.from,
            valid_until: self.validity.until,
        }
    }

    async fn rivals<'a>(conn: &'a Conn, tenant: TenantId, wanted: &'a Wanted) -> Result<Vec<Self>, Refusal> {
        let (books, products): (BTreeSet<_>, BTreeSet<_>) = wanted.entries_of.iter().copied().unzip();
        if books.is_empty() {
            return Ok(Vec::new());
        }
        let rows = of(tenant, &books, &products)
            .limit(MOST_RIVALS + 1)
            .all(conn)
            .await?;
        if rows.len() as u64 > MOST_RIVALS {
            return Err(too_many());
        }
        let mut found: Vec<Self> = rows.into_iter().map(Self::from_row).collect();
        found.retain(|entry| wanted.entries_of.contains(&(entry.price_book, entry.product)));
        Ok(found)
    }
}

/// What we wrote we can read; a row from elsewhere that we cannot has no price.
fn read_tiers(text: &str) -> Vec<Tier> {
    serde_json::from_str(text).unwrap_or_else(|error| {
        tracing::error!(%error, "the tiers of a price book entry cannot be read");
        Vec::new()
    })
}

/// What these products cost in these books on a day: of each one price at most.
pub async fn prices(
    conn: &Conn,
    tenant: TenantId,
    (books, products): (&BTreeSet<PriceBookId>, &BTreeSet<ProductId>),
    on: Date,
) -> Result<BTreeMap<(PriceBookId, ProductId), PriceBookEntry>, Refusal> {
    let begun = Column::ValidFrom.is_null().or(Column::ValidFrom.lte(on));
    let not_ended = Column::ValidUntil.is_null().or(Column::ValidUntil.gte(on));
    let rows = of(tenant, books, products).filter(begun).filter(not_ended);
    let entries = rows.all(conn).await?.into_iter().map(PriceBookEntry::from_row);
    Ok(entries
        .map(|entry| ((entry.price_book, entry.product), entry))
        .collect())
}

/// All live entries of any of these products in any of these books.
fn of(tenant: TenantId, books: &BTreeSet<PriceBookId>, products: &BTreeSet<ProductId>) -> Select<Entity> {
    Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::DeletedAt.is_null())
        .filter(Column::PriceBook.is_in(books.iter().copied()))
        .filter(Column::Product.is_in(products.iter().copied()))
}

/// Prices that a change is compared with.
const MOST_RIVALS: u64 = 20_000;

fn too_many() -> Refusal {
    Refusal::Conflict(Conflict {
        code: "too_many_prices",
        detail: Words::new(
            format!(
                "These products have more than {MOST_RIVALS} prices: delete old ones, or send fewer rows at once."
            ),
            format!("这些产品的价格超过 {MOST_RIVALS} 条：请删除旧价格，或减少每次提交的行数。"),
        ),
        state: "active",
        possible: vec!["delete"],
    })
}
