//! A step that asks one of many: by what is open of each, or in turn.

use countersign_testkit::{for_each_database, in_step};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::house::{House, get, post, user, verb};

/// Bo approves, then one of finance.
fn ticket(assign: &str) -> String {
    format!(
        "workflow: ticket\ntitle: Ticket\nowners: {{role: hr}}\nnumber: T-{{counter}}\nform:\n  what: {{type: text, required: true}}\nsteps:\n  - approval: manager\n    by: {{manager_of: requester}}\n  - approval: desk\n    by: {{role: finance}}\n    assign: {assign}\n"
    )
}

async fn ask(house: &House) -> String {
    let body = json!({"workflow": "ticket", "form": {"what": "Screen"}});
    let made = post(house, "ann", "/v1/requests", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json["id"].as_str().unwrap().to_owned()
}

async fn approve(house: &House, request: &str) {
    let path = verb(house, "bo", request, "approve").await;
    let done = post(house, "bo", &path, json!({})).await;
    assert_eq!(done.status, 200, "{done:?}");
}

/// Who is asked at the desk.
async fn at_the_desk(house: &House, request: &str) -> Value {
    let shown = get(house, "ann", &format!("/v1/requests/{request}")).await;
    let current = &shown.json["current"][0];
    assert_eq!(current["step"], "desk", "{shown:?}");
    assert_eq!(
        current["assignees"].as_array().map(Vec::len),
        Some(1),
        "{shown:?}"
    );
    current["assignees"][0].clone()
}

async fn asked_one_after_the_other(house: &House, requests: &[String]) -> Vec<Value> {
    let mut asked = Vec::new();
    for request in requests {
        approve(house, request).await;
        asked.push(at_the_desk(house, request).await);
    }
    asked
}

#[tokio::test]
async fn each_has_a_turn_before_anybody_has_another() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("ticket", &ticket("in_turn")).await;
        let mut requests = Vec::new();
        for _ in 0..4 {
            requests.push(ask(&house).await);
        }
        let asked = asked_one_after_the_other(&house, &requests).await;
        assert_ne!(
            asked[0], asked[1],
            "the clock of the tests stands still, and turns do not"
        );
        assert_eq!((&asked[0], &asked[1]), (&asked[2], &asked[3]));
        // Whoever hands it on has had their turn all the same.
        let holder = if asked[3] == user("dan").to_string() {
            "dan"
        } else {
            "eve"
        };
        let path = verb(&house, holder, &requests[3], "transfer").await;
        let to = json!({"to": user("cleo").to_string(), "comment": "Yours."});
        assert_eq!(post(&house, holder, &path, to).await.status, 200);
        let fifth = ask(&house).await;
        let fifth = asked_one_after_the_other(&house, &[fifth]).await;
        assert_eq!(fifth[0], asked[0]);
    })
    .await;
}

#[tokio::test]
async fn two_at_one_instant_do_not_take_one_turn() {
    for assign in ["in_turn", "least_busy"] {
        for_each_database(|db| async {
            let house = House::new(db).await;
            house.publish("ticket", &ticket(assign)).await;
            let (one, other) = (ask(&house).await, ask(&house).await);
            in_step(&house.db, approve(&house, &one), approve(&house, &other)).await;
            let asked = (at_the_desk(&house, &one).await, at_the_desk(&house, &other).await);
            assert_ne!(asked.0, asked.1, "{assign}");
        })
        .await;
    }
}

#[tokio::test]
async fn many_at_once_share_it_evenly() {
    for assign in ["in_turn", "least_busy"] {
        for_each_database(|db| async {
            let house = House::new(db).await;
            house.publish("ticket", &ticket(assign)).await;
            let mut requests = Vec::new();
            for _ in 0..10 {
                requests.push(ask(&house).await);
            }
            join_all(requests.iter().map(|request| approve(&house, request))).await;
            let mut dans = 0;
            for request in &requests {
                dans += usize::from(at_the_desk(&house, request).await == user("dan").to_string());
            }
            assert_eq!(dans, 5, "{assign}");
        })
        .await;
    }
}

#[tokio::test]
async fn whoever_has_the_fewest_open_tasks_is_asked_and_simulated() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        // One task for each of finance, and two more for dan.
        let both = ticket("everyone").replace("ticket", "both");
        house.publish("both", &both).await;
        let dans = "workflow: ticket\ntitle: Ticket\nowners: {role: hr}\nnumber: D-{counter}\nform:\n  what: {type: text, required: true}\nsteps:\n  - approval: own\n    by: {user: dan@acme.example}\n";
        house.publish("dans", &dans.replace("ticket", "dans")).await;
        for workflow in ["both", "dans", "dans"] {
            let body = json!({"workflow": workflow, "form": {"what": "Screen"}});
            let made = post(&house, "ann", "/v1/requests", body).await;
            assert_eq!(made.status, 201, "{made:?}");
            if workflow == "both" {
                approve(&house, made.json["id"].as_str().unwrap()).await;
            }
        }
        house.publish("ticket", &ticket("least_busy")).await;
        let form = json!({"form": {"what": "Screen"}});
        let simulated = post(&house, "ann", "/v1/workflows/ticket/simulate", form).await;
        let who = &simulated.json["steps"][1]["who"];
        assert_eq!(who[0]["user"], user("eve").to_string(), "{simulated:?}");
        let why = who[0]["why"].as_str().unwrap();
        assert!(why.ends_with("they had the fewest open tasks (1)."), "{why}");
        let request = ask(&house).await;
        let next = get(&house, "ann", &format!("/v1/requests/{request}/next")).await;
        assert_eq!(next.json["steps"][1]["who"], *who, "{next:?}");
        // Two more are asked before it is dan's turn: eve then has as many as he.
        let requests = [request, ask(&house).await, ask(&house).await];
        let asked = asked_one_after_the_other(&house, &requests).await;
        let (eve, dan) = (json!(user("eve").to_string()), json!(user("dan").to_string()));
        assert_eq!(asked[..2], [eve.clone(), eve]);
        assert!(asked[2] == dan || asked[2] == asked[0], "they stand alike");
        let history = get(&house, "ann", &format!("/v1/requests/{}/history", requests[1])).await;
        let told = history.json.to_string();
        assert!(told.contains("they had the fewest open tasks (2)"), "{told}");
    })
    .await;
}
