//! A secret that was rotated away signs for the day that it was promised, whatever is rotated meanwhile.

use countersign_testkit::for_each_database;
use serde_json::json;

use crate::house::House;
use crate::sink::Sink;

#[tokio::test]
async fn every_secret_of_the_last_day_signs() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, first) = house.endpoint(&sink.url).await;
        let rotate = format!("{hook}/rotate-secret");
        let mut secrets = vec![first];
        for _ in 0..4 {
            let rotated = house.post(&rotate, json!({})).await.ok(200);
            secrets.push(rotated["secret"].as_str().unwrap().to_owned());
        }
        // The server's own clock does not end a secret early.
        house.clock.set("2090-01-01T00:00:00Z".parse().unwrap());
        house.won_and_planned().await;
        house.send().await;
        for secret in &secrets {
            assert!(
                sink.got()[0].verifies(secret),
                "one of the last day does not sign"
            );
        }
        let refused = house.post(&rotate, json!({})).await;
        assert_eq!(
            (refused.status, &refused.json["code"]),
            (409, &json!("too_many_rotations"))
        );

        // A day later only the newest signs, and there is room again.
        let over =
            "UPDATE webhooks SET old_secrets = replace(old_secrets, '\"until\":\"20', '\"until\":\"19')";
        house.sql(over).await;
        house.won_and_planned().await;
        house.send().await;
        let last = sink.got()[1].clone();
        assert_eq!(last.header("webhook-signature").split(' ').count(), 1);
        assert!(last.verifies(&secrets[4]));
        house.post(&rotate, json!({})).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn two_rotations_at_once_lose_no_secret() {
    for_each_database(|db| async {
        let (house, sink) = (House::new(db).await, Sink::start(204).await);
        let (hook, first) = house.endpoint(&sink.url).await;
        let rotate = format!("{hook}/rotate-secret");
        let (one, two) = tokio::join!(house.post(&rotate, json!({})), house.post(&rotate, json!({})));
        house.won_and_planned().await;
        house.send().await;
        let arrived = &sink.got()[0];
        for rotated in [one, two] {
            assert!(arrived.verifies(rotated.ok(200)["secret"].as_str().unwrap()));
        }
        assert!(arrived.verifies(&first));
    })
    .await;
}
