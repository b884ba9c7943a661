//! What a request is kept as outlives the version that wrote it: older formats open, newer ones are refused by name.

use countersign_testkit::for_each_database;
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};

use crate::house::{House, expense, get, post, submit, verb};

/// Changes rows as only another version of the server would have written them.
async fn rewrite(house: &House, sql: &str) {
    let outside = Database::connect(house.db.url()).await.unwrap();
    outside.execute_unprepared(sql).await.unwrap();
    outside.close().await.unwrap();
}

async fn draft(house: &House) -> String {
    let mut wanted = expense("700.00");
    wanted["draft"] = json!(true);
    let saved = post(house, "ann", "/v1/requests", wanted).await;
    assert_eq!(saved.status, 201, "{saved:?}");
    saved.json["id"].as_str().unwrap().to_owned()
}

async fn look(house: &House, id: &str) -> Value {
    let found = get(house, "ann", &format!("/v1/requests/{id}")).await;
    assert_eq!(found.status, 200, "{found:?}");
    found.json
}

async fn listed(house: &House) -> Vec<Value> {
    let list = get(house, "ann", "/v1/requests?sort=created_at").await;
    assert_eq!(list.status, 200, "{list:?}");
    list.json["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_draft_opens_whatever_format_wrote_it() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        for format in [0, 99] {
            let id = draft(&house).await;
            let before = look(&house, &id).await;
            let form = &before["form"];
            assert_eq!(form["purpose"], "Taxi");
            // Of another format nothing is known but that the form stands in it.
            let state = json!({"form": form, "of_another_version": true});
            rewrite(
                &house,
                &format!(
                    "UPDATE requests SET state_format = {format}, state = '{state}' WHERE status = 'draft'"
                ),
            )
            .await;
            assert_eq!(look(&house, &id).await, before, "format {format}");
            assert!(listed(&house).await.contains(&before));
            let path = format!("/v1/requests/{id}/submit");
            let submitted = post(&house, "ann", &path, json!({})).await;
            assert_eq!(submitted.status, 200, "{submitted:?}");
            let now = look(&house, &id).await;
            assert_eq!((&now["form"], &now["status"]), (form, &json!("open")));
        }
    })
    .await;
}

#[tokio::test]
async fn a_row_of_an_older_format_is_folded_again_from_its_history() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let id = submit(&house, "1800.00").await;
        post(
            &house,
            "bo",
            &verb(&house, "bo", &id, "approve").await,
            json!({"comment": "Fine."}),
        )
        .await;
        let before = look(&house, &id).await;
        rewrite(&house, "UPDATE requests SET state_format = 0, state = '{}'").await;
        assert_eq!(look(&house, &id).await, before);
        assert_eq!(listed(&house).await, [before]);
        let path = verb(&house, "eve", &id, "approve").await;
        let decided = post(&house, "eve", &path, json!({})).await;
        assert_eq!(decided.status, 200, "{decided:?}");
        rewrite(&house, "DELETE FROM log WHERE kind LIKE 'oa.%'").await;
        assert_eq!(
            look(&house, &id).await["status"],
            "approved",
            "kept in the present format"
        );
    })
    .await;
}

#[tokio::test]
async fn a_history_that_is_not_whole_gives_no_state() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        for lost in ["kind LIKE 'oa.%'", "subject_kind = 'request' AND version = 2"] {
            let id = submit(&house, "700.00").await;
            let path = format!("/v1/requests/{id}");
            rewrite(&house, "UPDATE requests SET state_format = 0").await;
            rewrite(&house, &format!("DELETE FROM log WHERE {lost}")).await;
            let answer = get(&house, "ann", &path).await;
            assert_eq!(answer.status, 500, "not a draft again: {answer:?}");
            assert!(listed(&house).await.is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_newer_version_wrote_is_refused_by_name() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let id = submit(&house, "700.00").await;
        let newer = submit(&house, "800.00").await;
        let task = verb(&house, "bo", &newer, "approve").await;
        let only = format!("version = 1 AND body LIKE '%{newer}%'");
        rewrite(&house, &format!("UPDATE log SET format = 99 WHERE {only}")).await;
        let history = format!("/v1/requests/{newer}/history");
        refused(&get(&house, "ann", &history).await);
        rewrite(
            &house,
            "UPDATE requests SET state_format = 99 WHERE summary LIKE '%800%'",
        )
        .await;
        refused(&get(&house, "ann", &format!("/v1/requests/{newer}")).await);
        refused(&post(&house, "bo", &task, json!({})).await);
        let chinese = get(&house, "ann-zh", &format!("/v1/requests/{newer}")).await;
        assert!(
            chinese.json["detail"].as_str().unwrap().contains("新版本"),
            "{chinese:?}"
        );
        // It hides no other.
        let ids: Vec<Value> = listed(&house).await.iter().map(|one| one["id"].clone()).collect();
        assert_eq!(ids, [json!(id)]);
        // An older row whose history the newer version has gone on with.
        rewrite(
            &house,
            "UPDATE requests SET state_format = 0 WHERE summary LIKE '%800%'",
        )
        .await;
        refused(&get(&house, "ann", &format!("/v1/requests/{newer}")).await);
    })
    .await;
}

fn refused(answer: &crate::house::Answer) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(answer.json["code"], "newer_format", "{answer:?}");
    assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
}
