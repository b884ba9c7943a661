//! Making requests and looking at them.

use actix_web::http::Method;
use countersign_rules::definitions::Kind;
use countersign_testkit::for_each_database;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::house::{ACCOUNT, House, expense, get, post, send, submit, verb};

#[tokio::test]
async fn a_rule_decides_a_small_claim_and_people_a_big_one() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let small = post(&house, "ann", "/v1/requests", expense("499.99")).await;
        assert_eq!(
            (small.status, &small.json["status"]),
            (201, &json!("approved")),
            "{small:?}"
        );
        assert_eq!(small.json["number"], "EXP-2026-00001");
        assert_eq!(
            small.headers["location"],
            format!("/v1/requests/{}", small.json["id"].as_str().unwrap())
        );
        let id = submit(&house, "1800.00").await;
        let open = get(&house, "ann", &format!("/v1/requests/{id}")).await;
        assert_eq!(
            (&open.json["status"], &open.json["number"]),
            (&json!("open"), &json!("EXP-2026-00002"))
        );
        assert_eq!(open.json["current"][0]["step"], "manager");
        let approved = post(
            &house,
            "bo",
            &verb(&house, "bo", &id, "approve").await,
            json!({"comment": "Fine."}),
        )
        .await;
        assert_eq!(
            (approved.status, &approved.json["next"][0]["step"]),
            (200, &json!("finance")),
            "{approved:?}"
        );
        let done = post(
            &house,
            "dan",
            &verb(&house, "dan", &id, "approve").await,
            json!({}),
        )
        .await;
        assert_eq!(done.json["request_status"], "approved", "{done:?}");
        let history = get(&house, "ann", &format!("/v1/requests/{id}/history")).await;
        let told: Vec<&str> = history.json["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["text"].as_str().unwrap())
            .collect();
        assert!(
            told.iter()
                .any(|text| text.contains("Bo") && text.contains("Fine.")),
            "{told:#?}"
        );
    })
    .await;
}

#[tokio::test]
async fn every_fault_is_told_at_once_and_with_its_place() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    let bad = json!({"workflow": "expense", "form": {"amuont": 1, "amount": {"amount": "1.999", "currency": "EUR"}, "category": "yacht"}});
    let refused = post(&house, "ann", "/v1/requests", bad).await;
    let places: Vec<&str> = refused.json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(refused.status, 422);
    for place in ["/form/purpose", "/form/amount", "/form/category", "/form/amuont"] {
        assert!(
            places.iter().any(|one| one.starts_with(place)),
            "{place} of {places:?}"
        );
    }
    let unknown = post(
        &house,
        "ann",
        "/v1/requests",
        json!({"workflow": "expnse", "form": {}}),
    )
    .await;
    assert!(
        unknown.status == 422 && unknown.json["detail"].as_str().unwrap().contains("\"expense\""),
        "{unknown:?}"
    );
    let lost = json!({"workflow": "committee", "form": {"customer": "acct_01jczzzzzzzzzzzzzzzzzzzzzz"}});
    let lost = post(&house, "ann", "/v1/requests", lost).await;
    assert_eq!(
        (lost.status, &lost.json["errors"][0]["pointer"]),
        (422, &json!("/form/customer")),
        "{lost:?}"
    );
    let there = countersign_kernel::id::show("account", ACCOUNT);
    let found = post(
        &house,
        "ann",
        "/v1/requests",
        json!({"workflow": "committee", "form": {"customer": there}}),
    )
    .await;
    assert_eq!(found.status, 201, "{found:?}");
}

#[tokio::test]
async fn a_draft_waits_for_its_requester_alone() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    let mut draft = expense("42.00");
    draft["draft"] = json!(true);
    let saved = post(&house, "ann", "/v1/requests", draft).await;
    assert_eq!(
        (saved.status, &saved.json["status"], &saved.json["number"]),
        (201, &json!("draft"), &json!(null)),
        "{saved:?}"
    );
    let path = format!("/v1/requests/{}", saved.json["id"].as_str().unwrap());
    assert_eq!(
        get(&house, "eve", &path).await.status,
        404,
        "owners do not see drafts"
    );
    let submitted = post(&house, "ann", &format!("{path}/submit"), json!({})).await;
    assert_eq!(
        (submitted.status, &submitted.json["status"]),
        (200, &json!("approved")),
        "{submitted:?}"
    );
    let again = post(&house, "ann", &format!("{path}/submit"), json!({})).await;
    assert_eq!(
        (again.status, &again.json["state"]),
        (409, &json!("approved")),
        "{again:?}"
    );
}

