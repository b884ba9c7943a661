//! What is true of several people together stays true whoever changes them at once.

use actix_web::http::Method;
use countersign_identity::set_up;
use countersign_testkit::{for_each_database, in_step};
use serde_json::{Value, json};

use crate::company::{Caller, Company, PASSWORD, Said, company, nobody};

/// Status and code.
fn told(said: &Said) -> (u16, &str) {
    (said.status, said.code())
}

/// Of two, the one that succeeded, and the one that did not.
fn one_of(first: Said, second: Said) -> (Said, Said) {
    let (won, lost) = if first.status < 300 {
        (first, second)
    } else {
        (second, first)
    };
    assert!(won.status < 300, "neither: {won:?} {lost:?}");
    assert!(
        (400..500).contains(&lost.status),
        "both, or a fault: {won:?} {lost:?}"
    );
    (won, lost)
}

/// A change of the newest version.
async fn patch(ada: &Caller<'_>, user: impl std::fmt::Display, body: Value) -> Said {
    ada.patch(&format!("/v1/users/{user}"), body).await
}

async fn act(ada: &Caller<'_>, user: impl std::fmt::Display, verb: &str) -> Said {
    ada.post(&format!("/v1/users/{user}/{verb}"), json!({})).await
}

/// A company with two admins, both signed in.
async fn admins(company: &Company) -> (Caller<'_>, Caller<'_>) {
    let ada = company.sign_in("ada@acme.example").await;
    let made = patch(&ada, company.bo, json!({"roles": ["admin"]})).await;
    assert_eq!(made.status, 200, "{made:?}");
    (ada, company.sign_in("bo@acme.example").await)
}

#[actix_web::test]
async fn two_admins_who_disable_each_other_leave_one() {
    for_each_database(|db| async {
        let company = company(db).await;
        let (ada, bo) = admins(&company).await;
        let (one, other) = in_step(
            &company.db,
            act(&ada, company.bo, "disable"),
            act(&bo, company.ada, "disable"),
        )
        .await;
        let (_, lost) = one_of(one, other);
        // Where the first may have ended before the second was let in, the second is nobody any more.
        let too_late = told(&lost) == (401, "unauthenticated") && company.db.url().starts_with("sqlite");
        assert!(too_late || told(&lost) == (409, "last_admin"), "{lost:?}");
    })
    .await;
}

#[actix_web::test]
async fn two_admins_who_give_up_their_role_leave_one() {
    for_each_database(|db| async {
        let company = company(db).await;
        let (ada, bo) = admins(&company).await;
        let none = json!({"roles": []});
        let (one, other) = in_step(
            &company.db,
            patch(&ada, company.ada, none.clone()),
            patch(&bo, company.bo, none),
        )
        .await;
        let (_, lost) = one_of(one, other);
        assert_eq!(told(&lost), (409, "last_admin"), "{lost:?}");
    })
    .await;
}

#[actix_web::test]
async fn managers_do_not_end_in_a_circle() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let (first, second) = in_step(
            &company.db,
            patch(&ada, company.ada, json!({"manager": company.ann})),
            patch(&ada, company.bo, json!({"manager": company.ada})),
        )
        .await;
        let (_, lost) = one_of(first, second);
        assert_eq!(lost.status, 422, "{lost:?}");
        assert_eq!(
            (lost.places(), &lost.json["errors"][0]["code"]),
            (vec!["/manager"], &json!("circle"))
        );
    })
    .await;
}

#[actix_web::test]
async fn nobody_moves_into_a_department_that_goes_and_none_goes_under_who_moves_in() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        for (name, leaves_first) in [("Sales", true), ("Support", false)] {
            let department = ada.post("/v1/departments", json!({"name": name})).await.id();
            let path = format!("/v1/departments/{department}");
            let goes = ada.delete(&path);
            let moves = patch(&ada, company.ann, json!({"department": department}));
            let (gone, moved) = if leaves_first {
                in_step(&company.db, goes, moves).await
            } else {
                let (moved, gone) = in_step(&company.db, moves, goes).await;
                (gone, moved)
            };
            if gone.status == 204 {
                assert_eq!(
                    (moved.status, moved.places()),
                    (422, vec!["/department"]),
                    "{moved:?}"
                );
            } else {
                assert_eq!(
                    (moved.status, told(&gone)),
                    (200, (409, "department_in_use")),
                    "{gone:?}"
                );
            }
        }
    })
    .await;
}

#[actix_web::test]
async fn nobody_is_given_a_role_that_goes() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let role = ada.post("/v1/roles", json!({"name": "auditor"})).await.id();
        let path = format!("/v1/roles/{role}");
        let (gone, given) = in_step(
            &company.db,
            ada.delete(&path),
            patch(&ada, company.ann, json!({"roles": ["auditor"]})),
        )
        .await;
        assert_eq!((gone.status, given.status), (204, 422), "{given:?}");
        assert_eq!(given.places(), ["/roles/0"]);
    })
    .await;
}

