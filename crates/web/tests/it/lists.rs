//! Lists: filters, orders, cursors, expand and fields, on both databases.

use std::collections::HashSet;

use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use countersign_kernel::id::AccountId;
use uuid::Uuid;

use crate::accounts::Account;
use crate::house::{ACME, ANN, House};

fn query(path: &str, pairs: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("{path}?{query}")
}

/// Four deals; the second is with a German account.
async fn four(house: &House) {
    let account = AccountId(Uuid::from_u128(77));
    house
        .world
        .db
        .write(
            ACME,
            Account {
                id: account,
                name: "Acme",
                country: "DE",
            },
        )
        .await
        .unwrap();
    for (name, amount, close) in [
        ("a", Some(("90.00", "EUR")), Some("2027-01-01")),
        ("b", Some(("100.00", "EUR")), None),
        ("c", Some(("1000", "JPY")), Some("2027-01-02")),
        ("D_%", None, None),
    ] {
        let amount = amount.map(|(amount, currency)| json!({ "amount": amount, "currency": currency }));
        let account = (name == "b").then_some(account);
        house
            .deal(json!({ "name": name, "amount": amount, "expected_close_on": close, "account": account }))
            .await;
    }
}

#[actix_web::test]
async fn filters_mean_the_same_on_both_databases() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        four(&house).await;
        for (pairs, wanted) in [
            (vec![("amount[gte]", "90")], vec!["a", "b"]),
            (vec![("amount[gt]", "90"), ("amount[lte]", "100.0")], vec!["b"]),
            (vec![("amount", "1000 JPY")], vec!["c"]),
            (vec![("amount[gte]", "1 USD")], vec![]),
            (vec![("amount[ne]", "90")], vec!["b"]),
            (vec![("amount[is_null]", "true")], vec!["D_%"]),
            (vec![("amount[in]", "90,1000 JPY")], vec!["a", "c"]),
            (vec![("name", "a"), ("name", "b")], vec!["a", "b"]),
            (vec![("name[ne]", "a")], vec!["D_%", "b", "c"]),
            (vec![("name[in]", "a,b")], vec!["a", "b"]),
            (vec![("name[nin]", "a,b")], vec!["D_%", "c"]),
            (vec![("name[contains]", "%")], vec!["D_%"]),
            (vec![("name[starts_with]", "d_")], vec!["D_%"]),
            (vec![("name[contains]", "\\")], vec![]),
            (vec![("name", "' OR 1=1 --")], vec![]),
            (vec![("expected_close_on[gt]", "2027-01-01")], vec!["c"]),
            (vec![("expected_close_on[ne]", "2027-01-01")], vec!["D_%", "b", "c"]),
            (vec![("expected_close_on[is_null]", "false")], vec!["a", "c"]),
            (vec![("status", "open"), ("status", "won"), ("owner", "me")], vec!["D_%", "a", "b", "c"]),
            (vec![("created_at[gt]", "2020-01-01T00:00:00Z")], vec!["D_%", "a", "b", "c"]),
            (vec![("created_at[lt]", "2020-01-01T00:00:00Z")], vec![]),
            (vec![("account.country", "DE")], vec!["b"]),
            (vec![("account.country[ne]", "DE")], vec![]),
            (vec![("account.name[starts_with]", "ac")], vec!["b"]),
            (vec![("q", "d")], vec!["D_%"]),
        ] {
            let seen = house.get(&query("/v1/deals", &pairs)).await;
            assert_eq!(seen.status, 200, "{pairs:?} {}", seen.json);
            let mut names = seen.names();
            names.sort_unstable();
            assert_eq!(names, wanted, "{pairs:?}");
        }
        let long = json!({ "filter": { "or": [{ "not": { "amount": { "lte": "95" } } }, { "name": { "in": ["a", "x"] }, "status": "won" }] }, "sort": "name" });
        assert_eq!(house.send("POST", "/v1/deals/search", &[], long).await.names().len(), 3, "what has no amount is not at most 95");
    })
    .await;
}

