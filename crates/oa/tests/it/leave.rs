//! Leave: what requests do to the ledger, and what is seen of it.
#![expect(clippy::float_cmp, reason = "amounts are written with their digits")]

use actix_web::http::Method;
use countersign_rules::definitions::Kind;
use countersign_testkit::for_each_database;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::house::{Answer, House, get, post, send, user, verb};

pub(crate) const TYPES: &str = include_str!("../../../../workflows/leave-types.yaml");
pub(crate) const CHINA: &str = include_str!("../../../../workflows/leave-types/cn.yaml");

const LEAVE: &str = r"
workflow: leave
title: Leave
owners: {role: admin}
number: LEA-{counter}
form:
  kind:  {type: text, required: true}
  dates: {type: date_range, required: true}
  note:  {type: file}
leave: {type: kind, dates: dates, evidence: note}
steps:
  - approval: manager
    by: {manager_of: requester}
";

const CHANGE: &str = r"
workflow: leave-change
title: Change
owners: {role: admin}
form:
  leave: {type: text, required: true}
  dates: {type: date_range}
leave: {changes: leave, dates: dates}
steps:
  - approval: manager
    by: {manager_of: requester}
";

pub(crate) async fn office(db: countersign_testkit::TestDb) -> House {
    let house = House::new(db).await;
    house.publish_as(Kind::LeaveTypes, "standard", TYPES).await;
    house.publish_as(Kind::LeaveTypes, "china", CHINA).await;
    house.publish("leave", LEAVE).await;
    house.publish("leave-change", CHANGE).await;
    house
}

pub(crate) async fn ask(house: &House, who: &str, kind: &str, start: &str, end: &str) -> Answer {
    let form = json!({"kind": kind, "dates": {"start": start, "end": end}});
    post(
        house,
        who,
        "/v1/requests",
        json!({"workflow": "leave", "form": form}),
    )
    .await
}

/// The balance of annual leave, and what of it is available.
pub(crate) async fn annual(house: &House, who: &str, on: &str) -> (f64, f64) {
    let page = get(house, who, &format!("/v1/leave/balances?on={on}")).await;
    assert_eq!(page.status, 200, "{page:?}");
    let rows = page.json["data"].as_array().unwrap();
    let row = rows.iter().find(|row| row["type"] == "annual").unwrap();
    (
        row["balance"].as_f64().unwrap(),
        row["available"].as_f64().unwrap(),
    )
}

/// What the ledger says, less what is not kept yet.
async fn kinds(house: &House, who: &str, until: &str) -> Vec<(String, f64)> {
    let page = get(house, who, &format!("/v1/leave/ledger?type=annual&until={until}")).await;
    let rows = page.json["data"].as_array().unwrap();
    let kept = rows.iter().filter(|row| !row["id"].is_null());
    kept.map(|row| {
        (
            row["kind"].as_str().unwrap().to_owned(),
            row["amount"].as_f64().unwrap(),
        )
    })
    .collect()
}

pub(crate) async fn decide(house: &House, who: &str, request: &str, what: &str) {
    let path = verb(house, who, request, what).await;
    let done = post(house, who, &path, json!({"comment": "So be it."})).await;
    assert_eq!(done.status, 200, "{done:?}");
}

pub(crate) fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json["id"].as_str().unwrap().to_owned()
}

fn codes(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, 422, "{answer:?}");
    let errors = answer.json["errors"].as_array().unwrap();
    let text = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
    let both = |error: &Value| (text(error, "pointer"), text(error, "code"));
    errors.iter().map(both).collect()
}

