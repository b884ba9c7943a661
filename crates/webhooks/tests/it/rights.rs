//! An endpoint is sent no more than whoever made it may read, judged again whenever something is sent.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;
use countersign_identity::keys::{self, ApiKey};
use countersign_identity::tenants::Epochs;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::ApiKeyId;
use countersign_kernel::time::Instant;
use countersign_storage::{Error, Uow, Work};
use countersign_testkit::for_each_database;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{ACME, House, Reply};
use crate::people::user;
use crate::sink::Sink;

const HOOKS: &str = "webhooks:write";
const DEALS: &str = "crm:deals:read";

struct Keep(ApiKey);

impl Work for Keep {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        keys::store::insert(uow, &self.0).await
    }
}

/// A key: what its bearer says.
async fn key(house: &House, of: &str, number: u128, scopes: &[&str]) -> String {
    let long_ago = Instant::from_millis(0);
    let key = ApiKey {
        id: ApiKeyId(Uuid::from_u128(number)),
        user: user(of),
        name: "CI".to_owned(),
        hash: String::new(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
        version: 1,
        created_at: long_ago,
        updated_at: long_ago,
    };
    house.db.write(ACME, Keep(key)).await.unwrap();
    format!("{of}/{number}/{}", scopes.join(","))
}

async fn make(house: &House, who: &str, url: &str, types: &[&str]) -> Reply {
    let body = json!({"url": url, "event_types": types, "payload": "full"});
    house
        .call(Method::POST, who, "/v1/webhooks", Some(body), &[])
        .await
}

async fn made(house: &House, who: &str, url: &str, types: &[&str]) -> String {
    let made = make(house, who, url, types).await.ok(201);
    format!("/v1/webhooks/{}", made["id"].as_str().unwrap())
}

async fn change(house: &House, who: &str, hook: &str, body: Value) -> Reply {
    let any = [("if-match", "*")];
    house.call(Method::PATCH, who, hook, Some(body), &any).await
}

async fn enable(house: &House, who: &str, hook: &str) -> Reply {
    let path = format!("{hook}/enable");
    house.call(Method::POST, who, &path, Some(json!({})), &[]).await
}

/// The organisation as it is from now on.
async fn organise(house: &House, change: impl FnOnce(&mut Directory)) {
    let mut directory = (*house.memory.directory(ACME).unwrap()).clone();
    directory.epoch += 1;
    change(&mut directory);
    let epoch = directory.epoch;
    house
        .sql(&format!("UPDATE tenants SET directory_epoch = {epoch}"))
        .await;
    house.memory.keep_directory(ACME, Arc::new(directory));
    let (definitions, rights) = (0, 0);
    let epochs = Epochs {
        directory: epoch,
        definitions,
        rights,
    };
    house.memory.learn(ACME, epochs);
}

async fn revoke(house: &House) {
    house.sql("UPDATE api_keys SET revoked_at = created_at").await;
}

/// Who was told last, and what.
async fn told(house: &House) -> (Value, String) {
    let told = house.logged("platform.notice.sent").await;
    let text = told.private.as_ref().unwrap()["text"]
        .as_str()
        .unwrap()
        .to_owned();
    (told.body["thing"]["user"].clone(), text)
}

async fn assert_disabled(house: &House, hook: &str, reason: &str) {
    let now = house.call(Method::GET, "ada", hook, None, &[]).await.ok(200);
    assert_eq!(
        (&now["status"], &now["disabled_reason"]),
        (&json!("disabled"), &json!(reason)),
        "{now}"
    );
}

#[track_caller]
fn assert_out_of_scope(reply: Reply) {
    let problem = reply.ok(403);
    assert_eq!(problem["code"], "event_out_of_scope", "{problem}");
    assert_eq!(problem["scope"], DEALS);
}

#[tokio::test]
async fn a_key_that_reads_no_deals_hears_of_none() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let narrow = key(&house, "ann", 1, &[HOOKS]).await;
        assert_out_of_scope(make(&house, &narrow, &sink.url, &["crm.deal.won"]).await);
        assert_out_of_scope(make(&house, &narrow, &sink.url, &["webhooks.*", "crm.*"]).await);

        let hook = made(&house, &narrow, &sink.url, &["*"]).await;
        let shown = house.get(&hook).await;
        assert_eq!(shown["scopes"], json!([HOOKS]));
        assert_eq!(shown["key"], ApiKeyId(Uuid::from_u128(1)).to_string());
        house.won_and_planned().await;
        house.send().await;
        assert!(sink.got().is_empty() && house.deliveries(&hook).await.is_empty());
        // What it was made for it hears, and a test.
        let made = house.logged("webhooks.endpoint.created").await;
        house.plan(made, Duration::ZERO).await;
        house.post(&format!("{hook}/test"), json!({})).await.ok(200);
        house
            .plan(house.logged("webhooks.endpoint.tested").await, Duration::ZERO)
            .await;
        house.send().await;
        assert_eq!(sink.got().len(), 1, "its making was before it was there");

        let wide = key(&house, "ann", 2, &[HOOKS, DEALS]).await;
        let hook = self::made(&house, &wide, &sink.url, &["crm.*"]).await;
        house.won_and_planned().await;
        house.send().await;
        assert_eq!(house.delivery(&hook).await["status"], "succeeded");
    })
    .await;
}

