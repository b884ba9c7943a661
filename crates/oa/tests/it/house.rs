//! A small company, its workflows, and an app over them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Service;
use actix_web::http::Method;
use actix_web::test::TestRequest;
use actix_web::web::Data;
use actix_web::{App, body::to_bytes};
use countersign_events::Rights;
use countersign_identity::people::Profile;
use countersign_identity::people::service::Create as AddPerson;
use countersign_identity::tenants::{NewTenant, service::Create as AddTenant};
use countersign_identity::{Directories, Memory, Occasion};
use countersign_kernel::actor::{Actor, Caller, Scopes, Via};
use countersign_kernel::catalogue::{Catalogue, Link};
use countersign_kernel::id::{DefinitionId, SessionId, TenantId, TypedId, UserId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use countersign_kernel::time::Clock;
use countersign_oa::records::{Found, Records};
use countersign_oa::{Office, StartRequest};
use countersign_rules::definitions::Kind;
use countersign_rules::{Definitions, Pool, Publish, Rules};
use countersign_storage::{Conn, Db};
use countersign_testkit::{FixedClock, SeededEntropy, TestDb};
use countersign_web::{
    AuthError, Authenticate, Cors, Expanders, Expected, Limits, Problem, Proxies, Routes, World,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const ACME: TenantId = TenantId(Uuid::from_u128(0xacce));

/// Name, manager, roles.
const PEOPLE: &[(&str, Option<&str>, &[&str])] = &[
    ("cleo", None, &[]),
    ("bo", Some("cleo"), &[]),
    ("ann", Some("bo"), &[]),
    ("abe", Some("bo"), &[]),
    ("eve", Some("cleo"), &["finance"]),
    ("dan", Some("eve"), &["finance"]),
    ("ada", Some("cleo"), &["admin"]),
];

pub(crate) fn user(name: &str) -> UserId {
    let place = PEOPLE
        .iter()
        .position(|(known, ..)| *known == name)
        .unwrap_or_else(|| panic!("nobody is called {name}"));
    UserId(Uuid::from_u128(0x100 + place as u128))
}

/// Knows people by their names.
struct Names;

impl Authenticate for Names {
    fn authenticate<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Caller, AuthError>> {
        async move {
            let (name, locale) = bearer
                .strip_suffix("-zh")
                .map_or((bearer, Locale::En), |name| (name, Locale::ZhCn));
            let (known, _, roles) = PEOPLE
                .iter()
                .find(|(known, ..)| *known == name)
                .ok_or(AuthError::Unknown)?;
            let roles: BTreeSet<String> = roles.iter().map(|role| (*role).to_owned()).collect();
            let id = user(known);
            Ok(Caller {
                tenant: ACME,
                user: id,
                via: Via::Session(SessionId(id.0)),
                scopes: Scopes::All,
                roles: Arc::new(roles),
                locale,
            })
        }
        .boxed()
    }

    fn currency(&self, _: TenantId) -> BoxFuture<'_, Result<Currency, Problem>> {
        async { Ok(Currency::EUR) }.boxed()
    }
}

/// One account is there.
pub(crate) struct OneAccount;

pub(crate) const ACCOUNT: Uuid = Uuid::from_u128(0xa0);

impl Records for OneAccount {
    fn visible<'a>(
        &'a self,
        _: &'a Conn,
        _: TenantId,
        kind: &'a str,
        ids: &'a [Uuid],
        _: &'a Rights,
    ) -> Found<'a> {
        let known = ids
            .iter()
            .copied()
            .filter(|id| kind == "account" && *id == ACCOUNT)
            .collect();
        Box::pin(async move { Ok(known) })
    }
}

const EXPENSE: &str = r#"
workflow: expense
title: {en: Expense claim, zh-CN: 报销单}
owners: {role: finance}
summary: "{category}: {purpose} ({amount})"
number: EXP-{year}-{counter}
form:
  purpose: {type: text, required: true, max_length: 200}
  amount: {type: money, required: true, min: 0.01}
  category: {type: choice, options: [travel, meals, other], required: true}
