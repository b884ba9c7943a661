use actix_web::http::Method;
use countersign_testkit::{for_each_database, in_step};
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::company::{Caller, Company, PASSWORD, Said, company};

const ANN: &str = "ann@acme.example";
const NEW: &str = "dunkel zwiebel parkett";

async fn login(company: &Company, password: &str) -> Said {
    let body = json!({"email": ANN, "password": password});
    company.without_token().post("/v1/auth/login", body).await
}

async fn change(who: &Caller<'_>, current: &str, new: &str) -> Said {
    let body = json!({"current_password": current, "new_password": new});
    who.post("/v1/me/password", body).await
}

fn link_of(company: &Company) -> String {
    format!("/v1/users/{}/password-link", company.ann)
}

/// The token of a new link for Ann.
async fn linked(company: &Company, admin: &Caller<'_>) -> String {
    let said = admin.post(&link_of(company), json!({})).await;
    assert_eq!(said.status, 200, "{said:?}");
    assert_eq!(said.json["user"], company.ann.to_string());
    let link = said.json["link"].as_str().unwrap();
    link.strip_prefix("http://countersign.test/set-password#")
        .unwrap()
        .to_owned()
}

async fn set(company: &Company, token: &str, password: &str) -> Said {
    let body = json!({"token": token, "password": password});
    company.without_token().post("/v1/auth/password", body).await
}

async fn key_of(company: &Company, scopes: Value) -> Caller<'_> {
    let ada = company.sign_in("ada@acme.example").await;
    let made = ada
        .post("/v1/api-keys", json!({"name": "Directory", "scopes": scopes}))
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    company.with(made.json["key"].as_str().unwrap())
}

#[actix_web::test]
async fn a_person_changes_their_password_and_is_signed_out_elsewhere() {
    for_each_database(|db| async {
        let company = company(db).await;
        let (here, there) = (company.sign_in(ANN).await, company.sign_in(ANN).await);
        let before = here.get("/v1/me").await.json["version"].as_i64().unwrap();
        let said = change(&here, PASSWORD, NEW).await;
        assert_eq!(said.status, 204, "{said:?}");
        assert_eq!((here.me().await, there.me().await), (200, 401));
        assert_eq!(there.refresh(&there.refresh).await.status, 401);
        assert_eq!(here.refresh(&here.refresh).await.status, 200);
        assert_eq!(login(&company, PASSWORD).await.status, 401);
        assert_eq!(login(&company, NEW).await.status, 200);
        let me = here.get("/v1/me").await;
        assert_eq!(me.json["version"], before + 1, "the log has an entry of it");
    })
    .await;
}

#[actix_web::test]
async fn the_present_password_is_needed_and_not_to_be_guessed() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in(ANN).await;
        let wrong = change(&ann, "not the password", NEW).await;
        assert_eq!((wrong.status, wrong.places()), (422, vec!["/current_password"]));
        let short = change(&ann, PASSWORD, "short").await;
        assert_eq!((short.status, short.places()), (422, vec!["/new_password"]));
        let guesses = join_all((0..20).map(|_| change(&ann, "not the password", NEW))).await;
        let judged = guesses.iter().filter(|said| said.status == 422).count();
        assert_eq!(judged, 5, "six with the first");
        assert!(guesses.iter().all(|said| [422, 429].contains(&said.status)));
        let early = change(&ann, PASSWORD, NEW).await;
        assert_eq!((early.status, early.header("retry-after")), (429, Some("1")));
        assert_eq!(
            login(&company, PASSWORD).await.status,
            200,
            "sign-in counts for itself"
        );
        company.seconds_pass(1);
        assert_eq!(change(&ann, PASSWORD, NEW).await.status, 204);
    })
    .await;
}

#[actix_web::test]
async fn a_change_that_is_sent_again_is_one() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in(ANN).await;
        let body = json!({"current_password": PASSWORD, "new_password": NEW});
        let send = async |body: &Value| {
            let key = [("idempotency-key", "change-1")];
            ann.send(Method::POST, "/v1/me/password", Some(body.clone()), &key)
                .await
        };
        assert_eq!(send(&body).await.status, 204);
        let again = send(&body).await;
        assert_eq!(
            (again.status, again.header("idempotency-replayed")),
            (204, Some("true"))
        );
        let other = send(&json!({"current_password": PASSWORD, "new_password": PASSWORD})).await;
        assert_eq!((other.status, other.code()), (422, "idempotency_key_reused"));
    })
    .await;
}