#[actix_web::test]
async fn an_address_and_a_name_are_taken_once_and_the_second_is_told_where() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        for (path, body, place) in [
            (
                "/v1/users",
                json!({"name": "Cy", "email": "cy@acme.example"}),
                "/email",
            ),
            ("/v1/departments", json!({"name": "Sales"}), "/name"),
            ("/v1/roles", json!({"name": "auditor"}), "/name"),
        ] {
            let (one, other) = in_step(&company.db, ada.post(path, body.clone()), ada.post(path, body)).await;
            let (_, refused) = one_of(one, other);
            assert_eq!(refused.status, 422, "{refused:?}");
            assert_eq!(
                (refused.places(), &refused.json["errors"][0]["code"]),
                (vec![place], &json!("taken"))
            );
        }
    })
    .await;
}

#[actix_web::test]
async fn two_changes_of_one_version_are_a_412_for_the_second() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let role = format!(
            "/v1/roles/{}",
            ada.post("/v1/roles", json!({"name": "auditor"})).await.id()
        );
        for (path, one, other) in [
            (role.as_str(), json!({"about": "A"}), json!({"about": "B"})),
            ("/v1/settings", json!({"name": "A"}), json!({"name": "B"})),
            (
                &format!("/v1/users/{}", company.ann),
                json!({"title": "A"}),
                json!({"title": "B"}),
            ),
        ] {
            let seen = ada.get(path).await.etag();
            let headers = [("if-match", seen.as_str())];
            let change = |body| ada.send(Method::PATCH, path, Some(body), &headers);
            let (first, second) = in_step(&company.db, change(one), change(other)).await;
            let mut statuses = [first.status, second.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412], "{path}: {first:?} {second:?}");
        }
    })
    .await;
}

#[actix_web::test]
async fn a_session_made_while_its_person_is_disabled_does_not_live_again() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let sign_in = || async {
            let body = json!({"email": "ann@acme.example", "password": PASSWORD});
            company.without_token().post("/v1/auth/login", body).await
        };
        for signs_in_first in [true, false] {
            let off = act(&ada, company.ann, "disable");
            let (signed_in, off) = if signs_in_first {
                in_step(&company.db, sign_in(), off).await
            } else {
                let (off, signed_in) = in_step(&company.db, off, sign_in()).await;
                (signed_in, off)
            };
            assert_eq!(off.status, 200, "{off:?}");
            assert!([200, 401].contains(&signed_in.status), "{signed_in:?}");
            assert_eq!(act(&ada, company.ann, "enable").await.status, 200);
            if let Some(token) = signed_in.json["refresh_token"].as_str() {
                let again = company.without_token().refresh(token).await;
                assert_eq!(again.status, 401, "{again:?}");
            }
        }
    })
    .await;
}

#[actix_web::test]
async fn a_session_refreshed_while_its_person_is_disabled_does_not_live_again() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let ann = company.sign_in("ann@acme.example").await;
        let nobody = company.without_token();
        let (off, refreshed) = in_step(
            &company.db,
            act(&ada, company.ann, "disable"),
            nobody.refresh(&ann.refresh),
        )
        .await;
        assert_eq!(off.status, 200, "{off:?}");
        assert_eq!(act(&ada, company.ann, "enable").await.status, 200);
        let token = refreshed.json["refresh_token"].as_str().unwrap_or(&ann.refresh);
        assert_eq!(nobody.refresh(token).await.status, 401, "{refreshed:?}");
    })
    .await;
}

#[actix_web::test]
async fn a_key_is_not_made_by_who_is_being_disabled_and_is_revoked_once() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let ann = company.sign_in("ann@acme.example").await;
        let key = json!({"name": "r", "scopes": ["identity:users:read"]});
        let made = ann.post("/v1/api-keys", key.clone()).await;
        assert_eq!(made.status, 201, "{made:?}");
        let path = format!("/v1/api-keys/{}", made.id());
        let (one, other) = in_step(&company.db, ann.delete(&path), ada.delete(&path)).await;
        let (_, lost) = one_of(one, other);
        assert_eq!(told(&lost), (404, "api_key_not_found"), "{lost:?}");
        let (off, late) = in_step(
            &company.db,
            act(&ada, company.ann, "disable"),
            ann.post("/v1/api-keys", key),
        )
        .await;
        assert_eq!(off.status, 200, "{off:?}");
        let made_before = late.status == 201 && company.db.url().starts_with("sqlite");
        assert!(late.status == 401 || made_before, "{late:?}");
    })
    .await;
}

#[actix_web::test]
async fn two_links_used_at_once_make_one_first_tenant() {
    for_each_database(|db| async {
        let company = nobody(db).await;
        let mut bodies = Vec::new();
        for slug in ["acme", "globex"] {
            let link = set_up::service::link(&company.identity).await.unwrap().unwrap();
            let token = link.split_once('#').unwrap().1;
            let email = format!("ada@{slug}.example");
            bodies.push(json!({"token": token, "tenant": {"slug": slug, "name": slug}, "name": "Ada", "email": email, "password": "correct horse battery"}));
        }
        let someone = company.without_token();
        let (first, second) = in_step(
            &company.db,
            someone.post("/v1/auth/set-up", bodies[0].clone()),
            someone.post("/v1/auth/set-up", bodies[1].clone()),
        )
        .await;
        let lost = if first.status == 200 { &second } else { &first };
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!((statuses, lost.code()), ([200, 401], "set_up_link_invalid"), "{lost:?}");
    })
    .await;
}
