//! Two companies behind one server, and ways to talk to it.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::{Service, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::test::{self, TestRequest};
use actix_web::web::Data;
use actix_web::{App, Error};
use countersign_identity::passwords::breached::Breached;
use countersign_identity::people::leaving::{Leaving, LeftTasks};
use countersign_identity::people::me::Publishes;
use countersign_identity::people::{self, Profile, User};
use countersign_identity::sessions::throttle::Throttle;
use countersign_identity::set_up::shipped::{PublishedFile, Shipped, Shipping};
use countersign_identity::tenants::{self, NewTenant, Publishing};
use countersign_identity::{EVENTS, Identity, Occasion, Parts};
use countersign_kernel::actor::Caller as Calling;
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::id::{Entropy, TenantId, TypedId, UserId};
use countersign_storage::{Conn, Db};
use countersign_testkit::{FixedClock, SeededEntropy, TestDb};
use countersign_web::{Cors, Expanders, Limits, Problem, Proxies, Routes, World};
use futures_util::future::{BoxFuture, LocalBoxFuture};
use serde_json::json;
use tokio::sync::OnceCell;
use utoipa_actix_web::AppExt;

pub(crate) use crate::calls::{Caller, Said};

pub(crate) const PASSWORD: &str = "countersign-demo";
const SCOPES: &[&str] = &[
    "identity:users:read",
    "identity:users:write",
    "identity:keys:read",
    "identity:keys:write",
    "identity:departments:read",
    "identity:roles:read",
    "identity:sessions:read",
    "identity:sessions:write",
    "crm:deals:read",
];

/// The server, with `acme` (Ada the admin, Bo, Ann who reports to Bo) and `globex` (Gil the admin).
pub(crate) struct Company {
    pub(crate) db: TestDb,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) identity: Identity,
    pub(crate) acme: TenantId,
    pub(crate) globex: TenantId,
    pub(crate) ada: UserId,
    pub(crate) bo: UserId,
    pub(crate) ann: UserId,
    pub(crate) gil: UserId,
    pub(crate) call: Rc<dyn Fn(TestRequest) -> LocalBoxFuture<'static, Said>>,
}

/// A server without anybody.
pub(crate) async fn nobody(db: TestDb) -> Company {
    nobody_behind(db, Throttle::of(100)).await
}

/// A server without anybody that knows these breached passwords.
pub(crate) async fn nobody_against(db: TestDb, breached: Breached) -> Company {
    nobody_with(db, |parts| Parts { breached, ..parts }).await
}

/// A server without anybody that slows failed sign-ins down like this.
pub(crate) async fn nobody_behind(db: TestDb, throttle: Throttle) -> Company {
    let throttle = Some(throttle);
    nobody_with(db, |parts| Parts { throttle, ..parts }).await
}

async fn nobody_with(db: TestDb, with: impl FnOnce(Parts) -> Parts) -> Company {
    let clock = Arc::new(FixedClock::default());
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::default());
    let parts = with(parts(db.clone(), &clock, &entropy));
    let identity = Identity::new(parts).await.unwrap();
    let call = serve(&db, &clock, &entropy, &identity).await;
    let nil = uuid::Uuid::nil();
    Company {
        db,
        clock,
        identity,
        acme: TenantId(nil),
        globex: TenantId(nil),
        ada: UserId(nil),
        bo: UserId(nil),
        ann: UserId(nil),
        gil: UserId(nil),
        call,
    }
}

pub(crate) fn parts(db: Db, clock: &Arc<FixedClock>, entropy: &Arc<dyn Entropy>) -> Parts {
    Parts {
        db,
        clock: clock.clone(),
        entropy: entropy.clone(),
        public_url: "http://countersign.test".into(),
        issuer: "http://countersign.test".into(),
        scopes: SCOPES
            .iter()
            .map(|scope| (*scope).to_owned())
            .collect::<BTreeSet<_>>(),
        hashes_at_once: 2,
        throttle: None,
        breached: Breached::default(),
    }
}

pub(crate) async fn company(db: TestDb) -> Company {
    settle(nobody(db).await).await
}

/// The tenants and people of a server.
pub(crate) async fn settle(mut company: Company) -> Company {
    company.acme = company.tenant("acme").await;
    company.globex = company.tenant("globex").await;
    company.ada = company
        .person(company.acme, "ada@acme.example", None, &["admin"])
        .await;
    company.bo = company.person(company.acme, "bo@acme.example", None, &[]).await;
    company.ann = company
        .person(company.acme, "ann@acme.example", Some(company.bo), &[])
        .await;
    company.gil = company
        .person(company.globex, "gil@globex.example", None, &["admin"])
        .await;
    company
}

/// Nobody has a task.
struct NoTasks;

impl Leaving for NoTasks {
    fn foreseen(
        &self,
        _: TenantId,
        _: UserId,
    ) -> BoxFuture<'_, Result<LeftTasks, countersign_storage::Error>> {
        Box::pin(async { Ok(LeftTasks::default()) })
    }
}

/// Nobody publishes anything.
struct NoDefinitions;

impl Publishes for NoDefinitions {
    fn kinds<'a>(
        &'a self,
        _: &'a Conn,
        _: &'a Calling,
        _: &'a Publishing,
    ) -> BoxFuture<'a, Result<Vec<&'static str>, Problem>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// One workflow ships.
struct OneWorkflow;

impl Shipping for OneWorkflow {
    fn publish(&self, _: TenantId, _: UserId) -> BoxFuture<'_, Shipped> {
        let leave = PublishedFile {
            kind: "workflow",
            name: "leave".into(),
            version: 1,
        };
        Box::pin(async {
            Shipped {
                published: vec![leave],
                refused: Vec::new(),
            }
        })
    }
}