#[tokio::test]
async fn no_change_widens_what_an_endpoint_hears() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let narrow = key(&house, "ann", 1, &[HOOKS]).await;
        // A session's endpoint, with a delivery in hand: the key turns it to another address.
        let hook = made(&house, "ann", "http://127.0.0.1:9/", &["*"]).await;
        house.won_and_planned().await;
        let moved = change(&house, &narrow, &hook, json!({"url": sink.url}))
            .await
            .ok(200);
        assert_eq!(moved["scopes"], json!([HOOKS]));
        house.send().await;
        let left = house.delivery(&hook).await;
        assert_eq!(left["status"], "failed");
        assert_eq!(
            left["reason"],
            "its endpoint lacks the scope of this type of event"
        );
        let replay = json!({"since": "2020-01-01T00:00:00Z"});
        house.post(&format!("{hook}/replay"), replay).await.ok(200);
        house.send().await;
        assert!(sink.got().is_empty());
        assert_eq!(house.delivery(&hook).await["status"], "failed");
        // In a session it stays as narrow as it is.
        assert_out_of_scope(change(&house, "ann", &hook, json!({"event_types": ["crm.deal.won"]})).await);
        // Of what an endpoint names by a key, nothing would be left.
        let deals = made(&house, "ann", &sink.url, &["crm.deal.won"]).await;
        assert_out_of_scope(change(&house, &narrow, &deals, json!({"ordered": true})).await);
        house.post(&format!("{deals}/disable"), json!({})).await.ok(200);
        assert_out_of_scope(enable(&house, &narrow, &deals).await);
        let wide = key(&house, "ann", 2, &[HOOKS, DEALS]).await;
        let enabled = enable(&house, &wide, &deals).await.ok(200);
        assert_eq!(enabled["scopes"], json!([DEALS, HOOKS]));
    })
    .await;
}