/// What a key would keep of a request if it hashed the body alone: as quick to guess at as SHA-256.
fn quick_fingerprint(path: &str, body: &Value) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in ["POST", path, ""] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(Sha256::digest(body.to_string()));
    hash.finalize().to_vec()
}

#[actix_web::test]
async fn what_a_key_keeps_of_a_password_is_as_hard_to_guess_as_its_hash() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let department = json!({"name": "Sales"});
        let change = json!({"current_password": PASSWORD, "new_password": NEW});
        let user = json!({"name": "Eve", "email": "eve@acme.example", "password": NEW});
        let sent = [
            ("/v1/departments", department, 201),
            ("/v1/me/password", change, 204),
            ("/v1/users", user, 201),
        ];
        for (path, body, status) in &sent {
            let key = [("idempotency-key", *path)];
            let said = ada.send(Method::POST, path, Some(body.clone()), &key).await;
            assert_eq!(said.status, *status, "{said:?}");
        }
        let owner = sea_orm::Database::connect(company.db.url()).await.unwrap();
        for (path, body, _) in &sent {
            let text = format!("SELECT fingerprint FROM idempotency WHERE key = '{path}'");
            let query = Statement::from_string(owner.get_database_backend(), text);
            let row = owner.query_one_raw(query).await.unwrap().unwrap();
            let kept: Vec<u8> = row.try_get("", "fingerprint").unwrap();
            assert_eq!(
                kept == quick_fingerprint(path, body),
                *path == "/v1/departments",
                "{path}"
            );
        }
        owner.close().await.unwrap();
    })
    .await;
}

#[actix_web::test]
async fn an_admins_link_sets_a_password_once() {
    for_each_database(|db| async {
        let company = company(db).await;
        let (ada, ann) = (
            company.sign_in("ada@acme.example").await,
            company.sign_in(ANN).await,
        );
        let (first, second) = (linked(&company, &ada).await, linked(&company, &ada).await);
        let replaced = set(&company, &first, NEW).await;
        assert_eq!((replaced.status, replaced.code()), (401, "password_link_invalid"));
        let short = set(&company, &second, "short").await;
        assert_eq!((short.status, short.places()), (422, vec!["/password"]));
        let page = company.without_token().get("/set-password").await;
        assert_eq!(
            (page.status, page.header("content-type")),
            (200, Some("text/html; charset=utf-8"))
        );

        let done = set(&company, &second, NEW).await;
        assert_eq!(done.status, 200, "{done:?}");
        assert_eq!(
            company
                .with(done.json["access_token"].as_str().unwrap())
                .me()
                .await,
            200
        );
        assert_eq!(ann.me().await, 401, "who was signed in is not any more");
        assert_eq!(login(&company, PASSWORD).await.status, 401);
        assert_eq!(login(&company, NEW).await.status, 200);
        for token in [second.as_str(), "csp_x", "", &second[..60]] {
            assert_eq!(set(&company, token, NEW).await.status, 401, "{token}");
        }
    })
    .await;
}

#[actix_web::test]
async fn a_link_lets_somebody_in_whose_password_strangers_guess_at() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        for number in 0..7 {
            let stranger = company.without_token().at(&format!("198.51.100.{number}"));
            let body = json!({"email": ANN, "password": "not the password"});
            stranger.post("/v1/auth/login", body).await;
        }
        assert_eq!(login(&company, PASSWORD).await.status, 429);
        let token = linked(&company, &ada).await;
        assert_eq!(set(&company, &token, NEW).await.status, 200);
        assert_eq!(login(&company, NEW).await.status, 200);
    })
    .await;
}

#[actix_web::test]
async fn somebody_new_gets_their_password_by_a_link() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let new = json!({"name": "Wes Wood", "email": "wes@acme.example"});
        let wes = ada.post("/v1/users", new).await.id();
        let said = ada
            .post(&format!("/v1/users/{wes}/password-link"), json!({}))
            .await;
        let token = said.json["link"]
            .as_str()
            .unwrap()
            .split_once('#')
            .unwrap()
            .1
            .to_owned();
        let done = set(&company, &token, NEW).await;
        assert_eq!(done.status, 200, "{done:?}");
        let me = company
            .with(done.json["access_token"].as_str().unwrap())
            .get("/v1/me")
            .await;
        assert_eq!(me.json["email"], "wes@acme.example");
    })
    .await;
}

