//! Lines of a deal, and the amount that they come to.

use actix_web::http::Method;
use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, Reply, at, house};

impl House {
    /// Writes the lines of a deal as it is now.
    pub(crate) async fn put_lines(&self, who: &str, deal: &Value, body: Value) -> Reply {
        let path = format!("{}/lines", at(deal));
        let kept = self.get(who, &path).await;
        let etag = kept.headers.get("etag").cloned().unwrap_or_default();
        self.call(Method::PUT, who, &path, Some(body), &[("if-match", &etag)])
            .await
    }

    async fn lines(&self, deal: &Value) -> Value {
        self.get("ann", &format!("{}/lines", at(deal))).await.ok(200)
    }

    async fn amount(&self, deal: &Value) -> Value {
        self.get("ann", &at(deal)).await.ok(200)["amount"].clone()
    }

    async fn seats(&self) -> Value {
        let account = self.account("ann", "Borealis").await;
        self.deal("ann", &account, "Seats", "1000.00").await
    }
}

fn euros(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

#[actix_web::test]
async fn a_deal_is_worth_what_its_lines_come_to() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let deal = house.seats().await;
        assert_eq!((&deal["line_count"], house.lines(&deal).await["totals"].clone()), (&json!(0), json!(null)));
        let lines = json!([
            { "description": "Seats", "quantity": "40", "unit_price": euros("45.00"), "discount_percent": "10", "tax_rate_percent": "19" },
            { "description": "Set-up", "quantity": "2.5", "unit_price": euros("99.99") },
        ]);
        let put = house.put_lines("ann", &deal, json!({ "lines": lines })).await;
        let etag = put.headers.get("etag").cloned();
        let put = put.ok(200);
        assert_eq!(etag, Some("\"2\"".to_owned()), "the deal's version");
        let first = &put["lines"][0];
        assert_eq!((&first["position"], &first["subtotal"], &first["discount"]), (&json!(1), &euros("1800.00"), &euros("180.00")));
        assert_eq!((&first["net"], &first["tax"], &first["total"]), (&euros("1620.00"), &euros("307.80"), &euros("1927.80")));
        // 249.975 is half a cent off either way.
        assert_eq!(put["lines"][1]["net"], euros("249.98"));
        assert_eq!((&put["totals"]["net"], &put["totals"]["total"]), (&euros("1869.98"), &euros("2177.78")));
        assert_eq!(house.amount(&deal).await, euros("1869.98"));
        assert_eq!(house.lines(&deal).await, put);
        let summed = house.get("ann", "/v1/deals/summary?group_by=status").await.ok(200);
        assert_eq!(summed["total"]["sums"][0], euros("1869.98"));
        // The same again is no change.
        let again = house.put_lines("ann", &deal, json!({ "lines": lines })).await.ok(200);
        assert_eq!(again["version"], json!(2));
        let history = house.get("ann", &format!("{}/history", at(&deal))).await.ok(200);
        let last = history["data"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["type"], "crm.deal.lines_changed");
        let fields: Vec<&Value> = last["changes"].as_array().unwrap().iter().map(|change| &change["field"]).collect();
        assert_eq!(fields, ["amount", "lines"]);
    })
    .await;
}

