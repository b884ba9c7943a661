//! The page of a list that comes back.

use actix_web::http::Method;
use countersign_kernel::filter::{SortKey, Value};
use countersign_storage::filter::Rows;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::listing::{Listed, Listing, bound};
use crate::problem::Problem;

/// Counting ends here.
const COUNTED: u64 = 10_000;

/// A page of a list, as it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<R> {
    pub data: Vec<R>,
    pub has_more: bool,
    /// Send it back as `cursor`, with the same filter and sort.
    pub next_cursor: Option<String>,
    /// How many there are; only on request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub count: Option<u64>,
    /// Counting ended at 10,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub count_capped: Option<bool>,
}

impl<R> Page<R> {
    /// The first rows of what is shown within something else: whoever wants the rest asks for its list.
    pub fn first(rows: Rows<R>) -> Self {
        let count_capped = rows.count.map(|count| count > COUNTED).filter(|capped| *capped);
        Self {
            data: rows.rows,
            has_more: rows.more,
            next_cursor: None,
            count: rows.count.map(|count| count.min(COUNTED)),
            count_capped,
        }
    }
}

impl<N: Listed> Listing<N> {
    /// The page: `rows` as `storage::filter::fetch` gave them, seen as views.
    pub async fn page<V: Serialize + ToSchema + 'static>(&self, rows: Rows<V>) -> Result<Answer, Problem> {
        let Rows {
            rows,
            more: has_more,
            count,
            left_out: _,
        } = rows;
        let next_cursor = match rows.last() {
            Some(last) if has_more => Some(self.cursor_after(last)?),
            _ => None,
        };
        let link = next_cursor
            .as_deref()
            .filter(|_| self.ctx.method != Method::POST)
            .map(|cursor| self.next_path(cursor));
        let count_capped = count.map(|count| count > COUNTED).filter(|capped| *capped);
        let count = count.map(|count| count.min(COUNTED));
        let answer = if self.ctx.wants_reshaping() {
            let mut data = rows
                .iter()
                .map(serde_json::to_value)
                .collect::<Result<Vec<_>, _>>()
                .map_err(Problem::internal)?;
            self.ctx.reshape::<V>(&N::NOUN, &mut data).await?;
            Answer::json(&Page {
                data,
                has_more,
                next_cursor,
                count,
                count_capped,
            })
        } else {
            let data: Vec<Box<RawValue>> = rows
                .iter()
                .map(to_raw_value)
                .collect::<Result<_, _>>()
                .map_err(Problem::internal)?;
            Answer::json(&Page {
                data,
                has_more,
                next_cursor,
                count,
                count_capped,
            })
        };
        Ok(match link {
            Some(path) => answer.with_link(&path),
            None => answer,
        })
    }

    /// A cursor that goes on after this row.
    fn cursor_after<V: Serialize>(&self, last: &V) -> Result<String, Problem> {
        let shown = serde_json::to_value(last).map_err(Problem::internal)?;
        let keys = place_of(&self.list.sort, &shown)?;
        let keys: Vec<Option<String>> = keys.iter().map(|key| key.as_ref().map(Value::to_key)).collect();
        let payload = serde_json::to_string(&keys).map_err(Problem::internal)?;
        Ok(self.ctx.seal_cursor(
            N::NOUN.plural,
            &bound(&self.list.filter, &self.list.sort, &self.own),
            &payload,
        ))
    }

    fn next_path(&self, cursor: &str) -> String {
        let pairs =
            url::form_urlencoded::parse(self.ctx.query.as_bytes()).filter(|(name, _)| name != "cursor");
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .append_pair("cursor", cursor)
            .finish();
        format!("{}?{query}", self.ctx.path)
    }
}

/// Where a row stands in an order: its view shows every sort key under its name.
pub fn place_of(sort: &[SortKey], shown: &serde_json::Value) -> Result<Vec<Option<Value>>, Problem> {
    let key = |sort: &SortKey| match shown.get(sort.field.name) {
        // What another version of the workflow wrote may be of another type: it stands as nothing.
        Some(form) if sort.member.is_some() => {
            let name = sort.member.as_ref().map_or("", |member| &member.name);
            Ok(form
                .get(name)
                .and_then(|value| Value::of_view(&sort.field, value)))
        }
        Some(serde_json::Value::Null) => Ok(None),
        Some(value) => Value::of_view(&sort.field, value)
            .map(Some)
            .ok_or_else(|| Problem::internal(format!("{} of the view is no sort key", sort.field.name))),
        None => Err(Problem::internal(format!(
            "the view does not show {}, which it is sorted by",
            sort.field.name
        ))),
    };
    sort.iter().map(key).collect()
}
