use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, at, house};

const NOWHERE: &str = "acct_01jczzzzzzzzzzzzzzzzzzzzzz";

async fn stages(house: &House) -> Value {
    house.get("ann", "/v1/pipelines").await.ok(200)["data"][0]["stages"].clone()
}

fn amount(text: &str, currency: &str) -> Value {
    json!({ "amount": text, "currency": currency })
}

#[actix_web::test]
async fn a_new_deal_stands_in_the_first_stage_and_moves_on() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let deal = house.deal("ann", &account, "Forty seats", "1800.5").await;
        let stages = stages(&house).await;
        assert_eq!(deal["amount"], amount("1800.50", "EUR"));
        assert_eq!((&deal["status"], &deal["version"]), (&json!("open"), &json!(1)));
        assert_eq!(
            (&deal["stage"], &deal["probability"]),
            (&stages[0]["id"], &json!(10))
        );
        let there = json!({ "stage": stages[2]["id"] });
        let moved = house.act("ann", &deal, "move", there.clone()).await.ok(200);
        assert_eq!(
            (&moved["stage"], &moved["probability"]),
            (&stages[2]["id"], &json!(50))
        );
        assert_eq!(moved["version"], json!(2));
        let again = house.act("ann", &deal, "move", there).await.ok(200);
        assert_eq!(
            again["version"],
            json!(2),
            "a move to the same place is no change"
        );
    })
    .await;
}

#[actix_web::test]
async fn what_is_won_or_lost_stays_so_until_it_is_reopened() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let deal = house.deal("ann", &account, "Seats", "1").await;
        let stages = stages(&house).await;
        let there = json!({ "stage": stages[1]["id"] });
        let won = house.act("ann", &deal, "win", json!({})).await.ok(200);
        assert_eq!(
            (&won["status"], &won["probability"]),
            (&json!("won"), &json!(100))
        );
        let why = json!({ "reason": "price" });
        for (verb, body) in [("win", json!({})), ("lose", why.clone()), ("move", there.clone())] {
            let refused = house.act("ann", &deal, verb, body).await;
            refused.refused(409, &[]);
            assert_eq!(refused.json["state"], json!("won"));
            assert_eq!(refused.json["possible"], json!(["update", "reopen", "delete"]));
        }
        house
            .patch("ann", &at(&deal), there)
            .await
            .refused(422, &["/stage"]);
        let open = house.act("ann", &deal, "reopen", json!({})).await.ok(200);
        assert_eq!(
            (&open["status"], &open["probability"]),
            (&json!("open"), &json!(10))
        );
        assert_eq!(open["closed_at"], json!(null));
        for reason in [json!({}), json!({ "reason": " " })] {
            house
                .act("ann", &deal, "lose", reason)
                .await
                .refused(422, &["/reason"]);
        }
        let lost = house.act("ann", &deal, "lose", why).await.ok(200);
        assert_eq!(
            (&lost["status"], &lost["lost_reason"]),
            (&json!("lost"), &json!("price"))
        );
        house.act("ann", &deal, "reopen", json!({})).await.ok(200);
        house.act("ann", &deal, "win", json!({})).await.ok(200);
    })
    .await;
}

#[actix_web::test]
async fn the_history_of_a_deal_tells_each_step_page_by_page() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let deal = house.deal("ann", &account, "Seats", "1").await;
        let stages = stages(&house).await;
        house
            .act("ann", &deal, "move", json!({ "stage": stages[2]["id"] }))
            .await
            .ok(200);
        house.act("ann", &deal, "win", json!({})).await.ok(200);
        let path = format!("{}/history?limit=2", at(&deal));
        let page = house.get("ann", &path).await.ok(200);
        let kinds = |page: &Value| {
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["type"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(kinds(&page), ["crm.deal.created", "crm.deal.stage_changed"]);
        assert_eq!(
            page["data"][1]["text"],
            json!("ann moved it from Qualification to Proposal")
        );
        let cursor = page["next_cursor"].as_str().unwrap();
        let rest = house.get("ann", &format!("{path}&cursor={cursor}")).await.ok(200);
        assert_eq!(
            (kinds(&rest), &rest["has_more"]),
            (vec![json!("crm.deal.won")], &json!(false))
        );
        let changes = rest["data"][0]["changes"].as_array().unwrap();
        assert!(
            changes.contains(&json!({ "field": "status", "from": "open", "to": "won" })),
            "{changes:?}"
        );
    })
    .await;
}

