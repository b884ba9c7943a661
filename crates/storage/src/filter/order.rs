//! Order, place and size of a page.

use countersign_kernel::filter::{FilterType, List, SortKey, Value};
use countersign_kernel::text::sort_key;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, NullOrdering, Order};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::{Scope, bound};

/// A column that rows are ordered by. Money is two: amounts of two currencies have no order, so those of one stand
/// together.
struct By {
    column: Expr,
    descending: bool,
    nullable: bool,
}

impl Scope<'_> {
    pub(super) fn page<E: EntityTrait>(&self, mut select: Select<E>, list: &List) -> Select<E> {
        if let Some(keys) = &list.after {
            select = select.filter(self.after(&list.sort, keys));
        }
        for by in list.sort.iter().flat_map(|key| self.columns(key)) {
            let order = if by.descending { Order::Desc } else { Order::Asc };
            select = if by.nullable {
                select.order_by_with_nulls(by.column, order, NullOrdering::Last)
            } else {
                select.order_by(by.column, order)
            };
        }
        select.limit(list.limit + 1)
    }

    fn columns(&self, key: &SortKey) -> Vec<By> {
        let by = |column| By {
            column,
            descending: key.descending,
            nullable: key.field.nullable,
        };
        if let Some(member) = &key.member {
            return vec![by(self.member(member))];
        }
        match key.field.of {
            // Both hold nothing, or neither: where the first says that nothing stands last, the second need not.
            FilterType::Money => vec![
                by(self.currency(&key.field)),
                By {
                    nullable: false,
                    ..by(self.column(&key.field))
                },
            ],
            _ if key.field.written => vec![by(self.sort_key(&key.field))],
            _ => vec![by(self.column(&key.field))],
        }
    }

    /// The rows behind the one with these keys: equal in the first few columns, and behind in the next.
    fn after(&self, sort: &[SortKey], keys: &[Option<Value>]) -> Condition {
        let places: Vec<(By, Option<sea_orm::Value>)> = sort
            .iter()
            .zip(keys)
            .flat_map(|(key, value)| {
                let columns = self.columns(key);
                let values = bounds(key, value.as_ref(), columns.len());
                columns.into_iter().zip(values)
            })
            .collect();
        let mut equal = Condition::all();
        let mut behind = Condition::any();
        for (by, value) in &places {
            if let Some(value) = value {
                behind = behind.add(equal.clone().add(by.behind(value)));
            }
            equal = equal.add(by.at(value.as_ref()));
        }
        // Said once more for the index: nothing before the first column's value comes into question.
        match places.first() {
            Some((by, Some(value))) if !by.nullable => Condition::all().add(by.from(value)).add(behind),
            _ => Condition::all().add(behind),
        }
    }
}

impl By {
    fn column(&self) -> Expr {
        self.column.clone()
    }

    fn at(&self, value: Option<&sea_orm::Value>) -> Expr {
        match value {
            Some(value) => self.column().eq(value.clone()),
            None => self.column().is_null(),
        }
    }

    /// Nothing stands last in both directions.
    fn behind(&self, value: &sea_orm::Value) -> Expr {
        let beyond = if self.descending {
            self.column().lt(value.clone())
        } else {
            self.column().gt(value.clone())
        };
        if self.nullable {
            beyond.or(self.column().is_null())
        } else {
            beyond
        }
    }

    fn from(&self, value: &sea_orm::Value) -> Expr {
        if self.descending {
            self.column().lte(value.clone())
        } else {
            self.column().gte(value.clone())
        }
    }
}

/// What a sort key is in each of its columns.
fn bounds(key: &SortKey, value: Option<&Value>, columns: usize) -> Vec<Option<sea_orm::Value>> {
    match value {
        Some(value) if key.member.is_some() => vec![Some(value.in_order(key.field.written).into())],
        Some(Value::Text(text)) if key.field.written => vec![Some(sort_key(text).into())],
        Some(Value::Money(money)) => vec![
            Some(money.currency.code().into()),
            Some(bound(&Value::Money(*money))),
        ],
        Some(value) => vec![Some(bound(value))],
        None => vec![None; columns],
    }
}
