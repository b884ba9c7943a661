//! The log over HTTP: pages, cursors, what a caller sees; and the stream.

use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{ACME, GLOBEX, House, WON, piece};

#[actix_web::test]
async fn a_page_holds_what_the_caller_sees_oldest_first() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let mut small = Vec::new();
        for deal in 1..=5 {
            small.push(house.happen(ACME, deal, 1, WON).await.to_string());
            house.happen(ACME, deal + 1_000, 1, WON).await;
            house.happen(GLOBEX, deal, 1, WON).await;
        }
        let all = house.get("ada", "/v1/events").await.ok(200);
        assert_eq!(all.ids().len(), 10);
        let places: Vec<i64> = all.json["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["sequence"].as_str().unwrap().parse().unwrap())
            .collect();
        assert!(places.is_sorted());
        let event = &all.json["data"][0];
        assert_eq!(
            (event["specversion"].as_str(), event["type"].as_str()),
            (Some("1.0"), Some(WON))
        );
        assert_eq!(event["data"]["deal"], json!({"name": "Deal"}));
        assert_eq!(event["data"]["previous"], json!({"status": "open"}));
        assert!(!all.json.to_string().contains("gladly"), "words are nobody's");

        assert_eq!(house.get("hal", "/v1/events").await.ok(200).ids(), small);
        let mut read = Vec::new();
        let mut path = "/v1/events?limit=2".to_owned();
        loop {
            let page = house.get("hal", &path).await.ok(200);
            read.extend(page.ids().iter().map(|id| (*id).to_owned()));
            path = format!(
                "/v1/events?limit=2&cursor={}",
                page.json["next_cursor"].as_str().unwrap()
            );
            if page.json["has_more"] == false {
                break;
            }
        }
        assert_eq!(read, small);
        let late = house.happen(ACME, 9, 1, WON).await.to_string();
        assert_eq!(house.get("hal", &path).await.ok(200).ids(), [late.as_str()]);
        let one = house.get("hal", &format!("/v1/events/{late}")).await.ok(200);
        assert_eq!(one.json["id"], late.as_str());
        house
            .get("gil", &format!("/v1/events/{late}"))
            .await
            .refused(404, "event_not_found");
        assert!(
            house.get("narrow", "/v1/events").await.ok(200).ids().is_empty(),
            "a key needs the type's scope too"
        );
    })
    .await;
}

#[actix_web::test]
async fn who_reads_none_of_what_is_asked_for_is_told_the_scope() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        house.happen(ACME, 1, 1, WON).await;
        let deal = countersign_kernel::id::show("deal", uuid::Uuid::from_u128(1));
        let notice = countersign_kernel::id::show("notice", uuid::Uuid::from_u128(1));
        for asked in [
            format!("type={WON}"),
            "type=crm.deal.*,crm.deal.lost".to_owned(),
            format!("subject={deal}"),
            format!("subject={deal}&type=crm.*"),
        ] {
            for path in ["/v1/events", "/v1/events/stream"] {
                let refused = house.get("narrow", &format!("{path}?{asked}")).await;
                refused.refused(403, "missing_scope");
                assert_eq!(refused.json["scope"], "crm:deals:read", "{path}?{asked}");
            }
        }
        let ticket = house
            .send("narrow", "POST", "/v1/events/stream-ticket", json!({}))
            .await
            .ok(200);
        let ticket = ticket.json["ticket"].as_str().unwrap();
        house
            .get("", &format!("/v1/events/stream?ticket={ticket}&type={WON}"))
            .await
            .refused(403, "missing_scope");
        for asked in [
            "type=*".to_owned(),
            format!("type={WON}&type=custom.*"),
            format!("subject={notice}&type={WON}"),
        ] {
            let page = house.get("narrow", &format!("/v1/events?{asked}")).await.ok(200);
            assert!(page.ids().is_empty(), "{asked}: some of it could be read");
        }
        let both = format!("/v1/events?subject={deal}&subject={notice}");
        house.get("narrow", &both).await.refused(403, "missing_scope");
        house.get("hal", &format!("/v1/events?type={WON}")).await.ok(200);
    })
    .await;
}

