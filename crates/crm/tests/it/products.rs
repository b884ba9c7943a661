//! Products, price books, and the one price of a product on a day at a quantity.

use actix_web::http::Method;
use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, at, house};

impl House {
    pub(crate) async fn product(&self, code: &str) -> Value {
        let new = json!({ "name": format!("Product {code}"), "code": code, "unit": "piece", "tax_rate_percent": "19" });
        self.post("ada", "/v1/products", new).await.ok(201)
    }

    pub(crate) async fn price_book(&self, currency: &str, standard: bool) -> Value {
        let new = json!({ "name": format!("{currency} prices"), "currency": currency, "standard": standard });
        self.post("ada", "/v1/price-books", new).await.ok(201)
    }

    /// A price in euros, from so many on.
    pub(crate) async fn price(
        &self,
        book: &Value,
        product: &Value,
        tiers: &[(&str, &str)],
        days: Value,
    ) -> crate::house::Reply {
        let tiers: Vec<Value> = tiers
            .iter()
            .map(|(from, price)| json!({ "from_quantity": from, "unit_price": { "amount": price, "currency": "EUR" } }))
            .collect();
        let new = json!({
            "price_book": book["id"], "product": product["id"], "tiers": tiers,
            "valid_from": days[0], "valid_until": days[1],
        });
        self.post("ada", "/v1/price-book-entries", new).await
    }

    /// What a product costs: its amount, or the code of the refusal.
    async fn costs(&self, book: &Value, product: &Value, asked: &str) -> Value {
        let path = format!("{}/prices/{}?{asked}", at(book), product["id"].as_str().unwrap());
        let reply = self.get("ann", &path).await.json;
        if reply["code"].is_null() {
            reply["unit_price"]["amount"].clone()
        } else {
            reply["code"].clone()
        }
    }
}

#[actix_web::test]
async fn a_product_is_made_found_changed_and_brought_back() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let seat = house.product("SEAT-1Y").await;
        house.product("HOUR").await;
        assert_eq!(
            (&seat["active"], &seat["tax_rate_percent"]),
            (&json!(true), &json!("19"))
        );
        for (query, found) in [
            ("q=seat-1", vec!["Product SEAT-1Y"]),
            ("code=hour", vec!["Product HOUR"]),
            ("sort=code", vec!["Product HOUR", "Product SEAT-1Y"]),
            ("active=false", vec![]),
        ] {
            let all = house.get("ann", &format!("/v1/products?{query}")).await;
            assert_eq!(all.names(), found, "{query}");
        }
        let change = json!({ "active": false, "tax_rate_percent": "7.50", "unit": null });
        let changed = house.patch("ada", &at(&seat), change).await.ok(200);
        assert_eq!(
            (&changed["tax_rate_percent"], &changed["unit"]),
            (&json!("7.5"), &json!(null))
        );
        house.delete("ada", &at(&seat)).await.ok(204);
        house.get("ann", &at(&seat)).await.refused(404, &[]);
        house.act("ada", &seat, "restore", json!({})).await.ok(200);
        let history = house.get("ann", &format!("{}/history", at(&seat))).await.ok(200);
        let kinds: Vec<&Value> = history["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| &entry["type"])
            .collect();
        assert_eq!(
            kinds,
            [
                "crm.product.created",
                "crm.product.updated",
                "crm.product.deleted",
                "crm.product.restored"
            ]
        );
        for (bad, place) in [
            (json!({ "name": " " }), "/name"),
            (
                json!({ "name": "x", "tax_rate_percent": "100.1" }),
                "/tax_rate_percent",
            ),
            (
                json!({ "name": "x", "tax_rate_percent": "1.23456" }),
                "/tax_rate_percent",
            ),
            (json!({ "name": "x", "code": "hour" }), "/code"),
        ] {
            house
                .post("ada", "/v1/products", bad)
                .await
                .refused(422, &[place]);
        }
    })
    .await;
}

