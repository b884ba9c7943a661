//! A task of a pool is theirs who claims it, and everybody's again when they give it back.

use actix_web::http::Method;
use countersign_testkit::{for_each_database, in_step};
use serde_json::{Value, json};

use crate::house::{Answer, House, get, post, send, task};

const TICKET: &str = "workflow: ticket\ntitle: Ticket\nowners: {role: finance}\nnumber: T-{counter}\nform:\n  what: {type: text, required: true}\nsteps:\n  - approval: desk\n    by: {role: finance}\n    assign: pool\n";

/// A ticket of ann's.
async fn ticket(house: &House) -> String {
    house.publish("ticket", TICKET).await;
    let made = post(
        house,
        "ann",
        "/v1/requests",
        json!({"workflow": "ticket", "form": {"what": "Screen"}}),
    )
    .await;
    made.json["id"].as_str().unwrap().to_owned()
}

async fn claim(house: &House, who: &str, task: &Value) -> Answer {
    let path = format!("/v1/tasks/{}/claim", task["id"].as_str().unwrap());
    send(house, who, Method::POST, &path, None, &[]).await
}

#[tokio::test]
async fn of_two_at_once_one_has_it_and_the_other_is_told() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let id = ticket(&house).await;
        let (dans, eves) = (
            task(&house, "dan", &id).await.unwrap(),
            task(&house, "eve", &id).await.unwrap(),
        );
        assert_eq!(dans["claimed"], false);
        let (first, second) = in_step(
            &house.db,
            claim(&house, "dan", &dans),
            claim(&house, "eve", &eves),
        )
        .await;
        assert_eq!((first.status, second.status), (200, 409), "{first:?} {second:?}");
        assert_eq!(
            (&first.json["claimed"], &second.json["code"]),
            (&json!(true), &json!("task_claimed"))
        );
        assert!(task(&house, "eve", &id).await.is_none(), "no longer asked");
        let again = claim(&house, "dan", &dans).await;
        assert_eq!(again.json["code"], "task_claimed", "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn who_gives_it_back_has_company_again_and_everybody_hears_of_it() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let id = ticket(&house).await;
        let dans = task(&house, "dan", &id).await.unwrap();
        assert!(
            dans["allowed"].as_array().unwrap().contains(&json!("claim")),
            "{dans:#}"
        );
        let path = format!("/v1/tasks/{}/release", dans["id"].as_str().unwrap());
        let early = post(&house, "dan", &path, json!({})).await;
        assert_eq!(
            (early.status, &early.json["code"]),
            (409, &json!("task_not_claimed"))
        );
        claim(&house, "dan", &dans).await;
        let released = post(&house, "dan", &path, json!({"comment": "Away from tomorrow."})).await;
        assert_eq!(
            (released.status, &released.json["claimed"]),
            (200, &json!(false)),
            "{released:?}"
        );
        let eves = task(&house, "eve", &id).await.unwrap();
        assert_eq!(claim(&house, "eve", &eves).await.status, 200);
        assert!(task(&house, "dan", &id).await.is_none());
        let history = get(&house, "ann", &format!("/v1/requests/{id}/history?limit=50")).await;
        let entries = history.json["data"].as_array().unwrap();
        let of = |kind: &str| entries.iter().filter(|entry| entry["type"] == kind).count();
        assert_eq!(
            (of("oa.task.claimed"), of("oa.task.released")),
            (2, 1),
            "{history:?}"
        );
        let said = entries
            .iter()
            .find(|entry| entry["type"] == "oa.task.released")
            .unwrap();
        assert_eq!(said["comment"], "Away from tomorrow.");
    })
    .await;
}