#[actix_web::test]
async fn the_amount_is_given_by_hand_only_where_there_are_no_lines() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let deal = house.seats().await;
        let one = json!([{ "description": "Seats", "quantity": "1", "unit_price": euros("70.00") }]);
        house
            .put_lines("ann", &deal, json!({ "lines": one }))
            .await
            .ok(200);
        for amount in [
            euros("71.00"),
            json!({ "amount": "70.00", "currency": "USD" }),
            json!(null),
        ] {
            let refused = house.patch("ann", &at(&deal), json!({ "amount": amount })).await;
            refused.refused(422, &["/amount"]);
            assert!(
                refused.json["errors"][0]["detail"]
                    .as_str()
                    .unwrap()
                    .contains("/lines"),
                "names the remedy"
            );
        }
        house
            .patch(
                "ann",
                &at(&deal),
                json!({ "amount": euros("70.00"), "name": "Seat" }),
            )
            .await
            .ok(200);
        house
            .put_lines("ann", &deal, json!({ "lines": [] }))
            .await
            .ok(200);
        assert_eq!(
            house.amount(&deal).await,
            euros("70.00"),
            "it keeps what it was worth"
        );
        house
            .patch("ann", &at(&deal), json!({ "amount": null }))
            .await
            .ok(200);
        let path = format!("{}/lines", at(&deal));
        let put = |headers: &'static [(&'static str, &'static str)]| {
            house.call(Method::PUT, "ann", &path, Some(json!({ "lines": [] })), headers)
        };
        put(&[]).await.ok(428);
        put(&[("if-match", "\"1\"")]).await.ok(412);
    })
    .await;
}

#[actix_web::test]
async fn a_line_takes_what_it_does_not_say_from_product_and_price_book() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let (seat, hour) = (house.product("SEAT").await, house.product("HOUR").await);
        let (book, partners) = (house.price_book("EUR", true).await, house.price_book("EUR", false).await);
        let tiers = [("1", "45.00"), ("100", "39.00")];
        house.price(&book, &seat, &tiers, json!([null, null])).await.ok(201);
        house.price(&partners, &seat, &[("0", "30.00")], json!([null, null])).await.ok(201);
        let deal = house.seats().await;
        let line = |quantity: &str| json!({ "product": seat["id"], "quantity": quantity });
        let body = json!({ "lines": [line("99"), line("100"), { "product": seat["id"], "quantity": "1", "unit_price": euros("1.00"), "tax_rate_percent": "0", "description": "Spare" }] });
        let put = house.put_lines("ann", &deal, body).await.ok(200);
        assert_eq!(put["price_book"], book["id"], "the standard one");
        let shown = |line: &Value| (line["unit_price"]["amount"].clone(), line["description"].clone(), line["unit"].clone(), line["tax_rate_percent"].clone());
        assert_eq!(shown(&put["lines"][0]), (json!("45.00"), json!("Product SEAT"), json!("piece"), json!("19")));
        assert_eq!(shown(&put["lines"][1]).0, json!("39.00"));
        assert_eq!(shown(&put["lines"][2]), (json!("1.00"), json!("Spare"), json!("piece"), json!("0")));
        let put = house.put_lines("ann", &deal, json!({ "price_book": partners["id"], "lines": [line("100")] })).await.ok(200);
        assert_eq!((&put["price_book"], &put["totals"]["net"]), (&partners["id"], &euros("3000.00")));
        // The deal keeps its price book, and its prices when the product's change.
        let put = house.put_lines("ann", &deal, json!({ "lines": [line("2")] })).await.ok(200);
        assert_eq!(put["totals"]["net"], euros("60.00"));
        let refused = house.put_lines("ann", &deal, json!({ "lines": [{ "product": hour["id"], "quantity": "1" }] })).await;
        refused.refused(422, &["/lines/0/unit_price"]);
        house.patch("ada", &at(&seat), json!({ "active": false })).await.ok(200);
        house.put_lines("ann", &deal, json!({ "lines": [line("3")] })).await.ok(200);
        house.delete("ada", &at(&seat)).await.ok(204);
        let kept = json!({ "product": seat["id"], "quantity": "4", "unit_price": euros("30.00") });
        let put = house.put_lines("ann", &deal, json!({ "lines": [kept] })).await.ok(200);
        assert_eq!(put["lines"][0]["description"], "Product SEAT");
        let other = house.seats().await;
        house.put_lines("ann", &other, json!({ "lines": [line("1")] })).await.refused(422, &["/lines/0/product"]);
    })
    .await;
}

