//! Webhooks over HTTP, with people who sign in by name, their planner and their senders.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use actix_web::App;
use actix_web::body::{BoxBody, to_bytes};
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::test::{self, TestRequest};
use actix_web::web::Data;
use countersign_events::{Consumer as _, Failure};
use countersign_identity::{Directories, Memory};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::{Catalogue, EventType, Field, FieldType, Link};
use countersign_kernel::id::{EventId, TenantId, TypedId as _};
use countersign_kernel::time::Clock as _;
use countersign_platform::Sight;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Backend, Entry, Error, Logged, Uow, Work, log};
use countersign_testkit::{FixedClock, SeededEntropy, TestDb};
use countersign_web::{Cors, Expanders, Limits, Proxies, Routes, World, edge, no_route};
use countersign_webhooks::breaker::Breakers;
use countersign_webhooks::deliveries::attempt;
use countersign_webhooks::egress::Guard;
use countersign_webhooks::reach::Reach;
use countersign_webhooks::wake::Wake;
use countersign_webhooks::{self as webhooks, Connections, Deliveries, Sender, Shares, Webhooks};
use futures_util::future::LocalBoxFuture;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use utoipa_actix_web::AppExt;
use uuid::Uuid;

use crate::people::{ByName, Found, SalesSee, directory};

pub(crate) const ACME: TenantId = TenantId(Uuid::from_u128(0xac3e));

const WON: &[EventType] = &[EventType {
    name: "crm.deal.won",
    object: "deal",
    within: None,
    about: "A deal was won.",
    public: true,
    fields: &[
        Field {
            name: "name",
            of: FieldType::Text,
            optional: false,
            about: "Its name.",
        },
        Field {
            name: "amount",
            of: FieldType::Money,
            optional: true,
            about: "What it is worth.",
        },
    ],
    scope: "crm:deals:read",
}];

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) json: Value,
}

impl Reply {
    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.json);
        self.json
    }
}

type Call = Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, ServiceResponse<BoxBody>>>;

/// What the tests call.
pub(crate) struct House {
    pub(crate) db: TestDb,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) memory: Arc<Memory>,
    pub(crate) planner: Arc<Deliveries>,
    pub(crate) sender: Arc<Sender>,
    call: Call,
    happened: AtomicI64,
}

impl House {
    pub(crate) async fn new(db: TestDb) -> Self {
        db.write(ACME, Found).await.unwrap();
        let clock = Arc::new(FixedClock::default());
        let memory = Arc::new(Memory::default());
        memory.keep_directory(ACME, Arc::new(directory()));
        let directories = Directories::new(db.clone(), Arc::clone(&memory));
        let catalogue = Arc::new(Catalogue::new().with_events(webhooks::EVENTS).with_events(WON));
        let reach = Arc::new(Reach {
            catalogue: Arc::clone(&catalogue),
            directories,
            sight: Sight::new().with(SalesSee),
        });
        let (wake, breakers) = (Wake::default(), Arc::new(Breakers::default()));
        let guard = Guard::new(vec!["127.0.0.0/8".parse().unwrap()], true);
        let planner = Arc::new(Deliveries {
            catalogue: Arc::clone(&catalogue),
            reach: Arc::clone(&reach),
            wake: wake.clone(),
        });
        let sender = Arc::new(Sender {
            db: db.clone(),
            clock: Arc::clone(&clock) as _,
            entropy: Arc::new(SeededEntropy::new(7)),
            catalogue: Arc::clone(&catalogue),
            reach: Arc::clone(&reach),
            client: attempt::client(&guard).unwrap(),
            guard: guard.clone(),
            public_url: "http://localhost".to_owned(),
            wake: wake.clone(),
            breakers: Arc::clone(&breakers),
            connections: Connections::default(),
            shares: Shares::default(),
            look: Duration::from_hours(1),
            owner: "sender-1".to_owned(),
        });
        let (_, document) = App::new()
            .into_utoipa_app()
            .configure(webhooks::mount)
            .split_for_parts();
        let world = World {
            db: db.clone(),
            clock: Arc::clone(&clock) as _,
            entropy: Arc::new(SeededEntropy::default()),
            public_url: "http://localhost".to_owned(),
            catalogue,
            expanders: Expanders::default(),
            auth: Arc::new(ByName),
            cursor_key: [7; 32],
            limits: Limits::off(),
            cors: Cors::new(Vec::<String>::new()),
            proxies: Proxies::default(),
            routes: Routes::of_document(&document),
            sandbox: false,
        };
        let parts = Webhooks {
            guard,
            reach,
            wake,
            breakers,
        };
        Self {
            call: app(Data::new(world), Data::new(parts)).await,
            db,
            clock,
            memory,
            planner,
            sender,
            happened: AtomicI64::new(0),
        }
    }

