//! A table that changes under a request that runs: the next decision is by the table as it is, and says by which version.

use countersign_rules::definitions::Kind;
use countersign_testkit::for_each_database;
use serde_json::json;

use crate::house::{House, get, post, verb};

const LIMITS: &str = "table: limits\ngiven: {days: integer}\ngives: {asks: text}\nrows:\n  - [up to 3, nobody]\n  - [from 4, manager]\n";
const LOAN: &str = "workflow: loan\ntitle: Loan\nowners: {role: finance}\nnumber: L-{counter}\nform:\n  days: {type: integer, required: true}\nsteps:\n  - approval: finance\n    by: {role: finance}\n    need: any\n  - approval: manager\n    when: table('limits', days) == 'manager'\n    by: {manager_of: requester}\n";

async fn lend(house: &House) -> String {
    let made = json!({"workflow": "loan", "form": {"days": 5}});
    let made = post(house, "ann", "/v1/requests", made).await;
    made.json["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{made:?}"))
        .to_owned()
}

async fn approved_by_finance(house: &House, id: &str) -> serde_json::Value {
    let path = verb(house, "dan", id, "approve").await;
    let done = post(house, "dan", &path, json!({})).await;
    assert_eq!(done.status, 200, "{done:?}");
    done.json["request_status"].clone()
}

#[tokio::test]
async fn a_request_that_runs_is_decided_by_the_table_as_it_is() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish_as(Kind::Table, "limits", LIMITS).await;
        house.publish("loan", LOAN).await;
        let (first, second) = (lend(&house).await, lend(&house).await);
        assert_eq!(approved_by_finance(&house, &first).await, "open");
        let wider = LIMITS.replace("up to 3", "up to 9").replace("from 4", "from 10");
        house.publish_as(Kind::Table, "limits", &wider).await;
        assert_eq!(approved_by_finance(&house, &second).await, "approved");
        let history = get(&house, "ann", &format!("/v1/requests/{second}/history")).await;
        let said = history.json.to_string();
        assert!(said.contains("the version of the table limits: 2"), "{said}");
        let open = get(&house, "ann", &format!("/v1/requests/{first}")).await;
        assert_eq!(open.json["status"], "open", "what was decided stays");
    })
    .await;
}
