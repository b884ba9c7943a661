//! A tenant, its people, and an app over its definitions.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Service;
use actix_web::http::Method;
use actix_web::test::TestRequest;
use actix_web::web::Data;
use actix_web::{App, body::to_bytes};
use countersign_events::Actions;
use countersign_identity::people::Profile;
use countersign_identity::people::service::Create as AddPerson;
use countersign_identity::tenants::service::{ChangeSettings, Create as AddTenant};
use countersign_identity::tenants::{NewTenant, PublishingChange, PublishingRight, SettingsChange};
use countersign_identity::{Directories, Memory, Occasion};
use countersign_kernel::actor::{Caller, Scopes, Via};
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::id::{ApiKeyId, SessionId, TenantId, UserId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use countersign_kernel::time::Clock;
use countersign_rules::definitions::Judged;
use countersign_rules::{Automations, Definitions, Pool, Rules};
use countersign_storage::Db;
use countersign_testkit::{FixedClock, SeededEntropy, TestDb};
use countersign_web::{
    AuthError, Authenticate, Cors, Expanders, Expected, Limits, Problem, Proxies, Routes, World,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

pub(crate) const ACME: TenantId = TenantId(Uuid::from_u128(0xacce));

const PEOPLE: &[(&str, &[&str])] = &[
    ("ada", &["admin"]),
    ("fay", &["hr"]),
    ("eve", &["finance"]),
    ("ann", &[]),
];

pub(crate) fn user(name: &str) -> UserId {
    let place = PEOPLE
        .iter()
        .position(|(known, _)| *known == name)
        .unwrap_or_else(|| panic!("nobody is called {name}"));
    UserId(Uuid::from_u128(0x100 + place as u128))
}

/// Knows people by their names.
struct Names;

impl Authenticate for Names {
    fn authenticate<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Caller, AuthError>> {
        async move {
            let (name, key) = match bearer.strip_suffix("'s key") {
                Some(name) => (name, true),
                None => (bearer, false),
            };
            let (known, roles) = PEOPLE
                .iter()
                .find(|(known, _)| *known == name)
                .ok_or(AuthError::Unknown)?;
            let roles: BTreeSet<String> = roles.iter().map(|role| (*role).to_owned()).collect();
            let id = user(known);
            Ok(Caller {
                tenant: ACME,
                user: id,
                via: if key {
                    Via::Key(ApiKeyId(id.0))
                } else {
                    Via::Session(SessionId(id.0))
                },
                scopes: Scopes::All,
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

pub(crate) struct House {
    pub(crate) world: Data<World>,
    pub(crate) rules: Rules,
    pub(crate) automations: Data<Automations>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) db: TestDb,
}

/// Two threads, and no hurry.
pub(crate) fn pool() -> Pool {
    Pool::new(2, Duration::from_mins(1))
}

impl House {
    pub(crate) async fn new(db: TestDb, events: Catalogue, actions: &Actions) -> Self {
        let clock = Arc::new(FixedClock::default());
        let entropy = Arc::new(SeededEntropy::default());
        let directories = Arc::new(Directories::new(Db::clone(&db), Arc::new(Memory::default())));
        settle(&db, &clock, &entropy, &directories).await;
        let catalogue = Arc::new(
            events
                .with_events(countersign_rules::events::EVENTS)
                .with_actions(actions.specs()),
        );
        let rules = Rules::new(
            Arc::new(Definitions::new(Arc::clone(&catalogue), pool())),
            directories,
        );
        let automations = Automations::new(
            rules.clone(),
            Arc::new(actions.clone()),
            Arc::clone(&clock) as Arc<dyn Clock>,
        );
        let (_, document) = utoipa_actix_web::AppExt::into_utoipa_app(App::new())
            .configure(countersign_rules::mount)
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
        Self {
            world: Data::new(world),
            rules,
            automations: Data::new(automations),
            clock,
            db,
        }
    }

    /// The same company, on a server that has just started with this pool.
    pub(crate) fn restarted(self, pool: Pool) -> Self {
        let catalogue = Arc::clone(self.rules.definitions.catalogue());
        let definitions = Arc::new(Definitions::new(catalogue, pool));
        let rules = Rules::new(definitions, Arc::clone(&self.rules.directories));
        Self { rules, ..self }
    }

    /// The settings let a role publish these names, and nobody else.
    pub(crate) async fn publishing(&self, role: &str, names: &[&str], kinds: &[&str]) {
        let all = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let right = PublishingRight {
            role: role.to_owned(),
            names: all(names),
            kinds: all(kinds),
        };
        let change = PublishingChange {
            rights: Some(vec![right]),
            ..PublishingChange::default()
        };
        self.settings(change).await;
    }

    pub(crate) async fn settings(&self, publishing: PublishingChange) {
        let change = ChangeSettings {
            change: SettingsChange {
                publishing,
                ..SettingsChange::default()
            },
            expected: Expected::NotGiven,
            occasion: Occasion::system(self.clock.as_ref(), self.world.entropy.as_ref()),
            memory: Arc::clone(self.rules.directories.memory()),
        };
        self.db.write(ACME, change).await.unwrap();
    }

    /// A file, judged against the company as it is.
    pub(crate) async fn judged(&self, text: &str) -> Judged {
        let reader = self.db.read(ACME).await.unwrap();
        let tenant = self.rules.tenant_in(&reader, ACME).await.unwrap();
        drop(reader);
        self.rules.judge(ACME, &tenant, text.to_owned()).await.unwrap()
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
    for (name, roles) in PEOPLE {
        let profile = Profile {
            name: format!("{}{}", name[..1].to_uppercase(), &name[1..]),
            email: format!("{name}@acme.example"),
            manager: (*name == "ann").then(|| user("fay")),
            department: None,
            title: None,
            grade: None,
            country: None,
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

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) json: Value,
    pub(crate) text: String,
}

/// A body: YAML or JSON.
pub(crate) enum Sent<'a> {
    Nothing,
    Yaml(&'a str),
    Json(Value),
}

pub(crate) async fn send(
    house: &House,
    who: &str,
    method: Method,
    path: &str,
    body: Sent<'_>,
    headers: &[(&str, &str)],
) -> Answer {
    use utoipa_actix_web::AppExt;
    let app = App::new()
        .into_utoipa_app()
        .app_data(house.world.clone())
        .app_data(Data::new(house.rules.clone()))
        .app_data(house.automations.clone())
        .configure(countersign_rules::mount)
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
    let request = match body {
        Sent::Nothing => request,
        Sent::Yaml(text) => request
            .insert_header(("content-type", "application/yaml"))
            .set_payload(text.to_owned()),
        Sent::Json(json) => request.set_json(json),
    };
    let response = app.call(request.to_request()).await.unwrap();
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    let bytes = to_bytes(response.into_body()).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Answer {
        status,
        headers,
        json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        text,
    }
}

pub(crate) async fn post(house: &House, who: &str, path: &str, body: Value) -> Answer {
    send(house, who, Method::POST, path, Sent::Json(body), &[]).await
}

pub(crate) async fn get(house: &House, who: &str, path: &str) -> Answer {
    send(house, who, Method::GET, path, Sent::Nothing, &[]).await
}

pub(crate) async fn put(
    house: &House,
    who: &str,
    path: &str,
    yaml: &str,
    headers: &[(&str, &str)],
) -> Answer {
    send(house, who, Method::PUT, path, Sent::Yaml(yaml), headers).await
}
