//! The row of a tenant, and the epochs in it.

use countersign_kernel::id::{TenantId, TypedId};
use countersign_kernel::time::Instant;
use countersign_storage::{Conn, Error, Uow, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, Expr, Query};
use sea_orm::{ActiveValue, ConnectionTrait, QuerySelect};

use super::{Publishing, Tenant};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tenants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TenantId,
    pub slug: String,
    pub name: String,
    pub currency: String,
    pub zone: String,
    pub locale: String,
    pub calendar: String,
    /// JSON; none: as it is by itself.
    #[sea_orm(column_type = "Text", nullable)]
    pub publishing: Option<String>,
    pub directory_epoch: i64,
    pub definitions_epoch: i64,
    pub rights_epoch: i64,
    pub clock_offset_ms: i64,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a decision compares its snapshots with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Epoch {
    /// People, departments, roles.
    Directory,
    /// Workflows, automations, calendars.
    Definitions,
    /// Who may call: sessions, keys, disabled people, roles.
    Rights,
}

impl Epoch {
    fn column(self) -> Column {
        match self {
            Self::Directory => Column::DirectoryEpoch,
            Self::Definitions => Column::DefinitionsEpoch,
            Self::Rights => Column::RightsEpoch,
        }
    }
}

/// The epochs of a tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Epochs {
    pub directory: i64,
    pub definitions: i64,
    pub rights: i64,
}

/// Moves some epochs on, and says what they all are now.
///
/// An epoch is at least the instant of its change: so the number of a change that was rolled back after somebody had
/// seen it is never given to another.
pub async fn bump(uow: &mut Uow, which: &[Epoch], now: Instant) -> Result<Epochs, Error> {
    use sea_orm::sea_query::ExprTrait;
    let tenant = uow.tenant();
    let millis = now.millis();
    let mut update = Query::update();
    update
        .table(Entity)
        .and_where(Expr::col(Column::Id).eq(tenant.uuid()));
    for epoch in which {
        let column = epoch.column();
        let next = CaseStatement::new()
            .case(Expr::col(column).lt(millis), Expr::val(millis))
            .finally(Expr::col(column).add(1));
        update.value(column, next);
    }
    update.returning(Query::returning().columns([
        Column::DirectoryEpoch,
        Column::DefinitionsEpoch,
        Column::RightsEpoch,
    ]));
    let row = uow.writes().await?.query_one(&update).await?;
    let row = row.ok_or_else(|| Error::broken("the tenant of a unit of work does not exist"))?;
    Ok(read_epochs(&row)?)
}

/// The epochs of a tenant; none if there is no such tenant.
pub async fn epochs(conn: &Conn, tenant: TenantId) -> Result<Option<Epochs>, Error> {
    let columns = [
        Column::DirectoryEpoch,
        Column::DefinitionsEpoch,
        Column::RightsEpoch,
    ];
    let query = Query::select()
        .columns(columns)
        .from(Entity)
        .and_where(Column::Id.eq(tenant.uuid()))
        .to_owned();
    let row = conn.query_one(&query).await?;
    Ok(row.map(|row| read_epochs(&row)).transpose()?)
}

fn read_epochs(row: &QueryResult) -> Result<Epochs, DbErr> {
    Ok(Epochs {
        directory: row.try_get("", "directory_epoch")?,
        definitions: row.try_get("", "definitions_epoch")?,
        rights: row.try_get("", "rights_epoch")?,
    })
}

/// The tenant of this id.
pub async fn find(conn: &Conn, tenant: TenantId) -> Result<Option<Tenant>, Error> {
    let row = Entity::find_by_id(tenant).one(conn).await?;
    row.map(Tenant::try_from).transpose()
}

/// The unit's tenant, held until the unit ends.
pub async fn held(uow: &Uow) -> Result<Option<Tenant>, Error> {
    let mut query = Entity::find_by_id(uow.tenant());
    dialect::for_update(uow.reads(), QuerySelect::query(&mut query));
    let row = query.one(uow.reads()).await?;
    row.map(Tenant::try_from).transpose()
}

