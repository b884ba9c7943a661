//! Links to calendars of leave, and what stands behind them.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, delete, get, post};
use countersign_identity::secret::Secret;
use countersign_kernel::actor::Caller;
use countersign_kernel::id::{LeaveFeedId, TypedId, UserId};
use countersign_kernel::time::Instant;
use countersign_rules::scene::Scene;
use countersign_storage::Conn;
use countersign_web::{Answer, Body, Ctx, Id, Problem, Query as Wanted, World, admit};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::leave::feed::service::{Create, Revoke};
use crate::leave::feed::{FeedLink, Shows, calendar, store as feeds};
use crate::leave::{away, rights, store};
use crate::office::Office;
use crate::requests::load;

/// A link that is to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewLeaveFeed, example = json!({"shows": "department", "department": "Sales"}))]
pub(crate) struct NewFeed {
    shows: Shows,
    /// Its name; of `shows: department` alone. Whichever the owner is in unless said.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    department: Option<String>,
}

/// Whose links.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct FeedsQuery {
    /// Whose; the caller's own unless said. HR asks for anybody's.
    #[param(required = false, nullable = false)]
    user: Option<UserId>,
}

/// A link to a calendar of leave that other programs read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveFeed)]
pub(crate) struct FeedView {
    id: LeaveFeedId,
    #[schema(example = "leave_feed")]
    object: &'static str,
    /// As whom it reads.
    user: UserId,
    shows: Shows,
    /// Null: whichever the owner is in, or none is meant.
    #[schema(required = true, example = "Sales")]
    department: Option<String>,
    /// Shown this once: whoever has it reads the calendar without signing in.
    #[schema(required = true, format = Password, example = "https://countersign.example/v1/leave/calendar/csf_01jc0000000000000000000000….ics")]
    link: Option<String>,
    created_at: Instant,
}

/// Links of one person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveFeedPage)]
pub(crate) struct FeedPage {
    data: Vec<FeedView>,
    has_more: bool,
    next_cursor: Option<String>,
}

impl FeedView {
    fn of(row: &feeds::Model, link: Option<String>) -> Self {
        Self {
            id: row.id,
            object: "leave_feed",
            user: row.owner_id,
            shows: Shows::read(&row.shows).unwrap_or(Shows::Own),
            department: row.department.clone(),
            link,
            created_at: row.created_at,
        }
    }
}

/// Make a link to a calendar of leave. For the caller's own calendar program, which reads behind it, as iCalendar, the leave of the
/// caller, a department or the company: what the caller may see then, in the language of this call. It is shown this once, and good
/// until it is revoked or its owner is disabled. Only a signed-in person makes one, never an API key. Scope: `oa:leave:write`.
#[utoipa::path(
    post,
    path = "/v1/leave/feeds",
    tag = "leave",
    request_body = NewFeed,
    responses((status = 201, description = "The link.", body = FeedView)),
    security(("bearer" = ["oa:leave:write"])),
    extensions(("x-session" = json!(true))),
)]
#[post("/v1/leave/feeds")]
pub(crate) async fn create_leave_feed(
    ctx: Ctx,
    Body(new): Body<NewFeed>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let entropy = ctx.world.entropy.as_ref();
    let link = FeedLink {
        tenant: ctx.tenant(),
        feed: LeaveFeedId::mint(entropy, ctx.now()),
        secret: Secret::mint(entropy),
    };
    let url = format!("{}/v1/leave/calendar/{link}", ctx.world.public_url);
    // A rehearsal gives no link that would not count.
    let url = (!ctx.validate_only()).then_some(url);
    let work = Create {
        office: Office::clone(&office),
        link,
        owner: ctx.caller.user,
        shows: new.shows,
        department: new.department,
        locale: ctx.locale,
        change: ctx.change(),
    };
    let show = move |row: &feeds::Model| {
        Answer::json(&FeedView::of(row, url.clone()))
            .created("/v1/leave/feeds")
            .secret_fields(&["link"])
    };
    ctx.write(work, show).await
}