#[actix_web::test]
async fn references_to_nothing_and_to_others_read_the_same() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let several = json!({ "name": "", "account": NOWHERE, "amount": amount("1.999", "EUR") });
        house
            .post("ann", "/v1/deals", several)
            .await
            .refused(422, &["/name", "/amount", "/account"]);
        let absent = house
            .post("gil", "/v1/deals", json!({ "name": "x", "account": NOWHERE }))
            .await;
        let foreign = house
            .post(
                "gil",
                "/v1/deals",
                json!({ "name": "x", "account": account["id"] }),
            )
            .await;
        foreign.refused(422, &["/account"]);
        assert_eq!(absent.json["errors"], foreign.json["errors"]);
    })
    .await;
}

/// What may be wrong with a deal, its status, and its place.
fn wrong() -> Vec<(Value, u16, &'static str)> {
    vec![
        (json!({ "amount": amount("-1", "EUR") }), 422, "/amount"),
        (json!({ "amount": amount("100.5", "JPY") }), 422, "/amount"),
        (json!({ "amount": amount("1", "XAU") }), 422, "/amount"),
        (
            json!({ "amount": { "amount": "1.00", "curency": "EUR" } }),
            400,
            "/amount/curency",
        ),
        (json!({ "amount": 12.5 }), 400, "/amount"),
        (
            json!({ "expected_close_on": "2026-02-30" }),
            422,
            "/expected_close_on",
        ),
        (json!({ "probability": 101 }), 422, "/probability"),
        (
            json!({ "stage": "stage_01jczzzzzzzzzzzzzzzzzzzzzz" }),
            422,
            "/stage",
        ),
        (
            json!({ "owner": "user_01jczzzzzzzzzzzzzzzzzzzzzz" }),
            422,
            "/owner",
        ),
        (json!({ "visibility": "mine", "owner": null }), 422, "/owner"),
        (json!({ "status": "won" }), 400, "/status"),
        (json!({ "id": "deal_x" }), 400, "/id"),
        (json!({ "name": "a\u{7}b" }), 422, "/name"),
    ]
}

#[actix_web::test]
async fn everything_wrong_with_a_deal_is_said_at_its_place() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let deal = |more: Value| {
            let mut deal = json!({ "name": "x", "account": account["id"] });
            deal.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            deal
        };
        for (more, status, place) in wrong() {
            house
                .post("ann", "/v1/deals", deal(more))
                .await
                .refused(status, &[place]);
        }
        for (text, currency) in [("100", "JPY"), ("1.234", "KWD"), ("123456789012.34", "EUR")] {
            let money = amount(text, currency);
            let made = house
                .post("ann", "/v1/deals", deal(json!({ "amount": money })))
                .await
                .ok(201);
            assert_eq!(house.get("ann", &at(&made)).await.ok(200)["amount"], money);
        }
    })
    .await;
}

#[actix_web::test]
async fn a_deal_under_a_key_costs_six_statements() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        house.deal("ann", &account, "the first lays the pipeline", "1").await;
        let before = db.statements();
        let body = json!({ "name": "x", "account": account["id"], "amount": { "amount": "1.00", "currency": "EUR" } });
        let one = house.keyed("ann", "/v1/deals", "once", body.clone()).await;
        // The epochs of the tenant are read before the unit of work where another server may have moved them.
        assert!(db.statements() - before <= 7, "{} statements", db.statements() - before);
        let two = house.keyed("ann", "/v1/deals", "once", body).await;
        assert_eq!((one.status, &one.json), (two.status, &two.json));
        assert_eq!(two.headers.get("idempotency-replayed").map(String::as_str), Some("true"));
    })
    .await;
}

