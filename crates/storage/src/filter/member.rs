//! Fields that rows have by what somebody published: their values stand in a table of their own, in their order.

use countersign_kernel::filter::{Filter, List, Member, Op, Test, Value};
use countersign_kernel::id::TenantId;
use countersign_kernel::text;
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryResult, QueryTrait, Select};
use uuid::Uuid;

use super::{Scope, narrow, not_true};
use crate::{Conn, Error};

fn column(member: &Member, name: &str) -> Expr {
    Expr::col((Alias::new(member.table.name), Alias::new(name)))
}

/// The rows of a member's values that belong to a group.
fn of_group(member: &Member, filled: bool) -> Condition {
    Condition::all()
        .add(column(member, member.table.group).eq(member.group.as_str()))
        .add(column(member, "name").eq(member.name.as_str()))
        .add(column(member, "empty").eq(i16::from(!filled)))
}

impl Scope<'_> {
    /// The value that a row has; nothing where it is empty.
    pub(super) fn member(&self, member: &Member) -> Expr {
        let select = Query::select()
            .expr(column(member, "value"))
            .from(Alias::new(member.table.name))
            .and_where(column(member, "tenant_id").eq(self.named("tenant_id")))
            .and_where(column(member, member.table.owner).eq(self.named("id")))
            .cond_where(of_group(member, true))
            .to_owned();
        Expr::SubQuery(None, Box::new(select.into()))
    }

    pub(super) fn compare_member(&self, test: &Test, member: &Member) -> Expr {
        self.compare_bytes(test, member.field.written, &|| self.member(member))
    }

    /// `value` is what is compared, as bytes.
    fn compare_bytes(&self, test: &Test, written: bool, value: &dyn Fn() -> Expr) -> Expr {
        let any = |of: &dyn Fn(&Value) -> Expr| -> Expr {
            let parts = test.values.iter().map(of);
            parts.fold(Condition::any(), Condition::add).into()
        };
        let same = || any(&|wanted| value().eq(wanted.in_order(written)));
        // Of one type, and of one currency.
        let comparable = |wanted: &Value| begins(value, wanted.comparable(written));
        match test.op {
            Op::Eq | Op::In => same(),
            Op::Ne | Op::Nin if matches!(test.values.first(), Some(Value::Money(_))) => {
                let all = test.values.iter().map(comparable);
                let all: Expr = all.fold(Condition::all(), Condition::add).into();
                all.and(not_true(same()))
            }
            Op::Ne | Op::Nin => not_true(same()),
            Op::Lt => any(&|wanted| comparable(wanted).and(value().lt(wanted.in_order(written)))),
            Op::Lte => any(&|wanted| comparable(wanted).and(value().lte(wanted.in_order(written)))),
            Op::Gt => any(&|wanted| comparable(wanted).and(value().gt(wanted.in_order(written)))),
            Op::Gte => any(&|wanted| comparable(wanted).and(value().gte(wanted.in_order(written)))),
            Op::StartsWith => any(&|wanted| match wanted {
                Value::Text(text) => begins(value, start(text, written)),
                _ => Expr::cust("1 = 0"),
            }),
            Op::Contains => any(&|wanted| match wanted {
                Value::Text(text) => self.contains(value(), part(text, written)),
                _ => Expr::cust("1 = 0"),
            }),
            Op::IsNull if test.values.first() == Some(&Value::YesNo(true)) => value().is_null(),
            Op::IsNull => value().is_not_null(),
        }
    }

    fn contains(&self, value: Expr, part: Vec<u8>) -> Expr {
        let sql = if self.backend == DbBackend::Postgres {
            "position($2 in $1) > 0"
        } else {
            "instr(?, ?) > 0"
        };
        Expr::cust_with_exprs(sql, [value, Expr::val(part)])
    }
}

/// A letter for the type, as [`Value::in_order`] writes it, and what the text shall start with.
fn start(text: &str, written: bool) -> Vec<u8> {
    if written {
        [b"t", text::start_key(text).as_bytes()].concat()
    } else {
        [b"w", text.as_bytes()].concat()
    }
}

fn part(text: &str, written: bool) -> Vec<u8> {
    if written {
        text::part_key(text).into_bytes()
    } else {
        text.as_bytes().to_vec()
    }
}

/// The bytes that begin with these stand together.
fn begins(value: &dyn Fn() -> Expr, start: Vec<u8>) -> Expr {
    let mut behind = start.clone();
    // Never all of them: the first is a letter.
    while behind.last() == Some(&u8::MAX) {
        behind.pop();
    }
    if let Some(last) = behind.last_mut() {
        *last += 1;
    }
    value().gte(start).and(value().lt(behind))
}

/// The first part of a filter that names values of one member which stand together in the index.
pub(super) fn looked_up(parts: &[Filter]) -> Option<(&Test, &Member)> {
    parts.iter().find_map(|part| match part {
        Filter::Test(test) => {
            let stand_together = matches!(
                test.op,
                Op::Eq | Op::In | Op::Lt | Op::Lte | Op::Gt | Op::Gte | Op::StartsWith
            );
            Some((test, test.member.as_deref()?)).filter(|_| stand_together)
        }
        _ => None,
    })
}

