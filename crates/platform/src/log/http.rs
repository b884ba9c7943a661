//! The event log over HTTP.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{FromRequest, HttpRequest, HttpResponse, get, post};
use countersign_kernel::envelope::Envelope;
use countersign_kernel::id::EventId;
use countersign_kernel::text::{Words, nearest};
use countersign_kernel::time::Instant;
use countersign_storage::log;
use countersign_web::{Answer, Ctx, Fault, Id, Nothing, OptionalBody, Problem, ProblemKind, Query, World};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::page::{Reading, Wanted};
use super::place::Place;
use super::sent::http::send_event;
use super::stream::{self, Listener};
use super::{ticket, types};
use crate::Platform;

pub(super) const SCOPE: &str = "platform:events:read";

pub(crate) fn mount(config: &mut ServiceConfig) {
    config
        .service(list_events)
        .service(send_event)
        .service(stream_events)
        .service(create_stream_ticket)
        .service(get_event)
        .service(list_event_types)
        .service(get_event_type);
}

/// Which events, and from where on.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Only these types, by name or by area (`oa.request.*`); comma-separated or repeated.
    #[param(required = false, example = json!(["crm.deal.won"]))]
    r#type: Vec<String>,
    /// Only events about these records, those of a request with those of its tasks; comma-separated or repeated.
    #[param(required = false)]
    subject: Vec<String>,
    /// `now`: begin at the end, with what happens next.
    #[param(required = false, nullable = false)]
    after: Option<String>,
    /// Where the page begins: `next_cursor` of the one before, with the same types and subjects.
    #[param(required = false, nullable = false)]
    cursor: Option<String>,
    /// Events of a page: 1 to 200, 50 unless told.
    #[param(required = false, nullable = false, minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// Which events a stream sends, from where on, and for whom.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Listening {
    /// Only these types, by name or by area (`oa.request.*`); comma-separated or repeated.
    #[param(required = false, example = json!(["crm.deal.won"]))]
    r#type: Vec<String>,
    /// Only events about these records, those of a request with those of its tasks; comma-separated or repeated.
    #[param(required = false)]
    subject: Vec<String>,
    /// Where to begin: a cursor of the log or of a stream with the same types and subjects.
    #[param(required = false, nullable = false)]
    cursor: Option<String>,
    /// A ticket instead of the Authorization header.
    #[param(required = false, nullable = false)]
    ticket: Option<String>,
}

/// Under a name of its own: the documents are told of it by `params`.
type Asking = Query<Asked>;

/// A page of the log.
#[derive(Serialize)]
struct Page {
    data: Vec<Envelope>,
    has_more: bool,
    next_cursor: String,
}

/// A page of the log, oldest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is read")]
struct EventPage {
    data: Vec<types::Event>,
    /// Whether there is more to be had at once.
    has_more: bool,
    /// Always there: what happens next is behind it.
    next_cursor: String,
}

/// All types of event.
#[derive(Serialize, ToSchema)]
struct EventTypePage {
    data: Vec<types::View>,
    has_more: bool,
    next_cursor: Option<String>,
}

/// A ticket for one stream.
#[derive(Serialize, ToSchema)]
struct StreamTicket {
    #[schema(example = "stream_ticket")]
    object: &'static str,
    /// For `GET /v1/events/stream?ticket=…`. Null where this is an answer given again under its idempotency key.
    #[schema(required = true)]
    ticket: Option<String>,
    /// Until when it opens its first stream.
    expires_at: Instant,
}

