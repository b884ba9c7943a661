//! From a checked filter to a condition, and from a list to its page: keyset, with the id as tie-break.
//!
//! Nothing sorts last in both directions, a comparison with nothing is false, texts that people write are compared and
//! sorted by keys that stand beside them: the same on both databases.

mod member;
mod narrow;
mod order;
mod related;
mod whole;

pub use narrow::{Among, FEW};
pub use related::{Related, Within};
pub use whole::{Whole, of_ids, whole};

use countersign_kernel::filter::{Filter, FilterField, FilterType, List, Op, Test, Value};
use countersign_kernel::text;
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, IntoColumnRef, LikeExpr, Query};
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryResult, QueryTrait, Select,
};
use uuid::Uuid;

use crate::{Conn, Error};
use related::NoRelations;
use whole::count;

/// Counting ends behind this many rows.
const COUNTED: u64 = 10_001;

/// The rows of a page. One that cannot be read is left out, so that it does not hide the others.
#[derive(Debug, Clone)]
pub struct Rows<T> {
    pub rows: Vec<T>,
    /// Whether there is a next page.
    pub more: bool,
    /// How many rows pass the filter, up to 10,001; only if the list asked.
    pub count: Option<u64>,
    /// How many were left out because they cannot be read.
    pub left_out: usize,
}

impl<T> Rows<T> {
    pub fn map<U>(self, view: impl FnMut(T) -> U) -> Rows<U> {
        self.with(|rows| rows.into_iter().map(view).collect())
    }

    /// The same page with these rows seen in another way, or some of them left out.
    pub fn with<U>(self, see: impl FnOnce(Vec<T>) -> Vec<U>) -> Rows<U> {
        Rows {
            rows: see(self.rows),
            more: self.more,
            count: self.count,
            left_out: self.left_out,
        }
    }
}

/// A page of an entity. `select` says whose rows (tenant, not deleted, visible); the list says which of them.
/// Comparisons through relations find nothing here: they take [`fetch_through`].
pub async fn fetch<E>(conn: &Conn, select: Select<E>, list: &List) -> Result<Rows<E::Model>, Error>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    fetch_through(conn, select, &NoRelations, list).await
}

/// [`fetch`] where filters may look through relations, as far as the caller sees what is there.
pub async fn fetch_through<E>(
    conn: &Conn,
    select: Select<E>,
    related: &dyn Related,
    list: &List,
) -> Result<Rows<E::Model>, Error>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    fetch_among(conn, select, related, list, None).await
}

/// [`fetch_through`] where it is known that the rows are among these.
pub async fn fetch_among<E>(
    conn: &Conn,
    select: Select<E>,
    related: &dyn Related,
    list: &List,
    among: Option<Among>,
) -> Result<Rows<E::Model>, Error>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    let table = E::default();
    let scope = Scope {
        table: table.table_name(),
        backend: conn.get_database_backend(),
        related,
    };
    let found = narrow::found(conn, related.tenant(), &scope, &list.filter).await?;
    let among = found.or(among);
    if among.as_ref().is_some_and(|among| among.ids.is_empty()) {
        return Ok(Rows {
            rows: Vec::new(),
            more: false,
            count: list.count.then_some(0),
            left_out: 0,
        });
    }
    let mut filtered = select.filter(scope.condition(&list.filter));
    if let Some(among) = &among {
        filtered = filtered.filter(scope.named(among.column).is_in(among.bound()));
    }
    let index = among.as_ref().map(|among| among.index.as_str());
    let count = if list.count {
        Some(count(conn, filtered.clone(), index, COUNTED).await?)
    } else {
        None
    };
    let by_member = list.sort.first().and_then(|key| key.member.as_deref());
    let found = match by_member.filter(|_| among.is_none()) {
        Some(member) => member::page(conn, &scope, filtered, member, list).await?,
        None => {
            let page = scope.page(filtered, list).into_query();
            conn.query_all_raw(narrow::told(scope.backend, &page, scope.table, index))
                .await?
        }
    };
    let limit = usize::try_from(list.limit).unwrap_or(usize::MAX);
    let rows = readable(table.table_name(), found.iter().take(limit));
    Ok(Rows {
        left_out: found.len().min(limit) - rows.len(),
        rows,
        more: found.len() > limit,
        count,
    })
}

