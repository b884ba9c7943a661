//! Who calls, and what every operation may ask of its request.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, AUTHORIZATION, HeaderMap, IF_MATCH, IF_NONE_MATCH};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use countersign_kernel::actor::Caller;
use countersign_kernel::id::TenantId;
use countersign_kernel::text::{Locale, Words};
use countersign_kernel::time::Instant;
use countersign_storage::Reader;
use countersign_storage::log::{Cause, ChangeContext};
use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared};

use crate::cpu::Metered;
use crate::etag::Expected;
use crate::negotiate;
use crate::params::{Params, Standard, WRITING, reads};
use crate::problem::{Fault, Problem};
use crate::seen::{Seen, count, seen, take_turn};
use crate::world::World;

/// The request of a known caller. Extracting it answers 401 without one, 429 beyond the limits, 403 to whoever lacks what the
/// operation declares to need, and 400 for parameters that it does not know.
#[derive(Clone)]
pub struct Ctx(Arc<Inner>);

/// What [`Ctx`] gives.
pub struct Inner {
    pub caller: Caller,
    pub world: Data<World>,
    pub request_id: String,
    /// The `traceparent` that came with the request.
    pub trace: Option<String>,
    /// The language to answer in.
    pub locale: Locale,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    /// The parameters that are not standard.
    pub(crate) params: Params,
    /// The standard ones that this operation knows.
    pub(crate) known: Vec<&'static str>,
    pub(crate) standard: Standard,
    accept: Option<String>,
    expected: Result<Expected, Problem>,
    create_only: bool,
    pub(crate) key: Result<Option<String>, Problem>,
    /// The hash of the body, once something has read it.
    pub(crate) body: OnceLock<[u8; 32]>,
    /// What an idempotency key keeps instead, where the hash could be guessed back.
    pub(crate) slow_body: OnceLock<[u8; 32]>,
    pub(crate) has_body: bool,
}

impl Deref for Ctx {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Ctx {
    /// 403 naming the scope, unless the session or key has it: for what is asked beside the scope that the operation declares.
    pub fn require(&self, scope: &'static str) -> Result<(), Problem> {
        if self.caller.scopes.allow(scope) {
            Ok(())
        } else {
            Err(Problem::missing_scope(scope))
        }
    }

    /// Now, as the tenant's business counts it.
    pub fn now(&self) -> Instant {
        self.world.clock.business(self.caller.tenant)
    }

    /// Whose data this is about.
    pub fn tenant(&self) -> TenantId {
        self.caller.tenant
    }

    /// The circumstances of what the caller asks for now.
    pub fn change(&self) -> ChangeContext {
        ChangeContext {
            actor: self.caller.actor(),
            at: self.now(),
            cause: Cause::request(self.trace.clone()),
        }
    }

    /// The tenant's data, to look at: `store::load(&*ctx.read().await?, …)`. Let it go before writing.
    pub async fn read(&self) -> Result<Reader, Problem> {
        Ok(self.world.db.read(self.caller.tenant).await?)
    }

    /// The version that the caller expects, where `If-Match` is optional (POST). Compare it inside the unit of work.
    pub fn expected(&self) -> Result<Expected, Problem> {
        self.expected.clone()
    }

    /// The version that the caller expects, where it must be named (PATCH, PUT, DELETE): 428 without.
    pub fn expected_or_428(&self) -> Result<Expected, Problem> {
        match self.expected()? {
            Expected::NotGiven => Err(Problem::version_needed()),
            given => Ok(given),
        }
    }

    /// Whether the caller wants to create only (`If-None-Match: *`); answer [`Problem::exists_already`] otherwise.
    pub fn create_only(&self) -> bool {
        self.create_only
    }

    /// Whether this is only a rehearsal (`validate_only=true`).
    pub fn validate_only(&self) -> bool {
        self.standard.validate_only
    }

    /// 400 without an `Idempotency-Key`: batches and imports begin with this.
    pub fn require_key(&self) -> Result<(), Problem> {
        match &self.key {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(Problem::idempotency_key_required()),
            Err(problem) => Err(problem.clone()),
        }
    }

    /// The members that `fields` names, in its order; none: all.
    pub fn fields(&self) -> &[String] {
        &self.standard.fields
    }

    /// Of the media types that can be answered, the one that `Accept` likes best: the first, unless it says otherwise.
    pub fn preferred<'a>(&self, media: &[&'a str]) -> Option<&'a str> {
        negotiate::preferred(self.accept.as_deref(), media)
    }

    /// Does a part of a long answer: it waits for its turn as a call would, and what it takes is its tenant's.
    pub async fn in_turn<T>(&self, part: impl Future<Output = T>) -> T {
        let seen = Rc::new(Seen::default());
        // A call would be refused where too many wait; of an answer that has begun nothing is left out.
        let turn = loop {
            match self.world.limits.cpu.turn(self.caller.tenant).await {
                Ok(turn) => break turn,
                Err(_) => tokio::time::sleep(CROWDED).await,
            }
        };
        let _ = seen.turn.set(turn);
        Metered::new(&seen, part).await
    }

    /// The body of a problem as a row of a batch shows it.
    pub fn problem_json(&self, problem: &Problem) -> serde_json::Value {
        problem.to_json(&self.request_id, &self.path, self.locale)
    }
}