/// List events. The log, oldest first by `sequence`: the events of records that the caller may see. `next_cursor` is always
/// there; come back with it for what happens next. Needs the scope `platform:events:read`, and that of each type: who reads some
/// of the types asked for is shown those, who reads none is refused (403 `missing_scope`, with the `scope`).
#[utoipa::path(tag = "events", params(Asked), security(("bearer" = [SCOPE])), responses((status = 200, description = "A page of events.", body = EventPage)))]
#[get("/v1/events")]
async fn list_events(asked: Asking, ctx: Ctx, platform: Data<Platform>) -> Result<Answer, Problem> {
    let Query(asked) = asked;
    let limit = usize::try_from(asked.limit.unwrap_or(50)).unwrap_or(50);
    let wanted = Wanted::checked(&ctx.world, asked.r#type, &asked.subject)?;
    wanted.within_scopes(&ctx.world.catalogue, &ctx.caller)?;
    let reading = Reading {
        world: &ctx.world,
        sight: &platform.sight,
        caller: &ctx.caller,
        wanted: &wanted,
    };
    let reader = ctx.read().await?;
    let place = start(&reading, &reader, asked.cursor.as_deref(), asked.after.as_deref()).await?;
    let found = reading.after(&reader, place, limit).await?;
    let next_cursor = reading.sealer().seal(found.next);
    Ok(Answer::json(&Page {
        data: found.events.into_iter().map(|(event, _)| event).collect(),
        has_more: found.more,
        next_cursor,
    }))
}

/// One event. Needs the scope `platform:events:read`, and that of its type.
#[utoipa::path(tag = "events", params(("id" = EventId, Path)), security(("bearer" = [SCOPE])), responses((status = 200, description = "The event.", body = types::Event)))]
#[get("/v1/events/{id}")]
async fn get_event(ctx: Ctx, id: Id<EventId>, platform: Data<Platform>) -> Result<Answer, Problem> {
    let wanted = Wanted::default();
    let reading = Reading {
        world: &ctx.world,
        sight: &platform.sight,
        caller: &ctx.caller,
        wanted: &wanted,
    };
    let reader = ctx.read().await?;
    let found = log::entry(&reader, ctx.tenant(), *id).await?;
    let seen = platform
        .sight
        .events(
            &reader,
            &ctx.caller,
            &ctx.world.catalogue,
            found.into_iter().collect(),
        )
        .await?;
    let shown = seen.first().and_then(|event| reading.shown(event));
    shown
        .map(|event| Answer::json(&event))
        .ok_or_else(|| Problem::not_found("event"))
}

/// The log as it grows, as server-sent events: `id` is a cursor, `event` the type, `data` the event. It resumes after
/// `Last-Event-ID` (or `cursor`), begins at the end otherwise, and sends a comment each 15 s. It ends with its token,
/// when the caller's rights change and when the server stops: the last event, `end`, says why and holds the cursor.
/// Browsers, which can send no header with it, take a ticket first (`ticket=`). Needs the scope `platform:events:read`, and that of each type, as
/// the pages of the log do.
#[utoipa::path(
    tag = "events",
    params(
        Listening,
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was heard.")
    ),
    security(("bearer" = [SCOPE])),
    responses((status = 200, description = "Server-sent events.", content_type = "text/event-stream", body = inline(String)))
)]
#[get("/v1/events/stream")]
async fn stream_events(
    request: HttpRequest,
    world: Data<World>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (listening, caller, bearer) = match ticket_of(&request) {
        Some((ticket, listening)) => {
            let bearer = ticket::redeem(&world.db, &ticket, world.clock.now())
                .await?
                .ok_or_else(Problem::unauthenticated)?;
            (listening?, world.auth.authenticate(&bearer).await?, bearer)
        }
        None => {
            let Query(listening) = Query::<Listening>::extract(&request).await?;
            let ctx = Ctx::extract(&request).await?;
            (
                listening,
                ctx.caller.clone(),
                bearer(&request).ok_or_else(Problem::unauthenticated)?,
            )
        }
    };
    if !caller.scopes.allow(SCOPE) {
        return Err(Problem::missing_scope(SCOPE));
    }
    let room = platform.live.enter(&caller)?;
    let wanted = Wanted::checked(&world, listening.r#type, &listening.subject)?;
    wanted.within_scopes(&world.catalogue, &caller)?;
    let resumed = request
        .headers()
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let place = {
        let reading = Reading {
            world: &world,
            sight: &platform.sight,
            caller: &caller,
            wanted: &wanted,
        };
        let reader = world.db.read(caller.tenant).await?;
        let cursor = resumed.filter(|id| !id.is_empty()).or(listening.cursor);
        start(&reading, &reader, cursor.as_deref(), Some("now")).await?
    };
    let listener = Listener {
        world,
        platform,
        bearer,
        caller,
        wanted,
        place,
        _room: room,
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // Proxies that gather what they pass on would hold events back.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(Box::pin(stream::listen(listener))))
}

/// A ticket for a stream, to be used within half a minute: `new EventSource("/v1/events/stream?ticket=…")`. The stream has the
/// caller's own rights. A browser comes again with the same ticket for as long as the token behind it is good. Needs the scope `platform:events:read`.
#[utoipa::path(tag = "events", request_body = Option<Nothing>, security(("bearer" = [SCOPE])), responses((status = 200, description = "A ticket, to be used within half a minute.", body = StreamTicket)))]
#[post("/v1/events/stream-ticket")]
async fn create_stream_ticket(
    ctx: Ctx,
    request: HttpRequest,
    _: OptionalBody<Nothing>,
) -> Result<Answer, Problem> {
    let bearer = bearer(&request).ok_or_else(Problem::unauthenticated)?;
    let world = &ctx.world;
    let (ticket, issue) = ticket::issue(world.entropy.as_ref(), ctx.tenant(), &bearer, world.clock.now());
    let expires_at = issue.expires_at;
    ctx.write(issue, move |()| {
        let ticket = StreamTicket {
            object: "stream_ticket",
            ticket: Some(ticket.clone()),
            expires_at,
        };
        Answer::json(&ticket).secret_fields(&["ticket"])
    })
    .await
}

/// List the types of events. Each with the JSON Schema of its `data` and an example.
#[utoipa::path(tag = "events", security(("bearer" = [])), responses((status = 200, description = "Every type of event.", body = EventTypePage)))]
#[get("/v1/event-types")]
async fn list_event_types(ctx: Ctx) -> Result<Answer, Problem> {
    let data = ctx
        .world
        .catalogue
        .public()
        .map(|of| types::View::of(of, &ctx.world.public_url))
        .collect();
    Ok(Answer::json(&EventTypePage {
        data,
        has_more: false,
        next_cursor: None,
    }))
}

/// One type of event.
#[utoipa::path(tag = "events", params(("name" = String, Path, example = "crm.deal.won")), security(("bearer" = [])), responses((status = 200, description = "The type.", body = types::View)))]
#[get("/v1/event-types/{name}")]
async fn get_event_type(ctx: Ctx, name: Path<String>) -> Result<Answer, Problem> {
    let found = ctx.world.catalogue.event(&name).filter(|of| of.public);
    found
        .map(|of| Answer::json(&types::View::of(of, &ctx.world.public_url)))
        .ok_or_else(|| {
            let near = nearest(&name, ctx.world.catalogue.public().map(|of| of.name));
            let (en, zh) = near.map_or_else(Default::default, |near| {
                (format!(" Did you mean {near}?"), format!("是否想用 {near}？"))
            });
            let detail = Words::new(
                format!("There is no event type of this name.{en}"),
                format!("没有此名称的事件类型。{zh}"),
            );
            Problem::new(ProblemKind::NotFound, detail).with_code("event_type_not_found")
        })
}

/// The place to begin at: the cursor's, the end, or the beginning.
async fn start(
    reading: &Reading<'_>,
    conn: &countersign_storage::Conn,
    cursor: Option<&str>,
    after: Option<&str>,
) -> Result<Place, Problem> {
    match (cursor, after) {
        (Some(cursor), _) => reading.sealer().open(cursor).ok_or_else(Problem::bad_cursor),
        (None, Some("now")) => Ok(Place::Log(log::newest(conn).await?)),
        (None, Some(_)) => {
            let detail = Words::fixed(
                "after can only be now; a place in the log is a cursor.",
                "after 只能是 now；日志中的位置请使用 cursor。",
            );
            Err(Problem::bad_parameters([Fault::parameter(
                "after",
                "bad_value",
                detail,
            )]))
        }
        (None, None) => Ok(reading.beginning()),
    }
}

fn bearer(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

/// The ticket, and what is asked beside it.
fn ticket_of(request: &HttpRequest) -> Option<(String, Result<Listening, Problem>)> {
    let pairs = actix_web::web::Query::<Vec<(String, String)>>::from_query(request.query_string())
        .ok()?
        .into_inner();
    let ticket = pairs.iter().find(|(name, _)| name == "ticket")?.1.clone();
    let mut listening = Listening::default();
    let mut unknown = Vec::new();
    for (name, value) in pairs {
        match name.as_str() {
            "ticket" => {}
            "type" => listening.r#type.extend(value.split(',').map(str::to_owned)),
            "subject" => listening.subject.extend(value.split(',').map(str::to_owned)),
            "cursor" => listening.cursor = Some(value),
            _ => {
                let detail = Words::new(
                    format!("There is no parameter {name} here: type, subject, cursor, ticket."),
                    format!("此处没有参数 {name}：type、subject、cursor、ticket。"),
                );
                unknown.push(Fault::parameter(name, "unknown_parameter", detail));
            }
        }
    }
    Some((
        ticket,
        if unknown.is_empty() {
            Ok(listening)
        } else {
            Err(Problem::bad_parameters(unknown))
        },
    ))
}
