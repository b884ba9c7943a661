//! How leads are kept.

use countersign_kernel::id::{AccountId, ContactId, DealId, TenantId, UserId};
use countersign_kernel::money::Money;
use countersign_kernel::text;
use countersign_kernel::time::Instant;
use sea_orm::entity::prelude::*;

use super::Lead;
use super::words::LeadStatus;
use crate::record::store::Table;
use crate::record::{Meta, Visibility};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "leads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub deleted_at: Option<Instant>,
    pub name: String,
    pub name_key: String,
    pub name_sort: Vec<u8>,
    pub owner: Option<UserId>,
    pub visibility: Visibility,
    pub company: Option<String>,
    pub company_key: Option<String>,
    pub company_sort: Option<Vec<u8>>,
    pub email: Option<String>,
    pub email_key: Option<String>,
    pub email_sort: Option<Vec<u8>>,
    pub phone: Option<String>,
    pub source: Option<String>,
    pub status: LeadStatus,
    pub estimated_amount_minor: Option<i64>,
    pub estimated_amount_currency: Option<String>,
    pub notes: Option<String>,
    pub disqualified_reason: Option<String>,
    pub converted_at: Option<Instant>,
    pub account: Option<AccountId>,
    pub contact: Option<ContactId>,
    pub deal: Option<DealId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Table for Lead {
    type Entity = Entity;
    type Row = Model;
    type Active = ActiveModel;

    fn from_row(row: Model) -> Self {
        let currency = row
            .estimated_amount_currency
            .as_deref()
            .and_then(|code| code.parse().ok());
        Self {
            meta: Meta {
                tenant: row.tenant_id,
                id: row.id,
                owner: row.owner,
                visibility: row.visibility,
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
                deleted_at: row.deleted_at,
            },
            name: row.name,
            company: row.company,
            email: row.email,
            phone: row.phone,
            source: row.source,
            status: row.status,
            estimated_amount: row
                .estimated_amount_minor
                .zip(currency)
                .map(|(minor, currency)| Money::new(minor, currency)),
            notes: row.notes,
            disqualified_reason: row.disqualified_reason,
            converted_at: row.converted_at,
            account: row.account,
            contact: row.contact,
            deal: row.deal,
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
            name: self.name.clone(),
            name_key: text::index_key(&self.name),
            name_sort: text::sort_key(&self.name),
            owner: self.meta.owner,
            visibility: self.meta.visibility,
            company: self.company.clone(),
            company_key: self.company.as_deref().map(text::index_key),
            company_sort: self.company.as_deref().map(text::sort_key),
            email: self.email.clone(),
            email_key: self.email.as_deref().map(text::index_key),
            email_sort: self.email.as_deref().map(text::sort_key),
            phone: self.phone.clone(),
            source: self.source.clone(),
            status: self.status,
            estimated_amount_minor: self.estimated_amount.map(|amount| amount.minor),
            estimated_amount_currency: self
                .estimated_amount
                .map(|amount| amount.currency.code().to_owned()),
            notes: self.notes.clone(),
            disqualified_reason: self.disqualified_reason.clone(),
            converted_at: self.converted_at,
            account: self.account,
            contact: self.contact,
            deal: self.deal,
        }
    }
}
