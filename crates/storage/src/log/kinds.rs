//! The types of event that a reader asks for: names, and areas of which every type is meant (`custom.payment.*`).

use sea_orm::Value;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, SimpleExpr};

use super::rows::Column;

/// What an entry's type has to be, for a statement that is put together.
pub(super) fn condition(kinds: &[&str]) -> SimpleExpr {
    let kind = || Expr::col(Column::Kind);
    let names = kinds.iter().filter(|kind| area(kind).is_none()).copied();
    kinds
        .iter()
        .filter_map(|kind| area(kind))
        .map(|area| kind().like(LikeExpr::new(beginning(area)).escape('\\')))
        .fold(kind().is_in(names), ExprTrait::or)
}

/// The same as text, with places behind those of `values`.
pub(super) fn sql(table: &str, kinds: &[&str], values: &mut Vec<Value>) -> String {
    let one = |kind: &&str| {
        let (is, value) = match area(kind) {
            Some(area) => ("LIKE", beginning(area)),
            None => ("=", (*kind).to_owned()),
        };
        values.push(value.into());
        format!("{table}.kind {is} ${}", values.len())
    };
    let all: Vec<String> = kinds.iter().map(one).collect();
    if all.is_empty() {
        return "false".to_owned();
    }
    format!("({})", all.join(" OR "))
}

/// `custom.payment.` of `custom.payment.*`.
fn area(kind: &str) -> Option<&str> {
    kind.strip_suffix('*').filter(|area| area.ends_with('.'))
}

fn beginning(area: &str) -> String {
    format!("{}%", area.replace('_', "\\_"))
}
