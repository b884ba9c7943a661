use actix_web::http::Method;
use countersign_kernel::time::{Clock as _, Instant};
use countersign_testkit::for_each_database;
use serde_json::json;

use crate::house::{House, Reply, at, house, user};

#[actix_web::test]
async fn a_change_needs_the_version_and_says_who_changed_what() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let path = at(&account);
        let got = house.get("ann", &path).await;
        assert_eq!(got.headers["etag"], "\"1\"");
        let patch = |headers: &'static [(&str, &str)]| {
            house.call(
                Method::PATCH,
                "ann",
                &path,
                Some(json!({ "country": "NO" })),
                headers,
            )
        };
        assert_eq!(patch(&[]).await.status, 428);
        assert_eq!(patch(&[("if-match", "\"9\"")]).await.status, 412);
        assert_eq!(patch(&[("if-match", "W/\"1\"")]).await.status, 412);
        let changed = patch(&[("if-match", "\"1\"")]).await.ok(200);
        assert_eq!(
            (&changed["country"], &changed["name"], &changed["version"]),
            (&json!("NO"), &json!("Borealis"), &json!(2))
        );
        let cleared = house
            .patch("ann", &path, json!({ "country": null }))
            .await
            .ok(200);
        assert_eq!(cleared["country"], json!(null));
        let history = house.get("ann", &format!("{path}/history")).await.ok(200);
        assert_eq!(
            history["data"][1]["changes"],
            json!([{ "field": "country", "from": "DE", "to": "NO" }])
        );
        assert_eq!(history["data"][1]["text"], json!("ann changed country"));
        house
            .post(
                "ann",
                "/v1/accounts",
                json!({ "name": "x", "domain": "HTTP://x", "country": "Germany" }),
            )
            .await
            .refused(422, &["/domain", "/country"]);
        house
            .post("ann", "/v1/accounts", json!({ "nmae": "x" }))
            .await
            .refused(400, &["/nmae"]);
        house
            .post(
                "ann",
                "/v1/contacts",
                json!({ "name": "x", "email": "nobody", "phone": "call me" }),
            )
            .await
            .refused(422, &["/email", "/phone"]);
    })
    .await;
}

#[actix_web::test]
async fn deleted_records_are_gone_until_they_are_restored() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let contact = house
            .post(
                "ann",
                "/v1/contacts",
                json!({ "name": "Nora", "email": "nora@b.example" }),
            )
            .await
            .ok(201);
        let path = at(&contact);
        let refused = house.post("ann", &format!("{path}/restore"), json!({})).await;
        refused.refused(409, &[]);
        assert_eq!(refused.json["possible"], json!(["update", "delete"]));
        assert_eq!(
            house.delete("abe", &path).await.status,
            403,
            "neither owner nor above them"
        );
        assert_eq!(
            house.delete("bo", &path).await.status,
            204,
            "the owner reports to bo"
        );
        assert_eq!(house.get("ann", &path).await.status, 404);
        assert_eq!(
            house.get("ann", "/v1/contacts").await.names(),
            Vec::<String>::new()
        );
        let back = house
            .post("ann", &format!("{path}/restore"), json!({}))
            .await
            .ok(200);
        assert_eq!((&back["name"], &back["version"]), (&json!("Nora"), &json!(3)));
        assert_eq!(house.get("ann", "/v1/contacts").await.names(), ["Nora"]);
    })
    .await;
}

#[actix_web::test]
async fn what_is_mine_is_seen_by_me_those_above_me_and_admins() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house
            .post(
                "ann",
                "/v1/accounts",
                json!({ "name": "Quiet", "visibility": "mine" }),
            )
            .await
            .ok(201);
        let path = at(&account);
        for (who, status) in [
            ("ann", 200),
            ("bo", 200),
            ("cleo", 200),
            ("ada", 200),
            ("abe", 404),
            ("hal", 404),
            ("gil", 404),
        ] {
            assert_eq!(house.get(who, &path).await.status, status, "{who}");
            let listed = house.get(who, "/v1/accounts").await.names().len();
            assert_eq!(listed, usize::from(status == 200), "{who}");
            let made = house
                .post(who, "/v1/deals", json!({ "name": "x", "account": account["id"] }))
                .await
                .status;
            assert_eq!(made, if status == 200 { 201 } else { 422 }, "{who}");
        }
        let absent = "/v1/accounts/acct_01jczzzzzzzzzzzzzzzzzzzzzz";
        let body = |reply: Reply| {
            let mut json = reply.json;
            for member in ["request_id", "instance"] {
                json.as_object_mut().unwrap().remove(member);
            }
            json
        };
        assert_eq!(
            body(house.get("abe", &path).await),
            body(house.get("abe", absent).await)
        );
        assert_eq!(house.get("abe", &format!("{path}/history")).await.status, 404);
        assert_eq!(house.get("abe", &format!("{path}/timeline")).await.status, 404);
        let tenant = house.account("ann", "Open").await;
        let taken = house
            .patch("abe", &at(&tenant), json!({ "owner": user("abe").to_string() }))
            .await;
        assert_eq!(taken.status, 403, "whose it is, its owner says");
        house
            .patch("bo", &at(&tenant), json!({ "owner": user("abe").to_string() }))
            .await
            .ok(200);
        assert_eq!(house.get("ann/crm:deals:read", &at(&tenant)).await.status, 403);
    })
    .await;
}

const EXTERNAL: &str = "/v1/accounts/by/erp/4711";

async fn put(house: &House, who: &str, path: &str, name: &str, headers: &[(&str, &str)]) -> Reply {
    house
        .call(Method::PUT, who, path, Some(json!({ "name": name })), headers)
        .await
}

