//! A world, an app over it, and callers.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use actix_web::body::to_bytes;

use actix_web::dev::Service;
use actix_web::http::header::HeaderMap;
use actix_web::http::{Method, StatusCode};
use actix_web::test::TestRequest;
use actix_web::web::Data;
use countersign_kernel::actor::{Caller, Scopes, Via};
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::id::{ApiKeyId, SessionId, TenantId, UserId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use countersign_testkit::{FixedClock, SeededEntropy, TestDb};
use countersign_web::{
    AuthError, Authenticate, Cors, Ctx, Expander, Expanders, Limits, Problem, Proxies, Routes, World,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::deals;

pub(crate) const ACME: TenantId = TenantId(Uuid::from_u128(0xacce));
const GLOBEX: TenantId = TenantId(Uuid::from_u128(0x610b));
pub(crate) const ANN: UserId = UserId(Uuid::from_u128(0xa));
const BO: UserId = UserId(Uuid::from_u128(0xb));
const GIL: UserId = UserId(Uuid::from_u128(0xc));

/// Knows people by their names.
struct Names;

impl Authenticate for Names {
    fn authenticate<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Caller, AuthError>> {
        async move {
            let (tenant, user) = match bearer {
                "ann" | "reader" | "zhou" => (ACME, ANN),
                "bo" => (ACME, BO),
                "gil" => (GLOBEX, GIL),
                _ => return Err(AuthError::Unknown),
            };
            // As a real one would: it waits.
            tokio::task::yield_now().await;
            let scopes = if bearer == "reader" {
                Scopes::Some(BTreeSet::from(["crm:deals:read".to_owned()]))
            } else {
                Scopes::All
            };
            let locale = if bearer == "zhou" {
                Locale::ZhCn
            } else {
                Locale::En
            };
            let via = if bearer == "reader" {
                Via::Key(ApiKeyId(user.0))
            } else {
                Via::Session(SessionId(user.0))
            };
            Ok(Caller {
                tenant,
                user,
                via,
                scopes,
                roles: Arc::default(),
                locale,
            })
        }
        .boxed()
    }

    fn currency(&self, _: TenantId) -> BoxFuture<'_, Result<Currency, Problem>> {
        async { Ok(Currency::EUR) }.boxed()
    }
}

/// Shows users by their ids; only ann and bo are there.
struct Users;

impl Expander for Users {
    fn kind(&self) -> &'static str {
        "user"
    }

    fn scope(&self) -> &'static str {
        "identity:users:read"
    }

    fn load<'a>(
        &'a self,
        _: &'a Ctx,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashMap<Uuid, Value>, Problem>> {
        let known = ids.iter().filter(|id| [ANN.0, BO.0].contains(*id));
        let shown = known
            .map(|id| {
                (
                    *id,
                    json!({ "id": UserId(*id), "object": "user", "name": "Somebody" }),
                )
            })
            .collect();
        async { Ok(shown) }.boxed()
    }
}

/// The app over a house, as a service of a type that has no name.
macro_rules! app {
    ($house:expr) => {
        actix_web::test::init_service(
            actix_web::App::new()
                .app_data($house.world.clone())
                .wrap(actix_web::middleware::from_fn(countersign_web::edge))
                .configure(crate::deals::mount)
                .default_service(actix_web::web::to(countersign_web::no_route)),
        )
        .await
    };
}
pub(crate) use app;

pub(crate) struct House {
    pub(crate) world: Data<World>,
    _db: TestDb,
}

impl House {
    pub(crate) async fn new(db: TestDb) -> Self {
        Self::with_limits(db, Limits::off()).await
    }

    pub(crate) async fn with_limits(db: TestDb, limits: Limits) -> Self {
        let mut expanders = Expanders::default();
        expanders.add(Users);
        let routes = deals::ROUTES
            .iter()
            .map(|(method, path)| (Method::from_bytes(method.as_bytes()).unwrap(), (*path).to_owned()));
        let world = World {
            db: (*db).clone(),
            clock: Arc::new(FixedClock::default()),
            entropy: Arc::new(SeededEntropy::default()),
            public_url: "http://localhost:8080".to_owned(),
            catalogue: Arc::new(Catalogue::new()),
            expanders,
            auth: Arc::new(Names),
            cursor_key: [7; 32],
            limits,
            cors: Cors::new(["http://localhost:*"]),
            proxies: Proxies::new(vec!["10.0.0.0/8".parse().unwrap()]),
            routes: Routes::new(routes),
            sandbox: false,
        };
        Self {
            world: Data::new(world),
            _db: db,
        }
    }

    /// Ann asks.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Seen {
        let mut request = TestRequest::default()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path);
        if !headers.iter().any(|(name, _)| *name == "authorization") {
            request = request.insert_header(("authorization", "Bearer ann"));
        }
        for header in headers {
            request = request.append_header(*header);
        }
        if !body.is_empty() {
            request = request
                .insert_header(("content-length", body.len().to_string()))
                .set_payload(body.to_vec());
        }
        let app = app!(self);
        let response = match app.call(request.to_request()).await {
            Ok(response) => response.into_parts().1,
            Err(error) => error.error_response(),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let raw = to_bytes(response.into_body()).await.unwrap().to_vec();
        let json = serde_json::from_slice(&raw).unwrap_or_default();
        Seen {
            status,
            headers,
            raw,
            json,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Seen {
        self.ask("GET", path, &[], b"").await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Value) -> Seen {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        self.ask(method, path, &all, body.to_string().as_bytes()).await
    }

    /// A deal of ann's.
    pub(crate) async fn deal(&self, more: Value) -> Value {
        let mut body = json!({ "name": "Deal", "owner": ANN });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let made = self.send("POST", "/v1/deals", &[], body).await;
        assert_eq!(made.status, 201, "{:?}", made.json);
        made.json
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

    /// The places of a problem's faults.
    pub(crate) fn places(&self) -> Vec<&str> {
        let place = |fault: &'_ Value| {
            ["pointer", "parameter", "header"]
                .into_iter()
                .find(|name| fault[*name].is_string())
        };
        self.json["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|fault| fault[place(fault)?].as_str())
            .collect()
    }

    /// A good problem of this status and code.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status.as_u16(), self.json["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.json
        );
        assert!(
            self.header("content-type")
                .starts_with("application/problem+json")
        );
        for name in ["type", "title", "detail", "instance", "request_id"] {
            assert!(
                self.json[name].as_str().is_some_and(|text| !text.is_empty()),
                "{name} of {}",
                self.json
            );
        }
        assert_eq!(self.json["request_id"], self.header("x-request-id"));
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.json["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["name"].as_str().unwrap())
            .collect()
    }
}
