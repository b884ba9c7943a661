//! A whole server over a temporary database, whose clock and chance are its tests', and whose workers run when told.

use std::collections::HashMap;
use std::path::Path;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use actix_web::App;
use actix_web::body::{BoxBody, to_bytes};
use actix_web::dev::{Service as _, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::test::TestRequest;
use actix_web::web::{Data, to};
use countersign_events::{Consumer, Failure, Publisher as _};
use countersign_kernel::id::{Entropy, TenantId};
use countersign_kernel::time::Clock;
use countersign_platform::audit::Sealing;
use countersign_storage::{Db, Logged, Uow, WindowCursor, Work, log};
use countersign_testkit::{FixedClock, SeededEntropy, TestDb};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa_actix_web::AppExt as _;

use crate::compose::{self, Composed};
use crate::config::Config;
use crate::listen::Parts;
use crate::metrics::access::Access;
use crate::{audit_key, system};

pub(super) const PASSWORD: &str = "corpus-of-formats";

/// What somebody asks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Call {
    /// Whose session: a first name, or a bearer token as it was given. Empty: nobody's.
    pub(super) who: String,
    pub(super) method: String,
    pub(super) path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) idempotency_key: Option<String>,
    /// A text is sent as a form with a file or as YAML, all else as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Value>,
    /// Whether it takes the place of what is there, whichever version that is.
    #[serde(skip)]
    pub(super) over: bool,
}

impl Call {
    pub(super) fn get(who: &str, path: impl Into<String>) -> Self {
        Self {
            who: who.to_owned(),
            method: "GET".to_owned(),
            path: path.into(),
            idempotency_key: None,
            body: None,
            over: false,
        }
    }

    pub(super) fn post(who: &str, path: impl Into<String>, body: Value) -> Self {
        Self {
            method: "POST".to_owned(),
            body: Some(body),
            ..Self::get(who, path)
        }
    }

    /// A change, or its end, of the record as it is now.
    pub(super) fn change(method: &str, who: &str, path: impl Into<String>, body: Option<Value>) -> Self {
        Self {
            method: method.to_owned(),
            body,
            over: true,
            ..Self::get(who, path)
        }
    }

    pub(super) fn put(who: &str, path: impl Into<String>, text: &str) -> Self {
        Self {
            method: "PUT".to_owned(),
            body: Some(Value::String(text.to_owned())),
            ..Self::get(who, path)
        }
    }

    /// The next page.
    pub(super) fn after(&self, cursor: &str) -> Self {
        let sign = if self.path.contains('?') { '&' } else { '?' };
        Self {
            path: format!("{}{sign}cursor={cursor}", self.path),
            ..self.clone()
        }
    }

    pub(super) fn once(self, key: &str) -> Self {
        Self {
            idempotency_key: Some(key.to_owned()),
            ..self
        }
    }
}

/// Chance that begins anew with each call and each event, so that one draw more changes nothing that comes later.
struct Chance(Mutex<(u64, SeededEntropy)>);

impl Chance {
    fn begin(&self) {
        let mut chance = self.0.lock().unwrap();
        let next = chance.0 + 1;
        *chance = (next, SeededEntropy::new(next));
    }
}

impl Entropy for Chance {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().unwrap().1.fill(buffer);
    }
}

pub(super) struct House {
    pub(super) db: TestDb,
    chance: Arc<Chance>,
    pub(super) clock: Arc<FixedClock>,
    pub(super) composed: Composed,
    app: Answering,
    sealing: Sealing,
    /// How far the workers have come.
    place: Mutex<WindowCursor>,
    tokens: Mutex<HashMap<String, String>>,
}

/// The whole API: to put it together takes longer than most of its answers.
type Answering = Box<dyn Fn(TestRequest) -> Pin<Box<dyn Future<Output = ServiceResponse<BoxBody>>>>>;

async fn answering(composed: &Composed) -> Answering {
    let parts = Parts::of(composed, &Data::new(system::Ready::default()), Access::Nobody);
    let app = App::new()
        .into_utoipa_app()
        .configure(compose::mount)
        .into_app()
        .configure(|config| parts.share(config))
        .default_service(to(countersign_web::no_route))
        .wrap(from_fn(countersign_web::edge));
    let app = Rc::new(actix_web::test::init_service(app).await);
    Box::new(move |request| {
        let app = Rc::clone(&app);
        Box::pin(async move {
            app.call(request.to_request())
                .await
                .unwrap()
                .map_into_boxed_body()
        })
    })
}

impl House {
    pub(super) async fn over(db: TestDb, data: &Path, clock: FixedClock) -> Self {
        let clock = Arc::new(clock);
        let chance = Arc::new(Chance(Mutex::new((1, SeededEntropy::default()))));
        let entropy = Arc::clone(&chance) as Arc<dyn Entropy>;
        let mut config = Config {
            public_url: Some("http://countersign.example".to_owned()),
            data_dir: data.to_owned(),
            allow_egress: vec!["127.0.0.0/8".to_owned()],
            ..Config::default()
        };
        config.rate_limits.on = false;
        audit_key::settle(&config, &db, &*entropy).await.unwrap();
        let machine = Arc::clone(&clock) as Arc<dyn Clock>;
        let composed = compose::compose(&config, Db::clone(&db), machine, entropy)
            .await
            .unwrap();
        let sealing = Sealing::new(
            Db::clone(&db),
            Arc::clone(&composed.clock),
            composed.platform.auditor.clone(),
        );
        let app = answering(&composed).await;
        Self {
            db,
            chance,
            clock,
            composed,
            app,
            sealing,
            place: Mutex::default(),
            tokens: Mutex::default(),
        }
    }