    pub(crate) async fn call(
        &self,
        method: Method,
        who: &str,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let media = if method == Method::PATCH {
            "application/merge-patch+json"
        } else {
            "application/json"
        };
        let mut request = TestRequest::default()
            .method(method)
            .uri(path)
            .insert_header(("authorization", format!("Bearer {who}")));
        for (name, value) in headers {
            request = request.insert_header((*name, *value));
        }
        if let Some(body) = body {
            let bytes = body.to_string();
            request = request
                .insert_header(("content-type", media))
                .insert_header(("content-length", bytes.len()))
                .set_payload(bytes);
        }
        let response = (self.call)(request).await;
        let named = response.headers().iter();
        let headers = named.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let headers = headers.collect();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body()).await.unwrap_or_default().to_vec();
        Reply {
            status,
            headers,
            json: serde_json::from_slice(&bytes).unwrap_or_default(),
            bytes,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, "ann", path, None, &[]).await.ok(200)
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, "ann", path, Some(body), &[]).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.call(Method::PATCH, "ann", path, Some(body), &[("if-match", "*")])
            .await
    }

    /// Ann's endpoint that hears of won deals: its path and its secret.
    pub(crate) async fn endpoint(&self, url: &str) -> (String, String) {
        let made = self
            .post(
                "/v1/webhooks",
                json!({"url": url, "event_types": ["crm.deal.won"]}),
            )
            .await
            .ok(201);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        (format!("/v1/webhooks/{}", text("id")), text("secret"))
    }

    /// The deliveries of an endpoint, the oldest first.
    pub(crate) async fn deliveries(&self, hook: &str) -> Vec<Value> {
        let page = self.get(&format!("{hook}/deliveries?sort=created_at")).await;
        page["data"].as_array().unwrap().clone()
    }

    pub(crate) async fn delivery(&self, hook: &str) -> Value {
        self.deliveries(hook).await.first().unwrap().clone()
    }

    /// A deal is won; the entry of the log.
    pub(crate) async fn won(&self) -> Logged {
        self.won_at_depth(0, None).await
    }

    pub(crate) async fn won_at_depth(&self, depth: i32, trace: Option<&str>) -> Logged {
        let number = self.happened.fetch_add(1, Ordering::Relaxed) + 1;
        let mut entry = ChangeContext {
            actor: Actor::System,
            at: self.clock.business(ACME),
            cause: Cause::request(trace.map(str::to_owned)),
        }
        .entry(
            EventId::mint(&SeededEntropy::new(number.unsigned_abs()), self.clock.now()),
            Link::new("deal", Uuid::from_u128(0xdea1)),
            number,
            "crm.deal.won",
        )
        .with_body(json!({"thing": {"name": "Pumps", "amount": {"amount": "1000.00", "currency": "USD"}}}));
        entry.depth = depth;
        let id = entry.id;
        self.db.write(ACME, Append(entry)).await.unwrap();
        let reader = self.db.read(ACME).await.unwrap();
        log::entry(&reader, ACME, id).await.unwrap().unwrap()
    }

    /// The event becomes deliveries; the unit of work commits so long after all is written.
    pub(crate) async fn plan(&self, event: Logged, linger: Duration) {
        let plan = Plan {
            planner: Arc::clone(&self.planner),
            event,
            linger,
        };
        self.db.write(ACME, plan).await.unwrap();
    }

    /// A deal is won, and whoever wants to hear of it is going to.
    pub(crate) async fn won_and_planned(&self) -> Logged {
        let event = self.won().await;
        self.plan(event.clone(), Duration::ZERO).await;
        event
    }

    /// Sends what is due, once; how many deliveries were looked at.
    pub(crate) async fn send(&self) -> usize {
        self.sender.turn().await.unwrap()
    }

    fn machine_time(&self, ahead: Duration) -> String {
        let seconds = ahead.as_secs();
        match self.db.backend() {
            Backend::Sqlite => format!("strftime('%Y-%m-%dT%H:%M:%f+00:00','now','+{seconds} seconds')"),
            Backend::Postgres => format!("(statement_timestamp() + interval '{seconds} seconds')"),
        }
    }

    /// As if all waits were over.
    pub(crate) async fn due_now(&self) {
        let now = self.machine_time(Duration::ZERO);
        self.sql(&format!(
            "UPDATE deliveries SET due_at = {now} WHERE due_at IS NOT NULL"
        ))
        .await;
    }

    /// The query that counts what is due within so long, and not yet.
    pub(crate) fn soon(&self, within: Duration) -> String {
        let (now, then) = (self.machine_time(Duration::ZERO), self.machine_time(within));
        format!("SELECT count(*) FROM deliveries WHERE due_at > {now} AND due_at <= {then}")
    }

    /// The query that counts what is kept for so long at most.
    pub(crate) fn expiring(&self, within: Duration) -> String {
        let then = self.machine_time(within);
        format!("SELECT count(*) FROM deliveries WHERE expires_at <= {then}")
    }

    pub(crate) async fn sql(&self, text: &str) {
        self.db.write(ACME, Sql(text.to_owned())).await.unwrap();
    }

    pub(crate) async fn number(&self, text: &str) -> i64 {
        let reader = self.db.read(ACME).await.unwrap();
        let statement = Statement::from_string(reader.get_database_backend(), text);
        let row = reader.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// The newest entry of the log of this type.
    pub(crate) async fn logged(&self, kind: &str) -> Logged {
        let reader = self.db.read(ACME).await.unwrap();
        let statement = Statement::from_string(
            reader.get_database_backend(),
            format!("SELECT id FROM log WHERE kind = '{kind}' ORDER BY seq DESC LIMIT 1"),
        );
        let row = reader.query_one_raw(statement).await.unwrap();
        let row = row.unwrap_or_else(|| panic!("no {kind} in the log"));
        let id = EventId(row.try_get_by_index(0).unwrap());
        log::entry(&reader, ACME, id).await.unwrap().unwrap()
    }
}

async fn app(world: Data<World>, parts: Data<Webhooks>) -> Call {
    let (app, _) = App::new()
        .into_utoipa_app()
        .configure(webhooks::mount)
        .app_data(world)
        .app_data(parts)
        .split_for_parts();
    let app = app
        .default_service(actix_web::web::to(no_route))
        .wrap(from_fn(edge));
    let app = Rc::new(test::init_service(app).await);
    Box::new(move |request| {
        let app = app.clone();
        Box::pin(async move { test::call_service(&*app, request.to_request()).await })
    })
}

struct Append(Entry);

impl Work for Append {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        uow.append(self.0.clone());
        Ok(())
    }
}

struct Sql(String);

impl Work for Sql {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        uow.writes().await?.execute_unprepared(&self.0).await?;
        Ok(())
    }
}

struct Plan {
    planner: Arc<Deliveries>,
    event: Logged,
    linger: Duration,
}

impl Work for Plan {
    type Out = ();
    type Error = Failure;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Failure> {
        self.planner.handle(uow, &self.event).await?;
        tokio::time::sleep(self.linger).await;
        Ok(())
    }
}
