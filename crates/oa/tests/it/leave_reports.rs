//! Reports of leave: what is added up, and for whom.

use actix_web::http::Method;
use countersign_rules::definitions::Kind;
use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, get, send, user};
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
        let nobody = rows(&house, "ada", &format!("{TAKEN}&department=Nowhere")).await;
        assert_eq!(nobody, [] as [Value; 0], "a department that has nobody");
        let by_accept = [("accept", "text/csv")];
        let by_accept = send(&house, "ada", Method::GET, TAKEN, None, &by_accept).await;
        assert_eq!(by_accept.bytes, text.as_bytes());
        for path in ["reports/taken", "calendar", "who-is-away"] {
            let year = format!("/v1/leave/{path}?from=2026-01-01&until=2027-01-01");
            assert_eq!(get(&house, "ada", &year).await.status, 200, "366 days: {path}");
            let long = format!("/v1/leave/{path}?from=2026-01-01&until=2027-01-02");
            let long = get(&house, "ada", &long).await;
            assert_eq!(
                (long.status, &long.json["errors"][0]["parameter"]),
                (400, &json!("until")),
                "{long:?}"
            );
        }
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
        let csv = get(&house, "ada", &format!("{path}&format=csv")).await;
        let name = csv
            .headers
            .iter()
            .find(|(name, _)| *name == "content-disposition");
        assert!(
            name.is_some_and(|(_, name)| name.contains("leave-liability-2026-12-31.csv")),
            "{csv:?}"
        );
        let text = String::from_utf8(csv.bytes).unwrap();
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some("\u{feff}name,email,department,type,title,measure,on,balance")
        );
        assert_eq!(lines.count(), all.len(), "{text}");
        assert!(
            text.contains(",annual,Annual leave,day,2026-12-31,20\r\n"),
            "{text}"
        );
        let far = get(&house, "ada", "/v1/leave/reports/liability?on=9990-01-01").await;
        assert_eq!(far.status, 400, "{far:?}");
        let wrong = get(&house, "ada", "/v1/leave/reports/liability?cursor=x").await;
        assert_eq!(wrong.status, 400, "{wrong:?}");
    })
    .await;
}

/// Somebody's row of the calendar.
async fn row(house: &House, who: &str, of: &str) -> Value {
    let path = "/v1/leave/calendar?from=2026-04-03&until=2026-04-19";
    let all = rows(house, who, path).await;
    let names: Vec<&str> = all.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert!(names.is_sorted(), "{names:?}");
    let of = user(of).to_string();
    all.into_iter().find(|row| row["user"] == of).unwrap()
}

#[tokio::test]
async fn a_calendar_tells_when_people_work_and_when_they_are_away() {
    for_each_database(|db| async {
        let house = office(db).await;
        let easter = "calendar: work\ntitle: Work\nzone: Europe/Berlin\nworking: {monday to friday: \"09:00-17:00\"}\nholidays:\n  2026-04-03: Good Friday\n  2026-04-06: Easter Monday\n";
        house.publish_as(Kind::Calendar, "work", easter).await;
        let terms = json!({"joined_on": "2026-04-08", "left_on": null, "service_since": null, "terms": [{"from": "2026-04-08", "percent": null,
            "working": {"monday": "09:00-17:00", "tuesday": "09:00-17:00", "wednesday": "09:00-17:00", "thursday": "09:00-17:00"}}]});
        let terms_of = format!("/v1/users/{}/employment", user("abe"));
        let kept = send(&house, "ada", Method::PUT, &terms_of, Some(terms), &[("if-match", "\"0\"")]).await;
        assert_eq!(kept.status, 200, "{kept:?}");
        id(&ask(&house, "ann", "annual", "2026-04-09", "2026-04-10").await);
        id(&ask(&house, "ann", "sick", "2026-04-15", "2026-04-15").await);

        let ann = row(&house, "dan", "ann").await;
        let off = json!(["2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06", "2026-04-11", "2026-04-12", "2026-04-18", "2026-04-19"]);
        assert_eq!(ann["days_off"], off);
        let friday = json!({"date": "2026-04-03", "name": "Good Friday", "half": false});
        assert_eq!(ann["holidays"][0], friday);
        assert_eq!(ann["holidays"].as_array().unwrap().len(), 2);
        let told = |row: &Value| {
            let leaves = row["leaves"].as_array().unwrap().iter();
            let of = |leave: &Value| (leave["title"].as_str().unwrap().to_owned(), leave["type"].clone(), leave["request"].is_null());
            leaves.map(of).collect::<Vec<_>>()
        };
        let away = ("Away".to_owned(), Value::Null, true);
        assert_eq!(told(&ann), [("Annual leave".to_owned(), json!("annual"), true), away.clone()]);
        let own = told(&row(&house, "bo", "ann").await);
        assert_eq!(own[1], ("Sick leave".to_owned(), json!("sick"), false));
        let taken = "/v1/leave/reports/taken?from=2026-04-01&until=2026-04-30";
        let chinese = get(&house, "bo-zh", taken).await;
        assert_eq!(chinese.json["data"][1]["title"], "病假", "{chinese:?}");

        let abe = row(&house, "dan", "abe").await;
        let off = json!(["2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06", "2026-04-07", "2026-04-10", "2026-04-11", "2026-04-12", "2026-04-17", "2026-04-18", "2026-04-19"]);
        assert_eq!(abe["days_off"], off, "joins on Wednesday, and never works on Fridays");

        let wrong = get(&house, "ann", "/v1/leave/calendar?from=2026-04-03&until=2026-04-19&cursor=x").await;
        assert_eq!(wrong.status, 400, "{wrong:?}");
        let nobody = rows(&house, "ann", "/v1/leave/calendar?from=2026-04-03&until=2026-04-19&department=Sales").await;
        assert_eq!(nobody, [] as [Value; 0]);
    })
    .await;
}
