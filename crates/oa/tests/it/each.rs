//! Steps that are done for every item of a list: as the API shows them, up to a thousand items.

use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, get, post, task};

const REPORT: &str = r"
workflow: report
title: Report
owners: {role: finance}
submitters: everyone
form:
  lines:
    type: list
    required: true
    max_count: 1000
    fields:
      what: {type: text, required: true}
      amount: {type: number, required: true, min: 1}
      area: {type: choice, options: {sales: Sales, tech: Technology}, required: true}
steps:
  - each: areas
    in: lines
    as: line
    group_by: line.area
    steps:
      - approval: head
        title: {en: Head, zh-CN: 负责人}
        by: {person: requester.manager}
  - each: single
    in: lines
    as: line
    need: each_decides
    steps:
      - approval: check
        by: {role: finance}
        need: any
        when: line.amount > 10
  - approval: last
    by: {manager_of: requester}
    when: count(step('single').rejected) > 0
";

async fn report(house: &House, lines: &Value) -> String {
    let body = json!({"workflow": "report", "form": {"lines": lines}});
    let made = post(house, "ann", "/v1/requests", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json["id"].as_str().unwrap().to_owned()
}

async fn open(house: &House, who: &str, request: &str) -> Vec<Value> {
    let path = format!("/v1/tasks?assignee=me&status=open&request={request}&limit=200");
    let page = get(house, who, &path).await;
    assert_eq!(page.status, 200, "{page:?}");
    page.json["data"].as_array().unwrap().clone()
}

async fn decide(house: &House, who: &str, task: &Value, verb: &str) {
    let path = format!("/v1/tasks/{}/{verb}", task["id"].as_str().unwrap());
    let done = post(house, who, &path, json!({"comment": "So be it."})).await;
    assert_eq!(done.status, 200, "{done:?}");
}

#[tokio::test]
async fn each_task_says_which_item_it_is_about_and_each_item_comes_to_its_own_end() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("report", REPORT).await;
        let lines = json!([
            {"what": "Train", "amount": 90, "area": "sales"},
            {"what": "Stapler", "amount": 2, "area": "tech"},
            {"what": "Hotel", "amount": 40, "area": "sales"},
        ]);
        let request = report(&house, &lines).await;
        let heads = open(&house, "bo", &request).await;
        let mut titles: Vec<&str> = heads.iter().map(|task| task["title"].as_str().unwrap()).collect();
        titles.sort_unstable();
        assert_eq!(titles, ["Head (Sales)", "Head (Technology)"]);
        let sales = heads.iter().find(|task| task["title"] == "Head (Sales)").unwrap();
        let item = &sales["items"][0];
        assert_eq!(
            json!([
                item["each"],
                item["name"],
                item["number"],
                item["of"],
                item["value"]["key"]
            ]),
            json!(["areas", "line", 1, 2, "sales"])
        );
        let inside = item["value"]["items"].as_array().unwrap();
        assert_eq!(inside.len(), 2, "{item}");
        assert_eq!(
            (&inside[1]["what"], &inside[1]["amount"]),
            (&json!("Hotel"), &json!(40))
        );
        for head in &heads {
            decide(&house, "bo", head, "approve").await;
        }

        let checks = open(&house, "dan", &request).await;
        assert_eq!(checks.len(), 2, "two lines are over 10: {checks:?}");
        let hotel = checks
            .iter()
            .find(|task| task["items"][0]["value"]["what"] == "Hotel")
            .unwrap();
        assert_eq!(hotel["items"][0]["number"], 3);
        assert_eq!(hotel["title"], "Check (3 of 3)");
        for check in &checks {
            let verb = if check["id"] == hotel["id"] {
                "reject"
            } else {
                "approve"
            };
            decide(&house, "dan", check, verb).await;
        }
        let last = task(&house, "bo", &request).await.unwrap();
        assert_eq!((&last["step"], &last["items"]), (&json!("last"), &json!([])));
        decide(&house, "bo", &last, "approve").await;
        let seen = get(&house, "ann", &format!("/v1/requests/{request}")).await;
        assert_eq!(seen.json["status"], "approved");
        let history = get(
            &house,
            "ann",
            &format!("/v1/requests/{request}/history?limit=200"),
        )
        .await;
        let told = history.json["data"].as_array().unwrap().iter();
        let told: Vec<&str> = told.map(|entry| entry["text"].as_str().unwrap()).collect();
        assert!(
            told.iter()
                .any(|text| text.contains("rejected \"Check (3 of 3)\"")),
            "{told:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_thousand_items_are_asked_for_and_decided() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("report", REPORT).await;
        let lines: Vec<Value> = (0..1_000)
            .map(|number| json!({"what": format!("Line {number}"), "amount": 11, "area": "sales"}))
            .collect();
        let request = report(&house, &json!(lines)).await;
        let head = task(&house, "bo", &request).await.unwrap();
        decide(&house, "bo", &head, "approve").await;
        let seen = get(&house, "ann", &format!("/v1/requests/{request}")).await;
        assert_eq!(seen.json["status"], "open", "{:?}", seen.json["held"]);
        let checks = open(&house, "dan", &request).await;
        assert_eq!(checks.len(), 200, "a whole page");
        decide(&house, "dan", &checks[0], "approve").await;
    })
    .await;
}