steps:
  - choose: by-amount
    cases:
      - when: amount < 500
        steps:
          - end: approved
            note: Under 500, approved by rule.
    otherwise: []
  - approval: manager
    by: {manager_of: requester}
    deadline: 2 working days
    if_late: {escalate_to: {manager_of: approver}}
  - approval: finance
    when: amount >= 1000
    by: {role: finance}
    need: any
    can_edit: [category]
"#;

const COMMITTEE: &str = r"
workflow: committee
title: Committee
owners: {role: finance}
number: COM-{counter}
form:
  customer: {type: record, of: account}
steps:
  - approval: both
    by: [{role: finance}, {user: bo@acme.example}]
    need: 2
";

/// A company at work.
pub(crate) struct House {
    pub(crate) world: Data<World>,
    pub(crate) office: Office,
    pub(crate) directories: Arc<Directories>,
    pub(crate) rules: Rules,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) db: TestDb,
}

impl House {
    pub(crate) async fn new(db: TestDb) -> Self {
        let clock = Arc::new(FixedClock::default());
        let entropy = Arc::new(SeededEntropy::default());
        let directories = Arc::new(Directories::new(Db::clone(&db), Arc::new(Memory::default())));
        settle(&db, &clock, &entropy, &directories).await;
        let catalogue = Catalogue::new()
            .with_events(countersign_oa::events::EVENTS)
            .with_events(&[countersign_platform::log::SENT])
            .with_actions([StartRequest::SPEC]);
        let catalogue = Arc::new(catalogue);
        let pool = Pool::new(2, Duration::from_mins(1));
        let definitions = Arc::new(Definitions::new(Arc::clone(&catalogue), pool));
        let rules = Rules::new(Arc::clone(&definitions), Arc::clone(&directories));
        let office = Office::new(
            Db::clone(&db),
            definitions,
            Arc::clone(&directories),
            Arc::new(OneAccount),
            Arc::clone(&clock) as Arc<dyn Clock>,
        );
        let (_, document) = utoipa_actix_web::AppExt::into_utoipa_app(App::new())
            .configure(countersign_oa::mount)
            .configure(countersign_rules::mount)
            .configure(countersign_platform::mount)
            .split_for_parts();
        let world = World {
            db: Db::clone(&db),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy,
            public_url: "http://localhost:8080".to_owned(),
            catalogue,
            expanders: Expanders::default(),
            auth: Arc::new(Names),
            cursor_key: [7; 32],
            limits: Limits::off(),
            cors: Cors::new(["http://localhost:*"]),
            proxies: Proxies::default(),
            routes: Routes::of_document(&document),
            sandbox: false,
        };
        let house = Self {
            world: Data::new(world),
            office,
            directories,
            rules,
            clock,
            db,
        };
        house.publish("expense", EXPENSE).await;
        house.publish("committee", COMMITTEE).await;
        house
    }

    pub(crate) async fn publish(&self, name: &str, text: &str) {
        self.publish_as(Kind::Workflow, name, text).await;
    }

    pub(crate) async fn publish_as(&self, kind: Kind, name: &str, text: &str) {
        let now = self.clock.now();
        let reader = self.db.read(ACME).await.unwrap();
        let tenant = self.rules.tenant_in(&reader, ACME).await.unwrap();
        drop(reader);
        let judged = self.rules.judge(ACME, &tenant, text.to_owned()).await.unwrap();
        let work = Publish {
            rules: self.rules.clone(),
            kind,
            name: name.to_owned(),
            judged,
            actor: Actor::System,
            caller: None,
            expected: Expected::NotGiven,
            create_only: false,
            id: DefinitionId::mint(self.world.entropy.as_ref(), now),
            now,
            trace: None,
        };
        if let Err(error) = self.db.write(ACME, work).await {
            panic!("{name} cannot be published: {error:?}");
        }
    }

    /// The history of a request as the log keeps it.
    pub(crate) async fn log(&self, request: &str) -> Vec<countersign_storage::Logged> {
        let (_, id) = countersign_kernel::id::any(request).unwrap();
        let reader = self.db.read(ACME).await.unwrap();
        countersign_storage::log::history(&reader, ACME, &Link::new("request", id), 0, 1_000)
            .await
            .unwrap()
    }
}

