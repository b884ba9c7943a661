//! A world, an app over it, callers, and a writer of events.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex};

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::HeaderMap;
use actix_web::http::{Method, StatusCode};
use actix_web::test::TestRequest;
use actix_web::web::Data;
use countersign_kernel::actor::{Actor, Caller, Scopes, Via};
use countersign_kernel::catalogue::{Catalogue, EventType, Field, FieldType, Link};
use countersign_kernel::id::{EventId, SessionId, TenantId, UserId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use countersign_kernel::time::{Clock, Instant};
use countersign_platform::audit::{self, Auditor};
use countersign_platform::files::Shelf;
use countersign_platform::log::Live;
use countersign_platform::notices::SeesNotices;
use countersign_platform::sandbox::{FireDue, Sandbox, SandboxClock};
use countersign_platform::{Platform, Sees, Sight};
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Conn, Db, Error, Uow, Work, log};
use countersign_testkit::{FixedClock, SeededEntropy, TestDb};
use countersign_web::{AuthError, Authenticate, Cors, Expanders, Limits, Problem, Proxies, Routes, World};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const ACME: TenantId = TenantId(Uuid::from_u128(0xacce));
pub(crate) const GLOBEX: TenantId = TenantId(Uuid::from_u128(0x610b));
pub(crate) const HAL: UserId = UserId(Uuid::from_u128(0xa));
pub(crate) const IVY: UserId = UserId(Uuid::from_u128(0xb));
const ADA: UserId = UserId(Uuid::from_u128(0xd));
const GIL: UserId = UserId(Uuid::from_u128(0xe));
pub(crate) const WON: &str = "crm.deal.won";

/// Knows people by their names; those who were turned out are not known any more.
#[derive(Clone, Default)]
pub(crate) struct Names {
    pub(crate) out: Arc<Mutex<HashSet<String>>>,
    pub(crate) promoted: Arc<Mutex<HashSet<String>>>,
}

impl Authenticate for Names {
    fn authenticate<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Caller, AuthError>> {
        async move {
            let (tenant, user) = match bearer {
                "hal" => (ACME, HAL),
                "ivy" | "files" => (ACME, IVY),
                "ada" | "narrow" => (ACME, ADA),
                "gil" => (GLOBEX, GIL),
                _ => return Err(AuthError::Unknown),
            };
            if self.out.lock().unwrap().contains(bearer) {
                return Err(AuthError::Unknown);
            }
            let admin =
                ["ada", "narrow", "gil"].contains(&bearer) || self.promoted.lock().unwrap().contains(bearer);
            let roles = if admin {
                BTreeSet::from(["admin".to_owned()])
            } else {
                BTreeSet::new()
            };
            let scopes = if bearer == "narrow" {
                Scopes::Some(BTreeSet::from(["platform:events:read".to_owned()]))
            } else if bearer == "files" {
                Scopes::Some(BTreeSet::from(["platform:files:read".to_owned()]))
            } else {
                Scopes::All
            };
            Ok(Caller {
                tenant,
                user,
                via: Via::Session(SessionId(user.0)),
                scopes,
                roles: Arc::new(roles),
                locale: Locale::En,
            })
        }
        .boxed()
    }

    fn currency(&self, _: TenantId) -> BoxFuture<'_, Result<Currency, Problem>> {
        async { Ok(Currency::EUR) }.boxed()
    }
}

/// People who are no admins see the deals with small numbers.
struct SmallDeals;

impl Sees for SmallDeals {
    fn kind(&self) -> &'static str {
        "deal"
    }

    fn scope(&self) -> Option<&'static str> {
        Some("crm:deals:read")
    }

    fn visible<'a>(
        &'a self,
        _: &'a Conn,
        _: &'a Caller,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashSet<Uuid>, Error>> {
        async { Ok(ids.iter().copied().filter(|id| id.as_u128() < 100).collect()) }.boxed()
    }
}

/// Remembers whose due things it was told to fire.
#[derive(Clone, Default)]
pub(crate) struct Fired(pub(crate) Arc<Mutex<Vec<TenantId>>>);

