use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{at, house};

fn row(name: &str) -> Value {
    json!({ "op": "create", "data": { "name": name } })
}

const PATH: &str = "/v1/accounts/batch";

fn statuses(batch: &Value) -> Vec<u64> {
    batch["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["status"].as_u64().unwrap())
        .collect()
}

#[actix_web::test]
async fn a_batch_is_all_or_nothing_unless_told() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let unread = json!({ "op": "create", "data": { "nmae": "d" } });
        let rows = [row("a"), row(""), row("c"), unread];
        assert_eq!(
            house.post("ann", PATH, json!({ "rows": rows })).await.status,
            400,
            "without a key"
        );
        let refused = house.keyed("ann", PATH, "k", json!({ "rows": rows })).await;
        refused.refused(422, &["/rows/1/data/name", "/rows/3/data/nmae"]);
        assert!(house.get("ann", "/v1/accounts").await.names().is_empty());
        let each = house
            .keyed("ann", PATH, "k", json!({ "atomic": false, "rows": rows }))
            .await
            .ok(200);
        assert_eq!(statuses(&each), [201, 422, 201, 400]);
        let place = &each["data"][1]["problem"]["errors"][0]["pointer"];
        assert_eq!(place, &json!("/rows/1/data/name"));
        house
            .keyed("ann", PATH, "none", json!({ "rows": [] }))
            .await
            .refused(422, &["/rows"]);
        let many: Vec<Value> = (0..201).map(|n| row(&format!("n{n}"))).collect();
        let refused = house.keyed("ann", PATH, "many", json!({ "rows": many })).await;
        assert!(
            refused.status == 422 && refused.json.to_string().contains("200"),
            "{}",
            refused.json
        );
    })
    .await;
}

#[actix_web::test]
async fn rows_are_applied_in_order_each_at_its_version() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let (a, c) = (house.account("ann", "a").await, house.account("ann", "c").await);
        let rows = json!([
            { "op": "update", "id": a["id"], "version": 1, "data": { "country": "NO" } },
            { "op": "update", "id": a["id"], "version": 2, "data": { "country": "SE" } },
            { "op": "delete", "id": c["id"], "version": 1 },
            { "op": "delete", "id": c["id"], "version": 1 },
            { "op": "update", "id": "deal_01jczzzzzzzzzzzzzzzzzzzzzz", "version": 1, "data": {} },
            { "op": "update", "id": a["id"], "version": 1, "data": { "country": "FI" } },
            { "op": "update", "id": a["id"], "data": {} },
        ]);
        let atomic = house.keyed("ann", PATH, "k2", json!({ "rows": rows })).await;
        atomic.refused(422, &["/rows/3", "/rows/4", "/rows/5", "/rows/6/version"]);
        let each = house
            .keyed("ann", PATH, "k3", json!({ "atomic": false, "rows": rows }))
            .await
            .ok(200);
        assert_eq!(statuses(&each), [200, 200, 204, 404, 404, 412, 422]);
        let now = house.get("ann", &at(&a)).await.ok(200);
        assert_eq!((&now["country"], &now["version"]), (&json!("SE"), &json!(3)));
    })
    .await;
}

#[actix_web::test]
async fn two_hundred_deals_cost_hardly_more_statements_than_one() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        house.deal("ann", &account, "first", "1").await;
        let rows: Vec<Value> = (0..200)
            .map(|n| json!({ "op": "create", "data": { "name": format!("d{n}"), "account": account["id"], "amount": { "amount": "10.00", "currency": "EUR" } } }))
            .collect();
        let before = db.statements();
        house.keyed("ann", "/v1/deals/batch", "many", json!({ "rows": rows })).await.ok(200);
        assert!(db.statements() - before <= 10, "{} statements", db.statements() - before);
        let sums = house.get("ann", "/v1/deals/summary?group_by=status&name[starts_with]=d").await.ok(200);
        assert_eq!(sums["total"], json!({ "count": 200, "sums": [{ "amount": "2000.00", "currency": "EUR" }] }));
    })
    .await;
}
