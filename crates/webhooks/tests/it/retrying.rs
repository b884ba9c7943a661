//! A request that is sent again under its key happened once, and is answered as it was.

use actix_web::http::Method;
use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, Reply};
use crate::sink::Sink;

/// What a caller sees, but for what every answer says of itself.
fn seen(mut reply: Reply) -> Reply {
    for own in [
        "idempotency-replayed",
        "x-request-id",
        "request-id",
        "date",
        "server-timing",
    ] {
        reply.headers.remove(own);
    }
    reply
}

impl House {
    /// Sends it, and sends it again; the first answer.
    async fn twice(&self, method: Method, path: &str, body: Option<Value>, etag: Option<&str>) -> Reply {
        let key = format!(
            "{method} {path} {}",
            self.number("SELECT max(seq) FROM log").await
        );
        let mut headers = vec![("idempotency-key", key.as_str())];
        headers.extend(etag.map(|etag| ("if-match", etag)));
        let first = self
            .call(method.clone(), "ann", path, body.clone(), &headers)
            .await;
        let again = self.call(method, "ann", path, body, &headers).await;
        assert!(first.status < 300, "{path}: {}", first.json);
        assert_eq!(
            again.headers.get("idempotency-replayed").map(String::as_str),
            Some("true"),
            "{path}: {}",
            again.json
        );
        if first.json["secret"].is_string() {
            // A secret is shown once.
            let mut hidden = first.json.clone();
            hidden["secret"] = Value::Null;
            hidden["secret_omitted"] = json!(true);
            assert_eq!(again.json, hidden, "{path}");
            assert_eq!(again.status, first.status, "{path}");
        } else {
            assert_eq!(seen(again), seen(first.clone()), "{path}");
        }
        first
    }
}

#[tokio::test]
async fn every_writing_operation_answers_the_same_when_it_is_sent_again() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(500).await);
        house.won().await;
        let new = json!({"url": sink.url, "event_types": ["crm.deal.won"]});
        let made = house.twice(Method::POST, "/v1/webhooks", Some(new), None).await;
        let hook = format!("/v1/webhooks/{}", made.json["id"].as_str().unwrap());
        house.won_and_planned().await;
        house.send().await;
        let delivery = house.delivery(&hook).await;

        // Each moves the version that the next one names.
        let mut etag = made.headers["etag"].clone();
        let edit = Some(json!({"payload": "full"}));
        etag = house.twice(Method::PATCH, &hook, edit, Some(&etag)).await.headers["etag"].clone();
        for verb in ["disable", "enable", "test", "rotate-secret"] {
            let path = format!("{hook}/{verb}");
            let done = house
                .twice(Method::POST, &path, Some(json!({})), Some(&etag))
                .await;
            etag = done.headers["etag"].clone();
        }
        let again = format!("{hook}/deliveries/{}/redeliver", delivery["id"].as_str().unwrap());
        let of_delivery = format!("\"{}\"", delivery["version"]);
        house
            .twice(Method::POST, &again, Some(json!({})), Some(&of_delivery))
            .await;
        let since = json!({"since": "2020-01-01T00:00:00Z"});
        house
            .twice(Method::POST, &format!("{hook}/replay"), Some(since), None)
            .await;
        // What is sent again stands in the log, so the endpoint has moved on.
        let now = house.get(&hook).await;
        let etag = format!("\"{}\"", now["version"]);
        house.twice(Method::DELETE, &hook, None, Some(&etag)).await;
    })
    .await;
}

#[tokio::test]
async fn what_happened_once_is_answered_also_when_the_endpoint_is_gone() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        let headers = [("idempotency-key", "one"), ("if-match", "*")];
        let body = Some(json!({"payload": "full"}));
        let first = house
            .call(Method::PATCH, "ann", &hook, body.clone(), &headers)
            .await;
        house
            .call(Method::DELETE, "ann", &hook, None, &[("if-match", "*")])
            .await
            .ok(204);
        let again = house.call(Method::PATCH, "ann", &hook, body, &headers).await;
        assert_eq!(seen(again), seen(first));
    })
    .await;
}

#[tokio::test]
async fn an_old_version_and_anothers_endpoint_are_refused_as_before() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        let old = [("if-match", "\"7\"")];
        for (method, path, body) in [
            (Method::PATCH, hook.clone(), Some(json!({"payload": "full"}))),
            (Method::DELETE, hook.clone(), None),
            (Method::POST, format!("{hook}/disable"), Some(json!({}))),
        ] {
            let stale = house.call(method.clone(), "ann", &path, body.clone(), &old).await;
            assert_eq!(stale.status, 412, "{path}: {}", stale.json);
            let any = [("if-match", "*")];
            let others = house.call(method, "bo", &path, body, &any).await;
            assert_eq!(others.status, 404, "{path}: {}", others.json);
        }
        let bad = house
            .patch(&hook, json!({"url": "https://10.0.0.1/", "event_types": null}))
            .await;
        assert_eq!(bad.status, 422, "{}", bad.json);
        let bad = house
            .patch(&hook, json!({"url": "ftp://x", "event_types": ["crm.deal.wonn"]}))
            .await;
        let places: Vec<&str> = bad.json["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["pointer"].as_str().unwrap())
            .collect();
        assert_eq!(places, ["/url", "/event_types/0"]);
    })
    .await;
}
