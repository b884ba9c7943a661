//! Lists and searches: filter, sort, cursor, and the page that comes back.

mod members;

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest};
use countersign_kernel::filter::{self, Filter, List, Member, Noun, Param, SortKey, Surroundings, Value};
use countersign_kernel::text::Words;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::body::Body;
use crate::ctx::{self, Ctx};
use crate::params::Params;
use crate::problem::{Fault, Place, Problem};
use crate::seen::seen;

pub use members::Published;

/// What a list of things can be asked for: `struct Deals; impl Listed for Deals { const NOUN: Noun = …; }`.
pub trait Listed: 'static {
    const NOUN: Noun;
    /// Parameters of the operation's own, beside the conditions: [`Listing::own`] gives them.
    const OWN: &'static [&'static str] = &[];
    /// Whether rows come back, page by page. Where not, there are no `limit`, `cursor`, `count`, `expand`.
    const PAGES: bool = true;
    /// Whether rows come in an order that can be asked for: also where all come at once.
    const SORTED: bool = Self::PAGES;

    /// Where fields are found that rows have by what somebody published, beside those of the noun.
    fn published(_: &HttpRequest) -> Option<Box<dyn Published>> {
        None
    }
}

/// A page that is asked for, by `GET /v1/things?…` or by `POST /v1/things/search`: the same handler body serves both.
/// It is a [`Ctx`] too.
pub struct Listing<N> {
    pub ctx: Ctx,
    /// Filter, sort, place and size of the page: for `storage::filter::fetch`.
    pub list: List,
    /// The fields that the rows have by what somebody published, if any of them is asked for.
    pub members: Vec<Arc<Member>>,
    pub(crate) own: Vec<Own>,
    noun: PhantomData<N>,
}

impl<N> Deref for Listing<N> {
    type Target = Ctx;
    fn deref(&self) -> &Ctx {
        &self.ctx
    }
}

/// A parameter of an operation's own: its name and value.
pub(crate) type Own = (&'static str, String);

/// The body of `POST …/search`.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"filter": {"and": [{"created_at": {"gte": "2026-01-01T00:00:00.000Z"}}, {"not": {"id": {"is_null": true}}}]}, "sort": "-created_at", "limit": 50}))]
pub struct SearchBody {
    /// The long form: `{"and": […]}`, `{"or": […]}`, `{"not": …}`, `{"field": {"op": value}}`.
    filter: Option<serde_json::Value>,
    /// `-amount,created_at`.
    sort: Option<String>,
    /// 50 unless told.
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
    /// `exact`.
    count: Option<String>,
    /// A text to look for.
    q: Option<String>,
}

const DEFAULT: u64 = 50;
const MOST: u64 = 200;
const OWN: &[&str] = &["limit", "cursor", "sort", "count", "q"];

/// What was asked, before it is checked.
#[derive(Default)]
struct Asked {
    filter: Option<Result<Filter, Vec<Fault>>>,
    sort: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
    count: Option<String>,
    q: Option<String>,
    own: Vec<Own>,
    /// Whether faults are placed in the body.
    posted: bool,
}

impl<N> Listing<N> {
    /// A parameter of the operation's own, if it was given.
    pub fn own(&self, name: &str) -> Option<&str> {
        self.own
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
    }
}

impl<N: Listed> FromRequest for Listing<N> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        seen(request).own_params.set(true);
        let opening = ctx::opening(request);
        let published = N::published(request);
        let body =
            (request.method() == Method::POST).then(|| Body::<SearchBody>::from_request(request, payload));
        Box::pin(async move {
            let ctx = opening.await?;
            let body = match body {
                Some(body) => Some(body.await?.0),
                None => None,
            };
            let members = match &published {
                Some(published) => members::asked::<N>(&ctx, &**published, body.as_ref()).await?,
                None => Vec::new(),
            };
            let currency = ctx.world.auth.currency(ctx.caller.tenant).await?;
            let around = Surroundings {
                me: ctx.caller.user,
                currency,
                members: &members,
            };
            let asked = match body {
                Some(body) => posted(&N::NOUN, body, &ctx, &around)?,
                None => queried::<N>(&ctx, &around)?,
            };
            let list = check(&N::NOUN, &asked, &members, &ctx)?;
            for relation in list.filter.relations() {
                ctx.require(relation.scope)?;
            }
            Ok(Self {
                ctx,
                list,
                members,
                own: asked.own,
                noun: PhantomData,
            })
        })
    }
}

