//! Fields that rows have by what somebody published, beside those of their noun: those of the form of one workflow.

use std::sync::Arc;

use countersign_kernel::filter::{Member, PREFIX};
use countersign_kernel::text::Words;
use futures_util::future::LocalBoxFuture;
use serde_json::Value;

use super::{Listed, SearchBody};
use crate::ctx::Ctx;
use crate::params::Params;
use crate::problem::{Fault, Place, Problem};

/// Knows the fields that rows have by what somebody published, like those of the form of a workflow.
pub trait Published {
    /// The field that says by what: `workflow`.
    fn by(&self) -> &'static str;

    /// The fields of the rows that have this there; none if there is nothing of the name.
    fn members<'a>(
        &'a self,
        ctx: &'a Ctx,
        group: &'a str,
    ) -> LocalBoxFuture<'a, Result<Vec<Arc<Member>>, Problem>>;
}

/// The fields by what somebody published, if one of them is asked for. Those of one workflow are, so that is to be named.
pub(super) async fn asked<N: Listed>(
    ctx: &Ctx,
    published: &dyn Published,
    body: Option<&SearchBody>,
) -> Result<Vec<Arc<Member>>, Problem> {
    let by = published.by();
    let (place, group) = match body {
        Some(body) => (
            body.member(),
            body.filter.as_ref().and_then(|filter| stated(filter, by)),
        ),
        None => {
            let mut named = ctx.params.iter().filter(|param| param.name == by);
            let group = named.next().map(|param| param.value.to_owned());
            (
                member_in(&ctx.params, N::OWN),
                group.filter(|_| named.next().is_none()),
            )
        }
    };
    let Some(place) = place else { return Ok(Vec::new()) };
    let Some(group) = group else {
        let words = Words::new(
            format!("Fields of {PREFIX} are those of one {by}: say which, as {by}=expense."),
            format!("{PREFIX} 的字段属于某一个 {by}：请同时指定，例如 {by}=expense。"),
        );
        return Err(Problem::bad_parameters([Fault {
            place,
            code: "missing".into(),
            detail: words,
        }]));
    };
    let members = published.members(ctx, &group).await?;
    if members.is_empty() {
        let words = Words::new(
            format!(
                "Nothing can be asked for by {PREFIX} here: no field of the newest version of this {by} is marked with `list: true`."
            ),
            format!("这里不能按 {PREFIX} 查询：该 {by} 的最新版本没有标记 `list: true` 的字段。"),
        );
        return Err(Problem::bad_parameters([Fault {
            place,
            code: "unknown_parameter".into(),
            detail: words,
        }]));
    }
    Ok(members)
}

fn is_member(path: &str) -> bool {
    path.trim_start_matches('-')
        .strip_prefix(PREFIX)
        .is_some_and(|rest| rest.starts_with('.'))
}

/// The first parameter that names a field by what somebody published.
fn member_in(params: &Params, own: &[&str]) -> Option<Place> {
    let holds = |name: &str| name == "sort" || own.contains(&name);
    let mut asking = params.iter().filter(|param| {
        is_member(param.name) || (holds(param.name) && param.value.split(',').any(is_member))
    });
    asking.next().map(|param| Place::Parameter(param.name.to_owned()))
}

impl SearchBody {
    fn member(&self) -> Option<Place> {
        let sorted = self
            .sort
            .as_deref()
            .is_some_and(|sort| sort.split(',').any(is_member));
        if sorted {
            return Some(Place::Pointer("/sort".to_owned()));
        }
        let names = self.filter.as_ref().is_some_and(names_member);
        names.then(|| Place::Pointer("/filter".to_owned()))
    }
}

fn names_member(filter: &Value) -> bool {
    match filter {
        Value::Object(members) => members
            .iter()
            .any(|(name, inner)| is_member(name) || names_member(inner)),
        Value::Array(list) => list.iter().any(names_member),
        _ => false,
    }
}

/// What a filter says that a field is, of all rows.
fn stated(filter: &Value, field: &str) -> Option<String> {
    let own = filter.get(field).map(|said| said.get("eq").unwrap_or(said));
    let own = own.and_then(Value::as_str).map(str::to_owned);
    let mut parts = filter.get("and").and_then(Value::as_array).into_iter().flatten();
    own.or_else(|| parts.find_map(|part| stated(part, field)))
}
