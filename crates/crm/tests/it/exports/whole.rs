//! What a file holds: what the list does, all of it, once.

use std::pin::Pin;
use std::task::Poll;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::http::Method;
use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use super::{cells, numbered, statements};
use crate::house::{at, house};

#[actix_web::test]
async fn a_file_is_the_list_with_its_filter_its_order_and_its_rights() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let [one, two, three] = [("Zebra", "DE"), ("ähre", "FR"), ("Anker, \"gross\"", "DE")]
            .map(|(name, country)| json!({ "name": name, "country": country }));
        house.made("ann", "accounts", &[one, two, three]).await;
        let hidden = json!({ "name": "Hidden", "visibility": "mine" });
        let hidden = house.post("hal", "/v1/accounts", hidden).await.ok(201);
        for query in [
            "",
            "?sort=name",
            "?sort=-updated_at",
            "?country=DE&sort=-name",
            "?q=anker",
            "?name[ne]=Zebra",
            "?q=nothing",
            "?owner=me",
        ] {
            for who in ["ann", "hal", "ada"] {
                let list = house.get(who, &format!("/v1/accounts{query}")).await.names();
                let file = house.exported(who, &format!("/v1/accounts/export{query}")).await;
                let names: Vec<&String> = file[1..].iter().map(|row| &row[1]).collect();
                assert_eq!(names, list.iter().collect::<Vec<_>>(), "{who} {query}");
            }
        }
        let rows = house.exported("hal", "/v1/accounts/export?name=hidden").await;
        assert_eq!(
            rows[0],
            [
                "id",
                "name",
                "domain",
                "country",
                "owner",
                "visibility",
                "external_ids",
                "created_at",
                "updated_at"
            ]
        );
        assert_eq!(
            (&rows[1][0], &rows[1][4], &rows[1][5]),
            (
                &hidden["id"].as_str().unwrap().to_owned(),
                &"hal@acme.example".to_owned(),
                &"mine".to_owned()
            )
        );
        for key in ["ann/crm:contacts:read", "ann/crm:imports:read"] {
            assert_eq!(
                house.get(key, "/v1/accounts/export").await.ok(403)["scope"],
                "crm:accounts:read"
            );
        }
        let by_key = house
            .exported(
                "ann/crm:accounts:read",
                "/v1/accounts/export?fields=owner&name=Zebra",
            )
            .await;
        assert_eq!(
            by_key[1][0],
            crate::house::user("ann").to_string(),
            "an address is not this key's to read"
        );
        assert_eq!(
            house.exported("gil", "/v1/accounts/export").await.len(),
            1,
            "nothing of another company"
        );
    })
    .await;
}

#[actix_web::test]
async fn the_form_of_a_file_is_as_the_caller_likes_it() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        house.account("ann", "=1+1").await;
        let path = "/v1/accounts/export?fields=name,country";
        let csv = house.get("ann", path).await;
        assert_eq!(csv.text, "\u{feff}name,country\r\n'=1+1,DE\r\n");
        assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
        assert_eq!(csv.headers["x-content-type-options"], "nosniff");
        let named = &csv.headers["content-disposition"];
        assert!(
            named.starts_with("attachment; filename=\"accounts-20") && named.ends_with(".csv\""),
            "{named}"
        );
        assert!(!csv.headers.contains_key("etag"), "no list has one");

        let lines = house.get("ann", &format!("{path}&format=jsonl")).await;
        assert_eq!(lines.text, "{\"name\":\"=1+1\",\"country\":\"DE\"}\n");
        assert_eq!(lines.headers["content-type"], "application/jsonl");
        assert!(lines.headers["content-disposition"].ends_with(".jsonl\""));
        let accept = |media: &'static str| {
            house.call(
                Method::GET,
                "ann",
                path,
                None,
                Box::leak(Box::new([("accept", media)])),
            )
        };
        assert_eq!(
            accept("application/x-ndjson").await.headers["content-type"],
            "application/x-ndjson"
        );
        assert_eq!(accept("application/jsonl, text/csv;q=0.5").await.text, lines.text);
        assert_eq!(accept("*/*").await.text, csv.text);
        assert_eq!(accept("application/json").await.status, 406);

        let head = house.call(Method::HEAD, "ann", path, None, &[]).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""));
        assert_eq!(&head.headers["content-disposition"], named);
        for wrong in [
            "fields=nmae",
            "fields=name,name",
            "fields=external_id.",
            "fields=external_id.ERP",
            "format=xlsx",
            "limit=10",
            "cursor=x",
            "count=exact",
            "expand=owner",
            "sort=nmae",
            "country[bad]=DE",
        ] {
            let refused = house.get("ann", &format!("/v1/accounts/export?{wrong}")).await;
            assert_eq!(refused.status, 400, "{wrong}: {}", refused.text);
            assert_eq!(
                refused.headers["content-type"], "application/problem+json",
                "{wrong}"
            );
        }
    })
    .await;
}