#[tokio::test]
async fn leave_is_set_aside_taken_and_given_back() {
    for_each_database(|db| async {
        let house = office(db).await;
        assert_eq!(annual(&house, "ann", "2026-03-02").await, (25.0, 25.0));
        let first = id(&ask(&house, "ann", "annual", "2026-08-03", "2026-08-07").await);
        assert_eq!(
            annual(&house, "ann", "2026-03-02").await,
            (25.0, 20.0),
            "later leave needs five"
        );
        assert_eq!(annual(&house, "ann", "2026-08-31").await, (20.0, 20.0));
        decide(&house, "bo", &first, "reject").await;
        assert_eq!(annual(&house, "ann", "2026-08-31").await, (25.0, 25.0));
        let second = id(&ask(&house, "ann", "annual", "2026-08-03", "2026-08-07").await);
        decide(&house, "bo", &second, "approve").await;
        let mut so_far = kinds(&house, "ann", "2026-12-31").await;
        so_far.sort_by(|one, other| one.0.cmp(&other.0));
        let told: Vec<(&str, f64)> = so_far
            .iter()
            .map(|(kind, amount)| (kind.as_str(), *amount))
            .collect();
        let wanted = [
            ("released", 5.0),
            ("released", 5.0),
            ("reserved", -5.0),
            ("reserved", -5.0),
            ("taken", -5.0),
        ];
        assert_eq!(told, wanted);

        let shorter = json!({"leave": second, "dates": {"start": "2026-08-03", "end": "2026-08-04"}});
        let change = post(
            &house,
            "ann",
            "/v1/requests",
            json!({"workflow": "leave-change", "form": shorter}),
        )
        .await;
        let change = id(&change);
        assert_eq!(annual(&house, "ann", "2026-12-31").await.0, 20.0, "not yet");
        decide(&house, "bo", &change, "approve").await;
        assert_eq!(annual(&house, "ann", "2026-12-31").await.0, 23.0);
        let away = get(
            &house,
            "abe",
            "/v1/leave/who-is-away?from=2026-08-01&until=2026-08-31",
        )
        .await;
        assert_eq!(away.json["data"][0]["last_day"], "2026-08-04", "{away:?}");
        assert_eq!(away.json["data"][0]["type"], "annual", "everyone reads that");
        let number = get(&house, "ann", &format!("/v1/requests/{second}")).await.json["number"].clone();
        let cancels = json!({"leave": number});
        let cancel = post(
            &house,
            "ann",
            "/v1/requests",
            json!({"workflow": "leave-change", "form": cancels}),
        )
        .await;
        decide(&house, "bo", &id(&cancel), "approve").await;
        assert_eq!(annual(&house, "ann", "2026-12-31").await, (25.0, 25.0));
        let again = post(
            &house,
            "ann",
            "/v1/requests",
            json!({"workflow": "leave-change", "form": cancels}),
        )
        .await;
        assert_eq!(
            codes(&again),
            [("/form/leave".to_owned(), "leave_not_found".to_owned())]
        );
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_in_words_and_changes_nothing() {
    for_each_database(|db| async {
        let house = office(db).await;
        let first = ask(&house, "ann", "annual", "2026-08-03", "2026-08-07").await;
        assert_eq!(first.status, 201, "{first:?}");
        for line in [
            "annual 2026-08-07 2026-08-10 /form/dates leave_overlap",
            "annual 2026-09-01 2026-09-30 /form/dates leave_not_enough",
            "annual 2026-08-08 2026-08-09 /form/dates leave_no_days",
            "holiday 2026-09-01 2026-09-01 /form/kind leave_unknown_type",
            "sick 2026-03-02 2026-03-06 /form/note leave_evidence_missing",
            "unpaid 2026-03-04 2026-03-04 /form/dates leave_short_notice",
            "annual 2026-09-01 2036-09-01 /form/dates leave_too_long",
            "annual 9990-01-04 9990-01-08 /form/dates leave_too_far",
        ] {
            let [kind, start, end, at, code] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
            let refused = ask(&house, "ann", kind, start, end).await;
            assert_eq!(
                codes(&refused),
                [(at.to_owned(), code.to_owned())],
                "{kind} {start}"
            );
        }
        let said = send(
            &house,
            "ann-zh",
            Method::POST,
            "/v1/requests",
            Some(json!({"workflow": "leave",
            "form": {"kind": "annual", "dates": {"start": "2026-09-01", "end": "2026-09-30"}}})),
            &[],
        )
        .await;
        assert!(
            said.json["errors"][0]["detail"]
                .as_str()
                .unwrap()
                .contains("年假仅余 20 天"),
            "{said:?}"
        );
        assert_eq!(annual(&house, "ann", "2026-12-31").await, (20.0, 20.0));
        assert_eq!(kinds(&house, "ann", "2026-12-31").await.len(), 1);

        let path = "/v1/leave/preview?type=annual&start=2026-08-06&end=2026-08-10";
        let seen = get(&house, "ann", path).await;
        assert_eq!(seen.json["takes"], 3, "{seen:?}");
        let whys: Vec<&str> = seen.json["days"]
            .as_array()
            .unwrap()
            .iter()
            .map(|day| day["why"].as_str().unwrap())
            .collect();
        assert_eq!(whys, ["worked", "worked", "day_off", "day_off", "worked"]);
        assert_eq!(seen.json["problems"][0]["code"], "leave_overlap");
    })
    .await;
}

#[tokio::test]
async fn requests_at_one_instant_never_overdraw() {
    for_each_database(|db| async {
        let house = office(db).await;
        let weeks = [
            ("2026-05-04", "2026-05-15"),
            ("2026-06-01", "2026-06-12"),
            ("2026-07-06", "2026-07-17"),
            ("2026-09-07", "2026-09-18"),
        ];
        let answers = join_all(weeks.map(|(start, end)| ask(&house, "ann", "annual", start, end))).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(
            statuses,
            [201, 201, 422, 422],
            "ten days each, of 25: {answers:?}"
        );
        assert_eq!(annual(&house, "ann", "2026-12-31").await.0, 5.0);
        let same = join_all((0..4).map(|_| ask(&house, "ann", "annual", "2026-10-05", "2026-10-06"))).await;
        assert_eq!(
            same.iter().filter(|answer| answer.status == 201).count(),
            1,
            "{same:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn whose_leave_it_is_decides_who_sees_it() {
    for_each_database(|db| async {
        let house = office(db).await;
        let of_ann = format!("/v1/leave/balances?user={}", user("ann"));
        for (who, sees) in [
            ("ann", true),
            ("bo", true),
            ("cleo", true),
            ("ada", true),
            ("abe", false),
            ("dan", false),
        ] {
            let page = get(&house, who, &of_ann).await;
            let rows = page.json["data"].as_array().unwrap();
            assert_eq!((page.status, !rows.is_empty()), (200, sees), "{who}");
        }
        id(&ask(&house, "ann", "sick", "2026-03-02", "2026-03-03").await);
        let path = "/v1/leave/who-is-away";
        let seen = |answer: Answer| answer.json["data"][0]["type"].clone();
        assert_eq!(seen(get(&house, "bo", path).await), "sick");
        let colleague = get(&house, "abe", path).await;
        assert_eq!(colleague.json["data"][0]["title"], "Away", "{colleague:?}");
        assert!(
            colleague.json["data"][0]["type"].is_null() && colleague.json["data"][0]["request"].is_null()
        );
        let terms = format!("/v1/users/{}/employment", user("ann"));
        assert_eq!(get(&house, "abe", &terms).await.status, 404);
        let adjusted = post(
            &house,
            "bo",
            "/v1/leave/adjustments",
            json!({"user": user("ann"), "type": "annual", "amount": 1, "reason": "x"}),
        )
        .await;
        assert_eq!(adjusted.status, 403, "{adjusted:?}");
        let china = get(&house, "abe", "/v1/leave/balances").await;
        assert!(
            china.json["data"]
                .as_array()
                .unwrap()
                .iter()
                .any(|row| row["type"] == "marriage"),
            "{china:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn hr_says_what_somebody_works_adjusts_and_ends_the_year_once() {
    for_each_database(|db| async {
        let house = office(db).await;
        let path = format!("/v1/users/{}/employment", user("ann"));
        let body = json!({"joined_on": "2026-01-01", "left_on": null, "service_since": null, "terms": [
            {"from": "2026-07-01", "percent": null, "working": {"monday": "09:00-17:00", "tuesday": "09:00-17:00"}}]});
        assert_eq!(send(&house, "ada", Method::PUT, &path, Some(body.clone()), &[]).await.status, 428);
        let said = send(&house, "ada", Method::PUT, &path, Some(body.clone()), &[("if-match", "\"0\"")]).await;
        assert_eq!((said.status, &said.json["version"]), (200, &json!(1)), "{said:?}");
        assert_eq!(send(&house, "ada", Method::PUT, &path, Some(body), &[("if-match", "\"0\"")]).await.status, 412);
        assert_eq!(annual(&house, "ann", "2026-06-30").await.0, 25.0);
        assert_eq!(annual(&house, "ann", "2026-07-01").await.0, 17.5, "half a year of two days in five");
        let wrong = send(&house, "ada", Method::PUT, &path, Some(json!({"joined_on": null, "left_on": null, "service_since": null, "terms": [
            {"from": "2026-07-01", "percent": null, "working": {"monday": "9 to 5"}}]})), &[("if-match", "\"1\"")]).await;
        assert_eq!(codes(&wrong), [("/terms/0/working/monday".to_owned(), "bad_hours".to_owned())]);

        let adjusted = post(&house, "ada", "/v1/leave/adjustments", json!({"user": user("ann"), "type": "annual",
            "amount": 2.5, "on": "2026-01-01", "reason": "Brought along."})).await;
        assert_eq!((adjusted.status, &adjusted.json["balance"]), (201, &json!(27.5)), "{adjusted:?}");

        let run = json!({"until": "2027-01-01"});
        let plan = post(&house, "ada", "/v1/leave/runs?validate_only=true", run.clone()).await;
        assert_eq!(plan.status, 200, "{plan:?}");
        let planned = plan.json["entries"].as_array().unwrap().len();
        let before = annual(&house, "ann", "2027-01-01").await;
        let ran = post(&house, "ada", "/v1/leave/runs", run.clone()).await;
        assert_eq!(ran.json["entries"].as_array().unwrap().len(), planned);
        assert!(ran.json["next"].is_null());
        let again = post(&house, "ada", "/v1/leave/runs", run).await;
        assert_eq!(again.json["entries"], json!([]), "once");
        assert_eq!(annual(&house, "ann", "2027-01-01").await, before);
        assert_eq!(before.0, 15.0, "five are carried over, and a year of two days in five brings ten");
        let one = post(&house, "ada", "/v1/leave/runs", json!({"until": "2028-01-01", "people": 1})).await;
        assert_eq!((&one.json["people"], one.json["next"].is_null()), (&json!(1), false));
    })
    .await;
}

#[tokio::test]
async fn illness_is_reported_and_its_certificate_comes_later() {
    for_each_database(|db| async {
        let house = office(db).await;
        let sick = include_str!("../../../../workflows/sick-leave.yaml").replace("role: hr", "role: admin");
        house.publish("sick-leave", &sick).await;
        let report = |start: &str, end: &str| {
            let form = json!({"dates": {"start": start, "end": end}});
            post(
                &house,
                "ann",
                "/v1/requests",
                json!({"workflow": "sick-leave", "form": form}),
            )
        };
        let short = report("2026-03-02", "2026-03-03").await;
        assert_eq!(short.json["status"], "approved", "{short:?}");
        let long = report("2026-03-09", "2026-03-13").await;
        assert_eq!(long.json["status"], "open", "{long:?}");
        let tasks = get(&house, "ann", &format!("/v1/tasks?request={}", id(&long))).await;
        assert_eq!(tasks.json["data"][0]["step"], "certificate", "{tasks:?}");
        let away = get(
            &house,
            "bo",
            "/v1/leave/who-is-away?from=2026-03-01&until=2026-03-31",
        )
        .await;
        let standing = |place: usize| away.json["data"][place]["status"].clone();
        assert_eq!((standing(0), standing(1)), (json!("taken"), json!("reserved")));
        let attached = ask(&house, "abe", "sick", "2026-03-09", "2026-03-13").await;
        assert_eq!(
            attached.status, 422,
            "by the other workflow it is attached: {attached:?}"
        );
    })
    .await;
}
