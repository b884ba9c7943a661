//! The CRM over HTTP, with people who sign in by name.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::App;
use actix_web::body::{BoxBody, to_bytes};
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::test::{self, TestRequest};
use actix_web::web::Data;
use countersign_crm as crm;
use countersign_crm::{Importer, Sheets};
use countersign_events::envelope::path_of;
use countersign_identity::{Directories, Memory};
use countersign_kernel::actor::{Caller, Scopes, Via};
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::directory::{Directory, Person};
use countersign_kernel::id::{SessionId, TenantId, UserId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use countersign_platform::Sight;
use countersign_platform::files::Shelf;
use countersign_storage::Db;
use countersign_testkit::{FixedClock, SeededEntropy};
use countersign_web::{
    AuthError, Authenticate, Cors, Expanders, Limits, Problem, Proxies, Routes, World, edge, no_route,
};
use futures_util::future::{BoxFuture, LocalBoxFuture};
use serde_json::{Value, json};
use tempfile::TempDir;
use utoipa_actix_web::AppExt;
use uuid::Uuid;

use crate::timelines::SIGNED;

pub(crate) const ACME: TenantId = TenantId(Uuid::from_u128(0xac3e));
pub(crate) const GLOBEX: TenantId = TenantId(Uuid::from_u128(0x910b));

/// Name, number, whom they report to, role.
const PEOPLE: &[(&str, u128, Option<u128>, &str)] = &[
    ("cleo", 1, None, "ceo"),
    ("bo", 2, Some(1), "sales"),
    ("ann", 3, Some(2), "sales"),
    ("abe", 4, Some(2), "sales"),
    ("hal", 5, Some(1), "engineer"),
    ("ada", 6, Some(1), "admin"),
];

pub(crate) fn user(name: &str) -> UserId {
    let number = PEOPLE
        .iter()
        .find(|(known, ..)| *known == name)
        .map_or(0, |(_, number, ..)| *number);
    UserId(Uuid::from_u128(number))
}

pub(crate) fn directory() -> Directory {
    let person = |(name, number, manager, role): &(&str, u128, Option<u128>, &str)| Person {
        id: UserId(Uuid::from_u128(*number)),
        name: (*name).to_owned(),
        email: format!("{name}@acme.example"),
        active: true,
        manager: manager.map(|manager| UserId(Uuid::from_u128(manager))),
        department: None,
        title: None,
        grade: None,
        country: None,
        cost_center: None,
        limit: None,
        roles: BTreeSet::from([(*role).to_owned()]),
        groups: BTreeSet::new(),
        skills: BTreeSet::new(),
    };
    let people: BTreeMap<UserId, Person> = PEOPLE
        .iter()
        .map(|row| (UserId(Uuid::from_u128(row.1)), person(row)))
        .collect();
    Directory {
        people,
        ..Directory::default()
    }
}

/// Whoever says their name is let in; `name/scope+scope` is a key with those scopes; `gil` is of another company.
struct ByName;

impl Authenticate for ByName {
    fn authenticate<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Caller, AuthError>> {
        let (name, scope) = bearer
            .split_once('/')
            .map_or((bearer, None), |(name, scope)| (name, Some(scope)));
        let roles = PEOPLE
            .iter()
            .find(|(known, ..)| *known == name)
            .map_or("sales", |(.., role)| role);
        let caller = Caller {
            tenant: if name == "gil" { GLOBEX } else { ACME },
            user: user(name),
            via: Via::Session(SessionId(Uuid::from_u128(9))),
            scopes: scope.map_or(Scopes::All, |scopes| {
                Scopes::Some(scopes.split('+').map(str::to_owned).collect())
            }),
            roles: Arc::new(BTreeSet::from([roles.to_owned()])),
            locale: Locale::En,
        };
        Box::pin(async move { Ok(caller) })
    }

    fn currency(&self, _: TenantId) -> BoxFuture<'_, Result<Currency, Problem>> {
        Box::pin(async { Ok(Currency::EUR) })
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) json: Value,
    pub(crate) text: String,
}

impl Reply {
    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.json);
        self.json
    }

    #[track_caller]
    pub(crate) fn refused(&self, status: u16, at: &[&str]) {
        assert_eq!(self.status, status, "{}", self.json);
        let places: Vec<&str> = self.json["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|fault| fault["pointer"].as_str())
            .collect();
        for pointer in at {
            assert!(
                places.iter().any(|place| place.starts_with(pointer)),
                "{pointer} is not among {places:?}"
            );
        }
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let rows = self.json["data"].as_array().into_iter().flatten();
        rows.filter_map(|row| row["name"].as_str())
            .map(str::to_owned)
            .collect()
    }
}

/// What the tests call.
pub(crate) struct House {
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) db: Db,
    pub(crate) importer: Importer,
    /// Where files lie.
    pub(crate) files: TempDir,
    app: Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, ServiceResponse<BoxBody>>>,
}

