//! Leave as it is kept.

use std::collections::BTreeMap;

use countersign_engine::leave::{Amount, Bucket, Employment, Entry, EntryKind};
use countersign_kernel::actor::Actor;
use countersign_kernel::id::{LeaveEntryId, LeaveId, RequestId, TenantId, UserId};
use countersign_kernel::time::{Date, Instant};
use countersign_storage::{Conn, Error, Uow};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use super::employment;

/// Rows of one statement.
const AT_ONCE: usize = 200;
/// Leaves of a list.
pub(super) const LEAVES_MAX: usize = 10_000;

/// A line of the ledger.
pub(super) mod entry {
    use countersign_kernel::id::{LeaveEntryId, RequestId, TenantId, UserId};
    use countersign_kernel::time::{Date, Instant};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "leave_entries")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LeaveEntryId,
        pub person: UserId,
        pub leave_type: String,
        pub kind: String,
        pub on_day: Date,
        pub period: Date,
        pub carried: bool,
        /// Thousandths.
        pub amount: i64,
        pub rule_key: Option<String>,
        pub request_id: Option<RequestId>,
        pub reason: Option<String>,
        pub actor: String,
        pub created_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a request asks for or was given.
pub(super) mod leave {
    use countersign_kernel::id::{LeaveId, TenantId, UserId};
    use countersign_kernel::time::{Date, Instant};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "leaves")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LeaveId,
        pub version: i64,
        pub person: UserId,
        pub leave_type: String,
        pub status: String,
        pub first_day: Date,
        pub last_day: Date,
        pub start_half: bool,
        pub end_half: bool,
        pub hours: Option<i64>,
        pub amount: i64,
        pub created_at: Instant,
        pub updated_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A day of it.
pub(super) mod day {
    use countersign_kernel::id::{LeaveId, TenantId};
    use countersign_kernel::time::Date;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "leave_days")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub leave_id: LeaveId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: Date,
        pub amount: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Terms of employment.
pub(super) mod terms {
    use countersign_kernel::id::{TenantId, UserId};
    use countersign_kernel::time::Instant;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "employments")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: UserId,
        pub version: i64,
        pub terms: String,
        pub created_at: Instant,
        pub updated_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An entry that is to be kept.
#[derive(Debug, Clone)]
pub(super) struct New {
    pub id: LeaveEntryId,
    pub person: UserId,
    pub of: String,
    pub entry: Entry,
    pub request: Option<LeaveId>,
    pub reason: Option<String>,
}

impl entry::Model {
    /// As the ledger reads it.
    pub(super) fn entry(&self) -> Result<Entry, Error> {
        let kind = EntryKind::read(&self.kind)
            .ok_or_else(|| Error::broken(format!("an entry of leave of the kind {:?}", self.kind)))?;
        Ok(Entry {
            kind,
            on: self.on_day,
            bucket: Bucket {
                period: self.period,
                carried: self.carried,
            },
            amount: Amount::of_thousandths(self.amount),
            key: self.rule_key.clone(),
        })
    }
}

/// Everything that is kept of these people, by person and type, in the order of the ledger.
pub(super) async fn entries(
    conn: &Conn,
    tenant: TenantId,
    people: &[UserId],
    of: Option<&str>,
) -> Result<BTreeMap<(UserId, String), Vec<entry::Model>>, Error> {
    let mut find = entry::Entity::find()
        .filter(entry::Column::TenantId.eq(tenant))
        .filter(entry::Column::Person.is_in(people.iter().copied()));
    if let Some(of) = of {
        find = find.filter(entry::Column::LeaveType.eq(of));
    }
    let rows = find
        .order_by_asc(entry::Column::Person)
        .order_by_asc(entry::Column::LeaveType)
        .order_by_asc(entry::Column::OnDay)
        .order_by_asc(entry::Column::CreatedAt)
        .order_by_asc(entry::Column::Id)
        .all(conn)
        .await?;
    let mut found: BTreeMap<_, Vec<entry::Model>> = BTreeMap::new();
    for row in rows {
        found
            .entry((row.person, row.leave_type.clone()))
            .or_default()
            .push(row);
    }
    Ok(found)
}

/// An entry as it is kept.
pub(super) fn row(tenant: TenantId, new: &New, actor: &Actor, now: Instant) -> entry::Model {
    entry::Model {
        tenant_id: tenant,
        id: new.id,
        person: new.person,
        leave_type: new.of.clone(),
        kind: new.entry.kind.word().to_owned(),
        on_day: new.entry.on,
        period: new.entry.bucket.period,
        carried: new.entry.bucket.carried,
        amount: new.entry.amount.thousandths(),
        rule_key: new.entry.key.clone(),
        request_id: new.request.map(|leave| RequestId(leave.0)),
        reason: new.reason.clone(),
        actor: actor.to_string(),
        created_at: now,
    }
}

/// Adds to the ledger.
pub(super) async fn add(uow: &mut Uow, new: Vec<New>, actor: &Actor, now: Instant) -> Result<(), Error> {
    let tenant = uow.tenant();
    for chunk in new.chunks(AT_ONCE) {
        let rows = chunk
            .iter()
            .map(|new| row(tenant, new, actor, now).into_active_model());
        entry::Entity::insert_many(rows)
            .exec_without_returning(uow.writes().await?)
            .await?;
    }
    Ok(())
}

/// Which of these entries are this person's.
pub(super) async fn own_among(
    conn: &Conn,
    tenant: TenantId,
    person: UserId,
    ids: &[LeaveEntryId],
) -> Result<Vec<LeaveEntryId>, Error> {
    let rows = entry::Entity::find()
        .select_only()
        .column(entry::Column::Id)
        .filter(entry::Column::TenantId.eq(tenant))
        .filter(entry::Column::Id.is_in(ids.iter().copied()))
        .filter(entry::Column::Person.eq(person));
    Ok(rows.into_tuple().all(conn).await?)
}