#[actix_web::test]
async fn slips_find_their_nearest_word() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    for (name, value, words) in [
        ("statsu", "open", "status"),
        ("amuont[gte]", "1", "amount"),
        ("amount[gtee]", "1", "gte"),
        ("amount[gte]", "abc", "amount"),
        ("amount[contains]", "1", "contains"),
        ("created_at[lt]", "yesterday", "created_at"),
        ("status", "opne", "open"),
        ("account.contry", "DE", "account.country"),
        ("account.owner.email", "x", "account.owner"),
        ("expected_close_on[is_null]", "perhaps", "is_null"),
        ("password_hash[starts_with]", "a", "password_hash"),
        ("owner", "deal_01jczzzzzzzzzzzzzzzzzzzzzz", "deal"),
        ("sort", "nmae", "name"),
        ("sort", "--amount", "sort"),
        ("sort", "status", "sort"),
        ("sort", "name,name", "sort"),
        ("limit", "201", "limit"),
        ("limit", "1e2", "limit"),
        ("limit", "", "limit"),
        ("count", "all", "exact"),
        ("expnad", "owner", "expand"),
        ("fields", "id,nmae", "name"),
        ("expand", "ownr", "owner"),
        ("validate_only", "true", "validate_only"),
    ] {
        let seen = house.get(&query("/v1/deals", &[(name, value)])).await;
        seen.refused(400, "bad_parameter");
        assert!(
            seen.json.to_string().contains(words)
                && seen.places()[0].starts_with(name.split('=').next().unwrap()),
            "{name}: {}",
            seen.json
        );
    }
    let posted = house.send("POST", "/v1/deals/search", &[], json!({ "filter": { "and": [{ "amuont": { "lt": 1 } }, { "amount": { "lt": 1_234_567_890_123_456_i64 } }] }, "sort": "x" })).await;
    posted.refused(400, "bad_parameter");
    assert_eq!(
        posted.places(),
        ["/filter/and/0/amuont/lt", "/filter/and/1/amount/lt", "/sort"]
    );
    house
        .send("POST", "/v1/deals/search", &[], json!({ "fliter": {} }))
        .await
        .refused(400, "wrong_shape");
    house
        .get("/v1/deals/search?x=1")
        .await
        .refused(400, "bad_parameter");
}

#[actix_web::test]
async fn a_walk_sees_every_row_once_whatever_the_order() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        for n in 0..13 {
            let amount = (n % 3 != 0).then(|| json!({ "amount": format!("{}.00", n % 4), "currency": "EUR" }));
            house.deal(json!({ "name": format!("Walk {n:02}"), "amount": amount, "expected_close_on": (n % 2 == 0).then_some("2027-01-01") })).await;
        }
        for sort in ["created_at", "-created_at", "amount", "-amount,created_at", "expected_close_on,-amount", "-name", "id"] {
            let (mut seen, mut path) = (Vec::new(), query("/v1/deals", &[("sort", sort), ("limit", "3"), ("count", "exact")]));
            let mut amounts: Vec<Value> = Vec::new();
            loop {
                let page = house.get(&path).await;
                assert_eq!((page.status.as_u16(), &page.json["count"]), (200, &json!(13)), "{}", page.json);
                seen.extend(page.names().into_iter().map(str::to_owned));
                amounts.extend(page.json["data"].as_array().unwrap().iter().map(|row| row["amount"].clone()));
                let next = page.json["next_cursor"].as_str();
                assert_eq!((page.json["has_more"] == true, page.header("link").is_empty()), (next.is_some(), next.is_none()));
                match page.header("link").split_once('>') {
                    Some((link, _)) => path = link.trim_start_matches('<').to_owned(),
                    None => break,
                }
            }
            assert_eq!((seen.len(), seen.iter().collect::<HashSet<_>>().len()), (13, 13), "{sort}: {seen:?}");
            if sort == "amount" || sort.starts_with("-amount") {
                assert!(amounts.iter().rev().take(5).all(Value::is_null), "nothing sorts last: {sort} {amounts:?}");
            }
        }
    })
    .await;
}

