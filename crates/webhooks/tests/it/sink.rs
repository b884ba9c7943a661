//! A receiver that answers what it is told to, when it is told to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    headers: String,
    body: String,
}

impl Arrived {
    pub(crate) fn header(&self, name: &str) -> String {
        let lines = self.headers.lines().filter_map(|line| line.split_once(": "));
        let mut found = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found
            .next()
            .map(|(_, value)| value.to_owned())
            .unwrap_or_default()
    }

    /// Whether it was signed with this `whsec_…`.
    pub(crate) fn verifies(&self, secret: &str) -> bool {
        let engine = base64::engine::general_purpose::STANDARD;
        let key = engine.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        let (id, at) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        mac.update(format!("{id}.{at}.{}", self.body).as_bytes());
        let wanted = format!("v1,{}", engine.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature")
            .split(' ')
            .any(|one| one == wanted)
    }
}

struct State {
    got: Mutex<Vec<Arrived>>,
    status: Mutex<u16>,
    open: watch::Sender<bool>,
}

/// A receiver on a free port.
#[derive(Clone)]
pub(crate) struct Sink {
    state: Arc<State>,
    pub(crate) url: String,
}

impl Sink {
    pub(crate) async fn start(status: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let state = Arc::new(State {
            got: Mutex::default(),
            status: Mutex::new(status),
            open: watch::channel(true).0,
        });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(receive(Arc::clone(&shared), stream));
            }
        });
        Self { state, url }
    }

    pub(crate) fn answer_with(&self, status: u16) {
        *self.state.status.lock().unwrap() = status;
    }

    /// Calls are taken, and not answered before [`Self::open`].
    pub(crate) fn hold(&self) {
        self.state.open.send_replace(false);
    }

    pub(crate) fn open(&self) {
        self.state.open.send_replace(true);
    }

    pub(crate) fn got(&self) -> Vec<Arrived> {
        self.state.got.lock().unwrap().clone()
    }

    /// Waits until so many calls came in.
    pub(crate) async fn called(&self, times: usize) {
        let all = async {
            while self.got().len() < times {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), all).await.unwrap();
    }
}

async fn receive(state: Arc<State>, mut stream: TcpStream) {
    let mut bytes = Vec::new();
    let arrived = loop {
        if let Some(arrived) = whole(&bytes) {
            break arrived;
        }
        let mut part = [0; 4096];
        match stream.read(&mut part).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&part[..read]),
            _ => return,
        }
    };
    state.got.lock().unwrap().push(arrived);
    let mut open = state.open.subscribe();
    open.wait_for(|open| *open).await.unwrap();
    let status = *state.status.lock().unwrap();
    let answer = format!("HTTP/1.1 {status} said\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let _ = stream.write_all(answer.as_bytes()).await;
}

fn whole(bytes: &[u8]) -> Option<Arrived> {
    let text = String::from_utf8_lossy(bytes);
    let (headers, body) = text.split_once("\r\n\r\n")?;
    let arrived = Arrived {
        headers: headers.to_owned(),
        body: body.to_owned(),
    };
    let length: usize = arrived.header("content-length").parse().unwrap_or_default();
    (body.len() >= length).then_some(arrived)
}