#[actix_web::test]
async fn a_line_says_what_is_wrong_with_it() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let deal = house.seats().await;
        let good = json!({ "description": "Seats", "quantity": "1", "unit_price": euros("1.00") });
        let with = |member: &str, value: Value| {
            let mut line = good.clone();
            line[member] = value;
            line
        };
        for (line, place) in [
            (with("quantity", json!("0")), "/lines/1/quantity"),
            (with("quantity", json!("0.00001")), "/lines/1/quantity"),
            (with("quantity", json!("1000000001")), "/lines/1/quantity"),
            (with("discount_percent", json!("100.01")), "/lines/1/discount_percent"),
            (with("tax_rate_percent", json!("101")), "/lines/1/tax_rate_percent"),
            (with("unit_price", euros("-1.00")), "/lines/1/unit_price/amount"),
            (with("unit_price", json!({ "amount": "1", "currency": "JPY" })), "/lines/1/unit_price/currency"),
            (with("unit_price", json!(null)), "/lines/1/unit_price"),
            (with("description", json!(" ")), "/lines/1/description"),
            (json!({ "quantity": "1", "unit_price": euros("1.00") }), "/lines/1/description"),
            (with("product", json!("prod_01jczzzzzzzzzzzzzzzzzzzzzz")), "/lines/1/product"),
        ] {
            let refused = house.put_lines("ann", &deal, json!({ "lines": [good.clone(), line] })).await;
            refused.refused(422, &[place]);
        }
        let book = json!({ "price_book": "book_01jczzzzzzzzzzzzzzzzzzzzzz", "lines": [] });
        house.put_lines("ann", &deal, book).await.refused(422, &["/price_book"]);
        let many = vec![good.clone(); 201];
        house.put_lines("ann", &deal, json!({ "lines": many })).await.refused(422, &["/lines"]);
        let huge = json!({ "description": "Seats", "quantity": "1000000000", "unit_price": euros("9999999999999.99") });
        house.put_lines("ann", &deal, json!({ "lines": [huge] })).await.refused(422, &["/lines/0/quantity"]);
        let large = json!({ "description": "Seats", "quantity": "9000", "unit_price": euros("9999999999999.99") });
        house.put_lines("ann", &deal, json!({ "lines": [large, large] })).await.refused(422, &["/lines"]);
        let full = vec![good; 200];
        let put = house.put_lines("ann", &deal, json!({ "lines": full })).await.ok(200);
        assert_eq!(put["totals"]["net"], euros("200.00"));
    })
    .await;
}

#[actix_web::test]
async fn lines_are_as_visible_as_their_deal_and_told_when_it_is_won() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let deal = house.seats().await;
        let lines =
            json!({ "lines": [{ "description": "Seats", "quantity": "3", "unit_price": euros("5.00") }] });
        house.put_lines("ann", &deal, lines.clone()).await.ok(200);
        house
            .patch("ann", &at(&deal), json!({ "visibility": "mine" }))
            .await
            .ok(200);
        let path = format!("{}/lines", at(&deal));
        house.get("hal", &path).await.ok(404);
        house.get("gil", &path).await.ok(404);
        house
            .call(Method::PUT, "hal", &path, Some(lines), &[("if-match", "*")])
            .await
            .ok(404);
        house.get("ann/crm:accounts:read", &path).await.ok(403);
        house.act("ann", &deal, "win", json!({})).await.ok(200);
        let reader = db.read(crate::house::ACME).await.unwrap();
        let subject = countersign_kernel::catalogue::Link::new(
            "deal",
            deal["id"]
                .as_str()
                .unwrap()
                .parse::<countersign_kernel::id::DealId>()
                .unwrap()
                .0,
        );
        let log = countersign_storage::log::history(&reader, crate::house::ACME, &subject, 0, 100)
            .await
            .unwrap();
        let told = |kind: &str| log.iter().find(|entry| entry.kind == kind).unwrap().body["thing"].clone();
        assert_eq!(told("crm.deal.won")["lines"][0]["net"], euros("15.00"));
        assert_eq!(told("crm.deal.updated")["lines"], json!(null));
    })
    .await;
}
