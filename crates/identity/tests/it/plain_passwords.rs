use countersign_identity::passwords::breached::Breached;
use countersign_identity::set_up;
use countersign_testkit::for_each_database;
use serde_json::json;

use crate::company::{Caller, PASSWORD, Said, company, nobody, nobody_against, settle};

/// What is wrong with the password of an answer.
fn fault(said: &Said) -> (u16, &str, &str) {
    let first = &said.json["errors"][0];
    let text = |name: &str| first[name].as_str().unwrap_or_default();
    (said.status, text("pointer"), text("code"))
}

async fn change(who: &Caller<'_>, new: &str) -> Said {
    let body = json!({"current_password": PASSWORD, "new_password": new});
    who.post("/v1/me/password", body).await
}

#[actix_web::test]
async fn every_door_refuses_a_password_that_many_people_take() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let new = |password: &str| json!({"name": "Eve", "email": "eve@acme.example", "password": password});
        let made = ada.post("/v1/users", new("Password2026!")).await;
        assert_eq!(fault(&made), (422, "/password", "too_common"), "{made:?}");
        let changed = change(&ada, "Sommer-2026!!").await;
        assert_eq!(
            fault(&changed),
            (422, "/new_password", "too_common"),
            "{changed:?}"
        );
        let path = format!("/v1/users/{}/password-link", company.ann);
        let link = ada.post(&path, json!({})).await;
        let token = link.json["link"]
            .as_str()
            .unwrap()
            .split_once('#')
            .unwrap()
            .1
            .to_owned();
        let set = async |password: &str| {
            let body = json!({"token": token, "password": password});
            company.without_token().post("/v1/auth/password", body).await
        };
        let refused = set("qwertyuiop123").await;
        assert_eq!(fault(&refused), (422, "/password", "too_common"), "{refused:?}");
        assert_eq!(
            set("dunkel zwiebel parkett").await.status,
            200,
            "the link is still good"
        );
    })
    .await;
}

#[actix_web::test]
async fn the_first_admin_takes_none_either() {
    for_each_database(|db| async {
        let company = nobody(db).await;
        let link = set_up::service::link(&company.identity).await.unwrap().unwrap();
        let token = link.split_once('#').unwrap().1;
        let set_up = async |password: &str| {
            let body = json!({"token": token, "tenant": {"slug": "acme", "name": "Acme Rockets"}, "name": "Ada Adler", "email": "ada@acme.example", "password": password});
            company.without_token().post("/v1/auth/set-up", body).await
        };
        for (password, code) in [
            ("Welcome12345", "too_common"),
            ("ada@acme.example", "about_you"),
            ("AdaAdler2026", "about_you"),
            ("rockets-acme-1", "about_you"),
        ] {
            let said = set_up(password).await;
            assert_eq!(fault(&said), (422, "/password", code), "{password}: {said:?}");
        }
        assert_eq!(set_up("correct horse battery").await.status, 200);
    })
    .await;
}

#[actix_web::test]
async fn nobody_is_their_own_password() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in("ann@acme.example").await;
        for password in ["ann@acme.example", "acmeacme-ann-1"] {
            let said = change(&ann, password).await;
            assert_eq!(
                fault(&said),
                (422, "/new_password", "about_you"),
                "{password}: {said:?}"
            );
        }
        let rehearsed = ann
            .post(
                "/v1/me/password?validate_only=true",
                json!({"current_password": PASSWORD, "new_password": "dunkel zwiebel parkett"}),
            )
            .await;
        assert!(rehearsed.status < 300, "{rehearsed:?}");
        assert_eq!(
            company.sign_in("ann@acme.example").await.me().await,
            200,
            "only rehearsed"
        );
    })
    .await;
}

#[actix_web::test]
async fn a_breached_password_of_the_operators_list_is_refused() {
    for_each_database(|db| async {
        // The second is the SHA-1 of "parkett zwiebel dunkel".
        let list = "dunkel zwiebel parkett\n6EF465A5C65DB413E38ADE3F83F0775A2986E44A:3\n";
        let breached = Breached::read(list.as_bytes()).unwrap();
        let company = settle(nobody_against(db, breached).await).await;
        let ann = company.sign_in("ann@acme.example").await;
        for password in ["dunkel zwiebel parkett", "parkett zwiebel dunkel"] {
            let said = change(&ann, password).await;
            assert_eq!(fault(&said), (422, "/new_password", "breached"), "{said:?}");
        }
        assert_eq!(change(&ann, "zwiebel dunkel parkett").await.status, 204);
    })
    .await;
}