impl FireDue for Fired {
    fn fire(&self, tenant: TenantId) -> BoxFuture<'_, Result<(), Error>> {
        self.0.lock().unwrap().push(tenant);
        async { Ok(()) }.boxed()
    }
}

pub(crate) struct House {
    pub(crate) world: Data<World>,
    pub(crate) platform: Data<Platform>,
    pub(crate) names: Names,
    pub(crate) fired: Fired,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) db: TestDb,
}

const DEAL_WON: EventType = EventType {
    name: WON,
    object: "deal",
    within: None,
    about: "A deal was won.",
    public: true,
    fields: &[Field {
        name: "name",
        of: FieldType::Text,
        optional: false,
        about: "Its name.",
    }],
    scope: "crm:deals:read",
};
const DEAL_LOST: EventType = EventType {
    name: "crm.deal.lost",
    about: "A deal was lost.",
    ..DEAL_WON
};

impl House {
    pub(crate) async fn new(db: TestDb) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let names = Names::default();
        let fired = Fired::default();
        let machine = Arc::new(FixedClock::default());
        let clock = SandboxClock::new(machine.clone() as Arc<dyn Clock>);
        let (_, document) = utoipa_actix_web::AppExt::into_utoipa_app(actix_web::App::new())
            .configure(countersign_platform::mount)
            .configure(countersign_platform::sandbox::mount)
            .split_for_parts();
        let world = World {
            db: (*db).clone(),
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(SeededEntropy::default()),
            public_url: "http://localhost:8080".to_owned(),
            catalogue: Arc::new(
                Catalogue::new()
                    .with_events(&countersign_platform::events())
                    .with_events(&[DEAL_WON, DEAL_LOST, crate::within::MET]),
            ),
            expanders: Expanders::default(),
            auth: Arc::new(names.clone()),
            cursor_key: [7; 32],
            limits: Limits::off(),
            cors: Cors::default(),
            proxies: Proxies::default(),
            routes: Routes::of_document(&document),
            sandbox: true,
        };
        let platform = Platform {
            shelf: Shelf::new(folder.path().join("files"), 100_000),
            sight: Sight::new().with(SmallDeals).with(SeesNotices),
            live: Live::new(),
            auditor: auditor(folder.path()),
            sandbox: Some(Sandbox {
                clock,
                fire: Arc::new(fired.clone()),
            }),
        };
        Self {
            world: Data::new(world),
            platform: Data::new(platform),
            names,
            fired,
            folder,
            clock: machine,
            db,
        }
    }

    /// Sends a request and gives the answer as it begins.
    pub(crate) async fn open(
        &self,
        who: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> ServiceResponse<BoxBody> {
        use utoipa_actix_web::AppExt;
        let app = actix_web::App::new()
            .into_utoipa_app()
            .configure(countersign_platform::mount)
            .configure(countersign_platform::sandbox::mount)
            .into_app()
            .app_data(self.world.clone())
            .app_data(self.platform.clone())
            .wrap(actix_web::middleware::from_fn(countersign_web::edge))
            .default_service(actix_web::web::to(countersign_web::no_route));
        let app = actix_web::test::init_service(app).await;
        let mut request = TestRequest::default()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path);
        if !who.is_empty() {
            request = request.insert_header(("authorization", format!("Bearer {who}")));
        }
        for header in headers {
            request = request.append_header(*header);
        }
        if !body.is_empty() {
            request = request
                .insert_header(("content-length", body.len().to_string()))
                .set_payload(body.to_vec());
        }
        let request = request.to_request();
        match app.call(request).await {
            Ok(response) => response,
            Err(error) => {
                ServiceResponse::new(TestRequest::default().to_http_request(), error.error_response())
            }
        }
    }

    pub(crate) async fn ask(
        &self,
        who: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Seen {
        let response = self.open(who, method, path, headers, body).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let raw = to_bytes(response.into_body())
            .await
            .unwrap_or_else(|_| panic!("no body"))
            .to_vec();
        let json = serde_json::from_slice(&raw).unwrap_or_default();
        Seen {
            status,
            headers,
            raw,
            json,
        }
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Seen {
        self.ask(who, "GET", path, &[], b"").await
    }

    pub(crate) async fn send(&self, who: &str, method: &str, path: &str, body: Value) -> Seen {
        self.ask(
            who,
            method,
            path,
            &[("content-type", "application/json")],
            body.to_string().as_bytes(),
        )
        .await
    }

    /// A deal of this number is won (or lost) in this version.
    pub(crate) async fn happen(
        &self,
        tenant: TenantId,
        deal: u128,
        version: i64,
        kind: &'static str,
    ) -> EventId {
        happen(&self.db, tenant, deal, version, kind).await
    }
}

pub(crate) fn auditor(folder: &std::path::Path) -> Auditor {
    Auditor {
        signer: Arc::new(audit::Keys::new(
            Some(audit::Key::from_seed(&[9; 32]).unwrap()),
            Vec::new(),
        )),
        anchor: Arc::new(audit::Files::new(folder.join("audit"))),
    }
}

pub(crate) async fn happen(
    db: &Db,
    tenant: TenantId,
    deal: u128,
    version: i64,
    kind: &'static str,
) -> EventId {
    let id = unseen(db, tenant, deal, version, kind).await;
    shown(db, tenant, id).await;
    id
}

/// Like [`happen`], without waiting until it is seen.
pub(crate) async fn unseen(
    db: &Db,
    tenant: TenantId,
    deal: u128,
    version: i64,
    kind: &'static str,
) -> EventId {
    let id = EventId(Uuid::now_v7());
    db.write(
        tenant,
        Happen {
            id,
            deal: Uuid::from_u128(deal),
            version,
            kind,
        },
    )
    .await
    .unwrap();
    id
}

/// Waits until readers of the log may see an entry: on PostgreSQL any older transaction of the whole cluster, such as
/// another test's, holds them back.
pub(crate) async fn shown(db: &Db, tenant: TenantId, id: EventId) {
    let xid = log::entry(&db.read(tenant).await.unwrap(), tenant, id)
        .await
        .unwrap()
        .unwrap()
        .xid;
    for _ in 0..1_000 {
        if xid == 0 || log::newest(&db.read(tenant).await.unwrap()).await.unwrap().from > xid {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the log is held back for too long");
}

struct Happen {
    id: EventId,
    deal: Uuid,
    version: i64,
    kind: &'static str,
}

impl Work for Happen {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        uow.writes().await?;
        uow.append(
            ChangeContext {
                actor: Actor::User(HAL),
                at: Instant::from_millis(1_772_442_000_000 + self.version),
                cause: Cause::default(),
            }
            .entry(self.id, Link::new("deal", self.deal), self.version, self.kind)
            .with_links(vec![Link::new("deal", self.deal)])
            .with_body(
                json!({"changed": ["status"], "previous": {"status": "open"}, "thing": {"name": "Deal"}}),
            )
            .with_private(Some(json!({"comment": "gladly"}))),
        );
        Ok(())
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    pub(crate) raw: Vec<u8>,
    pub(crate) json: Value,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Self {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}",
            String::from_utf8_lossy(&self.raw)
        );
        self
    }

    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status.as_u16(), self.json["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.json
        );
    }

    pub(crate) fn ids(&self) -> Vec<&str> {
        self.json["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_str().unwrap())
            .collect()
    }
}

/// The next piece of a stream.
pub(crate) async fn piece(body: &mut BoxBody) -> Option<String> {
    let next = std::future::poll_fn(|context| std::pin::Pin::new(&mut *body).poll_next(context));
    let bytes = tokio::time::timeout(std::time::Duration::from_secs(10), next)
        .await
        .unwrap_or_else(|_| panic!("the stream is silent"));
    bytes.map(|bytes| {
        String::from_utf8(bytes.unwrap_or_else(|_| panic!("the stream broke")).to_vec()).unwrap()
    })
}