#[actix_web::test]
async fn an_external_id_creates_once_and_changes_after() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let one = put(&house, "ann", EXTERNAL, "Borealis", &[]).await;
        assert!(one.headers["location"].starts_with("/v1/accounts/acct_"));
        let one = one.ok(201);
        house
            .patch("ann", &at(&one), json!({ "country": "DE" }))
            .await
            .ok(200);
        let two = put(&house, "ann", EXTERNAL, "Borealis AS", &[]).await.ok(200);
        assert_eq!((&two["id"], &two["name"]), (&one["id"], &json!("Borealis AS")));
        assert_eq!(two["country"], json!("DE"), "what is absent stays");
        let three = put(&house, "ann", EXTERNAL, "Borealis AS", &[]).await.ok(200);
        assert_eq!(three["version"], two["version"], "the same again is no change");
        for (path, header, status) in [
            (EXTERNAL, ("if-none-match", "*"), 412),
            (EXTERNAL, ("if-match", "\"1\""), 412),
            ("/v1/accounts/by/ERP/1", ("accept", "*/*"), 400),
        ] {
            assert_eq!(
                put(&house, "ann", path, "x", &[header]).await.status,
                status,
                "{header:?}"
            );
        }
        let theirs = put(&house, "gil", EXTERNAL, "Theirs", &[]).await.ok(201);
        assert_ne!(theirs["id"], one["id"]);
        assert_eq!(house.delete("ann", &at(&one)).await.status, 204);
        let deleted = put(&house, "ann", EXTERNAL, "x", &[]).await;
        assert_eq!(
            (deleted.status, &deleted.json["possible"]),
            (409, &json!(["restore"]))
        );
    })
    .await;
}

#[actix_web::test]
async fn an_external_id_tells_nothing_of_a_record_that_the_caller_does_not_see() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let private = put(&house, "ann", EXTERNAL, "Private", &[]).await.ok(201);
        house
            .patch("ann", &at(&private), json!({ "visibility": "mine" }))
            .await
            .ok(200);
        // As with an id that nobody has brought.
        let unknown = "/v1/accounts/by/erp/nobody-knows";
        for header in [("if-match", "\"1\""), ("if-match", "*")] {
            for path in [EXTERNAL, unknown] {
                assert_eq!(
                    put(&house, "hal", path, "x", &[header]).await.status,
                    404,
                    "{header:?}"
                );
            }
        }
        house
            .clock
            .set(Instant::from_millis(house.clock.now().millis() + 1));
        let theirs = put(&house, "hal", EXTERNAL, "Hal's", &[("if-none-match", "*")])
            .await
            .ok(201);
        assert_ne!(theirs["id"], private["id"]);
        let again = put(&house, "hal", EXTERNAL, "Hal's own", &[]).await.ok(200);
        assert_eq!(again["id"], theirs["id"]);
        // Who sees both changes the older, as before.
        for who in ["ann", "ada"] {
            let changed = put(&house, who, EXTERNAL, who, &[]).await.ok(200);
            assert_eq!(changed["id"], private["id"], "{who}");
        }
        // One that is deleted stands behind one that is there.
        assert_eq!(house.delete("ann", &at(&private)).await.status, 204);
        let changed = put(&house, "ann", EXTERNAL, "both", &[]).await.ok(200);
        assert_eq!(changed["id"], theirs["id"]);
    })
    .await;
}

#[actix_web::test]
async fn admins_keep_the_pipelines() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let first = house.get("ann", "/v1/pipelines").await.ok(200)["data"][0].clone();
        assert_eq!(
            (&first["name"], &first["default"]),
            (&json!("Sales"), &json!(true))
        );
        let stages =
            json!([{ "name": "Prospecting", "probability": 10 }, { "name": "Engaging", "probability": 50 }]);
        let new = json!({ "name": "Field", "stages": stages, "default": true });
        assert_eq!(house.post("ann", "/v1/pipelines", new.clone()).await.status, 403);
        let field = house.post("ada", "/v1/pipelines", new).await.ok(201);
        assert_eq!(
            house.get("ann", &at(&first)).await.ok(200)["default"],
            json!(false)
        );
        let account = house.account("ann", "Borealis").await;
        let deal = house.deal("ann", &account, "x", "1").await;
        assert_eq!(
            (&deal["pipeline"], &deal["stage"]),
            (&field["id"], &field["stages"][0]["id"])
        );
        let kept = json!([{ "id": field["stages"][1]["id"], "name": "Engaged", "probability": 60 }]);
        house
            .patch("ada", &at(&field), json!({ "stages": kept }))
            .await
            .refused(422, &["/stages"]);
        assert_eq!(house.delete("ada", &at(&field)).await.status, 409);
        house
            .post(
                "ann",
                &format!("{}/move", at(&deal)),
                json!({ "stage": field["stages"][1]["id"] }),
            )
            .await
            .ok(200);
        let changed = house
            .patch("ada", &at(&field), json!({ "stages": kept }))
            .await
            .ok(200);
        assert_eq!(changed["stages"], kept);
        house
            .patch("ada", &at(&field), json!({ "default": false }))
            .await
            .refused(422, &["/default"]);
        let twice = json!([{ "name": "A", "probability": 1 }, { "name": "a", "probability": 101 }]);
        house
            .patch("ada", &at(&field), json!({ "stages": twice }))
            .await
            .refused(422, &["/stages/1"]);
        assert_eq!(house.delete("ada", &at(&first)).await.status, 204);
    })
    .await;
}
