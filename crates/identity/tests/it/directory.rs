use actix_web::http::Method;
use countersign_kernel::catalogue::Link;
use countersign_storage::log;
use countersign_testkit::for_each_database;
use serde_json::json;

use crate::company::company;

fn names(said: &crate::company::Said) -> Vec<&str> {
    said.json["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["name"].as_str())
        .collect()
}

#[actix_web::test]
async fn people_are_listed_like_everything_else() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in("ann@acme.example").await;
        assert_eq!(names(&ann.get("/v1/users?sort=name").await), ["ada", "ann", "bo"]);
        assert_eq!(
            names(&ann.get(&format!("/v1/users?manager={}", company.bo)).await),
            ["ann"]
        );
        assert_eq!(names(&ann.get("/v1/users?q=AD").await), ["ada"]);
        let page = ann.get("/v1/users?sort=name&limit=2").await;
        assert_eq!(
            (names(&page), &page.json["has_more"]),
            (vec!["ada", "ann"], &json!(true))
        );
        let next = page.json["next_cursor"].as_str().unwrap();
        assert_eq!(
            names(
                &ann.get(&format!("/v1/users?sort=name&limit=2&cursor={next}"))
                    .await
            ),
            ["bo"]
        );
        let expanded = ann
            .get(&format!("/v1/users/{}?expand=manager", company.ann))
            .await;
        assert_eq!(expanded.json["manager"]["name"], "bo");
        let found = ann
            .post(
                "/v1/users/search",
                json!({"filter": {"email": {"starts_with": "bo@"}}}),
            )
            .await;
        assert_eq!(names(&found), ["bo"]);
        let unknown = ann.get("/v1/users?statsu=active").await;
        assert_eq!(
            (
                unknown.status,
                unknown.json["detail"].as_str().unwrap().contains("status")
            ),
            (400, true)
        );
        let roles = ann.get("/v1/roles?sort=name").await;
        assert_eq!(names(&roles), ["admin", "finance", "hr", "legal"]);
        assert_eq!(roles.json["data"][0]["holders"], json!([company.ada]));
    })
    .await;
}

#[actix_web::test]
async fn nothing_crosses_from_tenant_to_tenant() {
    for_each_database(|db| async {
        let company = company(db).await;
        let gil = company.sign_in("gil@globex.example").await;
        assert_eq!(names(&gil.get("/v1/users").await), ["gil"]);
        let path = format!("/v1/users/{}", company.ann);
        let absent = "/v1/users/user_01jc0000000000000000000000";
        let text = |said: crate::company::Said| {
            let mut json = said.json;
            let members = json.as_object_mut().unwrap();
            members.remove("request_id");
            members.remove("instance");
            (said.status, json)
        };
        assert_eq!(
            text(gil.get(&path).await),
            text(gil.get(absent).await),
            "foreign and absent read the same"
        );
        for (method, path, body) in [
            (Method::PATCH, path.clone(), Some(json!({"title": "x"}))),
            (Method::POST, format!("{path}/disable"), None),
        ] {
            assert_eq!(
                gil.send(method, &path, body, &[("if-match", "*")]).await.status,
                404,
                "{path}"
            );
        }
        let mine = format!("/v1/users/{}", company.gil);
        let under = gil.patch(&mine, json!({"manager": company.ann})).await;
        assert_eq!((under.status, under.places()), (422, vec!["/manager"]));
        let taken = gil
            .post("/v1/users", json!({"name": "Ann", "email": "ann@acme.example"}))
            .await;
        assert_eq!(
            taken.status, 201,
            "another tenant's addresses are not known here: {taken:?}"
        );
        assert_eq!(
            gil.get(&format!("/v1/departments/{}", company.ann)).await.status,
            404,
            "an id of another kind"
        );
    })
    .await;
}

