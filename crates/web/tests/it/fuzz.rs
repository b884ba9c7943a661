//! What comes over the wire and is not what anybody would send: it is answered, never with a fault of the server's.

use countersign_fuzz::{Fuzz, fuzz};
use countersign_testkit::for_each_database;

use crate::house::{House, Seen};

const FUZZ: Fuzz = fuzz!();
/// No refusal is longer than this, whatever was sent (bytes).
const ANSWER_MAX: usize = 100_000;

fn answered(what: &str, seen: &Seen) {
    assert!(
        seen.status.as_u16() < 500,
        "{what}: {:?} {}",
        seen.status,
        seen.json
    );
    assert!(seen.raw.len() <= ANSWER_MAX, "{what}: {} bytes", seen.raw.len());
    if seen.status.is_client_error() {
        assert!(seen.json["code"].is_string(), "{what}: no problem: {}", seen.json);
    }
}

#[actix_web::test]
async fn bodies() {
    for_each_database(|db| async move {
        let house = House::new(db).await;
        house.deal(serde_json::json!({})).await;
        for body in FUZZ.inputs("bodies").unwrap() {
            let json = [("content-type", "application/json")];
            let patch = [
                ("content-type", "application/merge-patch+json"),
                ("if-match", "*"),
            ];
            for (method, path, headers) in [
                ("POST", "/v1/deals?validate_only=true", &json[..]),
                ("POST", "/v1/deals/search", &json[..]),
                ("PATCH", "/v1/deals/deal_00000000000000000000000000", &patch[..]),
            ] {
                answered(path, &house.ask(method, path, headers, &body).await);
            }
        }
    })
    .await;
}

#[actix_web::test]
async fn queries() {
    for_each_database(|db| async move {
        let house = House::new(db).await;
        house.deal(serde_json::json!({})).await;
        for input in FUZZ.inputs("queries").unwrap() {
            let path = format!("/v1/deals?{}", encoded(&input));
            answered("a query", &house.get(&path).await);
        }
    })
    .await;
}

/// As it may stand in an address; what stood for itself still does.
fn encoded(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| match byte {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'%'
            | b'&'
            | b'='
            | b'-'
            | b'_'
            | b','
            | b'.'
            | b'+' => char::from(*byte).to_string(),
            other => format!("%{other:02x}"),
        })
        .collect()
}

#[actix_web::test]
async fn headers() {
    for_each_database(|db| async move {
        let house = House::new(db).await;
        for input in FUZZ.inputs("headers").unwrap() {
            let text: String = input.iter().map(|byte| char::from(*byte)).collect();
            let headers: Vec<(&str, &str)> = text
                .lines()
                .filter_map(|line| line.split_once(": "))
                .filter(|(name, value)| {
                    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
                        && !name.is_empty()
                        && *name != "content-length"
                        && value.bytes().all(|byte| byte >= b' ' && byte != 0x7f)
                })
                .collect();
            answered("a read", &house.ask("GET", "/v1/deals", &headers, b"").await);
            let body = br#"{"name":"Deal"}"#;
            let path = "/v1/deals?validate_only=true";
            answered("a write", &house.ask("POST", path, &headers, body).await);
        }
    })
    .await;
}
