//! Against a real NATS server: a `nats-server` of our own, to be killed and wiped, when `COUNTERSIGN_TEST_NATS` says that
//! there is one on this machine.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use countersign_events::nats::Nats;
use countersign_events::{Catalogue, Runner};
use countersign_kernel::catalogue::EventType;
use countersign_testkit::TestDb;

use crate::bench::{HAPPENED, happen, options, until};

const TYPE: EventType = EventType {
    name: HAPPENED,
    object: "deal",
    within: None,
    about: "Something happened.",
    public: true,
    fields: &[],
    scope: "crm:deals:read",
};

fn broker(folder: &Path, port: u16) -> Child {
    let store = folder.join("jetstream");
    Command::new("nats-server")
        .args(["-a", "127.0.0.1", "-p", &port.to_string(), "-js", "-sd"])
        .arg(store)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

async fn messages(url: &str) -> u64 {
    let Ok(client) = async_nats::connect(url).await else {
        return 0;
    };
    let context = async_nats::jetstream::new(client);
    match context.get_stream("COUNTERSIGN").await {
        Ok(stream) => stream.cached_info().state.messages,
        Err(_) => 0,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_lost_everything_gets_everything_again() {
    if std::env::var_os("COUNTERSIGN_TEST_NATS").is_none() {
        return;
    }
    let db = TestDb::sqlite().await;
    let folder = db.folder().unwrap().to_owned();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("nats://127.0.0.1:{port}");
    let mut server = broker(&folder, port);
    let catalogue = Arc::new(Catalogue::new().with_events(&[TYPE]));
    let nats = Nats::connect(
        &url,
        catalogue,
        "http://localhost".into(),
        Duration::from_hours(24),
    )
    .await
    .unwrap();
    let running = Runner::new(db.clone(), "one", options())
        .publisher(Arc::new(nats))
        .spawn();
    happen(&db, 4, 1..=10).await;
    until("40 messages", async || messages(&url).await == 40).await;

    server.kill().unwrap();
    server.wait().unwrap();
    std::fs::remove_dir_all(folder.join("jetstream")).unwrap();
    happen(&db, 4, 11..=12).await;
    server = broker(&folder, port);
    until("48 messages", async || messages(&url).await == 48).await;
    running.stop().await.unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
}
