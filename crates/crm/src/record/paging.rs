//! Pages of what has one order only: histories and timelines.

use countersign_web::{Answer, Ctx, Page, Problem};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

/// Which page.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Rows of a page: 50 unless told.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
    /// Where the page begins: `next_cursor` of the one before.
    pub cursor: Option<String>,
}

impl Paging {
    /// How many rows.
    pub fn rows(&self) -> u64 {
        self.limit.unwrap_or(50)
    }

    /// Where the page begins; nothing is the beginning.
    pub fn place<P: DeserializeOwned>(&self, ctx: &Ctx, list: &str) -> Result<Option<P>, Problem> {
        let Some(cursor) = &self.cursor else {
            return Ok(None);
        };
        let payload = ctx.open_cursor(list, "", cursor)?;
        serde_json::from_str(&payload)
            .map(Some)
            .map_err(Problem::internal)
    }

    /// The page, from one row more than it shows.
    pub fn page<V: Serialize, P: Serialize>(
        &self,
        ctx: &Ctx,
        list: &str,
        mut views: Vec<V>,
        place: impl Fn(&V) -> P,
    ) -> Answer {
        let has_more = views.len() as u64 > self.rows();
        views.truncate(usize::try_from(self.rows()).unwrap_or(usize::MAX));
        let last = views
            .last()
            .filter(|_| has_more)
            .and_then(|last| serde_json::to_string(&place(last)).ok());
        let next_cursor = last.map(|payload| ctx.seal_cursor(list, "", &payload));
        Answer::json(&Page {
            data: views,
            has_more,
            next_cursor,
            count: None,
            count_capped: None,
        })
    }
}