async fn serve(
    db: &Db,
    clock: &Arc<FixedClock>,
    entropy: &Arc<dyn Entropy>,
    identity: &Identity,
) -> Rc<dyn Fn(TestRequest) -> LocalBoxFuture<'static, Said>> {
    let (_, document) = App::new()
        .into_utoipa_app()
        .configure(countersign_identity::mount)
        .split_for_parts();
    let mut expanders = Expanders::default();
    countersign_identity::expanders(&mut expanders);
    let world = Data::new(World {
        db: db.clone(),
        clock: clock.clone(),
        entropy: entropy.clone(),
        public_url: identity.public_url().to_owned(),
        catalogue: Arc::new(Catalogue::default().with_events(EVENTS)),
        expanders,
        auth: Arc::new(identity.clone()),
        cursor_key: [7; 32],
        limits: Limits::off(),
        cors: Cors::default(),
        proxies: Proxies::default(),
        routes: Routes::of_document(&document),
        sandbox: false,
    });
    let (app, _) = App::new()
        .into_utoipa_app()
        .configure(countersign_identity::mount)
        .split_for_parts();
    let app = app
        .app_data(world)
        .app_data(Data::new(identity.clone()))
        .app_data(Data::from(Arc::new(NoTasks) as Arc<dyn Leaving>))
        .app_data(Data::from(Arc::new(NoDefinitions) as Arc<dyn Publishes>))
        .app_data(Data::from(Arc::new(OneWorkflow) as Arc<dyn Shipping>))
        .wrap(from_fn(countersign_web::edge))
        .default_service(actix_web::web::to(countersign_web::no_route));
    let app = Rc::new(test::init_service(app).await);
    Rc::new(move |request| {
        let app = app.clone();
        Box::pin(async move { said(app.call(request.to_request()).await).await })
    })
}

async fn said(response: Result<ServiceResponse, Error>) -> Said {
    let response = response.unwrap_or_else(|error| panic!("no answer: {error}"));
    let status = response.status().as_u16();
    let text = |value: &actix_web::http::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect();
    let bytes = test::read_body(response).await.to_vec();
    Said {
        status,
        headers,
        json: serde_json::from_slice(&bytes).unwrap_or_default(),
        bytes,
    }
}

impl Company {
    /// The database behind another server, that remembers nothing of this one.
    pub(crate) async fn behind_another_server(self) -> Self {
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(99));
        let parts = Parts {
            throttle: Some(Throttle::of(100)),
            // It is reached elsewhere, and takes what this one signed all the same.
            public_url: "http://other.test:8081".into(),
            ..parts(self.db.clone(), &self.clock, &entropy)
        };
        let identity = Identity::new(parts).await.unwrap();
        let call = serve(&self.db, &self.clock, &entropy, &identity).await;
        Self {
            identity,
            call,
            ..self
        }
    }

    pub(crate) async fn tenant(&self, slug: &str) -> TenantId {
        let now = self.clock_now();
        let id = TenantId::mint(self.identity.entropy(), now);
        let text = str::to_owned;
        let new = NewTenant {
            slug: text(slug),
            name: text(slug),
            currency: text("EUR"),
            zone: text("Europe/Berlin"),
            locale: text("en"),
        };
        let tenant = new.checked(id, "", now).unwrap();
        let occasion = Occasion::system(self.identity.clock(), self.identity.entropy());
        self.db
            .write(id, tenants::service::Create { tenant, occasion })
            .await
            .unwrap();
        id
    }

    pub(crate) async fn person(
        &self,
        tenant: TenantId,
        email: &str,
        manager: Option<UserId>,
        roles: &[&str],
    ) -> UserId {
        static HASH: OnceCell<String> = OnceCell::const_new();
        let hash = HASH
            .get_or_init(|| async { self.identity.hash_password(PASSWORD).await.unwrap() })
            .await;
        let name = email.split('@').next().unwrap().to_owned();
        let work = people::service::Create {
            id: UserId::mint(self.identity.entropy(), self.clock_now()),
            profile: Profile {
                name,
                email: email.to_owned(),
                manager,
                ..Profile::default()
            },
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            password: Some(hash.clone()),
            occasion: Occasion::system(self.identity.clock(), self.identity.entropy()),
            directories: self.identity.directories().clone(),
        };
        let user: User = self.db.write(tenant, work).await.unwrap();
        user.id
    }

    fn clock_now(&self) -> countersign_kernel::time::Instant {
        self.identity.clock().now()
    }

    pub(crate) fn seconds_pass(&self, seconds: i64) {
        self.clock.advance(chrono::TimeDelta::seconds(seconds));
    }

    pub(crate) fn without_token(&self) -> Caller<'_> {
        Caller {
            company: self,
            token: None,
            refresh: String::new(),
            address: None,
        }
    }

    pub(crate) fn with(&self, token: &str) -> Caller<'_> {
        Caller {
            company: self,
            token: Some(token.to_owned()),
            refresh: String::new(),
            address: None,
        }
    }

    pub(crate) async fn sign_in(&self, email: &str) -> Caller<'_> {
        let said = self
            .without_token()
            .post("/v1/auth/login", json!({"email": email, "password": PASSWORD}))
            .await;
        assert_eq!(said.status, 200, "{said:?}");
        let text = |name: &str| said.json[name].as_str().unwrap().to_owned();
        Caller {
            company: self,
            token: Some(text("access_token")),
            refresh: text("refresh_token"),
            address: None,
        }
    }
}