fn queried<N: Listed>(ctx: &Ctx, around: &Surroundings<'_>) -> Result<Asked, Problem> {
    let (noun, own) = (&N::NOUN, N::OWN);
    let mut params: Params = ctx.params.clone();
    let known: &[&str] = match (N::PAGES, N::SORTED) {
        (true, _) => OWN,
        (false, true) => &["sort", "q"],
        (false, false) => &["q"],
    };
    let mut faults = Vec::new();
    let mut take = |name| {
        params.take(name).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        })
    };
    let mut asked = Asked::default();
    if N::SORTED {
        asked.sort = take("sort");
    }
    if N::PAGES {
        asked.limit = take("limit");
        asked.cursor = take("cursor");
        asked.count = take("count");
    }
    if noun.fields.iter().any(|field| field.searched) {
        asked.q = take("q");
    }
    asked.own = own.iter().filter_map(|name| Some((*name, take(name)?))).collect();
    let also: Vec<&str> = known.iter().chain(own).chain(&ctx.known).copied().collect();
    let conditions: Vec<Param> = params.iter().collect();
    let filter = filter::query(noun.fields, &conditions, &also, around);
    asked.filter = Some(filter.map_err(|found| {
        found
            .into_iter()
            .map(Fault::of_query)
            .chain(faults.clone())
            .collect()
    }));
    if faults.is_empty() {
        Ok(asked)
    } else {
        Err(Problem::bad_parameters(
            asked.filter.and_then(Result::err).unwrap_or(faults),
        ))
    }
}

fn posted(noun: &Noun, body: SearchBody, ctx: &Ctx, around: &Surroundings<'_>) -> Result<Asked, Problem> {
    let faults = ctx.params.refuse_rest(&ctx.known);
    if !faults.is_empty() {
        return Err(Problem::bad_parameters(faults));
    }
    let filter = body.filter.map(|json| {
        filter::long(noun.fields, &json, around).map_err(|found| {
            found
                .into_iter()
                .map(|fault| Fault::of_filter("/filter", fault))
                .collect()
        })
    });
    let limit = body.limit.map(|limit| limit.to_string());
    Ok(Asked {
        filter,
        sort: body.sort,
        limit,
        cursor: body.cursor,
        count: body.count,
        q: body.q,
        own: Vec::new(),
        posted: true,
    })
}

fn check(noun: &Noun, asked: &Asked, members: &[Arc<Member>], ctx: &Ctx) -> Result<List, Problem> {
    let mut faults = Vec::new();
    let mut filter = asked
        .filter
        .clone()
        .unwrap_or_else(|| Ok(Filter::everything()))
        .unwrap_or_else(|found| {
            faults.extend(found);
            Filter::everything()
        });
    if let Some(text) = &asked.q {
        faults.extend(filter::long_text(text).map(|detail| bad_value("q", detail)));
        filter = Filter::All(vec![filter, Filter::search(noun.fields, text)]);
    }
    let sort = filter::sort(noun, asked.sort.as_deref().unwrap_or(noun.default_sort), members)
        .unwrap_or_else(|fault| {
            faults.push(Fault::of_query(fault));
            Vec::new()
        });
    let limit = asked
        .limit
        .as_deref()
        .map_or(Some(DEFAULT), limit)
        .unwrap_or_else(|| {
            faults.push(bad_value(
                "limit",
                Words::fixed("limit is a number from 1 to 200.", "limit 须为 1 到 200 的数字。"),
            ));
            DEFAULT
        });
    if asked.count.as_deref().is_some_and(|count| count != "exact") {
        faults.push(bad_value(
            "count",
            Words::fixed("count can only be exact.", "count 只能是 exact。"),
        ));
    }
    if !faults.is_empty() {
        let placed = |fault| if asked.posted { in_body(fault) } else { fault };
        return Err(Problem::bad_parameters(faults.into_iter().map(placed)));
    }
    let after = match &asked.cursor {
        Some(cursor) => Some(open(
            ctx,
            noun,
            &bound(&filter, &sort, &asked.own),
            &sort,
            cursor,
        )?),
        None => None,
    };
    Ok(List {
        filter,
        sort,
        after,
        limit,
        count: asked.count.is_some(),
    })
}

fn bad_value(name: &str, detail: Words) -> Fault {
    Fault::parameter(name, "bad_value", detail)
}

fn limit(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|limit| digits && (1..=MOST).contains(limit))
}

/// The place of a fault where the parameters are members of a body.
fn in_body(fault: Fault) -> Fault {
    match fault.place {
        Place::Parameter(name) => Fault {
            place: Place::Pointer(format!("/{name}")),
            ..fault
        },
        _ => fault,
    }
}

/// What must be the same when a cursor comes back: filter, sort, and the operation's own parameters.
pub(crate) fn bound(filter: &Filter, sort: &[SortKey], own: &[Own]) -> String {
    let keys: Vec<String> = sort
        .iter()
        .map(|key| format!("{}{}", if key.descending { "-" } else { "" }, key.name()))
        .collect();
    format!("{filter} by {} with {own:?}", keys.join(","))
}

fn open(
    ctx: &Ctx,
    noun: &Noun,
    bound: &str,
    sort: &[SortKey],
    cursor: &str,
) -> Result<Vec<Option<Value>>, Problem> {
    let payload = ctx.open_cursor(noun.plural, bound, cursor)?;
    let keys: Vec<Option<String>> = serde_json::from_str(&payload).map_err(|_| Problem::bad_cursor())?;
    if keys.len() != sort.len() {
        return Err(Problem::bad_cursor());
    }
    let read = |(key, sort): (Option<String>, &SortKey)| match key {
        None => Ok(None),
        Some(key) => Value::of_key(&sort.field, &key)
            .map(Some)
            .ok_or_else(Problem::bad_cursor),
    };
    keys.into_iter().zip(sort).map(read).collect()
}