    /// The status and the answer; `null` where it is no JSON.
    pub(super) async fn call(&self, call: &Call) -> (u16, Value) {
        let bearer = self.bearer(&call.who).await;
        self.send(call, bearer).await
    }

    /// An answer that says that it was done.
    pub(super) async fn done(&self, call: Call) -> Value {
        let (status, answer) = self.call(&call).await;
        assert!((200..300).contains(&status), "{call:?}: {status} {answer:#}");
        answer
    }

    /// Later; whoever was signed in signs in again.
    pub(super) fn advance(&self, by: chrono::TimeDelta) {
        self.clock.advance(by);
        self.sign_everybody_out();
    }

    pub(super) fn sign_everybody_out(&self) {
        self.tokens.lock().unwrap().clear();
    }

    async fn bearer(&self, who: &str) -> Option<String> {
        let is_name = !who.is_empty() && who.chars().all(|letter| letter.is_ascii_lowercase());
        if !is_name {
            return Some(who.to_owned()).filter(|token| !token.is_empty());
        }
        if let Some(token) = self.tokens.lock().unwrap().get(who) {
            return Some(token.clone());
        }
        let body = json!({"email": format!("{who}@acme.example"), "password": PASSWORD});
        let (status, answer) = self.send(&Call::post("", "/v1/auth/login", body), None).await;
        assert_eq!(status, 200, "{who} cannot sign in: {answer:#}");
        let token = answer["access_token"].as_str().unwrap().to_owned();
        self.tokens.lock().unwrap().insert(who.to_owned(), token.clone());
        Some(token)
    }

    async fn send(&self, call: &Call, bearer: Option<String>) -> (u16, Value) {
        self.chance.begin();
        let mut request = TestRequest::default()
            .method(call.method.parse::<Method>().unwrap())
            .uri(&call.path);
        if let Some(bearer) = bearer {
            request = request.insert_header(("authorization", format!("Bearer {bearer}")));
        }
        if let Some(key) = &call.idempotency_key {
            request = request.insert_header(("idempotency-key", key.as_str()));
        }
        if call.over {
            request = request.insert_header(("if-match", "*"));
        }
        request = match &call.body {
            Some(Value::String(form)) if form.starts_with("--corpus") => request
                .insert_header(("content-type", "multipart/form-data; boundary=corpus"))
                .set_payload(form.clone()),
            Some(Value::String(yaml)) => request
                .insert_header(("content-type", "application/yaml"))
                .set_payload(yaml.clone()),
            Some(body) if call.method == "PATCH" => request
                .insert_header(("content-type", "application/merge-patch+json"))
                .set_payload(body.to_string()),
            Some(body) => request.set_json(body),
            None => request,
        };
        let response = (self.app)(request).await;
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body()).await.unwrap_or_default();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Whatever follows from what has happened in a tenant, one thing after the other, until nothing more does.
    pub(super) async fn settle(&self, tenant: TenantId) {
        loop {
            let place = *self.place.lock().unwrap();
            let reader = self.db.read(tenant).await.unwrap();
            let batch = log::window_of_tenant(&reader, tenant, place, None, 100)
                .await
                .unwrap();
            drop(reader);
            *self.place.lock().unwrap() = batch.next;
            if batch.is_end() {
                break;
            }
            let events: Vec<Logged> = batch.entries.iter().map(|entry| entry.parse().unwrap()).collect();
            for event in &events {
                self.hand_out(event).await;
            }
            self.sealing.publish(&events).await.unwrap();
        }
        self.sealing.tick().await.unwrap();
    }

    async fn hand_out(&self, event: &Logged) {
        self.chance.begin();
        let consumers = &self.composed.workers.consumers;
        for consumer in consumers.iter().filter(|consumer| consumer.wants(&event.kind)) {
            let heard = |refused| Heard {
                consumer: Arc::clone(consumer),
                event: event.clone(),
                refused,
            };
            match self.db.write(event.tenant, heard(None)).await {
                Err(Failure::Refused(why)) => self.db.write(event.tenant, heard(Some(why))).await.unwrap(),
                heard => heard.unwrap(),
            }
        }
    }
}

/// What a listener does about an event.
struct Heard {
    consumer: Arc<dyn Consumer>,
    event: Logged,
    refused: Option<String>,
}

impl Work for Heard {
    type Out = ();
    type Error = Failure;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Failure> {
        match &self.refused {
            Some(why) => self.consumer.refused(uow, &self.event, why).await,
            None => self.consumer.handle(uow, &self.event).await,
        }
    }
}
