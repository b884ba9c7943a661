//! Records by the ids under which other systems know them: created at first, changed after.

use countersign_kernel::id::{EventId, TenantId};
use countersign_kernel::text::Words;
use countersign_storage::{Conn, Rule, RuleLock, Uow, Work};
use countersign_web::{Expected, Fault, Problem};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait as _, Order, QueryOrder, QuerySelect, QueryTrait};

use super::Kind;
use super::change::{Done, Hand, Op, What, change};
use super::refusal::{Conflict, Refusal};
use super::store::{Table, column, seen, to_change};
use super::viewer::Viewer;

/// An external id leads each caller to one record: of two who bring it at once, the second finds what the first made.
const ONE_RECORD: Rule = Rule::named("external ids");

/// By which id another system knows a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExternalId {
    /// The other system: `erp`.
    pub source: String,
    /// Its id there.
    pub id: String,
}

impl From<(String, String)> for ExternalId {
    fn from((source, id): (String, String)) -> Self {
        Self { source, id }
    }
}

impl ExternalId {
    /// Whoever may make a record under this id holds it.
    pub fn lock(&self, kind: &Kind) -> RuleLock {
        ONE_RECORD.exclusive_for(format!("{} {} {}", kind.object, self.source, self.id))
    }

    /// Both are short and visible; a source is a name as in code.
    pub fn check(&self) -> Result<(), Problem> {
        let mut faults = Vec::new();
        if !is_source(&self.source) {
            let words = Words::fixed(
                "A source is 1 to 64 lower-case letters, digits, _ or -, like erp.",
                "来源为 1 到 64 个小写字母、数字、_ 或 -，例如 erp。",
            );
            faults.push(Fault::parameter("source", "bad_value", words));
        }
        if !(1..=255).contains(&self.id.chars().count()) || self.id.chars().any(char::is_control) {
            let words = Words::fixed(
                "An external id is 1 to 255 characters without control characters.",
                "外部 id 为 1 到 255 个字符，不含控制字符。",
            );
            faults.push(Fault::parameter("external_id", "bad_value", words));
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::bad_parameters(faults))
        }
    }
}

/// Whether a system can be called so: 1 to 64 letters, as in code.
pub fn is_source(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte))
}

/// Changes the record that has this external id, or creates it.
#[derive(Debug)]
pub struct Upsert<R: Table> {
    pub hand: Hand,
    pub external: ExternalId,
    /// The id of the record if it is new.
    pub id: Uuid,
    pub event: EventId,
    pub expected: Expected,
    /// `If-None-Match: *`.
    pub only_create: bool,
    pub edit: R::Edit,
}

impl<R: Table> Work for Upsert<R> {
    type Out = Done<R>;
    type Error = Refusal;

    fn rules(&self) -> Vec<RuleLock> {
        std::iter::once(self.external.lock(R::KIND))
            .chain(R::RULE)
            .collect()
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Done<R>, Refusal> {
        uow.must_hold(ONE_RECORD)?;
        let tenant = self.hand.by.tenant;
        let known = find::<R>(uow.reads(), &self.hand.viewer, &self.external).await?;
        let op = match known {
            Some(_) if self.only_create => return Err(Refusal::Exists),
            Some(id) => {
                self.not_deleted(uow, id).await?;
                self.op(id, What::Edit(self.edit.clone()))
            }
            None => self.op(self.id, What::Create(self.edit.clone())),
        };
        if known.is_none() && matches!(self.expected, Expected::OneOf(_) | Expected::Any) {
            return Err(Refusal::NotFound(R::KIND));
        }
        let mut outcomes = change(uow, &self.hand, std::slice::from_ref(&op), true).await?;
        let done = outcomes.pop().unwrap_or(Err(Refusal::NotFound(R::KIND)))?;
        if known.is_none() {
            let kept = [(self.external.clone(), self.id)];
            keep(uow.writes().await?, tenant, R::KIND, &kept).await?;
        }
        Ok(done)
    }
}

impl<R: Table> Upsert<R> {
    fn op(&self, id: Uuid, what: What<R>) -> Op<R> {
        Op {
            id,
            event: self.event,
            expected: self.expected.clone(),
            what,
        }
    }