/// The CRM over this database.
pub(crate) async fn house(db: &Db) -> House {
    let memory = Arc::new(Memory::default());
    memory.keep_directory(ACME, Arc::new(directory()));
    memory.keep_directory(GLOBEX, Arc::new(Directory::default()));
    let directories = Directories::new(db.clone(), memory);
    let mut expanders = Expanders::default();
    crm::expand(&mut expanders, &directories);
    let clock = Arc::new(FixedClock::default());
    let (_, document) = App::new()
        .into_utoipa_app()
        .configure(crm::mount)
        .split_for_parts();
    let world = Data::new(World {
        db: db.clone(),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::default()),
        public_url: "http://localhost".to_owned(),
        catalogue: Arc::new(crm::declare(Catalogue::new()).with_events(&[SIGNED])),
        expanders,
        auth: Arc::new(ByName),
        cursor_key: [7; 32],
        limits: Limits::off(),
        cors: Cors::new(Vec::<String>::new()),
        proxies: Proxies::default(),
        routes: Routes::of_document(&document),
        sandbox: false,
    });
    let sight = Data::new(crm::sight(Sight::new(), &directories));
    let files = tempfile::tempdir().unwrap();
    let sheets = Sheets::new(db.clone(), Shelf::new(files.path(), 25 << 20));
    let importer = Importer::new(
        db.clone(),
        directories.clone(),
        sheets.clone(),
        clock.clone(),
        "house",
    );
    let (app, _) = App::new()
        .into_utoipa_app()
        .configure(crm::mount)
        .app_data(world)
        .app_data(Data::new(directories))
        .app_data(sight)
        .app_data(Data::new(sheets))
        .split_for_parts();
    let app = app
        .default_service(actix_web::web::to(no_route))
        .wrap(from_fn(edge));
    let app = Rc::new(test::init_service(app).await);
    House {
        clock,
        db: db.clone(),
        importer,
        files,
        app: Box::new(move |request| {
            let app = app.clone();
            Box::pin(async move { test::call_service(&*app, request.to_request()).await })
        }),
    }
}

impl House {
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
        let response = (self.app)(request).await;
        let text = |(name, value): (
            &actix_web::http::header::HeaderName,
            &actix_web::http::header::HeaderValue,
        )| { (name.to_string(), value.to_str().unwrap_or_default().to_owned()) };
        let headers = response.headers().iter().map(text).collect();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body()).await.unwrap_or_default();
        Reply {
            status,
            headers,
            json: serde_json::from_slice(&bytes).unwrap_or_default(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// An answer whose body has not been read yet.
    pub(crate) async fn open(&self, who: &str, path: &str) -> ServiceResponse<BoxBody> {
        let request = TestRequest::default()
            .uri(path)
            .insert_header(("authorization", format!("Bearer {who}")));
        (self.app)(request).await
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Reply {
        self.call(Method::GET, who, path, None, &[]).await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: Value) -> Reply {
        self.call(Method::POST, who, path, Some(body), &[]).await
    }

    pub(crate) async fn keyed(&self, who: &str, path: &str, key: &str, body: Value) -> Reply {
        self.call(Method::POST, who, path, Some(body), &[("idempotency-key", key)])
            .await
    }

    /// A verb of a record.
    pub(crate) async fn act(&self, who: &str, record: &Value, verb: &str, body: Value) -> Reply {
        self.post(who, &format!("{}/{verb}", at(record)), body).await
    }

    /// Changes a record as it is now.
    pub(crate) async fn patch(&self, who: &str, path: &str, body: Value) -> Reply {
        let etag = self
            .get(who, path)
            .await
            .headers
            .get("etag")
            .cloned()
            .unwrap_or_default();
        self.call(Method::PATCH, who, path, Some(body), &[("if-match", &etag)])
            .await
    }

    pub(crate) async fn delete(&self, who: &str, path: &str) -> Reply {
        let etag = self
            .get(who, path)
            .await
            .headers
            .get("etag")
            .cloned()
            .unwrap_or_default();
        self.call(Method::DELETE, who, path, None, &[("if-match", &etag)])
            .await
    }

    pub(crate) async fn account(&self, who: &str, name: &str) -> Value {
        self.post(who, "/v1/accounts", json!({ "name": name, "country": "DE" }))
            .await
            .ok(201)
    }

    pub(crate) async fn deal(&self, who: &str, account: &Value, name: &str, amount: &str) -> Value {
        let amount = json!({ "amount": amount, "currency": "EUR" });
        self.post(
            who,
            "/v1/deals",
            json!({ "name": name, "account": account["id"], "amount": amount }),
        )
        .await
        .ok(201)
    }
}

/// The path of a record.
pub(crate) fn at(record: &Value) -> String {
    format!(
        "{}/{}",
        path_of(record["object"].as_str().unwrap_or_default()),
        record["id"].as_str().unwrap_or_default()
    )
}
