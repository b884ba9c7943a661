//! Deciding many tasks in one call.

use actix_web::http::Method;
use countersign_testkit::for_each_database;
use futures_util::future::join;
use serde_json::{Value, json};

use crate::house::{Answer, House, get, send, submit, task};

const BATCH: &str = "/v1/tasks/batch";

/// Bo's open tasks of so many requests of Ann's.
async fn tasks(house: &House, count: usize) -> Vec<String> {
    let mut tasks = Vec::new();
    for _ in 0..count {
        let request = submit(house, "700.00").await;
        let task = task(house, "bo", &request).await.unwrap();
        tasks.push(task["id"].as_str().unwrap().to_owned());
    }
    tasks
}

async fn batch(house: &House, key: &str, body: &Value) -> Answer {
    let headers = [("idempotency-key", key)];
    send(house, "bo", Method::POST, BATCH, Some(body.clone()), &headers).await
}

async fn status(house: &House, task: &str) -> String {
    let seen = get(house, "bo", &format!("/v1/tasks/{task}")).await;
    seen.json["status"].as_str().unwrap().to_owned()
}

fn approve(task: &str) -> Value {
    json!({"op": "approve", "id": task})
}

#[tokio::test]
async fn each_row_by_itself_is_answered_by_itself() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let tasks = tasks(&house, 3).await;
        let body = json!({"atomic": false, "rows": [
            {"op": "approve", "id": tasks[0], "data": {"comment": "Fine."}},
            {"op": "reject", "id": tasks[1], "version": 1, "data": {"comment": "No need."}},
            {"op": "approve", "id": tasks[0]},
            {"op": "approve", "id": "task_00000000000000000000000001"},
            {"op": "approve", "id": tasks[2], "version": 7},
            {"op": "approve", "id": tasks[2], "data": {"coment": "A slip."}},
        ]});
        let done = batch(&house, "rows", &body).await;
        assert_eq!(done.status, 200, "{done:?}");
        let rows = done.json["data"].as_array().unwrap();
        let statuses: Vec<u64> = rows.iter().map(|row| row["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [200, 200, 409, 404, 412, 400], "{done:?}");
        assert_eq!(rows[0]["object"]["decision"], "approved");
        assert_eq!(rows[1]["object"]["request_status"], "rejected");
        assert_eq!(rows[5]["problem"]["errors"][0]["pointer"], "/rows/5/data/coment");
        assert_eq!(status(&house, &tasks[2]).await, "open");
        let again = batch(&house, "rows", &body).await;
        assert_eq!(again.json, done.json, "the same answer under the same key");
    })
    .await;
}

#[tokio::test]
async fn all_rows_or_none() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let tasks = tasks(&house, 2).await;
        let rows = json!([approve(&tasks[0]), {"op": "approve", "id": tasks[1], "version": 7}]);
        let refused = batch(&house, "one", &json!({"rows": rows})).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert_eq!(refused.json["errors"][0]["pointer"], "/rows/1");
        for task in &tasks {
            assert_eq!(status(&house, task).await, "open");
        }
        let rows: Vec<Value> = tasks.iter().map(|task| approve(task)).collect();
        let done = batch(&house, "two", &json!({"rows": rows})).await;
        assert_eq!(done.status, 200, "{done:?}");
        for task in &tasks {
            assert_eq!(status(&house, task).await, "done");
        }
    })
    .await;
}

#[tokio::test]
async fn batches_that_meet_never_wait_for_each_other() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        for round in 0..5 {
            let tasks = tasks(&house, 6).await;
            let there: Vec<Value> = tasks.iter().map(|task| approve(task)).collect();
            let back: Vec<Value> = there.iter().rev().cloned().collect();
            let (there, back) = (
                json!({"atomic": false, "rows": there}),
                json!({"atomic": false, "rows": back}),
            );
            let (one, other) = (format!("there-{round}"), format!("back-{round}"));
            let (one, other) = join(batch(&house, &one, &there), batch(&house, &other, &back)).await;
            assert_eq!((one.status, other.status), (200, 200), "{one:?} {other:?}");
            let decided = |answer: &Answer| {
                let rows = answer.json["data"].as_array().unwrap().iter();
                rows.filter(|row| row["status"] == 200).count()
            };
            assert_eq!(decided(&one) + decided(&other), 6, "{one:?} {other:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_batch_needs_a_key_and_has_a_bound() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let row = approve("task_00000000000000000000000001");
        let body = json!({"rows": [row]});
        let refused = send(&house, "bo", Method::POST, BATCH, Some(body), &[]).await;
        assert_eq!(
            (refused.status, &refused.json["code"]),
            (400, &json!("idempotency_key_required"))
        );
        let refused = batch(&house, "many", &json!({"rows": vec![row; 101]})).await;
        assert_eq!(refused.status, 422, "{refused:?}");
    })
    .await;
}