#[actix_web::test]
async fn types_subjects_and_now_narrow_the_page() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let won = house.happen(ACME, 1, 1, WON).await.to_string();
        let lost = house.happen(ACME, 1, 2, "crm.deal.lost").await.to_string();
        let other = house.happen(ACME, 2, 1, WON).await.to_string();
        let deal = countersign_kernel::id::show("deal", uuid::Uuid::from_u128(1));
        assert_eq!(
            house
                .get("hal", "/v1/events?type=crm.deal.lost")
                .await
                .ok(200)
                .ids(),
            [lost.as_str()]
        );
        assert_eq!(
            house
                .get("hal", "/v1/events?type=crm.deal.lost&type=crm.deal.won")
                .await
                .ok(200)
                .ids(),
            [&won, &lost, &other]
        );
        let of_deal = house
            .get("hal", &format!("/v1/events?subject={deal}&limit=1"))
            .await
            .ok(200);
        assert_eq!(
            (of_deal.ids(), of_deal.json["has_more"].as_bool()),
            (vec![won.as_str()], Some(true))
        );
        let cursor = of_deal.json["next_cursor"].as_str().unwrap();
        assert_eq!(
            house
                .get("hal", &format!("/v1/events?subject={deal}&cursor={cursor}"))
                .await
                .ok(200)
                .ids(),
            [lost.as_str()]
        );
        house
            .get("hal", &format!("/v1/events?cursor={cursor}"))
            .await
            .refused(400, "bad_cursor");
        house
            .get("hal", "/v1/events?cursor=AAAA")
            .await
            .refused(400, "bad_cursor");
        let unknown = house.get("hal", "/v1/events?type=crm.deal.wonn").await;
        unknown.refused(400, "bad_parameter");
        assert!(
            unknown.json["detail"].as_str().unwrap().contains("crm.deal.won?"),
            "{}",
            unknown.json
        );
        house
            .get("hal", "/v1/events?subject=42")
            .await
            .refused(400, "bad_parameter");
        house
            .get("hal", "/v1/events?typ=crm.deal.won")
            .await
            .refused(400, "bad_parameter");

        let now = house.get("hal", "/v1/events?after=now").await.ok(200);
        assert!(now.ids().is_empty());
        let next = house.happen(ACME, 1, 3, WON).await.to_string();
        let cursor = now.json["next_cursor"].as_str().unwrap();
        assert_eq!(
            house
                .get("hal", &format!("/v1/events?cursor={cursor}"))
                .await
                .ok(200)
                .ids(),
            [next.as_str()]
        );
    })
    .await;
}

#[actix_web::test]
async fn types_are_shown_with_schema_and_example() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    let types = house.get("hal", "/v1/event-types").await.ok(200);
    let names: Vec<&str> = types.json["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| of["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "crm.contact.met",
            "crm.deal.lost",
            "crm.deal.won",
            "custom.*",
            "platform.notice.sent"
        ]
    );
    let won = house.get("hal", "/v1/event-types/crm.deal.won").await.ok(200);
    assert_eq!(
        won.json["schema"]["properties"]["deal"]["required"],
        json!(["name"])
    );
    assert_eq!(won.json["example"]["data"]["deal"]["name"], "name");
    house
        .get("hal", "/v1/event-types/crm.deal.one")
        .await
        .refused(404, "event_type_not_found");
}

/// The data and the id of the next event on a stream.
async fn heard(body: &mut actix_web::body::BoxBody) -> (String, String, Value) {
    loop {
        let piece = piece(body).await.unwrap();
        let field = |name: &str| {
            piece
                .lines()
                .find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
        };
        if let (Some(kind), Some(data)) = (field("event"), field("data")) {
            return (kind, field("id").unwrap(), serde_json::from_str(&data).unwrap());
        }
    }
}

