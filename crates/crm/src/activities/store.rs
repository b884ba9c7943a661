//! How activities are kept.

use std::collections::{BTreeMap, BTreeSet};

use countersign_kernel::id::{AccountId, ContactId, DealId, LeadId, TenantId, UserId};
use countersign_kernel::text;
use countersign_kernel::time::{Date, Instant};
use countersign_storage::Conn;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, ExprTrait, NullOrdering, Order, Query};

use super::Activity;
use super::shape::NextActivity;
use super::words::{ActivityStatus, ActivityType, Priority};
use crate::deals::Deal;
use crate::record::refusal::Refusal;
use crate::record::store::{Table, column, live};
use crate::record::viewer::Viewer;
use crate::record::{Meta, Record, Visibility};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "activities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub deleted_at: Option<Instant>,
    pub r#type: ActivityType,
    pub subject: String,
    pub subject_key: String,
    pub subject_sort: Vec<u8>,
    pub body: Option<String>,
    pub status: ActivityStatus,
    pub priority: Priority,
    pub owner: Option<UserId>,
    pub visibility: Visibility,
    pub due_at: Option<Instant>,
    pub due_on: Option<Date>,
    pub starts_at: Option<Instant>,
    pub ends_at: Option<Instant>,
    pub completed_at: Option<Instant>,
    pub account: Option<AccountId>,
    pub contact: Option<ContactId>,
    pub deal: Option<DealId>,
    pub lead: Option<LeadId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Table for Activity {
    type Entity = Entity;
    type Row = Model;
    type Active = ActiveModel;

    fn from_row(row: Model) -> Self {
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
            of: row.r#type,
            subject: row.subject,
            body: row.body,
            status: row.status,
            priority: row.priority,
            due_at: row.due_at,
            due_on: row.due_on,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            completed_at: row.completed_at,
            account: row.account,
            contact: row.contact,
            deal: row.deal,
            lead: row.lead,
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
            r#type: self.of,
            subject: self.subject.clone(),
            subject_key: text::index_key(&self.subject),
            subject_sort: text::sort_key(&self.subject),
            body: self.body.clone(),
            status: self.status,
            priority: self.priority,
            owner: self.meta.owner,
            visibility: self.meta.visibility,
            due_at: self.due_at,
            due_on: self.due_on,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            completed_at: self.completed_at,
            account: self.account,
            contact: self.contact,
            deal: self.deal,
            lead: self.lead,
        }
    }
}

/// The open activity of each of these deals that is due first, of those that the viewer sees: one seek in an index for each deal.
pub async fn next_of(
    conn: &Conn,
    viewer: &Viewer,
    deals: &BTreeSet<DealId>,
) -> Result<BTreeMap<DealId, NextActivity>, Refusal> {
    let first = Query::select()
        .expr(column::<Activity>("id"))
        .from(Alias::new("activities"))
        .cond_where(live::<Activity>(viewer))
        .and_where(column::<Activity>("status").eq(ActivityStatus::Open))
        .and_where(column::<Activity>("deal").eq(column::<Deal>("id")))
        .order_by_expr_with_nulls(column::<Activity>("due_at"), Order::Asc, NullOrdering::Last)
        .order_by_expr(column::<Activity>("id"), Order::Asc)
        .limit(1)
        .take();
    let of_each = Query::select()
        .expr(Expr::SubQuery(None, Box::new(first.into())))
        .from(Alias::new("deals"))
        .and_where(column::<Deal>("tenant_id").eq(viewer.tenant))
        .and_where(column::<Deal>("id").is_in(deals.iter().copied()))
        .take();
    let rows = Entity::find()
        .filter(live::<Activity>(viewer))
        .filter(column::<Activity>("id").in_subquery(of_each))
        .all(conn)
        .await?;
    let next = rows.into_iter().filter_map(|row| {
        let activity = Activity::from_row(row);
        let next = NextActivity {
            id: activity.id(),
            r#type: activity.of,
            subject: activity.subject.clone(),
            due_at: activity.due_at,
            owner: activity.meta.owner,
        };
        Some((activity.deal?, next))
    });
    Ok(next.collect())
}

/// All activities about a lead, whoever sees them.
pub async fn about_lead(conn: &Conn, tenant: TenantId, lead: LeadId) -> Result<Vec<Uuid>, Refusal> {
    let about = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Lead.eq(lead))
        .filter(Column::DeletedAt.is_null());
    Ok(about.into_tuple().all(conn).await?)
}
