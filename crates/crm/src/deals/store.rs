//! How deals and their contracts are kept.

use std::collections::{BTreeMap, BTreeSet};

use countersign_kernel::filter::Filter;
use countersign_kernel::id::{
    AccountId, DealId, PipelineId, PriceBookId, RequestId, StageId, TenantId, UserId,
};
use countersign_kernel::money::{Money, Sum};
use countersign_kernel::text;
use countersign_kernel::time::{Date, Instant};
use countersign_storage::filter::condition;
use countersign_storage::{Conn, Uow, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, TryGetable};

use super::contract::Contract;
use super::summary::{Counted, GroupBy, Key};
use super::{Deal, Status};
use crate::record::change::By;
use crate::record::lookup::grouped;
use crate::record::refusal::Refusal;
use crate::record::store::{Table, live};
use crate::record::viewer::Viewer;
use crate::record::{Meta, Visibility};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "deals")]
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
    pub account: AccountId,
    pub pipeline: PipelineId,
    pub stage: StageId,
    pub status: Status,
    pub amount_minor: Option<i64>,
    pub amount_currency: Option<String>,
    pub probability: i64,
    pub expected_close_on: Option<Date>,
    pub closed_at: Option<Instant>,
    pub lost_reason: Option<String>,
    pub lost_reason_key: Option<String>,
    pub contract_request: Option<RequestId>,
    pub contract_number: Option<String>,
    pub contract_status: Option<String>,
    pub contract_reason: Option<String>,
    pub price_book: Option<PriceBookId>,
    pub line_count: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Table for Deal {
    type Entity = Entity;
    type Row = Model;
    type Active = ActiveModel;

    fn from_row(row: Model) -> Self {
        let currency = row.amount_currency.as_deref().and_then(|code| code.parse().ok());
        let contract = row.contract_request.zip(row.contract_status);
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
            account: row.account,
            pipeline: row.pipeline,
            stage: row.stage,
            status: row.status,
            amount: row
                .amount_minor
                .zip(currency)
                .map(|(minor, currency)| Money::new(minor, currency)),
            probability: row.probability,
            expected_close_on: row.expected_close_on,
            closed_at: row.closed_at,
            lost_reason: row.lost_reason,
            contract: contract.map(|(request, status)| Contract {
                request,
                number: row.contract_number,
                status,
                reason: row.contract_reason,
            }),
            price_book: row.price_book,
            line_count: row.line_count,
            lines: None,
        }
    }

    fn row(&self) -> Model {
        let contract = self.contract.clone();
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
            account: self.account,
            pipeline: self.pipeline,
            stage: self.stage,
            status: self.status,
            amount_minor: self.amount.map(|amount| amount.minor),
            amount_currency: self.amount.map(|amount| amount.currency.code().to_owned()),
            probability: self.probability,
            expected_close_on: self.expected_close_on,
            closed_at: self.closed_at,
            lost_reason: self.lost_reason.clone(),
            lost_reason_key: self.lost_reason.as_deref().map(text::key),
            contract_request: contract.as_ref().map(|contract| contract.request),
            contract_number: contract.as_ref().and_then(|contract| contract.number.clone()),
            contract_status: contract.as_ref().map(|contract| contract.status.clone()),
            contract_reason: contract.and_then(|contract| contract.reason),
            price_book: self.price_book,
            line_count: self.line_count,
        }
    }

    async fn after_update<'a>(
        uow: &'a mut Uow,
        by: &'a By,
        moves: &'a [(Self, Self)],
    ) -> Result<(), Refusal> {
        for (before, after) in moves.iter().filter(|(was, is)| was.account != is.account) {
            super::move_contracts::to_account(uow, by, before, after).await?;
        }
        for (_, after) in moves {
            if let Some(lines) = &after.lines {
                super::lines::store::keep(uow.writes().await?, by.tenant, after.meta.id.into(), lines)
                    .await?;
            }
        }
        Ok(())
    }
}

/// Whether a deal has, or had, a contract.
pub async fn has_contracts(conn: &Conn, tenant: TenantId, deal: DealId) -> Result<bool, Refusal> {
    use contract_row::{Column, Entity};
    let found = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Deal.eq(deal));
    Ok(found.one(conn).await?.is_some())
}

/// Brings all contracts of a deal into the list of an account.
pub async fn move_contracts(
    conn: &Conn,
    tenant: TenantId,
    deal: DealId,
    to: AccountId,
) -> Result<(), Refusal> {
    use contract_row::{Column, Entity};
    let update = Entity::update_many()
        .col_expr(Column::Account, Expr::val(to))
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Deal.eq(deal));
    update.exec(conn).await?;
    Ok(())
}

