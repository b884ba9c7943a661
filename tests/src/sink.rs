//! A webhook receiver of a stranger: it knows only the published rules of Standard Webhooks.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What arrived.
#[derive(Debug, Clone)]
pub struct Arrived {
    pub id: String,
    pub timestamp: String,
    pub signature: String,
    pub body: Vec<u8>,
}

impl Arrived {
    /// Whether it was signed with this `whsec_…`.
    pub fn verifies(&self, secret: &str) -> bool {
        let key = secret.strip_prefix("whsec_").unwrap_or(secret);
        let engine = base64::engine::general_purpose::STANDARD;
        let Ok(key) = engine.decode(key) else { return false };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else {
            return false;
        };
        mac.update(format!("{}.{}.", self.id, self.timestamp).as_bytes());
        mac.update(&self.body);
        let wanted = format!("v1,{}", engine.encode(mac.finalize().into_bytes()));
        self.signature.split(' ').any(|signature| signature == wanted)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

struct State {
    got: Mutex<Vec<Arrived>>,
    /// What to answer; 200 unless told.
    status: Mutex<u16>,
}

/// A receiver on a free port.
pub struct Sink {
    state: Arc<State>,
    pub url: String,
    handle: actix_web::dev::ServerHandle,
}

impl Sink {
    pub fn start() -> anyhow::Result<Self> {
        let state = Arc::new(State {
            got: Mutex::default(),
            status: Mutex::new(204),
        });
        let shared = Arc::clone(&state);
        let app = move || {
            App::new()
                .app_data(web::Data::from(Arc::clone(&shared)))
                .default_service(web::post().to(receive))
        };
        let server = HttpServer::new(app)
            .workers(1)
            .disable_signals()
            .bind("127.0.0.1:0")?;
        let address = server
            .addrs()
            .first()
            .copied()
            .ok_or_else(|| anyhow::anyhow!("no address"))?;
        let server = server.run();
        let handle = server.handle();
        std::thread::spawn(move || actix_web::rt::System::new().block_on(server));
        Ok(Self {
            state,
            url: format!("http://{address}/hook"),
            handle,
        })
    }

    pub fn answer_with(&self, status: u16) {
        *self.state.status.lock().unwrap_or_else(PoisonError::into_inner) = status;
    }

    pub fn got(&self) -> Vec<Arrived> {
        self.state
            .got
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn receive(state: web::Data<State>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let header = |name: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let arrived = Arrived {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body: body.to_vec(),
    };
    state
        .got
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(arrived);
    let status = *state.status.lock().unwrap_or_else(PoisonError::into_inner);
    HttpResponse::build(
        actix_web::http::StatusCode::from_u16(status).unwrap_or(actix_web::http::StatusCode::OK),
    )
    .finish()
}