#[actix_web::test]
async fn no_two_products_have_one_code_however_they_are_written() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let first = house.product("A-1").await;
        let second = house.product("B-1").await;
        let taken = house.patch("ada", &at(&second), json!({ "code": " a-1" })).await;
        taken.refused(422, &["/code"]);
        assert_eq!(taken.json["errors"][0]["code"], "code_taken");
        house
            .patch("ada", &at(&first), json!({ "code": "a-1" }))
            .await
            .ok(200);
        // What is deleted leaves its code, and comes back only while nobody else has it.
        house.delete("ada", &at(&first)).await.ok(204);
        house
            .patch("ada", &at(&second), json!({ "code": "A-1" }))
            .await
            .ok(200);
        let refused = house.act("ada", &first, "restore", json!({})).await;
        refused.refused(409, &[]);
        assert_eq!(refused.json["code"], "code_taken");
        // Rows of a batch see what the rows before them did.
        let version = house.get("ada", &at(&second)).await.ok(200)["version"].clone();
        let row = |code: &str| json!({ "op": "create", "data": { "name": code, "code": code } });
        let swap =
            json!({ "op": "update", "id": second["id"], "version": version, "data": { "code": "C-1" } });
        let rows = json!({ "rows": [swap, row("A-1"), row("D-1")] });
        house
            .keyed("ada", "/v1/products/batch", "swap", rows)
            .await
            .ok(200);
        let twice = json!({ "rows": [row("E-1"), row("e-1")] });
        house
            .keyed("ada", "/v1/products/batch", "twice", twice)
            .await
            .refused(422, &["/rows/1/data/code"]);
        let by = house
            .call(
                Method::PUT,
                "ada",
                "/v1/products/by/erp/47",
                Some(json!({ "name": "E", "code": "E-1" })),
                &[],
            )
            .await
            .ok(201);
        let again = json!({ "name": "E", "code": "E-1", "unit": "kg" });
        let again = house
            .call(Method::PUT, "ada", "/v1/products/by/erp/47", Some(again), &[])
            .await
            .ok(200);
        assert_eq!((&again["id"], &again["unit"]), (&by["id"], &json!("kg")));
    })
    .await;
}

#[actix_web::test]
async fn of_a_product_a_price_book_has_one_price_on_a_day_at_a_quantity() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let (seat, book) = (house.product("SEAT").await, house.price_book("EUR", true).await);
        let tiers = [("1", "45.00"), ("100", "39.00")];
        let spring = house
            .price(&book, &seat, &tiers, json!(["2027-01-01", "2027-06-30"]))
            .await
            .ok(201);
        assert_eq!(
            spring["tiers"][1],
            json!({ "from_quantity": "100", "unit_price": { "amount": "39.00", "currency": "EUR" } })
        );
        house
            .price(&book, &seat, &[("0", "50.00")], json!(["2027-07-01", null]))
            .await
            .ok(201);
        for (asked, price) in [
            ("on=2027-01-01", "45.00"),
            ("on=2027-06-30&quantity=99.9999", "45.00"),
            ("on=2027-06-30&quantity=100", "39.00"),
            ("on=2027-07-01&quantity=0.5", "50.00"),
            ("on=2026-12-31", "no_price"),
            ("on=2027-06-30&quantity=0.5", "no_price"),
        ] {
            assert_eq!(house.costs(&book, &seat, asked).await, price, "{asked}");
        }
        for asked in ["quantity=0", "quantity=1.00001", "quantity=x", "on=tomorrow"] {
            let path = format!("{}/prices/{}?{asked}", at(&book), seat["id"].as_str().unwrap());
            house.get("ann", &path).await.ok(400);
        }
        for (days, place) in [
            (json!(["2027-06-30", "2027-06-30"]), "/valid_from"),
            (json!([null, "2027-01-01"]), "/valid_until"),
            (json!([null, null]), "/valid_until"),
            (json!(["2027-02-02", "2027-02-01"]), "/valid_until"),
        ] {
            let refused = house.price(&book, &seat, &tiers, days.clone()).await;
            refused.refused(422, &[place]);
        }
        let refused = house
            .price(&book, &seat, &tiers, json!(["2027-06-30", "2027-06-30"]))
            .await;
        let detail = refused.json["errors"][0]["detail"].as_str().unwrap();
        assert!(
            detail.contains("from 2027-01-01 until 2027-06-30")
                && detail.contains(spring["id"].as_str().unwrap()),
            "{detail}"
        );
        // Cut short, it leaves room; brought back, it needs it.
        house.delete("ada", &at(&spring)).await.ok(204);
        house
            .price(
                &book,
                &seat,
                &[("0", "40.00")],
                json!(["2027-05-01", "2027-05-31"]),
            )
            .await
            .ok(201);
        let refused = house.act("ada", &spring, "restore", json!({})).await;
        assert_eq!((refused.status, &refused.json["code"]), (409, &json!("overlaps")));
        assert_eq!(
            house.costs(&book, &seat, "on=2027-05-15&quantity=100").await,
            "40.00"
        );
    })
    .await;
}

