//! Reports of leave: what is added up, and for whom.

use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, get, user};
use crate::leave::{ask, decide, id, office};

const TAKEN: &str = "/v1/leave/reports/taken?from=2026-01-01&until=2026-12-31";

async fn rows(house: &House, who: &str, path: &str) -> Vec<Value> {
    let page = get(house, who, path).await;
    assert_eq!(page.status, 200, "{page:?}");
    page.json["data"].as_array().unwrap().clone()
}

/// Month, type, people, taken, reserved.
fn sums(rows: &[Value]) -> Vec<(&str, Option<&str>, i64, f64, f64)> {
    rows.iter()
        .map(|row| {
            (
                row["month"].as_str().unwrap(),
                row["type"].as_str(),
                row["people"].as_i64().unwrap(),
                row["taken"].as_f64().unwrap(),
                row["reserved"].as_f64().unwrap(),
            )
        })
        .collect()
}

#[tokio::test]
async fn leave_is_added_up_by_type_and_month_for_whoever_may_see_it() {
    for_each_database(|db| async {
        let house = office(db).await;
        // From Monday, 30 March to Thursday, 2 April: two days in each month.
        let over = id(&ask(&house, "ann", "annual", "2026-03-30", "2026-04-02").await);
        decide(&house, "bo", &over, "approve").await;
        id(&ask(&house, "ann", "sick", "2026-04-09", "2026-04-09").await);
        let gone = id(&ask(&house, "ann", "annual", "2026-08-03", "2026-08-07").await);
        decide(&house, "bo", &gone, "reject").await;
        let all = [
            ("2026-03", Some("annual"), 1, 2.0, 0.0),
            ("2026-04", Some("annual"), 1, 2.0, 0.0),
            ("2026-04", Some("sick"), 1, 0.0, 1.0),
        ];
        for who in ["ada", "bo", "ann"] {
            assert_eq!(sums(&rows(&house, who, TAKEN).await), all, "{who}");
        }
        assert_eq!(
            rows(&house, "dan", TAKEN).await,
            [] as [Value; 0],
            "nobody of theirs"
        );
        let part = "/v1/leave/reports/taken?from=2026-04-01&until=2026-04-01";
        let part = rows(&house, "ada", part).await;
        assert_eq!(sums(&part), [("2026-04", Some("annual"), 1, 1.0, 0.0)]);

        let csv = get(&house, "ada", &format!("{TAKEN}&format=csv")).await;
        let text = String::from_utf8(csv.bytes).unwrap();
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some("\u{feff}department,type,title,month,measure,people,taken,reserved")
        );
        assert_eq!(lines.next(), Some(",annual,Annual leave,2026-03,day,1,2,0"));
        let long = "/v1/leave/reports/taken?from=2026-01-01&until=2027-06-30";
        let long = get(&house, "ada", long).await;
        assert_eq!(
            (long.status, &long.json["errors"][0]["parameter"]),
            (400, &json!("until")),
            "{long:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_owed_on_a_day_is_the_balance_of_paid_types() {
    for_each_database(|db| async {
        let house = office(db).await;
        let taken = id(&ask(&house, "ann", "annual", "2026-03-02", "2026-03-06").await);
        decide(&house, "bo", &taken, "approve").await;
        let path = "/v1/leave/reports/liability?on=2026-12-31";
        let of = |rows: &[Value], who: &str| {
            let own = rows
                .iter()
                .find(|row| row["user"] == user(who).to_string() && row["type"] == "annual");
            own.map(|row| row["balance"].as_f64().unwrap())
        };
        let all = rows(&house, "ada", path).await;
        let balances = format!("/v1/leave/balances?on=2026-12-31&user={}", user("ann"));
        let balances = rows(&house, "ada", &balances).await;
        let annual = balances.iter().find(|row| row["type"] == "annual").unwrap();
        assert_eq!(of(&all, "ann"), annual["balance"].as_f64(), "the same number");
        assert!(
            all.iter().all(|row| row["balance"].as_f64() != Some(0.0)),
            "{all:?}"
        );
        assert!(of(&all, "dan").is_some());
        let own = rows(&house, "ann", path).await;
        assert!(own.iter().all(|row| row["user"] == user("ann").to_string()) && !own.is_empty());
        let managed = rows(&house, "bo", path).await;
        assert!(of(&managed, "ann").is_some() && of(&managed, "dan").is_none());
        let far = get(&house, "ada", "/v1/leave/reports/liability?on=9990-01-01").await;
        assert_eq!(far.status, 400, "{far:?}");
        let wrong = get(&house, "ada", "/v1/leave/reports/liability?cursor=x").await;
        assert_eq!(wrong.status, 400, "{wrong:?}");
    })
    .await;
}