async fn settle(db: &Db, clock: &Arc<FixedClock>, entropy: &Arc<SeededEntropy>, directories: &Directories) {
    let occasion = || Occasion::system(clock.as_ref(), entropy.as_ref());
    let new = NewTenant {
        slug: "acme".into(),
        name: "Acme".into(),
        currency: "EUR".into(),
        zone: "Europe/Berlin".into(),
        locale: "en".into(),
    };
    let tenant = new.checked(ACME, "", clock.now()).unwrap();
    db.write(
        ACME,
        AddTenant {
            tenant,
            occasion: occasion(),
        },
    )
    .await
    .unwrap();
    for (name, manager, roles) in PEOPLE {
        let profile = Profile {
            name: format!("{}{}", name[..1].to_uppercase(), &name[1..]),
            email: format!("{name}@acme.example"),
            manager: manager.map(user),
            department: None,
            title: None,
            grade: None,
            country: (*name == "abe").then(|| "CN".to_owned()),
            cost_center: None,
            limit_minor: None,
            locale: None,
        };
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let person = AddPerson {
            id: user(name),
            profile,
            roles,
            password: None,
            occasion: occasion(),
            directories: directories.clone(),
        };
        db.write(ACME, person).await.unwrap();
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) json: Value,
    pub(crate) bytes: Vec<u8>,
}

/// Sends one request to the app over a house.
pub(crate) async fn send(
    house: &House,
    who: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
    headers: &[(&str, &str)],
) -> Answer {
    use utoipa_actix_web::AppExt;
    let app = App::new()
        .into_utoipa_app()
        .app_data(house.world.clone())
        .app_data(Data::new(house.office.clone()))
        .app_data(Data::new(house.rules.clone()))
        .configure(countersign_oa::mount)
        .configure(countersign_rules::mount)
        .configure(countersign_platform::mount)
        .into_app()
        .wrap(actix_web::middleware::from_fn(countersign_web::edge));
    let app = actix_web::test::init_service(app).await;
    let mut request = TestRequest::default()
        .method(method)
        .uri(path)
        .insert_header(("authorization", format!("Bearer {who}")));
    for (name, value) in headers {
        request = request.insert_header((*name, *value));
    }
    if let Some(body) = body {
        request = request.set_json(body);
    }
    let response = app.call(request.to_request()).await.unwrap();
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    let bytes = to_bytes(response.into_body()).await.unwrap_or_default();
    Answer {
        status,
        headers,
        json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        bytes: bytes.to_vec(),
    }
}

pub(crate) async fn get(house: &House, who: &str, path: &str) -> Answer {
    send(house, who, Method::GET, path, None, &[]).await
}

pub(crate) async fn post(house: &House, who: &str, path: &str, body: Value) -> Answer {
    send(house, who, Method::POST, path, Some(body), &[]).await
}

/// An expense of so much, as the API takes it.
pub(crate) fn expense(amount: &str) -> Value {
    json!({"workflow": "expense", "form": {"purpose": "Taxi", "amount": {"amount": amount, "currency": "EUR"}, "category": "travel"}})
}

/// Submits an expense of ann's and gives its id.
pub(crate) async fn submit(house: &House, amount: &str) -> String {
    let made = post(house, "ann", "/v1/requests", expense(amount)).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json["id"].as_str().unwrap().to_owned()
}

/// The open task of somebody in a request.
pub(crate) async fn task(house: &House, who: &str, request: &str) -> Option<Value> {
    let inbox = get(
        house,
        who,
        &format!("/v1/tasks?assignee=me&status=open&request={request}"),
    )
    .await;
    assert_eq!(inbox.status, 200, "{inbox:?}");
    inbox.json["data"].as_array().unwrap().first().cloned()
}

/// The path of a verb on the open task of somebody.
pub(crate) async fn verb(house: &House, who: &str, request: &str, verb: &str) -> String {
    let task = task(house, who, request)
        .await
        .unwrap_or_else(|| panic!("{who} has no open task"));
    format!("/v1/tasks/{}/{verb}", task["id"].as_str().unwrap())
}