/// In which stages of these pipelines deals stand, and how many; deleted ones count, for they may come back.
pub async fn standing_in(
    conn: &Conn,
    tenant: TenantId,
    pipelines: &BTreeSet<PipelineId>,
) -> Result<BTreeMap<StageId, u64>, Refusal> {
    let counts: Vec<(StageId, i64)> = Entity::find()
        .select_only()
        .column(Column::Stage)
        .column_as(Column::Id.count(), "deals")
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Pipeline.is_in(pipelines.iter().copied()))
        .group_by(Column::Stage)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(counts
        .into_iter()
        .map(|(stage, deals)| (stage, deals.unsigned_abs()))
        .collect())
}

/// Every contract that a deal ever had.
pub mod contract_row {
    use countersign_kernel::id::{AccountId, DealId, RequestId, TenantId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "deal_contracts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub deal: DealId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub request: RequestId,
        pub account: AccountId,
        pub number: Option<String>,
        pub status: String,
        pub reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The contracts of these accounts, newest first.
pub async fn contracts_of(
    conn: &Conn,
    tenant: TenantId,
    accounts: &BTreeSet<AccountId>,
) -> Result<BTreeMap<AccountId, Vec<(DealId, Contract)>>, Refusal> {
    use contract_row::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Account.is_in(accounts.iter().copied()))
        .order_by_desc(Column::Request)
        .all(conn)
        .await?;
    Ok(grouped(rows.into_iter().map(|row| {
        let contract = Contract {
            request: row.request,
            number: row.number,
            status: row.status,
            reason: row.reason,
        };
        (row.account, (row.deal, contract))
    })))
}

/// Keeps what is new of a deal's contract, beside those that the deal had before.
pub async fn keep_contract(conn: &Conn, deal: &Deal, contract: &Contract) -> Result<(), Refusal> {
    use contract_row::{Column, Entity, Model};
    let row = Model {
        tenant_id: deal.meta.tenant,
        deal: deal.meta.id.into(),
        request: contract.request,
        account: deal.account,
        number: contract.number.clone(),
        status: contract.status.clone(),
        reason: contract.reason.clone(),
    };
    let again = sea_orm::sea_query::OnConflict::columns([Column::TenantId, Column::Deal, Column::Request])
        .update_columns([Column::Account, Column::Number, Column::Status, Column::Reason])
        .to_owned();
    let row: contract_row::ActiveModel = row.into();
    Entity::insert(row.reset_all())
        .on_conflict(again)
        .exec_without_returning(conn)
        .await?;
    Ok(())
}

/// Counts and sums of the deals that the viewer sees and that match, for each group and currency.
pub async fn count_by(
    conn: &Conn,
    viewer: &Viewer,
    filter: &Filter,
    group_by: GroupBy,
) -> Result<Vec<Counted>, Refusal> {
    let column = match group_by {
        GroupBy::Stage => Column::Stage,
        GroupBy::Owner => Column::Owner,
        GroupBy::Status => Column::Status,
    };
    let matching = condition(conn.get_database_backend(), "deals", viewer, filter);
    let (high, low) = dialect::halves_of_sum("amount_minor");
    // All of them in the order of the index `deals_summary`, which SQLite reads from end to end without sorting; whoever
    // adds the rows up by one of them adds those of a group.
    let query = Entity::find()
        .select_only()
        .column(column)
        .column(Column::AmountCurrency)
        .expr_as(Expr::cust("COUNT(*)"), "deals")
        .expr_as(high, "high")
        .expr_as(low, "low")
        .filter(live::<Deal>(viewer))
        .filter(matching)
        .group_by(Column::Pipeline)
        .group_by(Column::Stage)
        .group_by(Column::Owner)
        .group_by(Column::Status)
        .group_by(Column::AmountCurrency);
    match group_by {
        GroupBy::Stage => counted(conn, query, |stage: Option<StageId>| stage.map(Key::Stage)).await,
        GroupBy::Owner => counted(conn, query, |owner: Option<UserId>| owner.map(Key::Owner)).await,
        GroupBy::Status => counted(conn, query, |status: Option<String>| status.map(Key::Status)).await,
    }
}

/// Group, currency, deals, and the two halves of their sum in minor units.
type Count<K> = (Option<K>, Option<String>, i64, Option<i64>, Option<i64>);

async fn counted<K: TryGetable>(
    conn: &Conn,
    query: Select<Entity>,
    key: impl Fn(Option<K>) -> Option<Key>,
) -> Result<Vec<Counted>, Refusal>
where
    Option<K>: TryGetable,
{
    let rows: Vec<Count<K>> = query.into_tuple().all(conn).await?;
    let counted = |(group, currency, deals, high, low): Count<K>| {
        let currency = currency.and_then(|code| code.parse().ok());
        let halves = high.zip(low).zip(currency);
        let sum = halves.map(|((high, low), currency)| Sum::of_halves(high, low, currency));
        Counted {
            key: key(group),
            deals: deals.unsigned_abs(),
            sum,
        }
    };
    Ok(rows.into_iter().map(counted).collect())
}