    /// A deleted record keeps its external id: it is brought back, not made a second time.
    async fn not_deleted(&self, uow: &Uow, id: Uuid) -> Result<(), Refusal> {
        let record = to_change::<R>(uow.reads(), &self.hand.viewer, &[id]).await?.pop();
        match record {
            Some(record) if record.meta().deleted_at.is_some() => Err(Refusal::Conflict(Conflict {
                code: "deleted",
                detail: Words::new(
                    format!(
                        "The {} with this external id is deleted: restore {} first.",
                        R::KIND.object,
                        record.id()
                    ),
                    format!(
                        "此外部 id 对应的{}已被删除：请先恢复 {}。",
                        R::KIND.zh,
                        record.id()
                    ),
                ),
                state: record.state(),
                possible: record.possible().to_vec(),
            })),
            _ => Ok(()),
        }
    }
}

/// The table of external ids.
pub mod row {
    use countersign_kernel::id::TenantId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "external_ids")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub source: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub external_id: String,
        /// Several, if those who made the later ones did not see the earlier.
        #[sea_orm(primary_key, auto_increment = false)]
        pub record: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Where this id leads the viewer: to the oldest of the records that they see, first of those that are not deleted.
/// One that they do not see is as one that is not there, so that the answer tells nothing of it: they make their own.
async fn find<R: Table>(
    conn: &Conn,
    viewer: &Viewer,
    external: &ExternalId,
) -> Result<Option<Uuid>, Refusal> {
    let named = row::Entity::find()
        .select_only()
        .column(row::Column::Record)
        .filter(row::Column::TenantId.eq(viewer.tenant))
        .filter(row::Column::Kind.eq(R::KIND.object))
        .filter(row::Column::Source.eq(external.source.as_str()))
        .filter(row::Column::ExternalId.eq(external.id.as_str()));
    let query = R::Entity::find()
        .select_only()
        .expr(column::<R>("id"))
        .filter(seen::<R>(viewer))
        .filter(column::<R>("id").in_subquery(named.into_query()))
        .order_by(column::<R>("deleted_at").is_not_null(), Order::Asc)
        .order_by(column::<R>("created_at"), Order::Asc)
        .order_by(column::<R>("id"), Order::Asc);
    Ok(query.into_tuple().one(conn).await?)
}

/// Says that these ids lead to these records.
pub async fn keep(
    conn: &Conn,
    tenant: TenantId,
    kind: &Kind,
    known: &[(ExternalId, Uuid)],
) -> Result<(), Refusal> {
    if known.is_empty() {
        return Ok(());
    }
    let rows = known.iter().map(|(external, record)| row::ActiveModel {
        tenant_id: Set(tenant),
        kind: Set(kind.object.to_owned()),
        source: Set(external.source.clone()),
        external_id: Set(external.id.clone()),
        record: Set(*record),
    });
    row::Entity::insert_many(rows)
        .exec_without_returning(conn)
        .await?;
    Ok(())
}

/// The ids of other systems that lead to these records, in the order of their names.
pub async fn of_records(
    conn: &Conn,
    tenant: TenantId,
    kind: &Kind,
    records: &[Uuid],
) -> Result<Vec<row::Model>, Refusal> {
    // Not by kind, by which SQLite would rather look through all of the tenant's.
    let rows = row::Entity::find()
        .filter(row::Column::TenantId.eq(tenant))
        .filter(row::Column::Record.is_in(records.iter().copied()))
        .all(conn)
        .await?;
    let mut rows: Vec<_> = rows.into_iter().filter(|row| row.kind == kind.object).collect();
    rows.sort_by(|one, two| (&one.source, &one.external_id).cmp(&(&two.source, &two.external_id)));
    Ok(rows)
}

/// Says that no id of other systems leads to these records any more.
pub async fn forget(
    conn: &Conn,
    tenant: TenantId,
    kind: &Kind,
    source: &str,
    records: &[Uuid],
) -> Result<(), Refusal> {
    row::Entity::delete_many()
        .filter(row::Column::TenantId.eq(tenant))
        .filter(row::Column::Kind.eq(kind.object))
        .filter(row::Column::Source.eq(source))
        .filter(row::Column::Record.is_in(records.iter().copied()))
        .exec(conn)
        .await?;
    Ok(())
}
