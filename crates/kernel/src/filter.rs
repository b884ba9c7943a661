//! The one grammar of filters, for lists, searches, saved views, automations and webhooks.
//!
//! Two spellings, one meaning: `?status=open&amount[gte]=1000` ([`query`]) and
//! `{"and": [{"status": "open"}, {"amount": {"gte": "1000"}}]}` ([`long`]).
//! Logic has two values: a comparison with nothing is false, and `not` turns it round.

mod field;
mod long;
mod member;
mod query;
mod sort;
#[cfg(test)]
mod tests;
mod value;

pub use field::{FilterField, FilterType, Noun, Op, Relation};
pub use long::long;
pub use member::{Member, MemberTable, PREFIX, member_field};
pub use query::{Param, query, words};
pub use sort::{SortKey, sort};
pub use value::{Value, long_text};

use std::fmt;
use std::sync::Arc;

use crate::id::UserId;
use crate::money::Currency;
use crate::text::{self, Words, same};

/// A checked filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Test(Test),
}

/// One comparison of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The field that leads to another record, in `account.country`.
    pub through: Option<FilterField>,
    /// Of a member, what it holds alone.
    pub field: FilterField,
    /// What rows have by what somebody published: `form.amount`.
    pub member: Option<Arc<Member>>,
    pub op: Op,
    /// One value; several for `in` and `nin`; `YesNo` for `is_null`.
    pub values: Vec<Value>,
}

/// What a filter's words refer to.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// Who `me` is.
    pub me: UserId,
    /// The currency that an amount without one means: the tenant's.
    pub currency: Currency,
    /// Fields that the rows have by what somebody published.
    pub members: &'a [Arc<Member>],
}

/// What is wrong with a filter or a sort, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The parameter (`amount[gte]`), or in the long form the JSON pointer below `filter`.
    pub place: String,
    pub code: &'static str,
    pub detail: Words,
}

/// A page that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    pub filter: Filter,
    /// Never empty; ends with the id, so that no two rows are equal.
    pub sort: Vec<SortKey>,
    /// The sort keys of the row after which the page begins.
    pub after: Option<Vec<Option<Value>>>,
    /// 1 to 200.
    pub limit: u64,
    /// Whether the number of rows was asked for (`count=exact`).
    pub count: bool,
}

impl Filter {
    /// Lets everything through.
    pub const fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Judges one record in memory; `read` gives a field's value, or nothing where it has none.
    pub fn holds(&self, read: &dyn Fn(&Test) -> Option<Value>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(read)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(read)),
            Self::Not(part) => !part.holds(read),
            Self::Test(test) => test.holds(read(test).as_ref()),
        }
    }

    /// Every comparison in it.
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::tests).collect(),
            Self::Not(part) => part.tests(),
            Self::Test(test) => vec![test],
        }
    }

    /// Where its comparisons lead to other records.
    pub fn relations(&self) -> impl Iterator<Item = &'static Relation> {
        self.tests().into_iter().filter_map(|test| test.through?.relation)
    }

    /// `q=`: any of the searched texts contains it, without the blanks around it.
    pub fn search(fields: &[FilterField], text: &str) -> Self {
        let contains = |field: &FilterField| {
            let values = vec![Value::Text(text.trim().to_owned())];
            Self::Test(Test {
                through: None,
                field: *field,
                member: None,
                op: Op::Contains,
                values,
            })
        };
        Self::Any(
            fields
                .iter()
                .filter(|field| field.searched)
                .map(contains)
                .collect(),
        )
    }
}

impl Test {
    /// Whether a field with this value passes.
    pub fn holds(&self, value: Option<&Value>) -> bool {
        let wanted = self.values.first();
        let by = |accept: fn(std::cmp::Ordering) -> bool| {
            value
                .zip(wanted)
                .and_then(|(value, wanted)| value.compare(wanted))
                .is_some_and(accept)
        };
        let among = || value.is_some_and(|value| self.values.iter().any(|wanted| self.same(value, wanted)));
        let text = |accept: fn(&str, &str) -> bool| match (value, wanted) {
            (Some(Value::Text(value)), Some(Value::Text(wanted))) => accept(value, wanted),
            _ => false,
        };
        match self.op {
            Op::Eq | Op::In => among(),
            // Another currency is neither equal nor different: it is not compared.
            Op::Ne | Op::Nin if self.field.of == FilterType::Money => {
                !among()
                    && self
                        .values
                        .iter()
                        .all(|wanted| value.is_some_and(|value| value.compare(wanted).is_some()))
            }
            Op::Ne | Op::Nin => !among(),
            Op::Lt => by(std::cmp::Ordering::is_lt),
            Op::Lte => by(std::cmp::Ordering::is_le),
            Op::Gt => by(std::cmp::Ordering::is_gt),
            Op::Gte => by(std::cmp::Ordering::is_ge),
            Op::Contains => text(text::contains),
            Op::StartsWith => text(text::starts_with),
            Op::IsNull => wanted == Some(&Value::YesNo(value.is_none())),
        }
    }

    fn same(&self, value: &Value, wanted: &Value) -> bool {
        match (value, wanted) {
            (Value::Text(value), Value::Text(wanted)) if self.field.written => same(value, wanted),
            _ => value == wanted,
        }
    }
}

/// The filter in a form of its own, equal for equal filters: cursors are bound to it.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, word: &str, parts: &[Self]| {
            write!(f, "{word}(")?;
            parts.iter().try_for_each(|part| write!(f, "{part};"))?;
            f.write_str(")")
        };
        match self {
            Self::All(parts) => list(f, "all", parts),
            Self::Any(parts) => list(f, "any", parts),
            Self::Not(part) => write!(f, "not({part})"),
            Self::Test(test) => {
                let through = test.through.map_or("", |field| field.name);
                let member = test.member.as_ref().map(|member| member.path.as_str());
                write!(
                    f,
                    "{through}.{} {} {:?}",
                    member.unwrap_or(test.field.name),
                    test.op.name(),
                    test.values
                )
            }
        }
    }
}