#[actix_web::test]
async fn a_cursor_belongs_to_its_tenant_list_filter_and_sort() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    four(&house).await;
    let page = house.get("/v1/deals?sort=name&limit=2&status=open").await;
    let cursor = page.json["next_cursor"].as_str().unwrap();
    let ok = format!("/v1/deals?sort=name&limit=9&status=open&cursor={cursor}");
    assert_eq!(house.get(&ok).await.names().len(), 2);
    let swapped = if cursor.ends_with('A') { "B" } else { "A" };
    for path in [
        format!(
            "/v1/deals?sort=name&status=open&cursor={}{swapped}",
            &cursor[..cursor.len() - 1]
        ),
        format!(
            "/v1/deals?sort=name&status=open&cursor={}",
            &cursor[..cursor.len() - 4]
        ),
        format!("/v1/deals?sort=name&status=open&cursor={cursor}AA"),
        format!("/v1/deals?sort=name&status=won&cursor={cursor}"),
        format!("/v1/deals?sort=-name&status=open&cursor={cursor}"),
        format!("/v1/deals?cursor={}", "A".repeat(5000)),
        "/v1/deals?cursor=abc".to_owned(),
        "/v1/deals?cursor=".to_owned(),
    ] {
        house.get(&path).await.refused(400, "bad_cursor");
    }
    house
        .ask("GET", &ok, &[("authorization", "Bearer gil")], b"")
        .await
        .refused(400, "bad_cursor");
}

#[actix_web::test]
async fn expand_and_fields_change_the_shape_and_weaken_the_tag() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    let deal = house.deal(json!({})).await;
    let path = format!("/v1/deals/{}", deal["id"].as_str().unwrap());
    let plain = house.get(&path).await;
    assert_eq!(
        (plain.header("etag"), &plain.json["owner"]),
        ("\"1\"", &json!(ANN))
    );
    let expanded = house.get(&format!("{path}?expand=owner")).await;
    assert_eq!(expanded.json["owner"]["name"], "Somebody");
    assert!(expanded.header("etag").starts_with("W/\""));
    let cut = house.get("/v1/deals?fields=id,name&expand=owner").await;
    let names: Vec<&String> = cut.json["data"][0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["id", "name", "object"]);
    for (name, value) in [
        ("expand", "name"),
        ("fields", "nmae"),
        ("expnad", "owner"),
        ("status", "open"),
    ] {
        house
            .get(&format!("{path}?{name}={value}"))
            .await
            .refused(400, "bad_parameter");
    }
    let same = house
        .ask("GET", &path, &[("if-none-match", "\"nope\", \"1\"")], b"")
        .await;
    assert_eq!(
        (same.status.as_u16(), same.raw.len(), same.header("etag")),
        (304, 0, "\"1\"")
    );
}

#[actix_web::test]
async fn parameters_of_an_operations_own_are_typed() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    let deal = house.deal(json!({})).await;
    let path = format!("/v1/deals/{}/history", deal["id"].as_str().unwrap());
    let good = house.get(&format!("{path}?after=now&deep=true&depth=3")).await;
    assert_eq!(good.json, json!({ "after": "now", "deep": true, "depth": 3 }));
    let bad = house.get(&format!("{path}?depth=12&deep=perhaps&aftre=x")).await;
    bad.refused(400, "bad_parameter");
    assert_eq!(bad.places(), ["aftre", "deep", "depth"], "{}", bad.json);
}

#[actix_web::test]
async fn what_is_asked_far_too_much_of_is_a_short_problem() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    four(&house).await;
    let x = "x".repeat(60_000);
    for query in [
        format!("expand={}", "o,".repeat(10_000)),
        format!("fields={}", "n,".repeat(10_000)),
        format!("sort={}", "name,".repeat(10_000)),
        format!("filter={}", "(".repeat(30_000)),
        format!("cursor={x}"),
        format!("q={x}"),
        format!("name[contains]={x}"),
        "a=1&".repeat(10_000),
    ] {
        let seen = house.get(&format!("/v1/deals?{query}")).await;
        let start: String = query.chars().take(20).collect();
        assert_eq!(seen.status.as_u16(), 400, "{start}: {}", seen.json);
        assert!(seen.places().len() <= 100 && seen.raw.len() < 40_000, "{start}");
    }
    let mut deep = json!({ "status": "open" });
    for _ in 0..12 {
        deep = json!({ "not": deep });
    }
    let wide = json!({ "and": vec![json!({ "or": [] }); 100_000] });
    let wrong = json!({ "or": vec![json!(1); 200_000] });
    for body in [
        json!({ "filter": deep }),
        json!({ "filter": wide }),
        json!({ "filter": wrong }),
        json!({ "q": "x".repeat(900_000) }),
        json!({ "cursor": "x".repeat(900_000) }),
        json!({ "sort": "name,".repeat(100_000) }),
    ] {
        let seen = house.send("POST", "/v1/deals/search", &[], body).await;
        assert_eq!(seen.status.as_u16(), 400, "{}", seen.json);
        assert!(seen.places().len() <= 100 && seen.raw.len() < 40_000);
    }
}