#[actix_web::test]
async fn sums_are_by_stage_owner_or_status_and_currencies_do_not_add() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        for (who, amount) in [("ann", "100.10"), ("ann", "0.90"), ("bo", "5.00")] {
            house.deal(who, &account, "x", amount).await;
        }
        let yen = json!({ "name": "y", "account": account["id"], "amount": { "amount": "7", "currency": "JPY" } });
        let yen = house.post("ann", "/v1/deals", yen).await.ok(201);
        house.post("ann", &format!("{}/win", at(&yen)), json!({})).await.ok(200);
        let by_status = house.get("ann", "/v1/deals/summary?group_by=status").await.ok(200);
        assert_eq!(
            by_status["data"],
            json!([
                { "key": "open", "name": "open", "count": 3, "sums": [{ "amount": "106.00", "currency": "EUR" }] },
                { "key": "won", "name": "won", "count": 1, "sums": [{ "amount": "7", "currency": "JPY" }] },
            ])
        );
        let by_owner = house.get("ann", "/v1/deals/summary?group_by=owner&status=open").await.ok(200);
        let names: Vec<_> = by_owner["data"].as_array().unwrap().iter().map(|group| (&group["name"], &group["count"])).collect();
        assert!(names.contains(&(&json!("ann"), &json!(2))) && names.contains(&(&json!("bo"), &json!(1))), "{names:?}");
        let by_stage = house.get("ann", "/v1/deals/summary?group_by=stage").await.ok(200);
        assert_eq!((&by_stage["data"][0]["name"], &by_stage["total"]["count"]), (&json!("Qualification"), &json!(4)));
        assert_eq!(house.get("ann", "/v1/deals/summary?group_by=colour").await.status, 400);
        assert_eq!(house.get("ann", "/v1/deals/summary").await.status, 400);
    })
    .await;
}

#[actix_web::test]
async fn sums_are_exact_beyond_64_bits() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        for (who, amount) in [
            ("ann", "90000000000000000.00"),
            ("ann", "90000000000000000.01"),
            ("bo", "92233720368547758.07"),
            ("bo", "92233720368547758.07"),
        ] {
            house.deal(who, &account, "x", amount).await;
        }
        let sums = house.get("ann", "/v1/deals/summary?group_by=owner").await.ok(200);
        let of = |amount: &str| json!([{ "amount": amount, "currency": "EUR" }]);
        let groups: Vec<&Value> = sums["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|group| &group["sums"])
            .collect();
        assert!(groups.contains(&&of("180000000000000000.01")), "{groups:?}");
        assert!(groups.contains(&&of("184467440737095516.14")), "{groups:?}");
        assert_eq!(sums["total"]["sums"], of("364467440737095516.15"));
    })
    .await;
}

#[actix_web::test]
async fn a_new_deal_stands_in_no_stage_of_a_deleted_pipeline() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let stages = json!([{ "name": "First", "probability": 10 }]);
        let gone = house
            .post(
                "ada",
                "/v1/pipelines",
                json!({ "name": "Partners", "stages": stages }),
            )
            .await
            .ok(201);
        house.delete("ada", &at(&gone)).await.ok(204);
        let deal = json!({ "name": "Seats", "account": account["id"], "stage": gone["stages"][0]["id"] });
        house
            .post("ann", "/v1/deals", deal)
            .await
            .refused(422, &["/stage"]);
    })
    .await;
}

#[actix_web::test]
async fn what_hangs_on_a_deleted_account_comes_back_after_it() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        for (path, name) in [("/v1/deals", "Seats"), ("/v1/contacts", "Kai")] {
            let account = house.account("ann", "Borealis").await;
            let body = json!({ "name": name, "account": account["id"] });
            let record = house.post("ann", path, body).await.ok(201);
            house.delete("ann", &at(&record)).await.ok(204);
            house.delete("ann", &at(&account)).await.ok(204);
            let early = house.act("ann", &record, "restore", json!({})).await;
            assert_eq!(
                (early.status, &early.json["code"]),
                (409, &json!("account_deleted")),
                "{early:?}"
            );
            assert!(
                early.json["detail"]
                    .as_str()
                    .unwrap()
                    .contains(account["id"].as_str().unwrap())
            );
            house.act("ann", &account, "restore", json!({})).await.ok(200);
            house.act("ann", &record, "restore", json!({})).await.ok(200);
        }
    })
    .await;
}