#[tokio::test]
async fn a_revoked_key_takes_its_endpoint_along_with_what_is_in_hand() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let bearer = key(&house, "ann", 1, &[HOOKS, DEALS]).await;
        let hook = made(&house, &bearer, &sink.url, &["crm.deal.won"]).await;
        house.won_and_planned().await;
        house.send().await;
        assert_eq!(sink.got().len(), 1);
        house.won_and_planned().await;
        revoke(&house).await;
        let replay = json!({"since": "2020-01-01T00:00:00Z"});
        house.post(&format!("{hook}/replay"), replay).await.ok(200);
        while house.send().await > 0 {}
        assert_eq!(sink.got().len(), 1, "neither the one in hand nor the one again");
        assert_disabled(&house, &hook, "key_revoked").await;
        for delivery in house.deliveries(&hook).await {
            assert_eq!(delivery["status"], "parked", "{delivery}");
        }
        let (who, text) = told(&house).await;
        assert_eq!(who, user("ann").to_string());
        assert!(text.contains("the key that made it was revoked"), "{text}");

        // In a session it goes on without the key, as narrow as before.
        let enabled = enable(&house, "ann", &hook).await.ok(200);
        assert_eq!(
            (&enabled["key"], &enabled["scopes"]),
            (&Value::Null, &json!([DEALS, HOOKS]))
        );
        house.send().await;
        assert_eq!(sink.got().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn what_happens_once_the_key_is_gone_waits() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let bearer = key(&house, "ann", 1, &[HOOKS, DEALS]).await;
        let hook = made(&house, &bearer, &sink.url, &["crm.deal.won"]).await;
        house
            .sql("UPDATE api_keys SET expires_at = '2020-01-01T00:00:00.000+00:00'")
            .await;
        house.won_and_planned().await;
        assert_disabled(&house, &hook, "key_expired").await;
        let waits = house.delivery(&hook).await;
        assert_eq!(
            (&waits["status"], &waits["reason"]),
            (&json!("parked"), &json!("key_expired"))
        );
        house.send().await;
        assert!(sink.got().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_ends_with_its_owner_and_their_manager_is_told() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        let (ann, bo) = (user("ann"), user("bo"));
        house.won_and_planned().await;
        organise(&house, |all| {
            let ann = all.people.get_mut(&ann).unwrap();
            (ann.active, ann.manager) = (false, Some(bo));
        })
        .await;
        house.send().await;
        assert!(sink.got().is_empty(), "the one in hand");
        assert_disabled(&house, &hook, "owner_disabled").await;
        let (who, text) = told(&house).await;
        assert_eq!(who, bo.to_string());
        assert!(
            text.contains("of ann was disabled: its owner was disabled"),
            "{text}"
        );
        house.won_and_planned().await;
        let refused = enable(&house, "ada", &hook).await.ok(409);
        assert_eq!(refused["code"], "owner_disabled");

        organise(&house, |all| all.people.get_mut(&ann).unwrap().active = true).await;
        enable(&house, "ada", &hook).await.ok(200);
        house.send().await;
        assert_eq!(sink.got().len(), 2, "both waited");
    })
    .await;
}

#[tokio::test]
async fn where_no_manager_is_left_the_admins_are_told() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, _) = house.endpoint(&sink.url).await;
        let (ann, bo) = (user("ann"), user("bo"));
        organise(&house, |all| {
            all.people.get_mut(&ann).unwrap().manager = Some(bo);
            for person in [ann, bo] {
                all.people.get_mut(&person).unwrap().active = false;
            }
        })
        .await;
        house.won_and_planned().await;
        assert_disabled(&house, &hook, "owner_disabled").await;
        assert_eq!(told(&house).await.0, user("ada").to_string());
    })
    .await;
}

#[tokio::test]
async fn what_its_owner_may_not_see_any_more_is_not_sent() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(500).await);
        let hook = made(&house, "ann", &sink.url, &["crm.deal.won"]).await;
        house.won_and_planned().await;
        house.send().await;
        sink.answer_with(204);
        let roles = |names: &'static [&str]| {
            move |all: &mut Directory| {
                let names: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
                all.people.get_mut(&user("ann")).unwrap().roles = names;
            }
        };
        organise(&house, roles(&[])).await;
        house.due_now().await;
        house.send().await;
        assert_eq!(sink.got().len(), 1, "the attempt from before");
        let left = house.delivery(&hook).await;
        assert_eq!(left["status"], "failed");
        assert_eq!(
            left["reason"],
            "the endpoint's owner may not see this record any more"
        );
        let again = format!("{hook}/deliveries/{}/redeliver", left["id"].as_str().unwrap());
        house.post(&again, json!({})).await.ok(200);
        house.send().await;
        assert_eq!(sink.got().len(), 1, "not on request either");

        organise(&house, roles(&["sales"])).await;
        house.post(&again, json!({})).await.ok(200);
        house.send().await;
        assert_eq!(house.delivery(&hook).await["status"], "succeeded");
    })
    .await;
}
