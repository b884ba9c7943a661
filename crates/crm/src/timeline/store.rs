//! How timelines are kept and read.

use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, TenantId};
use countersign_kernel::time::Instant;
use countersign_storage::Conn;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};

use super::Moment;
use crate::record::refusal::Refusal;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "timeline")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub record: Uuid,
    pub at: Instant,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub event: EventId,
    pub r#type: String,
    pub subject_kind: String,
    pub subject: Uuid,
    pub subject_name: Option<String>,
    pub actor: String,
    pub changes: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps moments; one that is there already stays as it is.
pub async fn keep(conn: &Conn, moments: &[Moment]) -> Result<(), Refusal> {
    if moments.is_empty() {
        return Ok(());
    }
    let rows = moments
        .iter()
        .map(|moment| ActiveModel::from(row(moment)).reset_all());
    Entity::insert_many(rows)
        .on_conflict_do_nothing_on([Column::TenantId, Column::Record, Column::At, Column::Seq])
        .exec_without_returning(conn)
        .await?;
    Ok(())
}

/// Where a page of a timeline ends.
pub type Place = (Instant, i64);

/// The moments of a record that are of these types and lie before a place, newest first.
pub async fn before(
    conn: &Conn,
    tenant: TenantId,
    record: Uuid,
    types: &[&str],
    place: Option<Place>,
    limit: u64,
) -> Result<Vec<Moment>, Refusal> {
    let mut query = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Record.eq(record))
        .filter(Column::Type.is_in(types.iter().copied()));
    if let Some((at, seq)) = place {
        let same_instant = Condition::all().add(Column::At.eq(at)).add(Column::Seq.lt(seq));
        query = query.filter(Condition::any().add(Column::At.lt(at)).add(same_instant));
    }
    let query = query
        .order_by_desc(Column::At)
        .order_by_desc(Column::Seq)
        .limit(limit);
    Ok(query.all(conn).await?.into_iter().map(moment).collect())
}

fn row(moment: &Moment) -> Model {
    Model {
        tenant_id: moment.tenant,
        record: moment.record,
        at: moment.at,
        seq: moment.seq,
        event: moment.event,
        r#type: moment.kind.clone(),
        subject_kind: moment.subject.kind.clone(),
        subject: moment.subject.id,
        subject_name: moment.subject_name.clone(),
        actor: moment.actor.to_string(),
        changes: serde_json::json!(moment.changes).to_string(),
    }
}

fn moment(row: Model) -> Moment {
    Moment {
        tenant: row.tenant_id,
        record: row.record,
        at: row.at,
        seq: row.seq,
        event: row.event,
        kind: row.r#type,
        subject: Link::new(row.subject_kind, row.subject),
        subject_name: row.subject_name,
        actor: row.actor.parse().unwrap_or(Actor::System),
        changes: serde_json::from_str(&row.changes).unwrap_or_default(),
    }
}