#[actix_web::test]
async fn names_beside_are_those_that_the_caller_reads_and_sees() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let nora = json!({ "name": "Nora", "account": account["id"] });
        house.post("ann", "/v1/contacts", nora).await.ok(201);
        let path = "/v1/contacts/export?fields=account,account_name";
        let id = account["id"].as_str().unwrap();
        assert_eq!(house.exported("hal", path).await[1], [id, "Borealis"]);
        let key = "ann/crm:contacts:read";
        assert_eq!(house.get(key, path).await.ok(403)["scope"], "crm:accounts:read");
        let columns = &house.exported(key, "/v1/contacts/export").await[0];
        assert!(columns.contains(&"account".to_owned()) && !columns.contains(&"account_name".to_owned()));
        house
            .patch("ann", &at(&account), json!({ "visibility": "mine" }))
            .await
            .ok(200);
        assert_eq!(
            house.exported("hal", path).await[1],
            [id, ""],
            "what is hidden stays an id"
        );
        let through = house
            .get(key, "/v1/contacts/export?account.country=DE")
            .await
            .ok(403);
        assert_eq!(through["scope"], "crm:accounts:read");
        assert_eq!(
            house
                .exported("hal", "/v1/contacts/export?account.country=DE")
                .await
                .len(),
            1
        );
    })
    .await;
}

#[actix_web::test]
async fn a_page_costs_the_same_few_statements_however_many_there_are() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        numbered(&house, 1_300).await;
        for query in ["", "?sort=name", "?q=account&sort=-updated_at"] {
            let path = format!("/v1/accounts/export{query}");
            let (asked, rows) = statements(&db, house.exported("ann", &path)).await;
            assert_eq!(rows.len(), 1_301, "{query}");
            let mut ids: Vec<&String> = rows[1..].iter().map(|row| &row[0]).collect();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), 1_300, "{query}");
            // What is to be written, and of three pages the rows and their external ids; a text is looked for anew.
            assert!(asked <= 12, "{query}: {asked} statements");
        }
    })
    .await;
}

/// The next bytes of a body.
async fn piece(body: &mut Pin<Box<BoxBody>>) -> Option<String> {
    let piece = std::future::poll_fn(|context| match body.as_mut().poll_next(context) {
        Poll::Ready(piece) => Poll::Ready(piece),
        Poll::Pending => Poll::Pending,
    });
    piece
        .await
        .map(|piece| String::from_utf8(piece.unwrap().to_vec()).unwrap())
}

