//! What strangers can do to a server that they may not use, and what it tells them.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use countersign_acceptance::{Server, until};

const TOKEN: &str = "figures-for-prometheus";

/// A demo that lets one address have so many connections.
async fn server(connections: usize, arguments: &[&str]) -> anyhow::Result<Server> {
    let mut server = Server::prepare("demo", arguments).await?;
    let settings = format!("connections_per_address = {connections}\nmetrics_token = \"{TOKEN}\"\n");
    std::fs::write(server.folder().join("countersign.toml"), settings)?;
    server.spawn().await?;
    Ok(server)
}

struct Wire(TcpStream);

impl Wire {
    fn open(server: &Server) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(server.base().trim_start_matches("http://"))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self(stream))
    }

    fn say(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(self.0.write_all(text.as_bytes())?)
    }

    /// All that comes until the server closes the connection.
    fn heard(&mut self) -> anyhow::Result<String> {
        let mut bytes = Vec::new();
        match self.0.read_to_end(&mut bytes) {
            Err(error) if error.kind() != ErrorKind::ConnectionReset => Err(error.into()),
            _ => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }
}

const DRIP: &str = "POST /v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{";
const ASK: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_drips_holds_few_connections_and_not_for_long() -> anyhow::Result<()> {
    // More than the sample company and whoever asks for readiness hold while the server starts.
    const MOST: usize = 24;
    let server = server(MOST, &[]).await?;
    let mut held = Vec::new();
    // Whoever asked whether the server is ready may have a connection of its own, which ends one day.
    let refused = until("one more is refused", 8, async || {
        let mut drip = Wire::open(&server)?;
        drip.say(DRIP)?;
        held.push(drip);
        let mut more = Wire::open(&server)?;
        more.say(ASK)?;
        let heard = more.heard()?;
        Ok(heard.starts_with("HTTP/1.1 429 ").then_some(heard))
    })
    .await?;
    assert!(
        refused.contains("connection: close") && refused.contains("24 connections"),
        "{refused}"
    );
    let mut too_slow = 0;
    for mut wire in held {
        let ended = wire.heard()?;
        let is_slow = ended.starts_with("HTTP/1.1 408 ") && ended.contains("too_slow");
        assert!(is_slow || ended.starts_with("HTTP/1.1 429 "), "{ended}");
        too_slow += usize::from(is_slow);
    }
    assert!((MOST / 2..=MOST).contains(&too_slow), "{too_slow} were taken in");
    let mut again = Wire::open(&server)?;
    again.say(ASK)?;
    assert!(again.heard()?.starts_with("HTTP/1.1 200 "));
    Ok(())
}

/// A server that shows its figures at an address of its own. Somebody else may take a port that was just seen free.
async fn with_metrics_apart() -> anyhow::Result<(Server, String)> {
    let mut tries = 0;
    loop {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let own = format!("127.0.0.1:{port}");
        match server(256, &["--metrics-listen", &own]).await {
            Ok(server) => return Ok((server, own)),
            Err(error) if tries == 3 => return Err(error),
            Err(_) => tries += 1,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_for_operators_and_links_stay_out_of_the_log() -> anyhow::Result<()> {
    let (server, own) = with_metrics_apart().await?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let get = async |url: String, token: &str| http.get(url).bearer_auth(token).send().await;
    let beside = format!("{}/metrics", server.base());
    assert_eq!(http.get(&beside).send().await?.status(), 401);
    assert_eq!(get(beside.clone(), "figures-for-prometheuz").await?.status(), 401);
    let figures = get(beside, TOKEN).await?;
    assert_eq!(figures.status(), 200);
    assert!(figures.text().await?.contains("countersign_statements_total"));
    let elsewhere = http.get(format!("http://{own}/metrics")).send().await?;
    assert_eq!(elsewhere.status(), 200);
    assert_eq!(
        http.get(format!("http://{own}/v1/me")).send().await?.status(),
        404
    );

    let ann = server.sign_in("ann").await?;
    let file = ann.upload().await?;
    let link = ann.get(&format!("/v1/files/{file}/link")).await?.expect(200)?;
    let url = link.text("/url");
    assert_eq!(http.get(url).send().await?.status(), 200);
    assert_eq!(http.get(format!("{url}/more")).send().await?.status(), 404);
    let (_, sealed) = url.rsplit_once('/').unwrap();
    let log = server.log_with("/v1/downloads/…").await?;
    assert!(!log.contains(sealed), "whoever reads the log can download");

    for (path, words) in [
        ("/docs/", "<script src=\"page.js\">"),
        ("/docs/page.js", "/openapi.json"),
        ("/docs/page.css", "#sign-in"),
        ("/docs/reference-1.46.4.js", "createApiReference"),
        ("/docs/people.json", "ivy@acme.example"),
    ] {
        let whole = http.get(format!("{}{path}", server.base())).send().await?;
        assert_eq!(whole.status(), 200, "{path}");
        assert!(whole.text().await?.contains(words), "{path}");
        let packed = http.get(format!("{}{path}", server.base()));
        let packed = packed.header("accept-encoding", "gzip").send().await?;
        assert_eq!(packed.status(), 200, "{path}");
        if path.contains("reference") {
            assert_eq!(packed.headers()["content-encoding"], "gzip", "{path}");
            assert!(packed.bytes().await?.len() < 1_200_000, "{path}");
        }
    }
    for (path, expected) in [
        ("/docs/", "script-src 'self'"),
        (
            "/v1/workflows/leave/diagram",
            "default-src 'none'; style-src 'unsafe-inline'",
        ),
        ("/nothing", "default-src 'none'"),
    ] {
        let answer = ann.get(path).await?;
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.contains(expected) && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_without_signing_in_takes_no_parameters() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let login = serde_json::json!({"email": "ann@acme.example", "password": "countersign-demo"});
    let post = async |path: &str, body: &serde_json::Value| {
        let url = format!("{}/v1/auth/{path}", server.base());
        http.post(url).json(body).send().await
    };
    let tokens: serde_json::Value = post("login", &login).await?.json().await?;
    let token = serde_json::json!({"refresh_token": tokens["refresh_token"]});
    for (path, body) in [("login", &login), ("refresh", &token), ("logout", &token)] {
        let answer = post(&format!("{path}?validate_only=true"), body).await?;
        assert_eq!(answer.status(), 400, "{path}");
        let problem: serde_json::Value = answer.json().await?;
        assert_eq!(
            problem["errors"][0]["parameter"], "validate_only",
            "{path}: {problem}"
        );
    }
    assert_eq!(
        post("refresh", &token).await?.status(),
        200,
        "nothing was done with it"
    );
    Ok(())
}
