//! What a decision costs, and that what is kept is what happened.

use actix_web::http::Method;
use countersign_engine::vocabulary::Event;
use countersign_engine::{State, fold};
use countersign_kernel::id::RequestId;
use countersign_testkit::for_each_database;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::house::{ACME, House, post, send, submit, verb};

#[tokio::test]
async fn a_decision_costs_at_most_eight_statements() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        // The first of each fills the caches.
        for round in 0..2 {
            let id = submit(&house, "1800.00").await;
            let path = verb(&house, "bo", &id, "approve").await;
            let before = house.db.statements();
            let key = format!("round-{round}");
            let done = send(
                &house,
                "bo",
                Method::POST,
                &path,
                Some(json!({})),
                &[("idempotency-key", &key)],
            )
            .await;
            let cost = house.db.statements() - before;
            assert_eq!(done.status, 200, "{done:?}");
            assert!(cost <= 8, "a decision cost {cost} statements");
        }
    })
    .await;
}

#[tokio::test]
async fn every_history_folds_to_its_row() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let mut ids = Vec::new();
        for amount in ["42.00", "700.00", "1800.00", "1900.00"] {
            ids.push(submit(&house, amount).await);
        }
        post(
            &house,
            "bo",
            &verb(&house, "bo", &ids[1], "return").await,
            json!({"comment": "Why?"}),
        )
        .await;
        post(
            &house,
            "ann",
            &format!("/v1/requests/{}/resubmit", ids[1]),
            json!({"form": {"purpose": "Fair"}}),
        )
        .await;
        post(
            &house,
            "bo",
            &verb(&house, "bo", &ids[2], "approve").await,
            json!({"comment": "Fine."}),
        )
        .await;
        post(
            &house,
            "eve",
            &verb(&house, "eve", &ids[2], "approve").await,
            json!({"form": {"category": "other"}}),
        )
        .await;
        let to = crate::house::user("cleo").to_string();
        post(
            &house,
            "bo",
            &verb(&house, "bo", &ids[3], "transfer").await,
            json!({"to": to}),
        )
        .await;
        for id in &ids {
            let entries = house.log(id).await;
            let events: Vec<Event> = entries.iter().map(event).collect();
            let request: RequestId = id.parse().unwrap();
            let folded = fold(request, &events);
            assert_eq!(folded, row(&house, request).await, "{id}");
            assert_eq!(entries.last().unwrap().version, folded.version as i64);
        }
    })
    .await;
}

fn event(entry: &countersign_storage::Logged) -> Event {
    let words = entry
        .private
        .as_ref()
        .and_then(|private| private.get("event"))
        .cloned();
    Event::join(entry.body["event"].clone(), words).unwrap()
}

async fn row(house: &House, request: RequestId) -> State {
    let reader = house.db.read(ACME).await.unwrap();
    let sql = "SELECT state FROM requests WHERE tenant_id = $1 AND id = $2";
    let statement = Statement::from_sql_and_values(
        reader.get_database_backend(),
        sql,
        [ACME.0.into(), request.0.into()],
    );
    let row = reader.query_one_raw(statement).await.unwrap().unwrap();
    serde_json::from_str(&row.try_get::<String>("", "state").unwrap()).unwrap()
}