#[actix_web::test]
async fn a_link_ends_with_its_day_its_password_and_its_person() {
    for_each_database(|db| async {
        let company = company(db).await;
        let (ada, ann) = (
            company.sign_in("ada@acme.example").await,
            company.sign_in(ANN).await,
        );
        let old = linked(&company, &ada).await;
        company.seconds_pass(86_401);
        assert_eq!(set(&company, &old, NEW).await.status, 401, "a day later");

        let (ada, ann) = (company.sign_in("ada@acme.example").await, {
            drop(ann);
            company.sign_in(ANN).await
        });
        let unused = linked(&company, &ada).await;
        assert_eq!(change(&ann, PASSWORD, NEW).await.status, 204);
        assert_eq!(
            set(&company, &unused, PASSWORD).await.status,
            401,
            "it would undo the change"
        );

        let unused = linked(&company, &ada).await;
        let user = format!("/v1/users/{}", company.ann);
        assert_eq!(ada.post(&format!("{user}/disable"), json!({})).await.status, 200);
        assert_eq!(set(&company, &unused, NEW).await.status, 401);
        let refused = ada.post(&link_of(&company), json!({})).await;
        assert_eq!((refused.status, refused.code()), (409, "user_disabled"));
        assert_eq!(ada.post(&format!("{user}/enable"), json!({})).await.status, 200);
        assert_eq!(
            set(&company, &unused, NEW).await.status,
            401,
            "also when they return"
        );
    })
    .await;
}

#[actix_web::test]
async fn a_link_used_twice_at_once_sets_one_password() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let token = linked(&company, &ada).await;
        let (one, other) = in_step(
            &company.db,
            set(&company, &token, NEW),
            set(&company, &token, "parkett zwiebel dunkel"),
        )
        .await;
        let mut told = [one.status, other.status];
        told.sort_unstable();
        assert_eq!(told, [200, 401], "{one:?} {other:?}");
    })
    .await;
}

#[actix_web::test]
async fn a_link_is_made_by_admins_of_its_tenant_and_told_once() {
    for_each_database(|db| async {
        let company = company(db).await;
        let path = link_of(&company);
        let bo = company.sign_in("bo@acme.example").await;
        assert_eq!(bo.post(&path, json!({})).await.status, 403);
        let gil = company.sign_in("gil@globex.example").await;
        assert_eq!(gil.post(&path, json!({})).await.status, 404);
        let ada = company.sign_in("ada@acme.example").await;
        let rehearsal = ada.post(&format!("{path}?validate_only=true"), json!({})).await;
        assert_eq!((rehearsal.status, &rehearsal.json["link"]), (200, &json!(null)));
        let key = [("idempotency-key", "link-1")];
        let send = || ada.send(Method::POST, &path, Some(json!({})), &key);
        assert!(send().await.json["link"].is_string());
        let again = send().await;
        assert_eq!(
            (&again.json["link"], &again.json["secret_omitted"]),
            (&json!(null), &json!(true))
        );
    })
    .await;
}

#[actix_web::test]
async fn no_key_gives_roles_or_passwords() {
    for_each_database(|db| async {
        let company = company(db).await;
        let key = key_of(&company, json!(["identity:users:read", "identity:users:write"])).await;
        let person = |more: Value| {
            let mut new = json!({"name": "Eve", "email": "eve@acme.example"});
            new.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            new
        };
        for more in [json!({"roles": ["admin"]}), json!({"password": NEW})] {
            let said = key.post("/v1/users", person(more.clone())).await;
            assert_eq!((said.status, said.code()), (403, "forbidden"), "{more}: {said:?}");
        }
        let made = key
            .post("/v1/users", person(json!({"roles": [], "title": "Spy"})))
            .await;
        assert_eq!(made.status, 201, "{made:?}");
        let eve = format!("/v1/users/{}", made.id());
        let raised = key.patch(&eve, json!({"roles": ["admin"]})).await;
        assert_eq!((raised.status, raised.code()), (403, "forbidden"), "{raised:?}");
        let ada = format!("/v1/users/{}", company.ada);
        assert_eq!(
            key.patch(&ada, json!({"roles": []})).await.status,
            403,
            "nor takes them"
        );
        let same = key
            .patch(&ada, json!({"roles": ["admin"], "title": "Head"}))
            .await;
        assert_eq!(same.status, 200, "{same:?}");
        assert_eq!(key.post(&link_of(&company), json!({})).await.status, 403);
        let own = change(&key, PASSWORD, NEW).await;
        assert_eq!((own.status, own.code()), (403, "forbidden"), "{own:?}");
    })
    .await;
}