/// The ids of the rows whose member passes a test, as far as the limit.
pub(super) fn passing(
    scope: &Scope<'_>,
    tenant: TenantId,
    test: &Test,
    member: &Member,
    limit: u64,
) -> SelectStatement {
    Query::select()
        .column((Alias::new(member.table.name), Alias::new(member.table.owner)))
        .from(Alias::new(member.table.name))
        .and_where(column(member, "tenant_id").eq(tenant))
        .cond_where(of_group(member, true))
        .and_where(scope.compare_bytes(test, member.field.written, &|| column(member, "value")))
        .limit(limit)
        .to_owned()
}

/// A page in the order of a member's values, and one row more if there is a next page: first the ids, read from the index of the
/// values, then their rows. Those without a value stand last.
pub(super) async fn page<E: EntityTrait>(
    conn: &Conn,
    scope: &Scope<'_>,
    filtered: Select<E>,
    member: &Member,
    list: &List,
) -> Result<Vec<QueryResult>, Error> {
    let Some(tenant) = scope.related.tenant() else {
        return Err(Error::broken(
            "a list by what somebody published is of one tenant",
        ));
    };
    let (mut ids, wanted) = (Vec::new(), list.limit + 1);
    let after = list.after.as_deref().map(|keys| {
        let id = match keys.last() {
            Some(Some(Value::Id(id))) => *id,
            _ => Uuid::nil(),
        };
        (keys.first().cloned().flatten(), id)
    });
    let begins_empty = after.as_ref().is_some_and(|(value, _)| value.is_none());
    for filled in [true, false] {
        let left = wanted - ids.len() as u64;
        if left == 0 || (filled && begins_empty) {
            continue;
        }
        let after = after.as_ref().filter(|(value, _)| value.is_some() == filled);
        let piece = Piece {
            scope,
            tenant,
            member,
            filled,
            descending: list.sort.first().is_some_and(|key| key.descending),
            after,
        };
        let select = piece.select(filtered.clone(), left);
        let index = Some(member.table.index);
        let told = narrow::told(scope.backend, &select, member.table.name, index);
        for row in conn.query_all_raw(told).await? {
            ids.push(row.try_get_by_index::<Uuid>(0)?);
        }
    }
    rows(conn, scope, filtered, &ids).await
}

/// Rows that have a value, or that have none.
struct Piece<'a> {
    scope: &'a Scope<'a>,
    tenant: TenantId,
    member: &'a Member,
    filled: bool,
    descending: bool,
    /// The value and id behind which it begins.
    after: Option<&'a (Option<Value>, Uuid)>,
}

impl Piece<'_> {
    fn select<E: EntityTrait>(&self, filtered: Select<E>, limit: u64) -> SelectStatement {
        let (member, table) = (self.member, self.member.table);
        let owner = || column(member, table.owner);
        // The row that it is a value of, if the list shows that.
        let mut row = filtered.filter(self.scope.named("id").eq(owner())).into_query();
        row.clear_selects().expr(Expr::cust("1")).limit(1);
        let order = if self.descending { Order::Desc } else { Order::Asc };
        let mut select = Query::select();
        select
            .expr(owner())
            .from(Alias::new(table.name))
            .and_where(column(member, "tenant_id").eq(self.tenant))
            .cond_where(of_group(member, self.filled))
            .and_where(Expr::SubQuery(None, Box::new(row.into())).is_not_null())
            .order_by_expr(column(member, "value"), order.clone())
            .order_by_expr(owner(), order)
            .limit(limit);
        if let Some((value, id)) = self.after {
            let bytes = value.as_ref().map(|value| value.in_order(member.field.written));
            let here = Expr::tuple([column(member, "value"), owner()]);
            let there = Expr::tuple([Expr::val(bytes.unwrap_or_default()), Expr::val(*id)]);
            select.and_where(if self.descending {
                here.lt(there)
            } else {
                here.gt(there)
            });
        }
        select
    }
}

/// The rows with these ids, in their order.
async fn rows<E: EntityTrait>(
    conn: &Conn,
    scope: &Scope<'_>,
    filtered: Select<E>,
    ids: &[Uuid],
) -> Result<Vec<QueryResult>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let among = super::Among::by_id(scope.table, ids.to_vec());
    let select = filtered
        .filter(scope.named("id").is_in(among.bound()))
        .into_query();
    let told = narrow::told(scope.backend, &select, scope.table, Some(&among.index));
    let mut placed = Vec::with_capacity(ids.len());
    for row in conn.query_all_raw(told).await? {
        let id: Uuid = row.try_get("", "id")?;
        placed.push((ids.iter().position(|one| *one == id), row));
    }
    placed.sort_by_key(|(place, _)| *place);
    Ok(placed.into_iter().map(|(_, row)| row).collect())
}
