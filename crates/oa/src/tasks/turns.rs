//! When each step that asks one person in turn asked whom. Whoever writes it holds the lock of [`countersign_rules::standings::turn_of`].

use std::collections::BTreeMap;

use countersign_engine::vocabulary::{Event, What};
use countersign_kernel::id::{TenantId, UserId};
use countersign_storage::{Conn, Error, Uow};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{IntoActiveModel, QuerySelect};

use crate::requests::act::Acted;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "turns")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub workflow: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub step: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// Counted in the step: the higher, the later.
    pub turn: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps whose turn it was.
pub(crate) async fn keep(uow: &mut Uow, acted: &Acted) -> Result<(), Error> {
    let (tenant, workflow) = (uow.tenant(), &acted.row.workflow);
    for (step, people) in taken(acted) {
        let conn = uow.writes().await?;
        let last = last(conn, tenant, workflow, step).await?;
        let rows = people.into_iter().map(|(user_id, place)| Model {
            tenant_id: tenant,
            workflow: workflow.clone(),
            step: step.to_owned(),
            user_id,
            turn: last + place,
        });
        let rows = rows.map(|row| row.into_active_model().reset_all());
        let key = [Column::TenantId, Column::Workflow, Column::Step, Column::UserId];
        let known = OnConflict::columns(key).update_column(Column::Turn).to_owned();
        Entity::insert_many(rows)
            .on_conflict(known)
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}

/// Of each step, who had a turn now, and in which place: somebody who had two, the later.
fn taken(acted: &Acted) -> BTreeMap<&str, BTreeMap<UserId, i64>> {
    let mut taken: BTreeMap<&str, BTreeMap<UserId, i64>> = BTreeMap::new();
    for (Event { what, .. }, place) in acted.events.iter().zip(1..) {
        let What::SeatOpened(opened) = what else { continue };
        let scope = acted.state.scope(opened.scope);
        if let Some(scope) = scope.filter(|_| opened.asked.is_in_turn()) {
            let people = taken.entry(&scope.step).or_default();
            people.insert(opened.asked.holder, place);
        }
    }
    taken
}

async fn last(conn: &Conn, tenant: TenantId, workflow: &str, step: &str) -> Result<i64, Error> {
    let last: Option<Option<i64>> = Entity::find()
        .select_only()
        .column_as(Column::Turn.max(), "last")
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Workflow.eq(workflow))
        .filter(Column::Step.eq(step))
        .into_tuple()
        .one(conn)
        .await?;
    Ok(last.flatten().unwrap_or_default())
}
