//! What the server's log says of each request.

use std::io::Write;
use std::sync::{Arc, Mutex};

use actix_web::test::{TestRequest, call_service};
use countersign_testkit::TestDb;
use serde_json::Value;

use crate::house::House;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// The lines about requests whose ids begin so.
    fn about(&self, ids: &str) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines
            .filter(|line: &Value| line["request_id"].as_str().is_some_and(|id| id.starts_with(ids)))
            .collect()
    }
}

#[actix_web::test]
async fn a_line_says_who_called_from_where_and_no_secret() {
    let lines = Lines::default();
    let writer = lines.clone();
    let logs = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .json()
        .flatten_event(true)
        .finish();
    // A thread's own subscriber would miss events that another thread's test came to first.
    tracing::subscriber::set_global_default(logs).unwrap();
    let house = House::new(TestDb::sqlite().await).await;
    let app = crate::house::app!(house);
    let ask = |from: &str, token: Option<&str>| {
        let mut request = TestRequest::get()
            .uri("/v1/picture?secret=in-the-query")
            .peer_addr(format!("{from}:4711").parse().unwrap())
            .insert_header((
                "x-request-id",
                format!("access-log-{}", token.unwrap_or_default()),
            ))
            .insert_header(("x-forwarded-for", "192.0.2.7"));
        if let Some(token) = token {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        request.to_request()
    };
    for (from, token) in [
        ("10.0.0.1", Some("ann")),
        ("203.0.113.1", Some("reader")),
        ("10.0.0.1", None),
    ] {
        call_service(&app, ask(from, token)).await;
    }
    let said = lines.about("access-log-");
    let text = |line: usize, name: &str| said[line][name].as_str().unwrap_or_default().to_owned();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said.iter().all(|line| line["message"] == "answered"));
    assert_eq!(text(0, "client"), "192.0.2.7", "a trusted proxy says so");
    assert_eq!(text(1, "client"), "203.0.113.1", "this one may not");
    assert!(text(0, "tenant").starts_with("tnt_") && text(0, "user").starts_with("user_"));
    assert_eq!(text(0, "key"), "");
    assert!(text(1, "key").starts_with("key_"), "{:?}", said[1]);
    assert_eq!(
        (text(2, "user"), said[2]["status"].as_u64()),
        (String::new(), Some(401))
    );
    for secret in ["in-the-query", "Bearer"] {
        assert!(
            !said.iter().any(|line| line.to_string().contains(secret)),
            "{said:?}"
        );
    }
}