#[actix_web::test]
async fn an_admin_changes_people_and_nobody_else_does() {
    for_each_database(|db| async {
        let company = company(db).await;
        let (ada, ann) = (
            company.sign_in("ada@acme.example").await,
            company.sign_in("ann@acme.example").await,
        );
        let path = format!("/v1/users/{}", company.ann);
        assert_eq!(ann.patch(&path, json!({"roles": ["admin"]})).await.status, 403);
        let blind = ada
            .send(Method::PATCH, &path, Some(json!({"title": "x"})), &[])
            .await;
        assert_eq!((blind.status, blind.code()), (428, "version_needed"));
        let late = ada
            .send(
                Method::PATCH,
                &path,
                Some(json!({"title": "x"})),
                &[("if-match", "\"7\"")],
            )
            .await;
        assert_eq!(late.status, 412);
        let changed = ada
            .patch(
                &path,
                json!({"title": "Chief", "limit": {"amount": "500.00", "currency": "EUR"}}),
            )
            .await;
        assert_eq!(
            (changed.status, &changed.json["version"], &changed.json["title"]),
            (200, &json!(2), &json!("Chief"))
        );
        assert_eq!(
            changed.json["limit"],
            json!({"amount": "500.00", "currency": "EUR"})
        );
        let same = ada.patch(&path, json!({"title": "Chief"})).await;
        assert_eq!(
            (same.status, &same.json["version"]),
            (200, &json!(2)),
            "nothing changed"
        );
        let cleared = ada.patch(&path, json!({"title": null})).await;
        assert_eq!(
            (&cleared.json["version"], &cleared.json["title"]),
            (&json!(3), &json!(null))
        );

        for (body, status, place) in [
            (json!({"tittle": "x"}), 400, "/tittle"),
            (json!({"status": "disabled"}), 400, "/status"),
            (json!({"version": 9}), 400, "/version"),
            (json!({"name": null}), 422, "/name"),
            (json!({"email": "bo@acme.example"}), 422, "/email"),
            (json!({"manager": company.ann}), 422, "/manager"),
            (json!({"roles": ["chief"]}), 422, "/roles/0"),
            (
                json!({"limit": {"amount": "1.00", "currency": "USD"}}),
                422,
                "/limit/currency",
            ),
        ] {
            let said = ada.patch(&path, body.clone()).await;
            assert_eq!(
                (said.status, said.places()),
                (status, vec![place]),
                "{body}: {said:?}"
            );
        }
        let last = ada
            .post(&format!("/v1/users/{}/disable", company.ada), json!({}))
            .await;
        assert_eq!((last.status, last.code()), (409, "last_admin"));
    })
    .await;
}

#[actix_web::test]
async fn departments_and_settings_are_kept() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let sales = ada
            .post("/v1/departments", json!({"name": "Sales", "head": company.bo}))
            .await;
        assert_eq!(sales.status, 201, "{sales:?}");
        let twice = ada.post("/v1/departments", json!({"name": "Sales"})).await;
        assert_eq!((twice.status, twice.places()), (422, vec!["/name"]));
        let user = format!("/v1/users/{}", company.ann);
        ada.patch(&user, json!({"department": sales.id()})).await;
        let shown = ada.get(&format!("{user}?expand=department")).await;
        assert_eq!(shown.json["department"]["name"], "Sales");
        let path = format!("/v1/departments/{}", sales.id());
        assert_eq!(ada.delete(&path).await.status, 409, "somebody works there");
        let directory = company
            .identity
            .directories()
            .directory(company.acme)
            .await
            .unwrap();
        assert_eq!(
            directory.person(company.ann).unwrap().department.as_deref(),
            Some("Sales")
        );
        assert_eq!(directory.department("Sales").unwrap().head, Some(company.bo));
        ada.patch(&user, json!({"department": null})).await;
        assert_eq!(ada.delete(&path).await.status, 204);

        let settings = ada.patch("/v1/settings", json!({"zone": "Asia/Shanghai"})).await;
        assert_eq!(
            (settings.status, &settings.json["zone"]),
            (200, &json!("Asia/Shanghai")),
            "{settings:?}"
        );
        assert_eq!(
            ada.patch("/v1/settings", json!({"zone": "Shanghai"}))
                .await
                .places(),
            ["/zone"]
        );
        assert_eq!(
            ada.patch("/v1/settings", json!({"currency": "USD"})).await.status,
            400,
            "it never changes"
        );
        let role = ada.post("/v1/roles", json!({"name": "works-council"})).await;
        assert_eq!(role.status, 201, "{role:?}");
        assert_eq!(ada.delete(&format!("/v1/roles/{}", role.id())).await.status, 204);
    })
    .await;
}

#[actix_web::test]
async fn every_change_is_in_the_log_and_no_name_outside_its_private_part() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let path = format!("/v1/users/{}", company.ann);
        ada.patch(&path, json!({"name": "Anna Ames", "title": "Chief"}))
            .await;
        ada.post(&format!("{path}/disable"), json!({})).await;
        let reader = company.db.read(company.acme).await.unwrap();
        let history = log::history(&reader, company.acme, &Link::new("user", company.ann.0), 0, 10)
            .await
            .unwrap();
        let kinds: Vec<_> = history
            .iter()
            .map(|entry| (entry.version, entry.kind.as_str()))
            .collect();
        assert_eq!(
            kinds,
            [
                (1, "identity.user.created"),
                (2, "identity.user.updated"),
                (3, "identity.user.disabled")
            ]
        );
        for entry in &history {
            let body = entry.body.to_string();
            assert!(!body.contains("Anna") && !body.contains("ann@acme"), "{body}");
        }
        assert_eq!(history[1].body["changed"], json!(["title", "name"]));
        assert_eq!(history[1].private.as_ref().unwrap()["previous"]["name"], "ann");
        assert_eq!(history[1].actor.user(), Some(company.ada));
    })
    .await;
}