#[tokio::test]
async fn a_rehearsal_leaves_nothing_behind() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    let said = post(&house, "ann", "/v1/requests?validate_only=true", expense("42.00")).await;
    assert_eq!(
        (said.status, said.json.get("id"), &said.json["number"]),
        (200, None, &json!(null)),
        "{said:?}"
    );
    let made = post(&house, "ann", "/v1/requests", expense("42.00")).await;
    assert_eq!(made.json["number"], "EXP-2026-00001");
}

#[tokio::test]
async fn strangers_see_nothing_and_owners_see_all() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    let id = submit(&house, "700.00").await;
    let path = format!("/v1/requests/{id}");
    for (who, status) in [
        ("ann", 200),
        ("bo", 200),
        ("eve", 200),
        ("ada", 200),
        ("abe", 404),
        ("cleo", 404),
    ] {
        assert_eq!(get(&house, who, &path).await.status, status, "{who}");
        let list = get(&house, who, "/v1/requests?count=exact").await;
        assert_eq!(
            list.json["count"],
            json!(u8::from(status == 200)),
            "{who}: {list:?}"
        );
    }
    let withdrawn = send(
        &house,
        "abe",
        Method::POST,
        &format!("{path}/withdraw"),
        None,
        &[],
    )
    .await;
    assert_eq!(withdrawn.status, 404);
}

#[tokio::test]
async fn a_request_is_withdrawn_until_somebody_decided() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    let id = submit(&house, "700.00").await;
    let withdrawn = post(
        &house,
        "ann",
        &format!("/v1/requests/{id}/withdraw"),
        json!({"comment": "Not needed."}),
    )
    .await;
    assert_eq!(withdrawn.json["status"], "withdrawn", "{withdrawn:?}");
    let id = submit(&house, "1800.00").await;
    post(&house, "bo", &verb(&house, "bo", &id, "approve").await, json!({})).await;
    let late = post(&house, "ann", &format!("/v1/requests/{id}/withdraw"), json!({})).await;
    assert_eq!(
        (late.status, &late.json["code"]),
        (409, &json!("withdraw_too_late")),
        "{late:?}"
    );
    assert!(
        late.json["outcome"].is_object() && late.json["possible"].is_array(),
        "{late:?}"
    );
}

#[tokio::test]
async fn a_request_is_had_back_until_somebody_decided() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let id = submit(&house, "700.00").await;
        let path = |verb: &str| format!("/v1/requests/{id}/{verb}");
        let own = get(&house, "ann", &format!("/v1/requests/{id}")).await;
        let allowed = json!(["withdraw", "comment", "recall", "urge"]);
        assert_eq!(own.json["allowed"], allowed, "{own:?}");
        let not_hers = post(&house, "bo", &path("recall"), json!({})).await;
        assert_eq!(
            (not_hers.status, &not_hers.json["code"]),
            (403, &json!("not_the_requester"))
        );
        let back = post(&house, "ann", &path("recall"), json!({"comment": "A typo."})).await;
        assert_eq!(
            (back.status, &back.json["status"]),
            (200, &json!("returned")),
            "{back:?}"
        );
        let tasks = get(&house, "bo", &format!("/v1/tasks?request={id}&status=open")).await;
        assert_eq!(tasks.json["data"], json!([]), "nobody is asked");
        let history = get(&house, "ann", &path("history")).await;
        let last = history.json["data"].as_array().unwrap().last().unwrap();
        assert_eq!(
            (&last["type"], &last["text"]),
            (
                &json!("oa.request.recalled"),
                &json!("Ann recalled the request: A typo.")
            )
        );
        let again = post(&house, "ann", &path("resubmit"), json!({})).await;
        assert_eq!(
            (&again.json["status"], &again.json["round"]),
            (&json!("open"), &json!(2))
        );
        post(&house, "bo", &verb(&house, "bo", &id, "approve").await, json!({})).await;

        let id = submit(&house, "1800.00").await;
        post(&house, "bo", &verb(&house, "bo", &id, "approve").await, json!({})).await;
        let late = post(&house, "ann", &format!("/v1/requests/{id}/recall"), json!({})).await;
        assert_eq!(
            (late.status, &late.json["code"]),
            (409, &json!("recall_too_late")),
            "{late:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_to_come_and_the_picture_can_be_asked_for() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    let id = submit(&house, "1800.00").await;
    let next = get(&house, "ann", &format!("/v1/requests/{id}/next")).await;
    assert_eq!(next.json["steps"][0]["step"], "manager", "{next:?}");
    let picture = get(
        &house,
        "ann",
        &format!("/v1/requests/{id}/diagram?format=mermaid"),
    )
    .await;
    assert_eq!(
        (picture.status, picture.headers["content-type"].as_str()),
        (200, "text/vnd.mermaid")
    );
    let said = post(
        &house,
        "ann",
        &format!("/v1/requests/{id}/comment"),
        json!({"text": "The receipt follows."}),
    )
    .await;
    assert_eq!(said.status, 200, "{said:?}");
    let comments = get(&house, "bo", &format!("/v1/requests/{id}/comments")).await;
    assert_eq!(
        comments.json["data"][0]["comment"], "The receipt follows.",
        "{comments:?}"
    );
}