/// Until a long answer asks again for a turn.
const CROWDED: Duration = Duration::from_millis(250);

/// The one opening of a request: however many extractors ask, the caller is verified once.
type Opening = Shared<LocalBoxFuture<'static, Result<Ctx, Problem>>>;

pub(crate) fn opening(request: &HttpRequest) -> Opening {
    if let Some(known) = already(request) {
        return known;
    }
    let opening = open(Gathered::of(request)).boxed_local().shared();
    request.extensions_mut().insert(opening.clone());
    opening
}

/// The opening, if an extractor has asked for one: a route without a caller has none.
pub(crate) fn already(request: &HttpRequest) -> Option<Opening> {
    request.extensions().get::<Opening>().cloned()
}

impl FromRequest for Ctx {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(opening(request))
    }
}

/// What is taken from the request before anything waits (so that nothing holds on to it).
struct Gathered {
    world: Option<Data<World>>,
    seen: Rc<Seen>,
    bearer: Option<String>,
    method: Method,
    path: String,
    /// The path as a template: `/v1/deals/{id}`.
    pattern: Option<String>,
    query: String,
    accept: Option<String>,
    if_match: Option<String>,
    create_only: bool,
    key: Result<Option<String>, Problem>,
    has_body: bool,
}

impl Gathered {
    fn of(request: &HttpRequest) -> Self {
        let headers = request.headers();
        // A list may stand in several lines.
        let text = |name| {
            let lines = headers.get_all(name);
            let lines: Vec<_> = lines
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
                .collect();
            (!lines.is_empty()).then(|| lines.join(", "))
        };
        Self {
            world: request.app_data::<Data<World>>().cloned(),
            seen: seen(request),
            bearer: bearer(headers).map(str::to_owned),
            method: request.method().clone(),
            path: request.path().to_owned(),
            pattern: request.match_pattern(),
            query: request.query_string().to_owned(),
            accept: text(ACCEPT),
            if_match: text(IF_MATCH),
            create_only: text(IF_NONE_MATCH).is_some_and(|value| value.trim() == "*"),
            key: idempotency_key(headers),
            has_body: has_body(headers),
        }
    }
}

/// The bearer's token, whatever the case of the scheme.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all("idempotency-key");
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let key = value
        .to_str()
        .ok()
        .filter(|key| values.next().is_none() && (1..=255).contains(&key.len()));
    let printable = key.filter(|key| key.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
    printable.map(|key| Some(key.to_owned())).ok_or_else(|| {
        Problem::bad_header(Fault::header(
            "Idempotency-Key",
            "malformed",
            Words::fixed(
                "Idempotency-Key holds 1 to 255 printable ASCII characters, once.",
                "Idempotency-Key 为 1 到 255 个可打印 ASCII 字符，且只出现一次。",
            ),
        ))
    })
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key("transfer-encoding")
        || headers.get("content-length").is_some_and(|length| length != "0")
}

async fn open(gathered: Gathered) -> Result<Ctx, Problem> {
    let world = gathered
        .world
        .ok_or_else(|| Problem::internal("the app has no World in its data"))?;
    let seen = gathered.seen;
    let bearer = gathered.bearer.ok_or_else(Problem::unauthenticated)?;
    let caller = world.auth.authenticate(&bearer).await?;
    count(&world, &seen, &caller)?;
    let reading = world.routes.reading(gathered.pattern.clone(), &gathered.method);
    let needs = world.routes.needs(gathered.pattern, &gathered.method);
    needs
        .ok_or_else(|| Problem::internal("an operation that is not in the OpenAPI document"))?
        .check(&caller)?;
    take_turn(&world, &seen, &caller).await?;
    let mut params = Params::read(&gathered.query)?;
    let own = seen.own_params.get();
    // What lists rows reads, also where a search is posted.
    let searches = own && gathered.method == Method::POST;
    let known = if reads(&gathered.method) || searches {
        reading
    } else {
        WRITING.to_vec()
    };
    let standard = params.standard(&known).map_err(Problem::bad_parameters)?;
    if !own {
        let faults = params.refuse_rest(&known);
        if !faults.is_empty() {
            return Err(Problem::bad_parameters(faults));
        }
    }
    Ok(Ctx(Arc::new(Inner {
        locale: seen.locale(),
        caller,
        world,
        request_id: seen.request_id.clone(),
        trace: seen.trace.clone(),
        method: gathered.method,
        path: gathered.path,
        query: gathered.query,
        params,
        known,
        standard,
        accept: gathered.accept,
        expected: gathered
            .if_match
            .map_or(Ok(Expected::NotGiven), |header| Expected::read(&header)),
        create_only: gathered.create_only,
        key: gathered.key,
        body: OnceLock::new(),
        slow_body: OnceLock::new(),
        has_body: gathered.has_body,
    })))
}