#[actix_web::test]
async fn an_entry_says_what_is_wrong_with_it() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let (seat, book) = (house.product("SEAT").await, house.price_book("EUR", true).await);
        for (tiers, place) in [
            (json!([]), "/tiers"),
            (json!([{ "unit_price": { "amount": "1.00", "currency": "USD" } }]), "/tiers/0/unit_price/currency"),
            (json!([{ "unit_price": { "amount": "-1.00", "currency": "EUR" } }]), "/tiers/0/unit_price/amount"),
            (json!([{ "unit_price": { "amount": "99999999999999.00", "currency": "EUR" } }]), "/tiers/0/unit_price/amount"),
            (
                json!([{ "from_quantity": "5", "unit_price": { "amount": "1.00", "currency": "EUR" } }, { "from_quantity": "5", "unit_price": { "amount": "0.90", "currency": "EUR" } }]),
                "/tiers/1/from_quantity",
            ),
        ] {
            let new = json!({ "price_book": book["id"], "product": seat["id"], "tiers": tiers });
            house.post("ada", "/v1/price-book-entries", new).await.refused(422, &[place]);
        }
        let price = house.price(&book, &seat, &[("0", "1.00")], json!([null, null])).await.ok(201);
        let row = json!({ "op": "create", "data": { "price_book": book["id"], "product": seat["id"], "valid_from": "2030-01-01",
            "tiers": [{ "unit_price": { "amount": "2.00", "currency": "EUR" } }] } });
        let end = json!({ "op": "update", "id": price["id"], "version": 1, "data": { "valid_until": "2029-12-31" } });
        let rows = json!({ "rows": [row.clone(), end.clone()] });
        house.keyed("ada", "/v1/price-book-entries/batch", "a", rows).await.refused(422, &["/rows/0/data/valid_from"]);
        let rows = json!({ "rows": [end, row] });
        house.keyed("ada", "/v1/price-book-entries/batch", "b", rows).await.ok(200);
        // What an entry hangs on has to be there.
        house.delete("ada", &at(&price)).await.ok(204);
        house.delete("ada", &at(&seat)).await.ok(204);
        house.act("ada", &price, "restore", json!({})).await.refused(409, &[]);
        house.price(&book, &seat, &[("0", "1.00")], json!(["2026-01-01", "2026-01-01"])).await.refused(422, &["/product"]);
        let listed = format!("/v1/price-book-entries?price_book={}&expand=price_book", book["id"].as_str().unwrap());
        let listed = house.get("ann", &listed).await.ok(200);
        assert_eq!(listed["data"][0]["price_book"]["name"], "EUR prices");
    })
    .await;
}

#[actix_web::test]
async fn one_price_book_of_a_currency_is_the_standard_one() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let first = house.price_book("EUR", true).await;
        let dollars = house.price_book("USD", true).await;
        let second = house.price_book("EUR", true).await;
        let standard = |book: Value| {
            let house = &house;
            async move { house.get("ann", &at(&book)).await.ok(200)["standard"].clone() }
        };
        assert_eq!(standard(first.clone()).await, json!(false));
        assert_eq!(standard(dollars.clone()).await, json!(true));
        house.delete("ada", &at(&second)).await.refused(409, &[]);
        house
            .patch("ada", &at(&second), json!({ "currency": "USD" }))
            .await
            .refused(400, &["/currency"]);
        house
            .patch("ada", &at(&first), json!({ "standard": true }))
            .await
            .ok(200);
        assert_eq!(standard(second.clone()).await, json!(false));
        house.delete("ada", &at(&second)).await.ok(204);
        let refused = house
            .post(
                "ada",
                "/v1/price-books",
                json!({ "name": "x", "currency": "XAU" }),
            )
            .await;
        refused.refused(422, &["/currency"]);
    })
    .await;
}