/// Those rows that can be read; what is wrong with the others is logged.
fn readable<'a, M: FromQueryResult>(table: &str, rows: impl Iterator<Item = &'a QueryResult>) -> Vec<M> {
    rows.filter_map(|row| {
        let read = M::from_query_result(row, "");
        read.inspect_err(|error| {
            let id = row.try_get::<Uuid>("", "id").ok();
            tracing::error!(table, ?id, %error, "a row cannot be read, and is left out of its list");
        })
        .ok()
    })
    .collect()
}

/// The condition of a filter over this table, for queries that are not lists (segments, exports).
pub fn condition(backend: DbBackend, table: &str, related: &dyn Related, filter: &Filter) -> Condition {
    Scope {
        table,
        backend,
        related,
    }
    .condition(filter)
}

/// The table that is asked, and for whom.
#[derive(Clone, Copy)]
struct Scope<'a> {
    table: &'a str,
    backend: DbBackend,
    related: &'a dyn Related,
}

impl Scope<'_> {
    fn condition(&self, filter: &Filter) -> Condition {
        match filter {
            Filter::All(parts) => parts
                .iter()
                .fold(Condition::all(), |all, part| all.add(self.condition(part))),
            // An empty "or" holds for nothing.
            Filter::Any(parts) if parts.is_empty() => Condition::all().add(Expr::cust("1 = 0")),
            Filter::Any(parts) => parts
                .iter()
                .fold(Condition::any(), |any, part| any.add(self.condition(part))),
            Filter::Not(part) => Condition::all().add(not_true(self.condition(part).into())),
            Filter::Test(test) => Condition::all().add(self.test(test)),
        }
    }

    fn test(&self, test: &Test) -> Expr {
        if let Some(member) = &test.member {
            return self.compare_member(test, member);
        }
        let Some((through, relation)) = test.through.and_then(|field| Some((field, field.relation?))) else {
            return self.compare(test);
        };
        let Some(visible) = self.related.visible(relation) else {
            return Expr::cust("1 = 0");
        };
        let other = Scope {
            table: relation.table,
            ..*self
        };
        let mut select = Query::select();
        select
            .column((Alias::new(relation.table), Alias::new("id")))
            .from(Alias::new(relation.table))
            .cond_where(visible)
            .and_where(other.compare(test));
        self.column(&through).in_subquery(select)
    }

    fn compare(&self, test: &Test) -> Expr {
        let field = &test.field;
        let money = field.of == FilterType::Money;
        let each = |combine: fn(Condition, Expr) -> Condition,
                    start: Condition,
                    of: &dyn Fn(&Value) -> Expr|
         -> Expr {
            test.values
                .iter()
                .fold(start, |all, value| combine(all, of(value)))
                .into()
        };
        let by = |op: fn(Expr, sea_orm::Value) -> Expr| {
            each(Condition::add, Condition::all(), &|value| {
                self.ordered(field, value, op)
            })
        };
        match test.op {
            Op::Eq | Op::In if money => each(Condition::add, Condition::any(), &|value| {
                self.ordered(field, value, ExprTrait::eq)
            }),
            Op::Ne | Op::Nin if money => by(ExprTrait::ne),
            Op::Eq | Op::In => self.among(test),
            Op::Ne | Op::Nin => not_true(self.among(test)),
            Op::Lt => by(ExprTrait::lt),
            Op::Lte => by(ExprTrait::lte),
            Op::Gt => by(ExprTrait::gt),
            Op::Gte => by(ExprTrait::gte),
            Op::Contains => each(Condition::add, Condition::all(), &|value| {
                self.like(field, value, "%", text::part_key)
            }),
            Op::StartsWith => each(Condition::add, Condition::all(), &|value| {
                self.starts(field, value)
            }),
            Op::IsNull if test.values.first() == Some(&Value::YesNo(true)) => self.column(field).is_null(),
            Op::IsNull => self.column(field).is_not_null(),
        }
    }

    fn among(&self, test: &Test) -> Expr {
        let field = &test.field;
        let column = if field.written {
            self.key(field)
        } else {
            self.column(field)
        };
        let value = |value: &Value| match value {
            Value::Text(text) if field.written && field.sortable => text::index_key(text).into(),
            Value::Text(text) if field.written => text::key(text).into(),
            other => bound(other),
        };
        match test.values.as_slice() {
            [only] => column.eq(value(only)),
            several => column.is_in(several.iter().map(value)),
        }
    }

    /// A comparison in one currency, where it is money.
    fn ordered(&self, field: &FilterField, value: &Value, op: fn(Expr, sea_orm::Value) -> Expr) -> Expr {
        let compared = op(self.column(field), bound(value));
        match value {
            Value::Money(money) => compared.and(self.currency(field).eq(money.currency.code())),
            _ => compared,
        }
    }

    /// Keys are compared by bytes, so those that start with a text stand together in their index.
    fn starts(&self, field: &FilterField, value: &Value) -> Expr {
        let like = self.like(field, value, "", text::start_key);
        let (Value::Text(text), true) = (value, field.written && field.sortable) else {
            return like;
        };
        let start = text::start_key(text);
        let from = self.key(field).gte(start.clone());
        match behind(&start) {
            Some(behind) => from.and(self.key(field).lt(behind)),
            None => like,
        }
    }

    /// `before` is what the pattern begins with, and `key` makes the key of what is looked for.
    fn like(&self, field: &FilterField, value: &Value, before: &str, key: fn(&str) -> String) -> Expr {
        let Value::Text(text) = value else {
            return Expr::cust("1 = 0");
        };
        let mut pattern = before.to_owned();
        for letter in key(text).chars() {
            if matches!(letter, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        pattern.push('%');
        let looked_in = if field.written {
            self.key(field)
        } else {
            self.lowered(field)
        };
        looked_in.like(LikeExpr::new(pattern).escape('\\'))
    }

    /// A word of the product's own: ASCII, of which both databases know the lower case.
    fn lowered(&self, field: &FilterField) -> Expr {
        let collate = if self.backend == DbBackend::Postgres {
            " COLLATE \"C\""
        } else {
            ""
        };
        Expr::cust(format!("LOWER(\"{}\".\"{}\"{collate})", self.table, field.column))
    }

    /// The column of a text's key, beside the text.
    fn key(&self, field: &FilterField) -> Expr {
        self.named(&format!("{}_key", field.column))
    }

    /// The column of a text's sort key, beside the text.
    fn sort_key(&self, field: &FilterField) -> Expr {
        self.named(&format!("{}_sort", field.column))
    }

    /// The column that a field is compared by.
    fn column(&self, field: &FilterField) -> Expr {
        match field.of {
            FilterType::Money => self.named(&format!("{}_minor", field.column)),
            _ => self.named(field.column),
        }
    }

    /// The column of the currency, beside that of the amount.
    fn currency(&self, field: &FilterField) -> Expr {
        self.named(&format!("{}_currency", field.column))
    }

    fn named(&self, column: &str) -> Expr {
        Expr::col((Alias::new(self.table), Alias::new(column)).into_column_ref())
    }
}

/// The least text behind all that start with this one; nothing behind none, and behind the last letter.
fn behind(start: &str) -> Option<String> {
    let mut letters: Vec<char> = start.chars().collect();
    while let Some(last) = letters.pop() {
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

/// False and unknown alike.
fn not_true(expr: Expr) -> Expr {
    expr.is_not(Expr::Constant(true.into()))
}

/// As it stands in the column.
fn bound(value: &Value) -> sea_orm::Value {
    match value {
        Value::Text(text) => text.clone().into(),
        Value::Integer(number) => (*number).into(),
        // Members alone hold decimals, as bytes.
        Value::Number(_) => value.in_order(false).into(),
        Value::Money(money) => money.minor.into(),
        Value::Date(date) => (*date).into(),
        Value::Instant(at) => at.utc().into(),
        Value::YesNo(yes) => (*yes).into(),
        Value::Id(uuid) => (*uuid).into(),
    }
}