impl TryFrom<Model> for Tenant {
    type Error = Error;
    fn try_from(row: Model) -> Result<Self, Error> {
        let publishing = row.publishing.as_deref().map(serde_json::from_str).transpose();
        Ok(Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            currency: row.currency.parse().map_err(Error::broken)?,
            zone: row.zone,
            locale: crate::locale::read(&row.locale).unwrap_or_default(),
            calendar: row.calendar,
            publishing: publishing.map_err(Error::broken)?.unwrap_or_default(),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// The tenant that people name so at sign-in; no more than that is shown across tenants.
pub async fn by_slug(reader: &Conn, slug: &str) -> Result<Option<TenantId>, Error> {
    use sea_orm::sea_query::ExprTrait;
    let query = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Expr::col(Column::Slug).eq(slug))
        .to_owned();
    let row = reader.query_one(&query).await?;
    Ok(row.map(|row| row.try_get("", "id").map(TenantId)).transpose()?)
}

/// Every tenant, for what the server does for all of them.
pub async fn all(reader: &Conn) -> Result<Vec<TenantId>, Error> {
    let mut select = Query::select();
    select.column(Column::Id).from(Entity);
    let rows = reader.query_all(&select).await?;
    rows.iter()
        .map(|row| Ok(TenantId(row.try_get_by_index(0)?)))
        .collect()
}

/// A new tenant, all its epochs at the instant of its making.
pub async fn insert(uow: &mut Uow, tenant: &Tenant) -> Result<(), Error> {
    let epoch = tenant.created_at.millis();
    let row = ActiveModel {
        id: ActiveValue::Set(tenant.id),
        slug: ActiveValue::Set(tenant.slug.clone()),
        name: ActiveValue::Set(tenant.name.clone()),
        currency: ActiveValue::Set(tenant.currency.to_string()),
        zone: ActiveValue::Set(tenant.zone.clone()),
        locale: ActiveValue::Set(tenant.locale.tag().to_owned()),
        calendar: ActiveValue::Set(tenant.calendar.clone()),
        publishing: ActiveValue::Set(written(&tenant.publishing)?),
        directory_epoch: ActiveValue::Set(epoch),
        definitions_epoch: ActiveValue::Set(epoch),
        rights_epoch: ActiveValue::Set(epoch),
        clock_offset_ms: ActiveValue::Set(0),
        version: ActiveValue::Set(tenant.version),
        created_at: ActiveValue::Set(tenant.created_at),
        updated_at: ActiveValue::Set(tenant.updated_at),
    };
    Entity::insert(row)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// Keeps changed settings; the row must still have the version before.
pub async fn update(uow: &mut Uow, tenant: &Tenant) -> Result<(), Error> {
    let publishing = written(&tenant.publishing)?;
    let done = Entity::update_many()
        .col_expr(Column::Name, Expr::val(tenant.name.clone()))
        .col_expr(Column::Zone, Expr::val(tenant.zone.clone()))
        .col_expr(Column::Locale, Expr::val(tenant.locale.tag()))
        .col_expr(Column::Calendar, Expr::val(tenant.calendar.clone()))
        .col_expr(Column::Publishing, Expr::val(publishing))
        .col_expr(Column::Version, Expr::val(tenant.version))
        .col_expr(Column::UpdatedAt, Expr::val(tenant.updated_at.utc()))
        .filter(Column::Id.eq(tenant.id))
        .filter(Column::Version.eq(tenant.version - 1))
        .exec(uow.writes().await?)
        .await?;
    Error::check_written(done.rows_affected)
}

/// As the column keeps it.
fn written(publishing: &Publishing) -> Result<Option<String>, Error> {
    if *publishing == Publishing::default() {
        return Ok(None);
    }
    serde_json::to_string(publishing).map(Some).map_err(Error::broken)
}
