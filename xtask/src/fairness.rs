//! What one tenant at its worst does to another: the other's calls beside each attack, and alone.
//!
//! Somebody at one company decides expenses, reads the inbox and lists deals, one call after the other; meanwhile the admin of another
//! company does one thing as often as the server lets them. Alone and beside alternate, so that the machine's mood hits both.
//!
//! Attackers have machines of their own. Here they share the server's, so they run on a thread of their own that gives way: what
//! making and reading their calls costs is not the server's fault.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::bench::server::{self, Server};

/// How to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Seconds of each measured stretch.
    #[arg(long, default_value_t = 6)]
    seconds: u64,
    /// Only attacks whose name holds this.
    #[arg(long)]
    only: Option<String>,
    /// On PostgreSQL: the URL of an empty database that may be filled.
    #[arg(long)]
    database_url: Option<String>,
    /// The server's binary; without it, a release build is made.
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// What the other's p99 may grow to, times that of alone.
const MOST: f64 = 3.0;

/// Where the numbers of the next attack begin: no name and no key is sent twice.
static SHOTS: AtomicUsize = AtomicUsize::new(0);

/// What an attacker sends: method, path, content type and body.
type Shot = (reqwest::Method, String, &'static str, Vec<u8>);

/// So many at once do the same thing.
struct Attack {
    name: &'static str,
    at_once: usize,
    shot: fn(usize) -> Shot,
}

const ATTACKS: [Attack; 8] = [
    Attack {
        name: "writes",
        at_once: 32,
        shot: |number| post("/v1/accounts", &json!({"name": format!("Flood {number}")})),
    },
    Attack {
        name: "batches of 200",
        at_once: 8,
        shot: |number| {
            let rows: Vec<Value> = (0..200)
                .map(|row| json!({"op": "create", "data": {"name": format!("Flood {number} {row}")}}))
                .collect();
            post("/v1/accounts/batch", &json!({"rows": rows}))
        },
    },
    Attack {
        name: "lists of 200",
        at_once: 32,
        shot: |_| get("/v1/accounts?limit=200"),
    },
    Attack {
        name: "searches",
        at_once: 32,
        shot: |number| get(&format!("/v1/accounts?q=ood%20{}", number % 97)),
    },
    Attack {
        name: "the log",
        at_once: 32,
        shot: |_| get("/v1/events?limit=200"),
    },
    Attack {
        name: "checks of hostile files",
        at_once: 16,
        shot: |_| yaml(&unknown_names()),
    },
    Attack {
        name: "checks of bombs",
        at_once: 16,
        shot: |_| yaml(&"{a, b: c, ".repeat(40_000)),
    },
    Attack {
        name: "bodies that are not JSON",
        at_once: 32,
        shot: |_| {
            let body = "[".repeat(900_000).into_bytes();
            (
                reqwest::Method::POST,
                "/v1/accounts".to_owned(),
                "application/json",
                body,
            )
        },
    },
];

fn get(path: &str) -> Shot {
    (reqwest::Method::GET, path.to_owned(), "", Vec::new())
}

fn post(path: &str, body: &Value) -> Shot {
    (
        reqwest::Method::POST,
        path.to_owned(),
        "application/json",
        body.to_string().into_bytes(),
    )
}

fn yaml(text: &str) -> Shot {
    (
        reqwest::Method::POST,
        "/v1/workflows/check".to_owned(),
        "application/yaml",
        text.as_bytes().to_vec(),
    )
}

/// A workflow whose steps name nothing that there is.
fn unknown_names() -> String {
    let mut text =
        "workflow: hostile\ntitle: Hostile\nowners: {role: hr}\nform:\n  note: {type: text}\nsteps:\n"
            .to_owned();
    for step in 0..4_000 {
        text.push_str(&format!(
            "  - aproval: step-{step}\n    by: {{rolle: nobody-{step}}}\n"
        ));
    }
    text
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(measure(options))
}

async fn measure(options: &Options) -> anyhow::Result<()> {
    let binary = server::binary(options.binary.as_deref())?;
    let server = Arc::new(Server::start(&binary, options.database_url.as_deref()).await?);
    let stretch = Duration::from_secs(options.seconds);
    let other = Other::new(&server).await?;
    other.calls(Duration::from_secs(1)).await?;
    println!("{}, {} s each", server.database_name(), options.seconds);
    println!(
        "{:<26} {:>9} {:>9} {:>9} {:>9} {:>7} {:>12}",
        "attack", "alone p50", "p99 ms", "beside p50", "p99 ms", "times", "attacker/s"
    );
    let wanted = |attack: &&Attack| {
        options
            .only
            .as_ref()
            .is_none_or(|only| attack.name.contains(only.as_str()))
    };
    let mut unfair = Vec::new();
    for attack in ATTACKS.iter().filter(wanted) {
        let alone = other.calls(stretch).await?;
        let (beside, shots) = beside(attack, &server, &other, stretch).await?;
        let times = beside.p99_ms / alone.p99_ms;
        println!(
            "{:<26} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>7.1} {:>12.0}",
            attack.name,
            alone.p50_ms,
            alone.p99_ms,
            beside.p50_ms,
            beside.p99_ms,
            times,
            shots as f64 / stretch.as_secs_f64()
        );
        if times > MOST {
            unfair.push(attack.name);
        }
    }
    anyhow::ensure!(
        unfair.is_empty(),
        "the other's p99 grew to more than {MOST} times beside: {}",
        unfair.join(", ")
    );
    Ok(())
}

/// The other's calls while the attack goes on, and how often it was answered.
async fn beside(
    attack: &Attack,
    server: &Arc<Server>,
    other: &Other,
    stretch: Duration,
) -> anyhow::Result<(Seen, usize)> {
    let token = server.sign_in_at("gil", "globex").await?;
    let (ends, shots) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let run = SHOTS.fetch_add(1_000_000, Ordering::Relaxed);
    let machine = machine_of_the_attackers()?;
    let client = server::client()?;
    let mut attackers = JoinSet::new();
    for _ in 0..attack.at_once {
        let (server, client, token) = (Arc::clone(server), client.clone(), token.clone());
        let (ends, shots, shot) = (Arc::clone(&ends), Arc::clone(&shots), attack.shot);
        let attacker = async move {
            while !ends.load(Ordering::Relaxed) {
                let number = run + shots.fetch_add(1, Ordering::Relaxed);
                let (method, path, kind, body) = shot(number);
                let mut call = client
                    .request(method, format!("{}{path}", server.base))
                    .bearer_auth(&token)
                    .header("idempotency-key", format!("flood-{number}"));
                if !kind.is_empty() {
                    call = call.header("content-type", kind).body(body);
                }
                // What the attacker is told does not matter, only that it costs the other nothing.
                if let Ok(answer) = call.send().await {
                    let _ = answer.bytes().await;
                }
            }
        };
        attackers.spawn_on(attacker, machine.handle());
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = shots.load(Ordering::Relaxed);
    let seen = other.calls(stretch).await;
    let answered = shots.load(Ordering::Relaxed) - before;
    ends.store(true, Ordering::Relaxed);
    while attackers.join_next().await.is_some() {}
    machine.shutdown_background();
    Ok((seen?, answered))
}

/// One thread that takes what the server and the other leave of the processor.
fn machine_of_the_attackers() -> anyhow::Result<Runtime> {
    let give_way = || {
        // On Linux a thread has a niceness of its own.
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::process::setpriority_process(None, 10) {
            eprintln!("the attackers do not give way: {error}");
        }
    };
    let mut machine = Builder::new_multi_thread();
    Ok(machine
        .worker_threads(1)
        .enable_all()
        .on_thread_start(give_way)
        .build()?)
}

/// Who is not to notice.
struct Other {
    server: Arc<Server>,
    requester: String,
    manager: String,
}

/// How long the other's calls took.
struct Seen {
    p50_ms: f64,
    p99_ms: f64,
}

impl Other {
    async fn new(server: &Arc<Server>) -> anyhow::Result<Self> {
        Ok(Self {
            server: Arc::clone(server),
            requester: server.sign_in("ann").await?,
            manager: server.sign_in("bo").await?,
        })
    }

    /// One call after the other for so long.
    async fn calls(&self, stretch: Duration) -> anyhow::Result<Seen> {
        let form = json!({"purpose": "Taxi and hotel", "amount": {"amount": "320.00", "currency": "EUR"}});
        let submit = json!({"workflow": "bench-expense", "form": form});
        let (began, mut took) = (Instant::now(), Vec::new());
        while began.elapsed() < stretch {
            let made = self
                .timed(&mut took, post("/v1/requests", &submit), &self.requester)
                .await?;
            let id = made
                .get("id")
                .and_then(Value::as_str)
                .context("a request without id")?;
            let approve = post(&format!("/v1/requests/{id}/approve"), &json!({}));
            self.timed(&mut took, approve, &self.manager).await?;
            for path in ["/v1/tasks?assignee=me&status=open&limit=20", "/v1/deals?limit=20"] {
                self.timed(&mut took, get(path), &self.manager).await?;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        took.sort_unstable();
        let at = |share: f64| -> f64 {
            let place = (took.len() as f64 * share) as usize;
            took.get(place.min(took.len().saturating_sub(1)))
                .map_or(0.0, |took: &Duration| took.as_secs_f64() * 1000.0)
        };
        Ok(Seen {
            p50_ms: at(0.5),
            p99_ms: at(0.99),
        })
    }

    async fn timed(&self, took: &mut Vec<Duration>, shot: Shot, token: &str) -> anyhow::Result<Value> {
        let (method, path, kind, body) = shot;
        let began = Instant::now();
        let mut call = self
            .server
            .client
            .request(method, format!("{}{path}", self.server.base))
            .bearer_auth(token);
        if !kind.is_empty() {
            call = call.header("content-type", kind).body(body);
        }
        let answer = call.send().await?;
        let status = answer.status();
        let words: Value = answer.json().await?;
        took.push(began.elapsed());
        anyhow::ensure!(
            status.is_success(),
            "the other is refused: {path}: {status} {words}"
        );
        Ok(words)
    }
}
