//! Two people deciding at once is ordinary.

use actix_web::http::Method;
use countersign_testkit::{for_each_database, in_step};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::house::{Answer, House, get, post, send, submit, task, verb};

/// Two seats in one step, whose holders may edit what they decide on.
const PAIR: &str = "workflow: pair\ntitle: Pair\nowners: {role: finance}\nnumber: P-{counter}\nform:\n  amount: {type: money, required: true}\nsteps:\n  - approval: both\n    by: {role: finance}\n    can_edit: [amount]\n";

/// A request of [`PAIR`], with the tasks of dan and eve.
async fn pair(house: &House) -> (Value, Value) {
    house.publish("pair", PAIR).await;
    let form = json!({"amount": {"amount": "10.00", "currency": "EUR"}});
    let made = post(
        house,
        "ann",
        "/v1/requests",
        json!({"workflow": "pair", "form": form}),
    )
    .await;
    let id = made.json["id"].as_str().unwrap().to_owned();
    (
        task(house, "dan", &id).await.unwrap(),
        task(house, "eve", &id).await.unwrap(),
    )
}

fn path_of(task: &Value, verb: &str) -> String {
    format!("/v1/tasks/{}/{verb}", task["id"].as_str().unwrap())
}

async fn give(house: &House, who: &str, path: &str, body: Value, tag: Option<&str>) -> Answer {
    let headers: Vec<(&str, &str)> = tag.map(|tag| ("if-match", tag)).into_iter().collect();
    send(house, who, Method::POST, path, Some(body), &headers).await
}

fn raised() -> Value {
    json!({"form": {"amount": {"amount": "99999.00", "currency": "EUR"}}})
}

#[tokio::test]
async fn nobody_approves_what_a_colleague_has_just_made_of_it() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let (dans, eves) = pair(&house).await;
        let (edits, approves) = (path_of(&dans, "approve"), path_of(&eves, "approve"));
        let (edited, blind) = in_step(
            &house.db,
            give(&house, "dan", &edits, raised(), None),
            give(&house, "eve", &approves, json!({}), Some("\"1\"")),
        )
        .await;
        assert_eq!(edited.status, 200, "{edited:?}");
        assert_eq!(
            blind.status, 412,
            "the ETag is of what was there before: {blind:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn approving_without_a_tag_asks_for_one_when_a_colleague_edits_meanwhile() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let (dans, eves) = pair(&house).await;
        let request = eves["request"].as_str().unwrap();
        let mine = format!("/v1/requests/{request}/approve");
        let edits = path_of(&dans, "approve");
        let (edited, blind) = in_step(
            &house.db,
            give(&house, "dan", &edits, raised(), None),
            give(&house, "eve", &mine, json!({}), None),
        )
        .await;
        assert_eq!((edited.status, blind.status), (200, 428), "{edited:?} {blind:?}");
    })
    .await;
}

#[tokio::test]
async fn an_answer_carries_the_tag_of_what_it_shows() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let (dans, eves) = pair(&house).await;
        let (edits, comments) = (path_of(&dans, "approve"), path_of(&eves, "comment"));
        let (edited, commented) = in_step(
            &house.db,
            give(&house, "dan", &edits, raised(), None),
            give(&house, "eve", &comments, json!({"text": "Hm."}), None),
        )
        .await;
        assert_eq!(
            (edited.status, commented.status),
            (200, 200),
            "{edited:?} {commented:?}"
        );
        let now = get(&house, "eve", path_of(&eves, "").trim_end_matches('/')).await;
        for member in ["version", "updated_at"] {
            assert_eq!(commented.json[member], now.json[member], "{member}");
        }
        assert_eq!(commented.headers["etag"], now.headers["etag"]);
    })
    .await;
}

#[tokio::test]
async fn one_wins_and_the_other_is_told() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        for _ in 0..5 {
            let id = submit(&house, "1800.00").await;
            post(&house, "bo", &verb(&house, "bo", &id, "approve").await, json!({})).await;
            let (dans, eves) = (
                verb(&house, "dan", &id, "approve").await,
                verb(&house, "eve", &id, "approve").await,
            );
            let answers = join_all([
                post(&house, "dan", &dans, json!({})),
                post(&house, "eve", &eves, json!({})),
            ])
            .await;
            let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 409], "{answers:?}");
            let loser = answers.iter().find(|answer| answer.status == 409).unwrap();
            assert_eq!(
                (&loser.json["state"], &loser.json["outcome"]["decision"]),
                (&json!("approved"), &json!("approved")),
                "{loser:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn votes_at_once_are_counted_exactly() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let made = post(
            &house,
            "ann",
            "/v1/requests",
            json!({"workflow": "committee", "form": {}}),
        )
        .await;
        let id = made.json["id"].as_str().unwrap().to_owned();
        let mut paths = Vec::new();
        for who in ["bo", "dan", "eve"] {
            paths.push((who, verb(&house, who, &id, "approve").await));
        }
        let answers = join_all(paths.iter().map(|(who, path)| post(&house, who, path, json!({})))).await;
        let won = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(
            (won, answers.iter().filter(|answer| answer.status == 409).count()),
            (2, 1),
            "{answers:?}"
        );
    })
    .await;
}
