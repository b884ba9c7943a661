//! How many requests there are and what they come to, by status.

use std::collections::BTreeMap;

use countersign_kernel::actor::Caller;
use countersign_kernel::filter::{Filter, Member};
use countersign_kernel::money::{Money, Sum, Tally};
use countersign_kernel::time::Instant;
use countersign_storage::filter::{Within, condition};
use countersign_storage::{Conn, dialect};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, JoinType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{Column as Of, Entity as Values};
use crate::error::Error;
use crate::office::Office;
use crate::requests::store::{Column, Entity};
use crate::requests::view::RequestStatus;
use crate::requests::visible::Visible;

/// Counts and sums of the requests that match.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestSummary)]
pub(crate) struct SummaryView {
    /// Always `request_summary`.
    #[schema(example = "request_summary")]
    pub object: &'static str,
    pub data: Vec<GroupView>,
    pub total: TotalView,
}

/// The requests of one status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestGroup)]
pub(crate) struct GroupView {
    #[schema(value_type = RequestStatus, example = "open")]
    pub status: String,
    pub count: u64,
    /// One for each currency; two currencies do not add.
    #[schema(value_type = Vec<Money>)]
    pub sums: Vec<Sum>,
}

/// All requests that match.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestTotal)]
pub(crate) struct TotalView {
    pub count: u64,
    #[schema(value_type = Vec<Money>)]
    pub sums: Vec<Sum>,
}

/// Status, currency, requests, and the two halves of their sum in minor units.
type Count = (String, Option<String>, i64, Option<i64>, Option<i64>);

impl Office {
    /// Counts the requests that the caller may see and that match, and sums an amount of their forms.
    pub(crate) async fn summarize_requests(
        &self,
        caller: &Caller,
        filter: &Filter,
        sum: Option<&Member>,
        now: Instant,
    ) -> Result<SummaryView, Error> {
        let read = self.db.read(caller.tenant).await?;
        let desk = self.desk(&read, caller, now).await?;
        let counts = counted(&read, caller, &desk.visible, filter, sum).await?;
        let (mut groups, mut total) = (BTreeMap::<String, Tally>::new(), Tally::default());
        for (status, currency, requests, high, low) in counts {
            let currency = currency.and_then(|code| code.parse().ok());
            let halves = high.zip(low).zip(currency);
            let sum = halves.map(|((high, low), currency)| Sum::of_halves(high, low, currency));
            let requests = requests.unsigned_abs();
            let broken = countersign_storage::Error::broken;
            groups
                .entry(status)
                .or_default()
                .add(requests, sum)
                .map_err(broken)?;
            total.add(requests, sum).map_err(broken)?;
        }
        let group = |(status, tally): (String, Tally)| GroupView {
            status,
            count: tally.count,
            sums: tally.sums(),
        };
        Ok(SummaryView {
            object: "request_summary",
            data: groups.into_iter().map(group).collect(),
            total: TotalView {
                count: total.count,
                sums: total.sums(),
            },
        })
    }
}

async fn counted(
    conn: &Conn,
    caller: &Caller,
    visible: &Visible,
    filter: &Filter,
    sum: Option<&Member>,
) -> Result<Vec<Count>, Error> {
    let tenant = caller.tenant;
    let matching = condition(conn.get_database_backend(), "requests", &Within(tenant), filter);
    let mut select = Entity::find()
        .select_only()
        .column(Column::Status)
        .filter(Column::TenantId.eq(tenant))
        .filter(visible.condition(tenant))
        .filter(matching)
        .group_by(Column::Status);
    if let Some(few) = visible.few(conn, tenant).await? {
        select = select.filter(Column::Id.is_in(few));
    }
    if let Some(member) = sum {
        let of_row = Condition::all()
            .add(Expr::col((Values, Of::TenantId)).equals((Entity, Column::TenantId)))
            .add(Expr::col((Values, Of::RequestId)).equals((Entity, Column::Id)))
            .add(Of::Workflow.eq(member.group.as_str()))
            .add(Of::Name.eq(member.name.as_str()));
        let table = Alias::new(member.table.name);
        QueryTrait::query(&mut select).join(JoinType::LeftJoin, table, of_row);
        let (high, low) = dialect::halves_of_sum("request_values.minor");
        select = select
            .expr_as(Expr::col((Values, Of::Currency)), "currency")
            .expr_as(Expr::cust("COUNT(*)"), "requests")
            .expr_as(high, "high")
            .expr_as(low, "low")
            .group_by(Of::Currency);
    } else {
        select = select
            .expr_as(Expr::cust("CAST(NULL AS TEXT)"), "currency")
            .expr_as(Expr::cust("COUNT(*)"), "requests")
            .expr_as(Expr::cust("CAST(NULL AS BIGINT)"), "high")
            .expr_as(Expr::cust("CAST(NULL AS BIGINT)"), "low");
    }
    Ok(select.into_tuple().all(conn).await?)
}