#[tokio::test]
async fn visible_to_may_mean_people_that_only_the_request_knows() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    let text = "workflow: note\ntitle: Note\nowners: {role: finance}\nnumber: N-{counter}\n\
                visible_to: {manager_of: requester, level: 2}\nform:\n  text: {type: text, required: true}\n\
                steps:\n  - approval: manager\n    by: {manager_of: requester}\n";
    house.publish("note", text).await;
    let made = post(
        &house,
        "ann",
        "/v1/requests",
        json!({"workflow": "note", "form": {"text": "Hello"}}),
    )
    .await;
    let path = format!("/v1/requests/{}", made.json["id"].as_str().unwrap());
    assert_eq!(
        (
            get(&house, "cleo", &path).await.status,
            get(&house, "abe", &path).await.status
        ),
        (200, 404),
        "{made:?}"
    );
    assert_eq!(
        get(&house, "cleo", "/v1/requests").await.json["data"][0]["id"],
        made.json["id"]
    );
}

#[actix_web::test]
async fn a_request_that_cannot_be_read_hides_no_other() {
    for_each_database(|db| async move {
        let house = House::new(db).await;
        let whole = submit(&house, "1800.00").await;
        let broken = submit(&house, "1900.00").await;
        let owner = sea_orm::Database::connect(house.db.url()).await.unwrap();
        let damage = format!(
            "UPDATE requests SET state = '{{' WHERE number = '{}'",
            get(&house, "ann", &format!("/v1/requests/{broken}")).await.json["number"]
                .as_str()
                .unwrap()
        );
        owner.execute_unprepared(&damage).await.unwrap();
        owner.close().await.unwrap();
        for (who, path) in [("ann", "/v1/requests"), ("bo", "/v1/tasks")] {
            let list = get(&house, who, path).await;
            assert_eq!(list.status, 200, "{path}: {list:?}");
            let rows = list.json["data"].as_array().unwrap();
            let of = |row: &Value| row.get("request").unwrap_or(&row["id"]).clone();
            assert_eq!(rows.iter().map(of).collect::<Vec<_>>(), [json!(whole)], "{path}");
        }
        let one = get(&house, "ann", &format!("/v1/requests/{broken}")).await;
        assert_eq!(one.status, 500, "it says that it cannot be read itself");
    })
    .await;
}

#[tokio::test]
async fn a_number_has_the_year_where_the_requester_works() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let china = "calendar: china\nzone: Asia/Shanghai\nworking: {monday to friday: \"09:00-18:00\"}\nfor: {country: CN}\n";
        house.publish_as(Kind::Calendar, "china", china).await;
        house.clock.set("2026-12-31T17:00:00Z".parse().unwrap());
        let mut numbers = Vec::new();
        for who in ["ann", "abe", "ann", "abe"] {
            let made = post(&house, who, "/v1/requests", expense("700.00")).await;
            assert_eq!(made.status, 201, "{made:?}");
            numbers.push(made.json["number"].as_str().unwrap().to_owned());
        }
        assert_eq!(numbers, ["EXP-2026-00001", "EXP-2027-00001", "EXP-2026-00002", "EXP-2027-00002"]);
    })
    .await;
}