#[actix_web::test]
async fn what_changes_meanwhile_comes_once_and_what_was_there_is_not_left_out() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        numbered(&house, 1_100).await;
        for sort in ["created_at", "-created_at", "name", "-updated_at"] {
            let path = format!("/v1/accounts/export?sort={sort}");
            let mut body = Box::pin(house.open("ann", &path).await.into_body());
            let mut text = piece(&mut body).await.unwrap();
            let first = cells(&text)[1][0].clone();
            // The first goes where the last was, the last where the first was; one more comes, and one goes.
            let all = house.get("ann", "/v1/accounts?sort=-name&limit=2").await.ok(200);
            let [last, gone] = [&all["data"][0], &all["data"][1]];
            for (path, name) in [
                (format!("/v1/accounts/{first}"), "Account 9"),
                (at(last), "Account 0"),
            ] {
                house.patch("ann", &path, json!({ "name": name })).await.ok(200);
            }
            house.account("ann", "Account 00500 b").await;
            let gone_id = gone["id"].as_str().unwrap().to_owned();
            house.delete("ann", &at(gone)).await.ok(204);
            while let Some(more) = piece(&mut body).await {
                assert!(!more.is_empty(), "an empty piece would end the file");
                text.push_str(&more);
            }
            let rows = cells(&text);
            let mut ids: Vec<&String> = rows[1..].iter().map(|row| &row[0]).collect();
            let many = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), many, "{sort}: none comes twice");
            assert!(
                ids.contains(&&last["id"].as_str().unwrap().to_owned()),
                "{sort}: it was there all along"
            );
            let there = house.get("ann", "/v1/accounts?count=exact&limit=1").await.ok(200);
            let there = there["count"].as_u64().unwrap() as usize;
            // Of those that were there all along none is left out; of the other two nothing is promised.
            let promised = there - 1;
            let sure = many - usize::from(ids.contains(&&gone_id));
            assert!((promised..=there).contains(&sure), "{sort}: {sure} of {there}");
        }
    })
    .await;
}

#[actix_web::test]
async fn every_kind_leaves_with_its_columns() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let deal = house.deal("ann", &account, "Seats", "1800").await;
        let nora = json!({ "name": "Nora", "phone": "+47 22 00", "account": account["id"] });
        let nora = house.post("ann", "/v1/contacts", nora).await.ok(201);
        let call = json!({ "type": "call", "subject": "@Nora", "deal": deal["id"], "contact": nora["id"], "due_at": "2027-03-02" });
        house.post("ann", "/v1/activities", call).await.ok(201);
        let estimate = json!({ "amount": "20.50", "currency": "EUR" });
        let lead = json!({ "name": "Ole", "estimated_amount": estimate, "notes": "-5\n=x" });
        house.post("ann", "/v1/leads", lead).await.ok(201);
        let id = |record: &Value| record["id"].as_str().unwrap().to_owned();
        let of = |rows: Vec<Vec<String>>, name: &str| {
            let place = rows[0].iter().position(|column| column == name).unwrap();
            rows[1][place].clone()
        };
        let deals = house.exported("ann", "/v1/deals/export").await;
        for (column, shown) in [("amount", "1800.00"), ("currency", "EUR"), ("pipeline", "Sales"), ("stage", "Qualification"), ("status", "open"), ("account_name", "Borealis"), ("closed_on", ""), ("owner", "ann@acme.example")] {
            assert_eq!(of(deals.clone(), column), shown, "{column}");
        }
        house.act("ann", &deal, "win", json!({})).await.ok(200);
        let closed = of(house.exported("ann", "/v1/deals/export").await, "closed_on");
        assert!(closed.len() == 10 && closed.starts_with("20"), "{closed}");
        let key = "ann/crm:deals:read";
        let by_key = of(house.exported(key, "/v1/deals/export").await, "stage");
        assert_eq!(by_key, deal["stage"].as_str().unwrap(), "names of stages are not this key's to read");
        let activities = house.exported("ann", "/v1/activities/export").await;
        let ids = (id(&deal), id(&nora), id(&account));
        for (column, shown) in [("subject", "'@Nora"), ("due_at", "2027-03-02"), ("deal", ids.0.as_str()), ("deal_name", "Seats"), ("contact", &ids.1), ("contact_name", "Nora"), ("account", &ids.2), ("lead_name", "")] {
            assert_eq!(of(activities.clone(), column), shown, "{column}");
        }
        let leads = house.exported("ann", "/v1/leads/export").await;
        for (column, shown) in [("estimated_amount", "20.50"), ("currency", "EUR"), ("notes", "'-5\n=x"), ("status", "new")] {
            assert_eq!(of(leads.clone(), column), shown, "{column}");
        }
        assert_eq!(of(house.exported("ann", "/v1/contacts/export").await, "phone"), "'+47 22 00");
    })
    .await;
}