/// The leave of a request.
pub(super) async fn leave_of(
    conn: &Conn,
    tenant: TenantId,
    id: LeaveId,
) -> Result<Option<leave::Model>, Error> {
    Ok(leave::Entity::find_by_id((tenant, id)).one(conn).await?)
}

/// What these people have set aside or taken that lies at least in part between two days, in the order in which it ends; at most
/// [`LEAVES_MAX`] and one.
pub(super) async fn leaves_between(
    conn: &Conn,
    tenant: TenantId,
    people: Option<&[UserId]>,
    (from, until): (Date, Date),
) -> Result<Vec<leave::Model>, Error> {
    let mut find = leave::Entity::find()
        .filter(leave::Column::TenantId.eq(tenant))
        .filter(leave::Column::LastDay.gte(from))
        .filter(leave::Column::FirstDay.lte(until))
        .filter(leave::Column::Status.is_in(["reserved", "taken"]));
    if let Some(people) = people {
        find = find.filter(leave::Column::Person.is_in(people.iter().copied()));
    }
    let rows = find
        .order_by_asc(leave::Column::LastDay)
        .order_by_asc(leave::Column::FirstDay)
        .order_by_asc(leave::Column::Id)
        .limit(LEAVES_MAX as u64 + 1);
    Ok(rows.all(conn).await?)
}

/// What these leaves take, by day.
pub(super) async fn days_of(
    conn: &Conn,
    tenant: TenantId,
    leaves: &[LeaveId],
) -> Result<BTreeMap<LeaveId, BTreeMap<Date, Amount>>, Error> {
    let mut found: BTreeMap<LeaveId, BTreeMap<Date, Amount>> = BTreeMap::new();
    for chunk in leaves.chunks(AT_ONCE) {
        let rows = day::Entity::find()
            .filter(day::Column::TenantId.eq(tenant))
            .filter(day::Column::LeaveId.is_in(chunk.iter().copied()))
            .all(conn)
            .await?;
        for row in rows {
            let days = found.entry(row.leave_id).or_default();
            days.insert(row.day, Amount::of_thousandths(row.amount));
        }
    }
    Ok(found)
}

/// Keeps what a request asks for, one version on, with its days.
pub(super) async fn keep(uow: &mut Uow, row: leave::Model, days: &[(Date, Amount)]) -> Result<(), Error> {
    let (tenant, id) = (row.tenant_id, row.id);
    let moves = [
        leave::Column::Version,
        leave::Column::LeaveType,
        leave::Column::Status,
        leave::Column::FirstDay,
        leave::Column::LastDay,
        leave::Column::StartHalf,
        leave::Column::EndHalf,
        leave::Column::Hours,
        leave::Column::Amount,
        leave::Column::UpdatedAt,
    ];
    let known = OnConflict::columns([leave::Column::TenantId, leave::Column::Id])
        .update_columns(moves)
        .to_owned();
    let is_new = row.version == 1;
    let conn = uow.writes().await?;
    leave::Entity::insert(row.into_active_model())
        .on_conflict(known)
        .exec_without_returning(conn)
        .await?;
    if !is_new {
        day::Entity::delete_many()
            .filter(day::Column::TenantId.eq(tenant))
            .filter(day::Column::LeaveId.eq(id))
            .exec(conn)
            .await?;
    }
    for chunk in days.chunks(AT_ONCE) {
        let row = |(date, amount): &(Date, Amount)| day::Model {
            tenant_id: tenant,
            leave_id: id,
            day: *date,
            amount: amount.thousandths(),
        };
        day::Entity::insert_many(chunk.iter().map(|day| row(day).into_active_model()))
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}

/// Keeps how a leave stands; its days are as they were.
pub(super) async fn mark(uow: &mut Uow, row: leave::Model) -> Result<(), Error> {
    let mut changed = row.into_active_model();
    for column in [
        leave::Column::Version,
        leave::Column::Status,
        leave::Column::UpdatedAt,
    ] {
        sea_orm::ActiveModelTrait::reset(&mut changed, column);
    }
    leave::Entity::update(changed).exec(uow.writes().await?).await?;
    Ok(())
}

/// The terms that these people work by; who has none works full time and was always there.
pub(super) async fn employments(
    conn: &Conn,
    tenant: TenantId,
    people: &[UserId],
) -> Result<BTreeMap<UserId, Employment>, Error> {
    let rows = terms::Entity::find()
        .filter(terms::Column::TenantId.eq(tenant))
        .filter(terms::Column::Person.is_in(people.iter().copied()))
        .all(conn)
        .await?;
    let read = |row: terms::Model| Ok((row.person, employment::read(&row.terms)?));
    rows.into_iter().map(read).collect()
}

/// The terms of one person, as they are kept.
pub(super) async fn employment_of(
    conn: &Conn,
    tenant: TenantId,
    person: UserId,
) -> Result<Option<terms::Model>, Error> {
    Ok(terms::Entity::find_by_id((tenant, person)).one(conn).await?)
}

/// Keeps the terms of one person.
pub(super) async fn keep_employment(uow: &mut Uow, row: terms::Model) -> Result<(), Error> {
    let known = OnConflict::columns([terms::Column::TenantId, terms::Column::Person])
        .update_columns([
            terms::Column::Version,
            terms::Column::Terms,
            terms::Column::UpdatedAt,
        ])
        .to_owned();
    terms::Entity::insert(row.into_active_model())
        .on_conflict(known)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}