/// List links to calendars of leave. The caller's own, at most 20, the oldest first; HR asks for anybody's. The links themselves are
/// not shown again. Scope: `oa:leave:read`.
#[utoipa::path(
    get,
    path = "/v1/leave/feeds",
    tag = "leave",
    params(FeedsQuery),
    responses((status = 200, description = "The links.", body = FeedPage)),
    security(("bearer" = ["oa:leave:read"])),
)]
#[get("/v1/leave/feeds")]
pub(crate) async fn list_leave_feeds(
    ctx: Ctx,
    Wanted(wanted): Wanted<FeedsQuery>,
) -> Result<Answer, Problem> {
    let owner = wanted.user.unwrap_or(ctx.caller.user);
    let rows = if owner == ctx.caller.user || rights::is_hr(&ctx.caller) {
        feeds::of_owner(&*ctx.read().await?, ctx.tenant(), owner).await?
    } else {
        Vec::new()
    };
    Ok(Answer::json(&FeedPage {
        data: rows.iter().map(|row| FeedView::of(row, None)).collect(),
        has_more: false,
        next_cursor: None,
    }))
}

/// Revoke a link to a calendar of leave. Programs that read it find nothing from now on. One's own; HR anybody's. Scope:
/// `oa:leave:write`.
#[utoipa::path(
    delete,
    path = "/v1/leave/feeds/{id}",
    tag = "leave",
    params(("id" = LeaveFeedId, Path)),
    responses((status = 204, description = "Revoked.")),
    security(("bearer" = ["oa:leave:write"])),
)]
#[delete("/v1/leave/feeds/{id}")]
pub(crate) async fn revoke_leave_feed(ctx: Ctx, id: Id<LeaveFeedId>) -> Result<Answer, Problem> {
    let work = Revoke {
        id: *id,
        caller: ctx.caller.clone(),
        change: ctx.change(),
    };
    ctx.write(work, |()| Answer::no_content()).await
}

/// Read a calendar of leave by its link. As iCalendar, for programs that show calendars: leave from a quarter back to a year ahead,
/// what is asked for as tentative; 10,000 at most, those that end first. No sign-in: the link is the right.
#[utoipa::path(
    get,
    path = "/v1/leave/calendar/{link}",
    tag = "leave",
    params(("link" = String, Path, format = Password)),
    security(()),
    responses((status = 200, description = "The calendar.", content_type = "text/calendar", body = inline(String))),
)]
#[get("/v1/leave/calendar/{link}")]
pub(crate) async fn read_leave_feed(
    request: HttpRequest,
    world: Data<World>,
    link: Path<String>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let unknown = || Problem::not_found("leave_feed");
    let link: FeedLink = link.parse().map_err(|_| unknown())?;
    let (row, scene, reader) = {
        let conn = world.db.read(link.tenant).await?;
        let row = feeds::find(&conn, link.tenant, link.feed).await?;
        let row = row.filter(|row| link.secret.matches(&row.secret_hash));
        let row = row.ok_or_else(unknown)?;
        let ground = load::ground(&conn, link.tenant).await?;
        let now = world.clock.business(link.tenant);
        let scene = office.scene_in(&conn, link.tenant, &ground, now).await?;
        let reader = row.reader(&scene).ok_or_else(unknown)?;
        (row, scene, reader)
    };
    admit(&request, &world, &reader).await?;
    let conn = world.db.read(link.tenant).await?;
    let text = text(&conn, &world, &scene, &row, &reader).await?;
    Ok(Answer::bytes("text/calendar; charset=utf-8", text)
        .tagged()
        .header(CONTENT_DISPOSITION, "inline; filename=\"leave.ics\"")
        .header(CACHE_CONTROL, "private, max-age=300"))
}

/// The calendar that a feed shows its owner.
async fn text(
    conn: &Conn,
    world: &World,
    scene: &Scene,
    row: &feeds::Model,
    reader: &Caller,
) -> Result<String, Problem> {
    let person = scene.directory.person(row.owner_id);
    let department = row
        .department
        .as_deref()
        .or_else(|| person.and_then(|person| person.department.as_deref()));
    let (people, name): (Option<Vec<UserId>>, _) = match Shows::read(&row.shows) {
        Some(Shows::Company) => (None, None),
        Some(Shows::Department) => {
            let people = department.map(|name| away::department_of(scene, name).collect());
            (Some(people.unwrap_or_default()), department)
        }
        Some(Shows::Own) | None => (
            Some(vec![row.owner_id]),
            person.map(|person| person.name.as_str()),
        ),
    };
    let window = calendar::window(scene.now);
    let mut leaves = store::leaves_between(conn, row.tenant_id, people.as_deref(), window).await?;
    leaves.truncate(store::LEAVES_MAX);
    let title = reader.locale.pick("Leave", "休假");
    let name = name.map_or_else(|| title.to_owned(), |name| format!("{title}: {name}"));
    let host = url_host(&world.public_url);
    Ok(calendar::of_leaves(reader, scene, &name, host, &leaves))
}

/// `countersign.example` of `https://countersign.example:8443/office`.
fn url_host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or(rest)
}
