//! Leave that is counted again after what it is counted by has changed.
#![expect(clippy::float_cmp, reason = "amounts are written with their digits")]

use actix_web::http::Method;
use countersign_rules::definitions::Kind;
use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, get, post, send, user};
use crate::leave::{annual, ask, decide, id, office};

async fn work(house: &House, holidays: &str) {
    let text = format!(
        "calendar: work\ntitle: Work\nzone: Europe/Berlin\nworking: {{monday to friday: \"09:00-17:00\"}}\nholidays: {{{holidays}}}\n"
    );
    house.publish_as(Kind::Calendar, "work", &text).await;
}

/// What would change: of each leave what it took and takes, and whether it cannot.
async fn recount(house: &House, rehearsed: bool) -> Vec<(f64, f64, bool)> {
    let path = format!("/v1/leave/recounts?validate_only={rehearsed}");
    let done = post(house, "ada", &path, json!({})).await;
    assert_eq!(done.status, 200, "{done:?}");
    let changes = done.json["changes"].as_array().unwrap().iter();
    let amount = |change: &Value, name: &str| change[name].as_f64().unwrap();
    changes
        .map(|change| {
            let refused = !change["refused"].is_null();
            (amount(change, "was"), amount(change, "is"), refused)
        })
        .collect()
}

#[tokio::test]
async fn a_new_holiday_gives_a_day_back_once_and_a_lost_one_takes_it() {
    for_each_database(|db| async {
        let house = office(db).await;
        work(&house, "").await;
        let taken = id(&ask(&house, "ann", "annual", "2026-04-07", "2026-04-10").await);
        decide(&house, "bo", &taken, "approve").await;
        id(&ask(&house, "ann", "annual", "2026-06-01", "2026-06-02").await);
        assert_eq!(annual(&house, "ann", "2026-12-31").await.0, 19.0);
        assert_eq!(recount(&house, false).await, [], "nothing has changed");

        work(&house, "2026-04-08: Founders' Day, 2026-06-02: Fair").await;
        let plan = [(4.0, 3.0, false), (2.0, 1.0, false)];
        assert_eq!(recount(&house, true).await, plan);
        assert_eq!(
            annual(&house, "ann", "2026-12-31").await.0,
            19.0,
            "a plan changes nothing"
        );
        assert_eq!(recount(&house, false).await, plan);
        assert_eq!(annual(&house, "ann", "2026-12-31").await.0, 21.0);
        assert_eq!(recount(&house, false).await, [], "once");
        let away = get(&house, "bo", "/v1/leave/who-is-away?from=2026-04-08").await;
        assert_eq!(away.json["data"][0]["status"], "taken", "{away:?}");

        work(&house, "2026-06-02: Fair").await;
        assert_eq!(recount(&house, false).await, [(3.0, 4.0, false)]);
        assert_eq!(annual(&house, "ann", "2026-12-31").await.0, 20.0);
    })
    .await;
}

#[tokio::test]
async fn other_terms_are_counted_and_what_is_not_there_is_not_taken() {
    for_each_database(|db| async {
        let house = office(db).await;
        work(&house, "2026-12-01: One, 2026-12-02: Two").await;
        for (first, last) in [("2026-07-06", "2026-07-31"), ("2026-11-30", "2026-12-04")] {
            let all = id(&ask(&house, "ann", "annual", first, last).await);
            decide(&house, "bo", &all, "approve").await;
        }
        assert_eq!(annual(&house, "ann", "2026-12-31").await.0, 2.0);
        id(&ask(&house, "ann", "annual", "2026-12-10", "2026-12-10").await);
        work(&house, "").await;
        assert_eq!(
            recount(&house, false).await,
            [(3.0, 3.0, true)],
            "one day is left, two are wanted"
        );
        assert_eq!(annual(&house, "ann", "2026-12-31").await.0, 1.0);

        work(&house, "2026-12-01: One, 2026-12-02: Two").await;
        let hours = "09:00-17:00";
        let week = json!({"monday": hours, "tuesday": hours, "wednesday": hours, "thursday": hours});
        let terms = json!({"joined_on": null, "left_on": null, "service_since": null,
            "terms": [{"from": "2026-12-01", "percent": 100, "working": week}]});
        let path = format!("/v1/users/{}/employment", user("ann"));
        let kept = send(
            &house,
            "ada",
            Method::PUT,
            &path,
            Some(terms),
            &[("if-match", "\"0\"")],
        );
        let kept = kept.await;
        assert_eq!(kept.status, 200, "{kept:?}");
        assert_eq!(
            recount(&house, false).await,
            [(3.0, 2.0, false)],
            "no Fridays from December on"
        );
        let refused = post(&house, "bo", "/v1/leave/recounts", json!({})).await;
        assert_eq!(refused.status, 403, "{refused:?}");
        let far = post(&house, "ada", "/v1/leave/recounts", json!({"from": "9000-01-01"})).await;
        assert_eq!(far.json["errors"][0]["pointer"], "/from", "{far:?}");
    })
    .await;
}
