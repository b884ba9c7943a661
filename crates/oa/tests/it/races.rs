//! Two people deciding at once is ordinary.

use countersign_testkit::for_each_database;
use futures_util::future::join_all;
use serde_json::json;

use crate::house::{House, post, submit, verb};

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