#[actix_web::test]
async fn a_stream_brings_what_happens_and_resumes_where_it_was() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        house.happen(ACME, 1, 1, WON).await;
        let mut body = house
            .open("hal", "GET", "/v1/events/stream", &[], b"")
            .await
            .into_body();
        let first = house.happen(ACME, 1, 2, WON).await.to_string();
        let (kind, cursor, data) = heard(&mut body).await;
        assert_eq!(
            (kind.as_str(), data["id"].as_str()),
            (WON, Some(first.as_str())),
            "it begins at the end"
        );
        drop(body);
        house.happen(ACME, 1_000, 1, WON).await;
        let second = house.happen(ACME, 2, 1, WON).await.to_string();
        let mut body = house
            .open(
                "hal",
                "GET",
                "/v1/events/stream",
                &[("last-event-id", &cursor)],
                b"",
            )
            .await
            .into_body();
        let (_, _, data) = heard(&mut body).await;
        assert_eq!(
            data["id"],
            second.as_str(),
            "what was missed comes, what others see does not"
        );
    })
    .await;
}

#[actix_web::test]
async fn a_stream_ends_with_its_token_its_rights_and_its_server() {
    for (change, reason) in [
        ("out", "token_ended"),
        ("promoted", "rights_changed"),
        ("stop", "server_stopping"),
    ] {
        let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
        let mut body = house
            .open("hal", "GET", "/v1/events/stream", &[], b"")
            .await
            .into_body();
        house.happen(ACME, 1, 1, WON).await;
        assert_eq!(heard(&mut body).await.0, WON);
        match change {
            "out" => drop(house.names.out.lock().unwrap().insert("hal".into())),
            "promoted" => drop(house.names.promoted.lock().unwrap().insert("hal".into())),
            _ => house.platform.live.end(),
        }
        let missed = house.happen(ACME, 1, 2, WON).await.to_string();
        let (kind, _, data) = heard(&mut body).await;
        assert_eq!((kind.as_str(), data["reason"].as_str()), ("end", Some(reason)));
        assert_eq!(piece(&mut body).await, None);
        let cursor = data["cursor"].as_str().unwrap();
        let rest = house
            .get("ada", &format!("/v1/events?cursor={cursor}"))
            .await
            .ok(200);
        assert_eq!(
            rest.ids(),
            [missed.as_str()],
            "the cursor of the end goes on in the log"
        );
    }
}

#[actix_web::test]
async fn one_person_has_so_many_streams_and_the_others_have_theirs() {
    let house = House::new(countersign_testkit::TestDb::sqlite().await).await;
    let open = async |who: &str| house.open(who, "GET", "/v1/events/stream", &[], b"").await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        let stream = open("hal").await;
        assert_eq!(stream.status().as_u16(), 200);
        streams.push(stream);
    }
    house
        .get("hal", "/v1/events/stream")
        .await
        .refused(429, "rate_limited");
    assert_eq!(open("ada").await.status().as_u16(), 200);
    streams.pop();
    assert_eq!(open("hal").await.status().as_u16(), 200, "one was closed");
}

#[actix_web::test]
async fn a_browser_comes_again_with_its_ticket() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let made = house
            .send("hal", "POST", "/v1/events/stream-ticket", json!({}))
            .await
            .ok(200);
        let path = format!(
            "/v1/events/stream?ticket={}&type={WON}",
            made.json["ticket"].as_str().unwrap()
        );
        let response = house.open("", "GET", &path, &[], b"").await;
        assert_eq!(response.status(), 200);
        let mut body = response.into_body();
        let event = house.happen(ACME, 1, 1, WON).await.to_string();
        let (_, cursor, first) = heard(&mut body).await;
        assert_eq!(first["id"], event.as_str());
        let missed = house.happen(ACME, 1, 2, WON).await.to_string();
        drop(body);
        house.clock.advance(chrono::TimeDelta::minutes(5));
        let resumed = [("last-event-id", cursor.as_str())];
        let response = house.open("", "GET", &path, &resumed, b"").await;
        assert_eq!(response.status(), 200);
        assert_eq!(heard(&mut response.into_body()).await.2["id"], missed.as_str());
        house.clock.advance(chrono::TimeDelta::minutes(61));
        house.get("", &path).await.refused(401, "unauthenticated");
        house
            .get("", "/v1/events/stream?ticket=cst_x")
            .await
            .refused(401, "unauthenticated");
        house
            .get("", "/v1/events/stream")
            .await
            .refused(401, "unauthenticated");
    })
    .await;
}
